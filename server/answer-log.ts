// The log of one answer: written by the process that generates it, followed by readers in any.
import { setMaxListeners } from "node:events";
import { savedSoFar } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { Clock, EventLog, LogEntry, Logger } from "./ports.ts";
import { replay } from "./replay.ts";

/** A log that says nothing for this long makes its readers look at the row. */
const silentMs = 2_000;
/** And again after this long at the latest, where all was well. */
const longestMs = 5_000;
/** `start` and `citations`. */
const eventsBefore = 2;

export const messageLog = (messageId: string) => `message:${messageId}`;

export interface AnswerLog {
  append(event: string, data: unknown): Promise<void>;
  close(): Promise<void>;
  /** Aborts once an entry could not be taken: what follows stands in the row alone. */
  broken: AbortSignal;
}

/**
 * Never throws: an answer goes on without its log, and its readers find the rest in the row. After an entry that could
 * not be taken none is tried any more, because the ids tell readers how far they are in the row.
 */
export function createAnswerLog({ events, log }: { events: EventLog; log: Logger }, messageId: string): AnswerLog {
  const key = messageLog(messageId);
  const broken = new AbortController();
  // Every reader in this process listens.
  setMaxListeners(0, broken.signal);
  let taken = 0;
  const close = () => events.close(key).catch(() => {});
  return {
    async append(event, data) {
      if (broken.signal.aborted) return;
      try {
        taken += 1;
        if ((await events.append(key, event, data)) === taken) return;
      } catch (error) {
        log.warn({ err: error, messageId }, "an answer goes on without its log");
      }
      broken.abort();
      await close();
    },
    close,
    broken: broken.signal,
  };
}

export interface Follower {
  /** The last event known already; 0: none. */
  after: number;
  signal: AbortSignal;
  /** Where this process writes the answer: its log. */
  written: AnswerLog | undefined;
}

/** The events after the one with the id `after`: from the log while there is one, and what it lacks from the row. */
export async function* followAnswer(
  deps: { db: Database; events: EventLog; clock: Clock },
  messageId: string,
  { after, signal, written }: Follower,
): AsyncGenerator<LogEntry> {
  const key = messageLog(messageId);
  let last = after;
  if (!written?.broken.aborted && (await deps.events.has(key))) {
    const writer = written ? ownWriter(written, signal) : watchWriter(deps, messageId, { after, signal });
    try {
      for await (const entry of deps.events.read(key, { after, signal: writer.signal })) {
        // A log that begins again, because its place lost it, is no longer in step with the row.
        if (entry.id !== last + 1) break;
        last = entry.id;
        writer.heard(last);
        yield entry;
        if (entry.event === "done" || entry.event === "error") return;
      }
    } finally {
      writer.end();
    }
  }
  yield* replay(deps, messageId, { after: last, signal });
}

interface Writer {
  /** Aborts with the reader's signal, and when nothing more will come by the log. */
  signal: AbortSignal;
  heard(id: number): void;
  end(): void;
}

/** It closes its log, whatever happens, and says when it has to go on without. */
function ownWriter({ broken }: AnswerLog, signal: AbortSignal): Writer {
  const over = new AbortController();
  const abort = () => over.abort();
  const signals = [broken, signal];
  for (const one of signals) one.addEventListener("abort", abort);
  if (signals.some(({ aborted }) => aborted)) abort();
  return {
    signal: over.signal,
    heard() {},
    end() {
      for (const one of signals) one.removeEventListener("abort", abort);
    },
  };
}

/** It may have died, or lost its way to the log: told by a row that nobody writes, or that is ahead of the log. */
function watchWriter(
  { db, clock }: { db: Database; clock: Clock },
  messageId: string,
  { after, signal }: { after: number; signal: AbortSignal },
): Writer {
  const over = new AbortController();
  const abort = () => over.abort();
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  let last = after;
  let heardAt = performance.now();
  let suspected = false;
  let timer: NodeJS.Timeout | undefined;

  /** @returns when to look again. */
  const look = async () => {
    const silence = performance.now() - heardAt;
    if (silence < silentMs) return silentMs - silence;
    const { deltas, heldUntil } = await savedSoFar(db, messageId);
    const heldMs = heldUntil ? heldUntil.getTime() - clock.now().getTime() : 0;
    const isAhead = deltas > 0 && deltas + eventsBefore > last;
    const isLost = heldMs <= 0 || isAhead;
    // Once more before it is believed: the last entries may be on their way.
    if (isLost && suspected && performance.now() - heardAt >= silentMs) abort();
    suspected = isLost;
    return isLost ? silentMs : Math.max(silentMs, Math.min(heldMs, longestMs));
  };
  const wait = (ms: number) => {
    if (over.signal.aborted) return;
    timer = setTimeout(() => void look().then(wait, () => wait(silentMs)), ms);
  };
  wait(silentMs);
  return {
    signal: over.signal,
    heard(id) {
      last = id;
      heardAt = performance.now();
    },
    end() {
      abort();
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
