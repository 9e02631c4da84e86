// What answers hold, held to the contract's types by the compiler: problems, people and documents.
import type {
  Activity,
  DeletedDocument,
  Document,
  DocumentError,
  LibraryUsage,
  ProblemBody,
  TokenPair,
  UploadResult,
  User,
} from "@pagewise/sdk/contract";
import { z } from "zod";
import { problems } from "../problem.ts";

/** Holds a schema to one of the contract's types: neither says more than the other. */
export const agreed =
  <T>() =>
  <S extends z.ZodType<T>>(schema: S & ([T] extends [z.output<S>] ? unknown : "the contract says more")): S =>
    schema;

export const id = z.uuid().meta({ id: "Id", description: "UUIDv7, made by the server.", examples: [exampleId(1)] });
export const timestamp = z.iso.datetime().meta({ id: "Timestamp", description: "ISO 8601, UTC." });
export const share = z.number().min(0).max(1);
export const count = z.int().min(0);
/** Carries the right to read it: relative, and good for at least half an hour. */
export const signedAddress = z.string().meta({
  id: "SignedAddress",
  description:
    "Path and query from the server's root, signed for its reader: an `<img>` or a link needs no header. Good for half " +
    "an hour at least, and the same for as long, so that it is cached.",
});

/** Ids for examples, told apart by their last digit. */
export function exampleId(number: number): string {
  return `01985c1e-7a40-7cc3-9d2b-4f0a6c1de00${number.toString(16)}`;
}

export function pageOf<S extends z.ZodType>(schema: S) {
  return z.object({
    data: z.array(schema),
    next_cursor: z.string().nullable().meta({ description: "Pass it back as `cursor`; null at the end." }),
  });
}

const problemCode = z.string().meta({
  id: "ProblemCode",
  description: "Stable: what programs switch on.",
  oneOf: Object.entries(problems).map(([code, [status, title]]) => ({
    const: code,
    title,
    description: `${status}: ${title}.`,
  })),
});

export const problem = agreed<ProblemBody>()(
  z.object({
    type: z.string().meta({ description: "A URN that ends in the code." }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().meta({ description: "Written for the person who reads it." }),
    code: problemCode,
    request_id: z.string().meta({ description: "As in the header `x-request-id`, and in the server's log." }),
    errors: z
      .array(
        z.object({
          pointer: z.string().meta({ description: "A JSON pointer into the body, or `/` and a parameter's name." }),
          detail: z.string(),
        }),
      )
      .exactOptional(),
  }),
).meta({ id: "Problem", description: "RFC 9457: every failure, on every path." });

// People

export const user = agreed<User>()(z.object({ id, email: z.string(), created_at: timestamp })).meta({
  id: "User",
  examples: [{ id: exampleId(1), email: "ada@example.com", created_at: "2026-05-04T10:07:00.000Z" }],
});

export const tokenPair = agreed<TokenPair>()(
  z.object({
    access_token: z.string().meta({ description: "Goes into `Authorization: Bearer …`." }),
    token_type: z.literal("bearer"),
    expires_in: count.meta({ description: "Seconds until the access token ends." }),
    refresh_token: z.string().meta({ description: "Good for 30 days, and spent by its use." }),
  }),
).meta({ id: "TokenPair" });

export const activity = agreed<Activity>()(
  z.object({
    id,
    event: z.enum([
      ...(["registered", "login", "login-failed", "logout", "password-changed", "sessions-ended"] as const),
      ...(["session-revoked", "document-deleted", "conversation-deleted", "embed-created", "embed-changed"] as const),
      ...(["embed-turned-on", "embed-turned-off", "embed-secret-rotated", "embed-deleted"] as const),
    ]),
    subject: id.nullable().meta({ description: "The document, conversation or embed that it happened to." }),
    network: z.string().nullable().meta({ description: "Where it came from: `203.0.113.0/24`, `2001:db8:7::/48`." }),
    created_at: timestamp,
  }),
).meta({ id: "Activity", description: "What happened to an account." });

// Documents

export const documentStatus = z.enum(["queued", "processing", "ready", "failed"]).meta({ id: "DocumentStatus" });

const documentError = agreed<DocumentError>()(
  z.object({
    code: z.enum([
      "pdf-encrypted",
      "pdf-damaged",
      "pdf-empty",
      "pdf-no-text",
      "pdf-too-many-pages",
      "pdf-too-complex",
      "internal-error",
    ]),
    title: z.string(),
    detail: z.string(),
  }),
).meta({ id: "DocumentError", description: "Why the document could not be read, and what helps." });

const exampleDocument: Document = {
  ...{ id: exampleId(2), title: "Annual report 2025", filename: "annual-report-2025.pdf", bytes: 482_113, pages: 64 },
  ...{ language: "en", status: "ready", progress: 1, embedded: null, pages_unreadable: [], error: null },
  suggestions: ["How did revenue change?"],
  thumbnail_url: `/documents/${exampleId(2)}/pages/1?width=320&s=…&e=…&k=…&m=…`,
  file_url: `/documents/${exampleId(2)}/file?s=…&e=…&k=…&m=…`,
  created_at: "2026-05-04T10:07:00.000Z",
  processed_at: "2026-05-04T10:07:04.000Z",
};

export const document = agreed<Document>()(
  z.object({
    id,
    title: z.string(),
    filename: z.string(),
    bytes: count,
    pages: count.nullable().meta({ description: "Null until the file was opened." }),
    language: z.string().nullable().meta({ description: "ISO 639-1, null where it is not known." }),
    status: documentStatus,
    progress: share,
    embedded: share.nullable().meta({ description: "Share of chunks with an embedding; null without an embedder." }),
    pages_unreadable: z.array(z.int().min(1)),
    suggestions: z.array(z.string()).meta({ description: "Questions to begin with, at most three." }),
    error: documentError.nullable(),
    thumbnail_url: signedAddress,
    file_url: signedAddress,
    created_at: timestamp,
    processed_at: timestamp.nullable(),
  }),
).meta({ id: "Document", examples: [exampleDocument] });

export const libraryUsage = agreed<LibraryUsage>()(
  z.object({ documents: count, bytes: count, max_documents: count.nullable(), max_bytes: count.nullable() }),
).meta({
  id: "LibraryUsage",
  description: "`null` where there is no limit.",
  examples: [{ documents: 12, bytes: 48_211_004, max_documents: 10_000, max_bytes: 21_474_836_480 }],
});

export const uploadResult = agreed<UploadResult>()(
  z.object({ document_id: id, status: documentStatus, message: z.string(), document }),
).meta({ id: "UploadResult" });

const deletedDocument = agreed<DeletedDocument>()(z.object({ id, deleted: z.literal(true) })).meta({
  id: "DeletedDocument",
});

/** By its name, what each event of `GET /documents/events` carries. */
export const documentEvents = {
  snapshot: {
    description: "First: the documents that are not finished.",
    schema: z.object({ documents: z.array(document) }),
  },
  document: {
    description: "At each change: the document as it is now, or that it is gone.",
    schema: z.union([document, deletedDocument]),
  },
};
