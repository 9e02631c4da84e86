// The logs of answers whose conversations go: found while the rows still name them, and forgotten when those have gone.
import type { QueryBuilder } from "objection";
import { type ConversationModel, MessageModel } from "./conversation.ts";
import type { Database } from "./database.ts";

/** No log of an answer is kept as long. */
const keptMs = 25 * 3_600_000;
const forgottenAtOnce = 100;

/** @returns the key of each log that there may still be of an answer in these conversations */
export async function answerLogs(
  db: Database,
  conversations: string[] | QueryBuilder<ConversationModel>,
  now: Date,
): Promise<string[]> {
  const answers = MessageModel.query(db)
    .where({ role: "assistant" })
    .where("created_at", ">", loggedSince(now))
    .select("id");
  const rows = await (Array.isArray(conversations)
    ? answers.whereIn("conversation_id", conversations)
    : answers.whereIn("conversation_id", conversations));
  return rows.map(({ id }) => MessageModel.logKey(id));
}

/** Answers that were begun before have no log any more. */
export function loggedSince(now: Date): Date {
  return new Date(now.getTime() - keptMs);
}

/** Never rejects: what cannot be reached now forgets by itself within a day. */
export async function forgetLogs(events: { forget(key: string): Promise<void> }, logs: string[]): Promise<void> {
  for (let from = 0; from < logs.length; from += forgottenAtOnce) {
    const some = logs.slice(from, from + forgottenAtOnce);
    await Promise.allSettled(some.map((key) => events.forget(key)));
  }
}
