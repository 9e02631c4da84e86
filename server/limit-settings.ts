// How much each may have, by the settings: questions, uploads, guesses, streams, and room for documents. 0 is no limit.
import { z } from "zod";

export interface LimitSettings {
  /** Of a user or a visitor, whom the embed bounds by the day as well. */
  questionsPerMinute: number;
  /** Of a user. */
  uploadsPerHour: number;
  uploadedBytesPerDay: number;
  documentsPerUser: number;
  storedBytesPerUser: number;
  /** Failures of an account and address in fifteen minutes; ten times that of an address. */
  loginAttempts: number;
  /** Of an address. */
  registrationsPerHour: number;
  /** That visitors of an embed may begin from one address; from all, twenty times as many. */
  sessionsPerMinute: number;
  /** Open at the same time. */
  streamsPerUser: number;
  streamsPerVisitor: number;
  /** Of visitors without a name alone: people who have one sit by hundreds behind one address. */
  visitorStreamsPerAddress: number;
}

const limit = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
const megabytes = (fallback: number) => z.coerce.number().min(0).default(fallback);

export const limitSettings = {
  QUESTIONS_PER_MINUTE: limit(120),
  UPLOADS_PER_HOUR: limit(500),
  UPLOAD_MB_PER_DAY: megabytes(10_240),
  DOCUMENTS_PER_USER: limit(10_000),
  STORED_MB_PER_USER: megabytes(20_480),
  LOGIN_ATTEMPTS: limit(10),
  REGISTRATIONS_PER_HOUR: limit(1000),
  SESSIONS_PER_MINUTE: limit(300),
  STREAMS_PER_USER: limit(1000),
  STREAMS_PER_VISITOR: limit(100),
  STREAMS_PER_ADDRESS: limit(1000),
};

type Values = { [Name in keyof typeof limitSettings]: z.output<(typeof limitSettings)[Name]> };

export function readLimitSettings(value: Values): LimitSettings {
  const bytes = (mb: number) => Math.ceil(mb * 1024 * 1024);
  return {
    questionsPerMinute: value.QUESTIONS_PER_MINUTE,
    uploadsPerHour: value.UPLOADS_PER_HOUR,
    uploadedBytesPerDay: bytes(value.UPLOAD_MB_PER_DAY),
    documentsPerUser: value.DOCUMENTS_PER_USER,
    storedBytesPerUser: bytes(value.STORED_MB_PER_USER),
    loginAttempts: value.LOGIN_ATTEMPTS,
    registrationsPerHour: value.REGISTRATIONS_PER_HOUR,
    sessionsPerMinute: value.SESSIONS_PER_MINUTE,
    streamsPerUser: value.STREAMS_PER_USER,
    streamsPerVisitor: value.STREAMS_PER_VISITOR,
    visitorStreamsPerAddress: value.STREAMS_PER_ADDRESS,
  };
}
