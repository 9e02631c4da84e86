// Conversations and their messages as whoever asked in them sees them: an account its own, a visitor its own.
import type { Feedback } from "@pagewise/sdk/contract";
import type { Caller } from "./caller.ts";
import { goneAmong } from "./evidence.ts";
import type { Turn } from "./follow-up.ts";
import { withoutMarks } from "./history.ts";
import { answerLogs, forgetLogs } from "./models/answer-logs.ts";
import { ConversationModel, MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import { liveAmong } from "./models/document.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";
import { withoutHidden } from "./visible-text.ts";
import { wellFormed, withoutTurns } from "./well-formed.ts";
import { asOffered, offeredTo } from "./withdrawal.ts";

interface Deps {
  db: Database;
}

const maxTitle = 80;
const searchedAtOnce = 200;
/** An answer may be long, and several people may take theirs along at once. */
const readAtOnce = 20;
/** Questions that are looked back on; how much of them a model is given is bounded by tokens. */
const maxTurns = 12;

/** Throws `conversation-not-found`. */
export async function findConversation(deps: Deps, caller: Caller, id: string): Promise<ConversationModel> {
  const conversation = await ConversationModel.of(deps.db, caller).findById(id);
  if (!conversation) throw new Problem("conversation-not-found");
  return conversation;
}

/** Throws `not-found`. */
export async function findMessage(deps: Deps, caller: Caller, id: string): Promise<MessageModel> {
  const message = await MessageModel.query(deps.db)
    .findById(id)
    .whereIn("conversation_id", ConversationModel.of(deps.db, caller).select("id"));
  if (!message) throw new Problem("not-found");
  return message;
}

/** Throws `not-found`, also for a question. */
export async function findAnswer(deps: Deps, caller: Caller, id: string): Promise<MessageModel> {
  const message = await findMessage(deps, caller, id);
  if (message.role !== "assistant") throw new Problem("not-found");
  return message;
}

interface ConversationCursor {
  updatedAt: string;
  id: string;
}

interface ListPage {
  limit: number;
  after: ConversationCursor | null;
}

/** By last message, newest first. @param q part of the title, or of what was asked or answered, in any case */
export async function listConversations(
  deps: Deps,
  caller: Caller,
  { q, ...page }: { q: string | undefined } & ListPage,
): Promise<ConversationModel[]> {
  return q ? searchConversations(deps, caller, q, page) : newest(deps, caller, page);
}

function newest(deps: Deps, caller: Caller, { limit, after }: ListPage) {
  const query = ConversationModel.of(deps.db, caller).modify("newestFirst").limit(limit);
  return after ? query.whereRaw("(updated_at, id) < (?::timestamptz, ?::uuid)", [after.updatedAt, after.id]) : query;
}

/** Looks through so many at a time: others wait behind each statement where there is one session for all. */
async function searchConversations(
  deps: Deps,
  caller: Caller,
  q: string,
  { limit, after }: ListPage,
): Promise<ConversationModel[]> {
  // As a pattern it stands for itself: half the time that `ilike` takes.
  const words = `***=${q}`;
  const said = MessageModel.query().whereColumn("conversation_id", "conversations.id").where("text", "~*", words);
  const offered = await offeredTo(deps, caller);
  // What was withdrawn is not found either: word by word it could be read so.
  if (offered) said.modify("drawnFrom", [...offered]);
  const found: ConversationModel[] = [];
  let last = after;
  for (;;) {
    const looked = await newest(deps, caller, { limit: searchedAtOnce, after: last }).select("id", "updated_at");
    const ids = looked.map(({ id }) => id);
    const holds = ConversationModel.query(deps.db).whereIn("id", ids).modify("newestFirst");
    found.push(...(await holds.where((either) => either.where("title", "~*", words).orWhereExists(said.clone()))));
    const end = looked.at(-1);
    if (found.length >= limit || looked.length < searchedAtOnce || !end) return found.slice(0, limit);
    last = { updatedAt: end.updated_at.toISOString(), id: end.id };
  }
}

/** Throws `conversation-not-found`. */
export async function renameConversation(
  deps: Deps,
  caller: Caller,
  id: string,
  title: string,
): Promise<ConversationModel> {
  const [conversation] = await ConversationModel.of(deps.db, caller).where({ id }).patch({ title }).returning("*");
  if (!conversation) throw new Problem("conversation-not-found");
  return conversation;
}

/** What is being written in it ends, and no log of it can be read any more. Throws `conversation-not-found`. */
export async function deleteConversation(
  { db, chat, events, clock }: Pick<Services, "db" | "chat" | "events" | "clock">,
  caller: Caller,
  id: string,
): Promise<void> {
  const logs = await db.transaction(async (trx) => {
    // Held: an answer that begins at this moment is known, or finds no conversation.
    const found = await ConversationModel.of(trx, caller).findById(id).forUpdate().select("id");
    if (!found) throw new Problem("conversation-not-found");
    const known = await answerLogs(trx, [id], clock.now());
    await ConversationModel.query(trx).deleteById(id);
    return known;
  });
  chat.abandon(id);
  await forgetLogs(events, logs);
}

/** Oldest first, as the caller may read them. Throws `conversation-not-found`. */
export async function listMessages(
  deps: Deps,
  caller: Caller,
  conversationId: string,
  { limit, after }: { limit: number; after: string | null },
): Promise<MessageModel[]> {
  await findConversation(deps, caller, conversationId);
  const query = MessageModel.query(deps.db).where("conversation_id", conversationId).orderBy("id").limit(limit);
  return asOffered(deps, caller, await (after ? query.where("id", ">", after) : query));
}

/** All messages of a conversation, oldest first, read as far as they are taken. @param byQuestion answers follow their question */
export async function* everyMessage(
  deps: Deps,
  caller: Caller,
  conversationId: string,
  { byQuestion }: { byQuestion: boolean },
): AsyncGenerator<MessageModel> {
  const place = byQuestion ? "coalesce(replies_to, id)" : "id";
  let last: MessageModel | undefined;
  for (;;) {
    const query = MessageModel.query(deps.db).where("conversation_id", conversationId);
    if (last) {
      const lastPlace = byQuestion ? (last.replies_to ?? last.id) : last.id;
      query.whereRaw(`(${place}, id) > (?::uuid, ?::uuid)`, [lastPlace, last.id]);
    }
    const messages = await query.orderByRaw(`${place}, id`).limit(readAtOnce);
    yield* await asOffered(deps, caller, messages);
    last = messages.at(-1);
    if (messages.length < readAtOnce) return;
  }
}

/** Throws `not-found`; a question takes no feedback. */
export async function giveFeedback(
  deps: Deps,
  caller: Caller,
  messageId: string,
  feedback: Feedback | null,
): Promise<void> {
  const message = await findAnswer(deps, caller, messageId);
  await message.$query(deps.db).patch({ feedback });
}

/**
 * The last questions before one, oldest first, each with the newest of its answers that was given: a failed one counts
 * as none, however much of it there is, a stopped one as far as it came. One that was drawn from a document which has
 * been deleted since, or taken from the visitor's embed, counts as none too, also where it only looked at it: no word of
 * such a document comes back.
 */
export async function turnsBefore(
  deps: Deps,
  { visitor }: Caller,
  { conversationId, questionId }: { conversationId: string; questionId: string },
): Promise<Turn[]> {
  const messages = () => MessageModel.query(deps.db).where("conversation_id", conversationId);
  const questions = await messages()
    .where({ role: "user" })
    .where("id", "<", questionId)
    .orderBy("id", "desc")
    .limit(maxTurns)
    .select("id", "text");
  if (questions.length === 0) return [];
  const answers = await messages()
    .whereIn(
      "replies_to",
      questions.map(({ id }) => id),
    )
    .whereIn("status", ["complete", "stopped"])
    .whereNot("text", "")
    .orderBy("id")
    .select("id", "replies_to", "text", "status", "citations", "cited");
  const offered = visitor?.embed.document_ids;
  const gone = await goneAmong(
    (ids) => liveAmong(deps.db, offered ? ids.filter((id) => offered.includes(id)) : ids),
    answers.flatMap(({ citations }) => citations),
  );
  const newest = new Map(answers.map((answer) => [answer.replies_to, answer]));
  return questions.toReversed().map(({ id, text }) => {
    const given = newest.get(id);
    const answer = given?.citations.some(({ document_id }) => gone.has(document_id)) ? undefined : given;
    const titles =
      answer?.citations.filter(({ index }) => answer.cited.includes(index)).map(({ title }) => title) ?? [];
    return { question: text, answer: answer ? answerOf(answer) : null, titles };
  });
}

function answerOf({ text, status }: MessageModel): string {
  return status === "stopped" ? `${withoutMarks(text)} …` : withoutMarks(text);
}

/** Without what breaks a line, turns it around, or controls whatever shows it. */
export function inOneLine(text: string): string {
  const line = withoutTurns(text)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  // What nobody sees is no title.
  return withoutHidden(line).trim() === "" ? "" : line;
}

/** The question in one line, cut at a word. */
export function titleOf(question: string): string {
  const line = inOneLine(question);
  if (line.length <= maxTitle) return line;
  const cut = wellFormed(line.slice(0, maxTitle - 1));
  return `${cut.replace(/\s+\S*$/, "") || cut}…`;
}
