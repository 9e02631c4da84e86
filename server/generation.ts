// Writes one answer from its first passage to its last event, whether or not anybody is listening.
import type { DoneData } from "@pagewise/sdk/contract";
import {
  type AbortReason,
  conversationDeleted,
  doneData,
  endAborted,
  endAfter,
  errorEntry,
  type Finish,
  noUsage,
} from "./answer-end.ts";
import type { AnswerLog } from "./answer-log.ts";
import { type AnswerRecord, createAnswerRecord } from "./answer-record.ts";
import type { AnswerStatements } from "./answer-statements.ts";
import { createMarkFilter } from "./citation-marks.ts";
import { createDeltaWriter } from "./delta-writer.ts";
import { countRefusal } from "./embed-usage.ts";
import { type Evidence, type Grounding, gatherEvidence } from "./evidence.ts";
import type { Turn } from "./follow-up.ts";
import type { Gate } from "./gate.ts";
import { historyOf } from "./history.ts";
import type { ModelOutcome } from "./model-outcome.ts";
import { type LanguageModel, LanguageModelError, type LanguageModelRequest } from "./model-ports.ts";
import { MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { orAborted, untilAborted } from "./or-aborted.ts";
import type { Clock, EventLog, Logger } from "./ports.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import { type Retrieved, retrieve } from "./retrieval.ts";
import { standAlone } from "./stand-alone.ts";
import type { TextCache } from "./text-cache.ts";
import type { VectorSearch } from "./vector-search.ts";

export interface GenerationDeps {
  db: Database;
  events: EventLog;
  model: LanguageModel;
  /** Told how each question to the model ended. */
  outcome: ModelOutcome;
  /** null: documents are found by their words alone. */
  vectors: VectorSearch | null;
  texts: TextCache;
  log: Logger;
  clock: Clock;
  /** Tokens that a model is given of the turns before. */
  historyTokens: number;
  gate: Gate;
  statements: AnswerStatements;
}

export interface Generation {
  messageId: string;
  question: string;
  /** Before it in the conversation, oldest first. */
  turns: Turn[];
  documents: DocumentModel[];
  /** Where a visitor asks: through which embed. */
  embedId: string | null;
  log: AnswerLog;
  /** Resolves when its rows stand and its log has begun; rejects where it is not to be written after all. */
  kept: Promise<void>;
}

/** An answer longer than this is cut. */
const maxAnswerLength = 64_000;

/** Never rejects: whatever happens, the row ends and so does the log, with exactly one `done` or `error`. */
export async function generate(deps: GenerationDeps, generation: Generation, abort: AbortController): Promise<void> {
  const { messageId, log } = generation;
  const turn = deps.gate.enter(abort.signal);
  const found = turn.then(() => find(deps, generation, abort.signal));
  // Told by whoever waits for it, if anybody does.
  found.catch(() => {});
  if (!(await isKept(generation.kept))) {
    abort.abort("gone" satisfies AbortReason);
    (await turn)();
    return;
  }
  const record = createAnswerRecord(deps, messageId, (why: AbortReason) => abort.abort(why));
  let cited = false;
  const cite = async ({ citations }: Pick<Retrieved, "citations">) => {
    if (cited) return;
    cited = true;
    record.cite(citations);
    await log.append("citations", { citations });
  };
  let isGone = false;
  // Under its lease from the beginning, also while it waits.
  const leave = await turn;
  try {
    const end = await write(deps, generation, { found, record, cite }, abort.signal).catch((error: unknown) => {
      if (error instanceof LanguageModelError) deps.outcome.record("failed");
      return endAfter(error, { log: deps.log, messageId, begun: record.text() !== "" });
    });
    await cite({ citations: [] });
    isGone = await finish(deps, generation, record, end);
  } catch (error) {
    deps.log.error({ err: error, messageId }, "the end of an answer could not be recorded");
  } finally {
    leave();
    // It may have begun its log when whoever deleted the conversation had looked.
    await (isGone ? log.forget() : log.close());
  }
}

const isKept = (kept: Promise<void>): Promise<boolean> =>
  kept.then(
    () => true,
    () => false,
  );

interface Found {
  /** The question as it would be asked by itself. */
  asked: string;
  evidence: Evidence;
}

/** What the answer is written from; it may be begun beside the insert of its rows. */
async function find(deps: GenerationDeps, generation: Generation, signal: AbortSignal): Promise<Found | null> {
  const { question, turns, documents } = generation;
  if (signal.aborted) return null;
  const understood = await standAlone(deps, { question, turns, documents: documents.length }, signal);
  const { asked, remembered, told, within } = understood;
  const meant = within === null ? documents : documents.filter(({ title }) => within.includes(title));
  const retrieved = await retrieve(deps, meant, understood.question, remembered, told);
  return { asked, evidence: gatherEvidence(deps, retrieved) };
}

interface Writing {
  found: Promise<Found | null>;
  record: AnswerRecord;
  cite: (found: Pick<Retrieved, "citations">) => Promise<void>;
}

async function write(
  deps: GenerationDeps,
  generation: Generation,
  { found, record, cite }: Writing,
  signal: AbortSignal,
): Promise<DoneData | Problem> {
  const { question, turns } = generation;
  const { model } = deps;
  const there = await orAborted(found, signal);
  if (!there) return endAborted(signal, model.name, record, null);
  const { asked, evidence } = there;
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
  if (signal.aborted) return endAborted(signal, model.name, record, evidence);
  if ("error" in passed) throw passed.error;
  const { finish } = passed;
  if (!finish) throw new LanguageModelError("model-interrupted", "the model ended without a finish");
  if (!record.text().trim() && finish.reason !== "blocked") {
    throw new LanguageModelError("model-rejected", "the model gave an empty answer", { reason: "empty" });
  }
  deps.outcome.record("good");
  return doneData(model.name, record, finish, evidence);
}

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
  const marks = createMarkFilter(evidence.isCitable, model.marksExactly);
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

/** @returns whether the answer's row has gone */
async function finish(
  deps: GenerationDeps,
  { messageId, embedId, log }: Generation,
  record: AnswerRecord,
  end: DoneData | Problem,
): Promise<boolean> {
  let ended: Ended = { last: end, isGone: false, holds: { text: record.text(), ...record.grounding() } };
  try {
    const status = end instanceof Problem ? "failed" : end.finish_reason === "stopped" ? "stopped" : "complete";
    // The row first: who has seen the end may read it there.
    if (!(await record.finish(status, end))) ended = await endedElsewhere(deps, messageId, ended);
  } catch (error) {
    deps.log.error({ err: error, messageId }, "an answer could not be saved");
    ended = {
      isGone: false,
      last: new Problem("internal-error", "The answer could not be saved."),
      holds: { text: record.savedText(), cited: [], unsupported: [] },
    };
  }
  const { last, holds } = ended;
  if (last instanceof Problem) await log.append("error", errorEntry(last, holds));
  else await log.append("done", last);
  // Behind the end: nobody waits for it.
  if (embedId && !(last instanceof Problem) && last.finish_reason === "refused") await countRefusal(deps, embedId);
  return ended.isGone;
}

interface Ended {
  isGone: boolean;
  last: DoneData | Problem;
  /** What there is of the answer. */
  holds: Grounding & { text: string };
}

/** What holds where the row was not this answer's any more: it is gone, or was taken for abandoned. */
async function endedElsewhere({ db }: GenerationDeps, messageId: string, ended: Ended): Promise<Ended> {
  const row = await MessageModel.query(db).findById(messageId).select("error", "text", "cited", "unsupported");
  if (!row) return { ...ended, isGone: true, last: conversationDeleted() };
  // Or it was saved by an earlier try, whose answer was lost on its way.
  return row.error
    ? { isGone: false, last: new Problem(row.error.code as ProblemCode, row.error.detail), holds: row }
    : ended;
}
