// Conversations and their messages as their owner sees them.
import type { Feedback } from "@pagewise/sdk/contract";
import { goneAmong } from "./evidence.ts";
import { ConversationModel, MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { LanguageModelRequest } from "./ports.ts";
import { Problem } from "./problem.ts";
import { wellFormed } from "./well-formed.ts";

interface Deps {
  db: Database;
}

const maxTitle = 80;
const maxTurns = 8;
/** Characters of one earlier turn, and of all of them together, that an answer may look back on. */
const maxTurnLength = 2000;
const maxHistoryLength = 8000;

/** Throws `conversation-not-found`. */
export async function findConversation(deps: Deps, userId: string, id: string): Promise<ConversationModel> {
  const conversation = await ConversationModel.query(deps.db).findOne({ id, user_id: userId });
  if (!conversation) throw new Problem("conversation-not-found");
  return conversation;
}

/** Throws `not-found`. */
export async function findMessage(deps: Deps, userId: string, id: string): Promise<MessageModel> {
  const message = await MessageModel.query(deps.db)
    .findById(id)
    .whereIn("conversation_id", ConversationModel.query(deps.db).select("id").where("user_id", userId));
  if (!message) throw new Problem("not-found");
  return message;
}

export interface ConversationCursor {
  updatedAt: string;
  id: string;
}

/** By last message, newest first. */
export async function listConversations(
  deps: Deps,
  userId: string,
  { q, limit, after }: { q: string | undefined; limit: number; after: ConversationCursor | null },
): Promise<ConversationModel[]> {
  const query = ConversationModel.query(deps.db)
    .where("user_id", userId)
    .orderBy([
      { column: "updated_at", order: "desc" },
      { column: "id", order: "desc" },
    ])
    .limit(limit);
  if (q) query.whereRaw("title ilike ?", [`%${q.replace(/[\\%_]/g, "\\$&")}%`]);
  if (after) query.whereRaw("(updated_at, id) < (?::timestamptz, ?::uuid)", [after.updatedAt, after.id]);
  return query;
}

/** Throws `conversation-not-found`. */
export async function renameConversation(
  deps: Deps,
  userId: string,
  id: string,
  title: string,
): Promise<ConversationModel> {
  const [conversation] = await ConversationModel.query(deps.db)
    .where({ id, user_id: userId })
    .patch({ title })
    .returning("*");
  if (!conversation) throw new Problem("conversation-not-found");
  return conversation;
}

/** Throws `conversation-not-found`. */
export async function deleteConversation(deps: Deps, userId: string, id: string): Promise<void> {
  const deleted = await ConversationModel.query(deps.db).delete().where({ id, user_id: userId });
  if (deleted === 0) throw new Problem("conversation-not-found");
}

/** Oldest first. Throws `conversation-not-found`. */
export async function listMessages(
  deps: Deps,
  userId: string,
  conversationId: string,
  { limit, after }: { limit: number; after: string | null },
): Promise<MessageModel[]> {
  await findConversation(deps, userId, conversationId);
  const query = MessageModel.query(deps.db).where("conversation_id", conversationId).orderBy("id").limit(limit);
  return after ? query.where("id", ">", after) : query;
}

/** Throws `not-found`; a question takes no feedback. */
export async function giveFeedback(
  deps: Deps,
  userId: string,
  messageId: string,
  feedback: Feedback | null,
): Promise<void> {
  const message = await findMessage(deps, userId, messageId);
  if (message.role !== "assistant") throw new Problem("not-found");
  await message.$query(deps.db).patch({ feedback });
}

/** What a model is told in place of an answer that was drawn from a document which has been deleted since. */
const withdrawn = "(That answer was drawn from a document that has been deleted since.)";

/**
 * The last turns before a question, oldest first; an answer that was written anew counts in its last version. No word
 * of a deleted document is among them, also where the answer only looked at it.
 */
export async function historyBefore(
  deps: Deps,
  conversationId: string,
  questionId: string,
): Promise<LanguageModelRequest["history"]> {
  const rows = await MessageModel.query(deps.db)
    .where("conversation_id", conversationId)
    .where("id", "<", questionId)
    .whereIn("status", ["complete", "stopped"])
    .whereNot("text", "")
    .orderBy("id", "desc")
    .limit(maxTurns * 2);
  const gone = await goneAmong(
    deps,
    rows.flatMap(({ citations }) => citations),
  );
  const replaced = new Set(rows.map((row) => row.replaces));
  const turns: LanguageModelRequest["history"] = [];
  let length = 0;
  for (const row of rows.filter(({ id }) => !replaced.has(id)).slice(0, maxTurns)) {
    const isGone = row.citations.some(({ document_id }) => gone.has(document_id));
    const text = isGone ? withdrawn : wellFormed(row.text.slice(0, maxTurnLength));
    length += text.length;
    if (length > maxHistoryLength) break;
    turns.unshift({ role: row.role, text });
  }
  return turns;
}

/** The question in one line, cut at a word. */
export function titleOf(question: string): string {
  const line = question.replace(/\s+/g, " ").trim();
  if (line.length <= maxTitle) return line;
  const cut = wellFormed(line.slice(0, maxTitle - 1));
  return `${cut.replace(/\s+\S*$/, "") || cut}…`;
}
