// The events of an answer made again from its stored row, with the same ids, where its log is gone or was lost.
import { setTimeout as sleep } from "node:timers/promises";
import type { DoneData, StartData } from "@pagewise/sdk/contract";
import { failAbandoned } from "./abandoned.ts";
import { conversationDeleted, type ErrorEntry, errorEntry } from "./answer-end.ts";
import { MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { Clock, LogEntry } from "./ports.ts";
import { Problem, type ProblemCode } from "./problem.ts";

const nothing = { text: "", cited: [], unsupported: [] };
/** How often a row is looked at that is still being written; it is saved about as often. */
const pollMs = 1_000;

/**
 * Yields what has been saved, goes on as more is, and ends with the answer.
 * @param reader `begun`: it has had events up to `after` in the same stream
 */
export async function* replay(
  deps: { db: Database; clock: Clock },
  messageId: string,
  { after, begun, signal }: { after: number; begun: boolean; signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  let last = after;
  while (!signal.aborted) {
    const message = await MessageModel.query(deps.db).findById(messageId);
    if (!message) {
      // Deleted under its reader: the log that could have said so was forgotten.
      yield { id: last + 1, event: "error", data: errorEntry(conversationDeleted(), nothing) };
      return;
    }
    const entries = entriesOf(message);
    for (const entry of entries) {
      if (entry.id <= last) continue;
      last = entry.id;
      yield entry;
    }
    if (message.status !== "streaming") {
      const end = entries.at(-1);
      // Beyond the end, as when more was sent than saved: whoever reads must learn of it. Within a stream ids only rise.
      if (end && isUntold(end, after)) yield begun ? { ...end, id: after + 1 } : end;
      return;
    }
    if (await failAbandoned(deps.db, { leaseEndedBefore: deps.clock.now(), messageId })) continue;
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** What was left unfinished may have had a text of the number that its end has now. */
function isUntold(end: LogEntry, after: number): boolean {
  const isLeft = end.event === "error" && (end.data as ErrorEntry).code === "unavailable";
  return end.id < after || (end.id === after && isLeft);
}

function entriesOf(message: MessageModel): LogEntry[] {
  const start: StartData = {
    conversation_id: message.conversation_id,
    message_id: message.id,
    user_message_id: message.replies_to ?? "",
  };
  const events: Pick<LogEntry, "event" | "data">[] = [{ event: "start", data: start }];
  const isWritten = message.status === "streaming";
  // Saved with the first text at the latest; until then there may be some that are not saved yet.
  if (!isWritten || message.delta_ends.length > 0) {
    events.push({ event: "citations", data: { citations: message.citations } });
  }
  for (const [index, end] of message.delta_ends.entries()) {
    events.push({ event: "delta", data: { text: message.text.slice(message.delta_ends[index - 1] ?? 0, end) } });
  }
  if (!isWritten) events.push(endOf(message));
  return events.map((event, index) => ({ id: index + 1, ...event }));
}

function endOf(message: MessageModel): { event: string; data: DoneData | ErrorEntry } {
  const { error, finish_reason } = message;
  if (error || !finish_reason) {
    const { code, title, detail } = error ?? new Problem("internal-error");
    return { event: "error", data: errorEntry({ code: code as ProblemCode, title, detail }, message) };
  }
  const { cited, unsupported, confidence, model, usage } = message;
  return {
    event: "done",
    data: {
      finish_reason,
      confidence: confidence ?? 0,
      cited,
      unsupported,
      model: model ?? "",
      usage: usage ?? { prompt_tokens: 0, completion_tokens: 0 },
    },
  };
}
