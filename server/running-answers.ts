// The answers that this process writes: a bounded number at once, each until its end, a stop from anywhere, or nobody reads it.
import { setTimeout as sleep } from "node:timers/promises";
import { failAbandoned } from "./abandoned.ts";
import type { AbortReason } from "./answer-end.ts";
import type { AnswerLog } from "./answer-log.ts";
import { createAnswerStatements } from "./answer-statements.ts";
import { createGate } from "./gate.ts";
import { type Generation, type GenerationDeps, generate } from "./generation.ts";
import { readAhead } from "./kept-scope.ts";
import { MessageModel, savedSoFar } from "./models/conversation.ts";
import type { DocumentModel } from "./models/document.ts";
import { LogEndedError } from "./ports.ts";
import { Problem } from "./problem.ts";

export interface RunningAnswers {
  /** Throws `unavailable` where no further answer may begin. */
  check(): void;
  /** Writes an answer, which goes on by itself from then on. */
  begin(generation: Generation, conversationId: string): void;
  /** The log of an answer that this process writes. */
  logOf(messageId: string): AnswerLog | undefined;
  /** Stops an answer, whoever writes it, and waits a little for its end. Rejects where its writer does not hear of it. */
  stop(messageId: string): Promise<void>;
  abandon(conversationId: string): void;
  /** Begins nothing more, gives what is being written `graceMs` to come to its end, and ends the rest. */
  close(graceMs: number): Promise<void>;
}

interface Running {
  conversationId: string;
  log: AnswerLog;
  abort: AbortController;
  ended: Promise<void>;
  /** When somebody was last known to read it, as `performance.now()` counts. */
  readAt: number;
}

/** Answers written at once; the others wait their turn while their readers are pinged. */
const maxAtOnce = 256;
const maxWaiting = 512;
/** Stopping an answer of this process waits this long for its end before it returns. */
const stopMs = 250;
/** Another process is given so long to end its answer, and its row is looked at as often. */
const heardMs = 1_000;
const heardEveryMs = 50;
/** How often it is asked who reads. */
const readersEveryMs = 5_000;

/** Where a stop is asked for by whichever process it reaches. */
const stopLog = (messageId: string) => `stop:${messageId}`;

/** @param unreadMs an answer that nobody has read for as long is stopped; 0: it is written to its end. */
export function createRunningAnswers(
  deps: Omit<GenerationDeps, "gate" | "statements">,
  { unreadMs }: { unreadMs: number },
): RunningAnswers {
  const running = new Map<string, Running>();
  const gate = createGate(maxAtOnce, maxWaiting);
  const statements = createAnswerStatements(deps.db);
  const closing = new AbortController();
  const end = ({ abort }: Running, reason: AbortReason) => abort.abort(reason);
  const watch = unreadMs
    ? setInterval(() => void endUnread(), Math.min(readersEveryMs, unreadMs / 4)).unref()
    : undefined;

  async function endUnread(): Promise<void> {
    const entries = [...running];
    // Where they cannot be counted, they may be there.
    const readers = await deps.events.readers(entries.map(([id]) => MessageModel.logKey(id))).catch(() => null);
    const now = performance.now();
    for (const [index, [messageId, entry]] of entries.entries()) {
      // Without its log it is read from the row.
      if (readers?.[index] !== 0 || entry.log.isBroken()) entry.readAt = now;
      if (now - entry.readAt < unreadMs || entry.abort.signal.aborted) continue;
      deps.log.info({ messageId }, "an answer that nobody reads is stopped");
      end(entry, "unread");
    }
  }

  /** A reader's stop may reach another process than the one that writes. */
  async function stopWhenAsked(messageId: string, entry: Running): Promise<void> {
    const ended = new AbortController();
    void entry.ended.finally(() => ended.abort("ended"));
    for await (const _ of deps.events.read(stopLog(messageId), { after: 0, signal: ended.signal })) end(entry, "stop");
  }

  /** The row tells whether its writer has heard: it is saved before its readers learn of the end. */
  async function askToStop(messageId: string): Promise<void> {
    await deps.events.append(stopLog(messageId), "stop", null).catch((error: unknown) => {
      // Somebody has asked before.
      if (!(error instanceof LogEndedError)) throw error;
    });
    await deps.events.close(stopLog(messageId));
    const until = performance.now() + heardMs;
    let heldUntil = await heldTill(messageId);
    while (heldUntil && performance.now() < until) {
      await sleep(heardEveryMs);
      heldUntil = await heldTill(messageId);
    }
    if (!heldUntil) return;
    const now = deps.clock.now();
    if (heldUntil >= now) throw new Error("The process that writes the answer did not hear of it.");
    await failAbandoned(deps.db, { leaseEndedBefore: now, messageId });
  }

  /** Whoever asked about documents will ask on. */
  async function readOn(documents: DocumentModel[]): Promise<void> {
    await deps.texts
      .atLeisure((texts, pause) => readAhead(deps, documents, texts, pause), closing.signal)
      .catch((err: unknown) => deps.log.debug({ err }, "documents were not read ahead"));
  }

  const heldTill = async (messageId: string) => (await savedSoFar(deps.db, messageId)).heldUntil;

  return {
    check() {
      if (closing.signal.aborted || gate.full())
        throw new Problem("unavailable", undefined, { headers: { "Retry-After": "10" } });
    },
    begin(generation, conversationId) {
      const { messageId, log } = generation;
      const abort = new AbortController();
      const ended = generate({ ...deps, gate, statements }, generation, abort).finally(() => {
        running.delete(messageId);
        void deps.events.close(stopLog(messageId)).catch(() => {});
      });
      const entry = { conversationId, log, abort, ended, readAt: performance.now() };
      running.set(messageId, entry);
      stopWhenAsked(messageId, entry).catch((error) => deps.log.error({ err: error }, "a stop cannot be heard"));
      // Behind the end: nobody waits for it.
      void ended.then(() => readOn(generation.documents));
    },
    logOf: (messageId) => running.get(messageId)?.log,
    async stop(messageId) {
      const found = running.get(messageId);
      if (!found) return askToStop(messageId);
      end(found, "stop");
      await within(stopMs, found.ended);
    },
    abandon(conversationId) {
      for (const entry of running.values()) if (entry.conversationId === conversationId) end(entry, "gone");
    },
    async close(graceMs) {
      closing.abort("closed");
      const all = () => Promise.all([...running.values()].map(({ ended }) => ended));
      if (graceMs > 0) await within(graceMs, all());
      for (const entry of running.values()) end(entry, "close");
      await all();
      clearInterval(watch);
    },
  };
}

/** Waits for the work, and no longer than this. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
