// The log of one answer: written by the process that generates it, followed by readers in any.
import { MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { Clock, EventLog, LogEntry, Logger } from "./ports.ts";
import { replay } from "./replay.ts";

/** A log that says nothing for this long makes its readers look at the row. */
const silentMs = 2_000;

export const messageLog = (messageId: string) => `message:${messageId}`;

export interface AnswerLog {
  append(event: string, data: unknown): Promise<void>;
  close(): Promise<void>;
}

/**
 * Never throws: an answer goes on without its log, and its readers find the rest in the row. After an entry that could
 * not be taken none is tried any more, because the ids tell readers how far they are in the row.
 */
export function createAnswerLog({ events, log }: { events: EventLog; log: Logger }, messageId: string): AnswerLog {
  const key = messageLog(messageId);
  let taken = 0;
  let broken = false;
  const close = () => events.close(key).catch(() => {});
  return {
    async append(event, data) {
      if (broken) return;
      try {
        taken += 1;
        broken = (await events.append(key, event, data)) !== taken;
      } catch (error) {
        broken = true;
        log.warn({ err: error, messageId }, "an answer goes on without its log");
      }
      if (broken) await close();
    },
    close,
  };
}

/** The events after the one with the id `after`: from the log while there is one, and what it lacks from the row. */
export async function* followAnswer(
  deps: { db: Database; events: EventLog; clock: Clock },
  messageId: string,
  { after, signal }: { after: number; signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  const key = messageLog(messageId);
  let last = after;
  if (await deps.events.has(key)) {
    const writer = watchWriter(deps, messageId, signal);
    try {
      for await (const entry of deps.events.read(key, { after, signal: writer.signal })) {
        // A log that begins again, because its place lost it, is no longer in step with the row.
        if (entry.id !== last + 1) break;
        last = entry.id;
        writer.heard();
        yield entry;
        if (entry.event === "done" || entry.event === "error") return;
      }
    } finally {
      writer.end();
    }
  }
  yield* replay(deps, messageId, { after: last, signal });
}

/** Its signal aborts with `signal`, and some time after the writer has left the log without its end. */
function watchWriter({ db, clock }: { db: Database; clock: Clock }, messageId: string, signal: AbortSignal) {
  const left = new AbortController();
  let suspected = false;
  const look = async () => {
    const row = await MessageModel.query(db).findById(messageId).select("status", "lease_until");
    const lives = row?.status === "streaming" && row.lease_until && row.lease_until > clock.now();
    // Once more before it is believed: the last entries may be on their way.
    if (!lives && suspected) left.abort();
    suspected = !lives;
  };
  const timer = setInterval(() => void look().catch(() => {}), silentMs);
  return {
    signal: AbortSignal.any([signal, left.signal]),
    heard: () => void timer.refresh(),
    end: () => clearInterval(timer),
  };
}
