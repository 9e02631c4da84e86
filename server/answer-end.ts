// How an answer ends: what its last event says, for every reason that there is.
import type { DoneData, FinishReason } from "@pagewise/sdk/contract";
import type { AnswerRecord } from "./answer-record.ts";
import type { Grounding } from "./evidence.ts";
import { LanguageModelError, type LanguageModelFault, type LanguageModelPart } from "./model-ports.ts";
import type { Logger } from "./ports.ts";
import { Problem } from "./problem.ts";

/** Why a generation is told to end: its reader asked, nobody reads, the server closes, its row is gone, or its lease. */
export type AbortReason = "stop" | "unread" | "close" | "gone" | "lapsed";

/** What an `error` event says, before it is dressed as a problem document for a reader. */
export interface ErrorEntry {
  code: Problem["code"];
  title: string;
  detail: string;
  text_length: number;
  cited: number[];
  unsupported: [number, number][];
}

export type Finish = Omit<Extract<LanguageModelPart, { type: "finish" }>, "type" | "reason"> & {
  reason: FinishReason;
};

export const noUsage = { promptTokens: 0, completionTokens: 0 };

/** Of an answer whose process was told to stop. */
const stoppedServer = "The server was stopped before the answer was complete. Ask again.";

/** Of an answer that nobody has saved any more: its process died, or could not reach the database. */
export const leftUnfinished = "Its server went away, or could not save it. Ask again.";

export const conversationDeleted = () => new Problem("not-found", "This conversation was deleted.");

export function errorEntry(
  { code, title, detail }: Pick<Problem, "code" | "title" | "detail">,
  { text, cited, unsupported }: Grounding & { text: string },
): ErrorEntry {
  return { code, title, detail, text_length: text.length, cited, unsupported };
}

/** Of an answer that has come to an end by itself, or was stopped. */
export function doneData(
  model: string,
  record: AnswerRecord,
  { reason, confidence, usage }: Finish,
  found: { confidence: number } | null,
): DoneData {
  const grounding = record.grounding();
  const sure = (confidence ?? found?.confidence ?? 0) * supportedShare(record.text(), grounding);
  return {
    finish_reason: reason,
    confidence: Math.round(sure * 1000) / 1000,
    ...grounding,
    model,
    usage: { prompt_tokens: usage.promptTokens, completion_tokens: usage.completionTokens },
  };
}

/** Retrieval's confidence is in the passages: it holds for as much of the text as stands on them. */
function supportedShare(text: string, { unsupported }: Grounding): number {
  const { length } = text.trim();
  const bare = unsupported.reduce((sum, [start, end]) => sum + text.slice(start, end).trim().length, 0);
  return length === 0 ? 1 : Math.max(0, 1 - bare / length);
}

export function endAborted(
  signal: AbortSignal,
  model: string,
  record: AnswerRecord,
  found: { confidence: number } | null,
): DoneData | Problem {
  const reason = signal.reason as AbortReason;
  if (reason === "gone") return conversationDeleted();
  if (reason === "close") return new Problem("unavailable", stoppedServer);
  if (reason === "lapsed") return new Problem("unavailable", leftUnfinished);
  return doneData(model, record, { reason: "stopped", confidence: null, usage: noUsage }, found);
}

/** @param begun whether a reader has seen some of the text. */
export function endAfter(
  error: unknown,
  { log, messageId, begun }: { log: Logger; messageId: string; begun: boolean },
): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LanguageModelError) {
    log.warn({ err: error, fault: error.fault, messageId }, "the language model failed");
    const say = begun ? faultsWithin : faultsBefore;
    const detail = error.reason && !begun ? reasons[error.reason] : say[error.fault](again(error));
    return new Problem("model-failed", detail, { cause: error });
  }
  log.error({ err: error, messageId }, "an answer failed");
  return new Problem("internal-error", undefined, { cause: error });
}

/** When it is worth asking again. */
function again({ retryAfterMs }: LanguageModelError): string {
  if (retryAfterMs === null) return "later";
  const count = Math.ceil(retryAfterMs / 1000);
  return count === 1 ? "in a second" : `in ${count} seconds`;
}

type Faults = Record<LanguageModelFault, (again: string) => string>;

const faultsBefore: Faults = {
  // Nothing came back, or the word that it cannot answer now.
  "model-unavailable": () => "The language model is not available at the moment. Try again in a moment.",
  "model-rate-limited": (again) => `The language model has reached its limit of requests. Try again ${again}.`,
  "model-rejected": () => "The language model did not accept the question.",
  "model-timeout": () => "The language model took too long to answer. Try again.",
  "model-interrupted": () => "The language model's answer broke off before it began. Try again.",
};

const reasons: Record<NonNullable<LanguageModelError["reason"]>, string> = {
  key: "The language model's server refused the key that it was given.",
  model: "The language model's server has no such model.",
  empty: "The language model gave an empty answer. Try again.",
};

const faultsWithin: Faults = {
  "model-unavailable": () => "The language model failed in the middle of the answer. Try again in a moment.",
  "model-rate-limited": (again) =>
    `The language model reached its limit of requests in the middle of the answer. Try again ${again}.`,
  "model-rejected": () => "The language model gave up in the middle of the answer.",
  "model-timeout": () => "The language model fell silent in the middle of the answer. Try again.",
  "model-interrupted": () => "The language model broke off in the middle of the answer. Try again.",
};
