// The log of one answer: written by the process that generates it, followed by readers in any.
import { type Feed, feedOf } from "./feed.ts";
import { forgetLogs } from "./models/answer-logs.ts";
import { MessageModel, savedSoFar } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { Clock, EventLog, LogEntry, Logger } from "./ports.ts";
import { replay } from "./replay.ts";

/** A log that says nothing for this long makes its readers look at the row. */
const silentMs = 2_000;
/** And again after this long at the latest, where all was well. */
const longestMs = 5_000;
/** `start` and `citations`. */
const eventsBefore = 2;

export interface AnswerLog {
  append(event: string, data: unknown): Promise<void>;
  close(): Promise<void>;
  /** Ends it, and nothing of it can be read any more. */
  forget(): Promise<void>;
  /** Whether an entry could not be taken: what follows stands in the row alone. */
  isBroken(): boolean;
  /** Readers in this process, which are told when that happens. */
  readers: Set<() => void>;
}

/**
 * Never throws: an answer goes on without its log, and its readers find the rest in the row. After an entry that could
 * not be taken none is tried any more, because the ids tell readers how far they are in the row.
 */
export function createAnswerLog({ events, log }: { events: EventLog; log: Logger }, messageId: string): AnswerLog {
  const key = MessageModel.logKey(messageId);
  const readers = new Set<() => void>();
  let broken = false;
  let taken = 0;
  const close = () => events.close(key).catch(() => {});
  return {
    async append(event, data) {
      if (broken) return;
      try {
        taken += 1;
        await events.append(key, event, data, taken);
        return;
      } catch (error) {
        log.warn({ err: error, messageId }, "an answer goes on without its log");
      }
      broken = true;
      for (const wake of readers) wake();
      await close();
    },
    close,
    forget: () => forgetLogs(events, [key]),
    isBroken: () => broken,
    readers,
  };
}

export interface Follower {
  /** The last event known already; 0: none. */
  after: number;
  /** Told when there may be an event to take. */
  wake: () => void;
  /** Whether the answer has ended, so that its row says all there is: its log may have been left without an end. */
  hasEnded: boolean;
  /** Where this process writes the answer: its log. */
  written: AnswerLog | undefined;
}

interface FollowDeps {
  db: Database;
  events: EventLog;
  clock: Clock;
}

/** The events after the one with the id `after`: from the log while there is one, and what it lacks from the row. */
export function followAnswer(deps: FollowDeps, messageId: string, follower: Follower): Feed<LogEntry> {
  return new AnswerFeed(deps, messageId, follower);
}

/** One object for each open stream, of which there are thousands. */
class AnswerFeed implements Feed<LogEntry> {
  private readonly deps: FollowDeps;
  private readonly messageId: string;
  private readonly wake: () => void;
  private readonly after: number;
  private last: number;
  private source: Feed<LogEntry> | undefined;
  /** Whoever writes the log that is read; undefined: the row is read. */
  private writer: Writer | undefined;
  private isOver = false;

  constructor(deps: FollowDeps, messageId: string, { after, wake, hasEnded, written }: Follower) {
    this.deps = deps;
    this.messageId = messageId;
    this.after = after;
    this.last = after;
    this.wake = wake;
    if (hasEnded) this.openRow();
    else void this.open(written);
  }

  take(): LogEntry | undefined | null {
    if (this.isOver) return null;
    if (!this.source) return undefined;
    const entry = this.source.take();
    if (!this.writer) return entry;
    if (entry === undefined && !this.writer.isGone()) return undefined;
    // Its end without a last event, or one that begins again, because its place lost it, and is out of step with the row.
    if (entry?.id !== this.last + 1) {
      this.openRow();
      return undefined;
    }
    this.last = entry.id;
    this.writer.heard(entry.id);
    if (entry.event === "done" || entry.event === "error") this.leave();
    return entry;
  }

  leave(): void {
    this.isOver = true;
    this.source?.leave();
    this.writer?.end();
  }

  private async open(written: AnswerLog | undefined): Promise<void> {
    const { deps, messageId, last: after, wake } = this;
    const key = MessageModel.logKey(messageId);
    const isLogged = !written?.isBroken() && (await deps.events.has(key).catch(() => false));
    if (this.isOver) return;
    if (isLogged) {
      this.writer = written ? ownWriter(written, wake) : watchWriter(deps, messageId, { after, wake });
      this.source = deps.events.follow(key, { after, wake });
    } else {
      this.openRow();
    }
    wake();
  }

  private openRow(): void {
    this.source?.leave();
    this.writer?.end();
    this.writer = undefined;
    const { deps, messageId, last: after, wake } = this;
    const begun = after > this.after;
    this.source = feedOf((signal) => replay(deps, messageId, { after, begun, signal }), wake);
  }
}

interface Writer {
  /** Whether nothing more will come by the log, which wakes the reader. */
  isGone(): boolean;
  heard(id: number): void;
  end(): void;
}

/** It closes its log, whatever happens, and says when it has to go on without. */
function ownWriter({ isBroken, readers }: AnswerLog, wake: () => void): Writer {
  readers.add(wake);
  return {
    isGone: isBroken,
    heard() {},
    end() {
      readers.delete(wake);
    },
  };
}

/** It may have died, or lost its way to the log: told by a row that nobody writes, or that is ahead of the log. */
function watchWriter(
  { db, clock }: { db: Database; clock: Clock },
  messageId: string,
  { after, wake }: { after: number; wake: () => void },
): Writer {
  let isGone = false;
  let hasEnded = false;
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
    if (isLost && suspected && performance.now() - heardAt >= silentMs && !hasEnded) {
      isGone = true;
      wake();
    }
    suspected = isLost;
    return isLost ? silentMs : Math.max(silentMs, Math.min(heldMs, longestMs));
  };
  const wait = (ms: number) => {
    if (isGone || hasEnded) return;
    timer = setTimeout(() => void look().then(wait, () => wait(silentMs)), ms);
  };
  wait(silentMs);
  return {
    isGone: () => isGone,
    heard(id) {
      last = id;
      heardAt = performance.now();
    },
    end() {
      hasEnded = true;
      clearTimeout(timer);
    },
  };
}
