// The events of an answer made again from its stored row, with the same ids, once its log is gone.
import type { DoneData, StartData } from "@pagewise/sdk/contract";
import { failAbandoned } from "./abandoned.ts";
import { type ErrorEntry, errorEntry } from "./generation.ts";
import { MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { Clock, LogEntry } from "./ports.ts";
import { Problem, type ProblemCode } from "./problem.ts";

/** How often a row is looked at that another process is still writing. */
const pollMs = 500;

export async function* replay(
  deps: { db: Database; clock: Clock },
  messageId: string,
  { after, signal }: { after: number; signal: AbortSignal },
): AsyncGenerator<LogEntry> {
  const message = await finished(deps, messageId, signal);
  if (!message) return;
  const entries = entriesOf(message);
  yield* entries.filter((entry) => entry.id > after);
  const last = entries.at(-1);
  // Its process died after it had sent more than it saved: the reader is beyond the end and must learn of it.
  if (last?.event === "error" && last.id <= after) yield { ...last, id: after + 1 };
}

function entriesOf(message: MessageModel): LogEntry[] {
  const start: StartData = {
    conversation_id: message.conversation_id,
    message_id: message.id,
    user_message_id: message.replies_to ?? "",
  };
  const deltas = message.delta_ends.map((end, index) => ({
    event: "delta",
    data: { text: message.text.slice(message.delta_ends[index - 1] ?? 0, end) },
  }));
  const events = [
    { event: "start", data: start },
    { event: "citations", data: { citations: message.citations } },
    ...deltas,
    endOf(message),
  ];
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

async function finished(
  deps: { db: Database; clock: Clock },
  messageId: string,
  signal: AbortSignal,
): Promise<MessageModel | undefined> {
  while (!signal.aborted) {
    const message = await MessageModel.query(deps.db).findById(messageId);
    if (message?.status !== "streaming") return message;
    if (await failAbandoned(deps.db, { leaseEndedBefore: deps.clock.now(), messageId })) continue;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      signal.addEventListener("abort", () => [clearTimeout(timer), resolve()], { once: true });
    });
  }
  return undefined;
}
