// Writes one answer from its first passage to its last event, whether or not anybody is listening.
import type { DoneData, FinishReason } from "@pagewise/sdk/contract";
import type { AnswerLog } from "./answer-log.ts";
import { type AnswerRecord, createAnswerRecord } from "./answer-record.ts";
import { createMarkFilter } from "./citation-marks.ts";
import { createDeltaWriter } from "./delta-writer.ts";
import { type Evidence, type Grounding, gatherEvidence } from "./evidence.ts";
import type { Turn } from "./follow-up.ts";
import { historyOf } from "./history.ts";
import {
  type LanguageModel,
  LanguageModelError,
  type LanguageModelFault,
  type LanguageModelPart,
  type LanguageModelRequest,
} from "./model-ports.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { orAborted } from "./or-aborted.ts";
import type { Clock, EventLog, Logger } from "./ports.ts";
import { Problem } from "./problem.ts";
import { type Retrieved, retrieve } from "./retrieval.ts";
import { standAlone } from "./stand-alone.ts";
import type { TextCache } from "./text-cache.ts";
import type { VectorSearch } from "./vector-search.ts";

export interface GenerationDeps {
  db: Database;
  events: EventLog;
  model: LanguageModel;
  /** null: documents are found by their words alone. */
  vectors: VectorSearch | null;
  texts: TextCache;
  log: Logger;
  clock: Clock;
  /** Tokens that a model is given of the turns before. */
  historyTokens: number;
}

export interface Generation {
  messageId: string;
  question: string;
  /** Before it in the conversation, oldest first. */
  turns: Turn[];
  documents: DocumentModel[];
  log: AnswerLog;
}

/** Why a generation is told to end: its reader asked, the server closes, or its row is gone. */
export type AbortReason = "stop" | "close" | "gone";

/** What an `error` event says, before it is dressed as a problem document for a reader. */
export interface ErrorEntry {
  code: Problem["code"];
  title: string;
  detail: string;
  text_length: number;
  cited: number[];
  unsupported: [number, number][];
}

/** An answer longer than this is cut. */
const maxAnswerLength = 64_000;

type Finish = Omit<Extract<LanguageModelPart, { type: "finish" }>, "type" | "reason"> & { reason: FinishReason };

/** Never rejects: whatever happens, the row ends and so does the log, with exactly one `done` or `error`. */
export async function generate(deps: GenerationDeps, generation: Generation, abort: AbortController): Promise<void> {
  const { messageId, log } = generation;
  const record = createAnswerRecord(deps, messageId, () => abort.abort("gone" satisfies AbortReason));
  let cited = false;
  const cite = async ({ citations }: Pick<Retrieved, "citations">) => {
    if (cited) return;
    cited = true;
    record.cite(citations);
    await log.append("citations", { citations });
  };
  try {
    const end = await write(deps, generation, record, cite, abort.signal).catch((error: unknown) =>
      endAfter(error, deps, messageId),
    );
    await cite({ citations: [] });
    await finish(deps, generation, record, end);
  } catch (error) {
    deps.log.error({ err: error, messageId }, "the end of an answer could not be recorded");
  } finally {
    await log.close();
  }
}

async function write(
  deps: GenerationDeps,
  generation: Generation,
  record: AnswerRecord,
  cite: (found: Pick<Retrieved, "citations">) => Promise<void>,
  signal: AbortSignal,
): Promise<DoneData | Problem> {
  const { question, turns, documents } = generation;
  const { model } = deps;
  if (signal.aborted) return endAborted(signal, model, record, null);
  const understood = await standAlone(deps, { question, turns, documents: documents.length }, signal);
  const { asked, remembered, told } = understood;
  const retrieved = retrieve(deps, documents, understood.question, remembered, told);
  const gathered = retrieved.then((found) => gatherEvidence(deps, found));
  const evidence = await orAborted(gathered, signal);
  if (!evidence) return endAborted(signal, model, record, null);
  await cite(evidence);
  const history = historyOf(turns, deps.historyTokens);
  const request = { question: asked, history, passages: evidence.passages, signal };
  const passed = await pass(model, request, generation.log, record, evidence).then(
    (finish) => ({ finish }),
    (error: unknown) => ({ finish: null, error }),
  );
  const isRefused = passed.finish?.reason === "refused";
  // Also of a text that broke off.
  record.ground(await evidence.ground(record.text(), { question: `${asked}\n${question}`, isRefused }));
  if (signal.aborted) return endAborted(signal, model, record, evidence);
  if ("error" in passed) throw passed.error;
  const { finish } = passed;
  if (!finish) throw new LanguageModelError("model-interrupted", "the model ended without a finish");
  if (!record.text().trim() && finish.reason !== "blocked") {
    throw new LanguageModelError("model-rejected", "the model gave an empty answer");
  }
  return doneData(model, record, finish, evidence);
}

const noUsage = { promptTokens: 0, completionTokens: 0 };
/** A mark may have been closed, in any of its forms. */
const closesMark = /[\]］】〕⟧]/;

/** Passes the model's text on, its marks checked. @returns null where it broke off. */
async function pass(
  model: LanguageModel,
  request: LanguageModelRequest,
  log: AnswerLog,
  record: AnswerRecord,
  evidence: Evidence,
): Promise<Finish | null> {
  const marks = createMarkFilter(evidence.isCitable);
  const writer = createDeltaWriter(async (text) => {
    record.append(text);
    await log.append("delta", { text });
  });
  let length = 0;
  try {
    for await (const part of untilAborted(model.answer(request), request.signal)) {
      if (part.type === "finish") return part;
      if (closesMark.test(part.text)) await evidence.look();
      const text = marks.push(length === 0 ? part.text.trimStart() : part.text);
      length += text.length;
      writer.write(text);
      if (length > maxAnswerLength) return { reason: "length", confidence: null, usage: noUsage };
    }
    return null;
  } finally {
    writer.write(marks.end());
    await writer.flush();
  }
}

function endAborted(
  signal: AbortSignal,
  model: LanguageModel,
  record: AnswerRecord,
  evidence: Evidence | null,
): DoneData | Problem {
  const reason = signal.reason as AbortReason;
  if (reason === "gone") return new Problem("not-found", "This conversation was deleted.");
  if (reason === "close") return new Problem("unavailable", "The server was stopped before the answer was complete.");
  return doneData(model, record, { reason: "stopped", confidence: null, usage: noUsage }, evidence);
}

function doneData(model: LanguageModel, record: AnswerRecord, finish: Finish, evidence: Evidence | null): DoneData {
  return {
    finish_reason: finish.reason,
    confidence: Math.round((finish.confidence ?? evidence?.confidence ?? 0) * 1000) / 1000,
    ...record.grounding(),
    model: model.name,
    usage: { prompt_tokens: finish.usage.promptTokens, completion_tokens: finish.usage.completionTokens },
  };
}

async function finish(
  deps: GenerationDeps,
  { messageId, log }: Generation,
  record: AnswerRecord,
  end: DoneData | Problem,
): Promise<void> {
  let last = end;
  try {
    const status = end instanceof Problem ? "failed" : end.finish_reason === "stopped" ? "stopped" : "complete";
    // The row first: who has seen the end may read it there.
    const held = await record.finish(status, end);
    if (!held && !(end instanceof Problem)) last = new Problem("not-found", "This conversation was deleted.");
  } catch (error) {
    deps.log.error({ err: error, messageId }, "an answer could not be saved");
    last = new Problem("internal-error", "The answer could not be saved.");
  }
  if (last instanceof Problem)
    await log.append("error", errorEntry(last, { text: record.text(), ...record.grounding() }));
  else await log.append("done", last);
}

export function errorEntry(
  { code, title, detail }: Pick<Problem, "code" | "title" | "detail">,
  { text, cited, unsupported }: Grounding & { text: string },
): ErrorEntry {
  return { code, title, detail, text_length: text.length, cited, unsupported };
}

function endAfter(error: unknown, deps: GenerationDeps, messageId: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LanguageModelError) {
    deps.log.warn({ err: error, fault: error.fault, messageId }, "the language model failed");
    return new Problem("model-failed", modelFaults[error.fault](error.retryAfterMs), { cause: error });
  }
  deps.log.error({ err: error, messageId }, "an answer failed");
  return new Problem("internal-error", undefined, { cause: error });
}

function seconds(ms: number): string {
  const count = Math.ceil(ms / 1000);
  return count === 1 ? "a second" : `${count} seconds`;
}

const modelFaults: Record<LanguageModelFault, (retryAfterMs: number | null) => string> = {
  "model-unavailable": () => "The language model could not be reached. Try again in a moment.",
  "model-rate-limited": (retryAfterMs) =>
    retryAfterMs === null
      ? "The language model has reached its limit of requests. Try again later."
      : `The language model has reached its limit of requests. Try again in ${seconds(retryAfterMs)}.`,
  "model-rejected": () => "The language model did not accept the question.",
  "model-timeout": () => "The language model took too long to answer. Try again.",
  "model-interrupted": () => "The language model broke off in the middle of the answer. Try again.",
};

/** Ends as soon as the signal aborts, even while the source is waiting; the source is told to end in its own time. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    while (!signal.aborted) {
      const next = await orAborted(iterator.next(), signal);
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    iterator.return?.().catch(() => {});
  }
}
