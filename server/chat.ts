// Questions and their answers: asking, stopping, asking again, and following an answer from any event on.
import type { StartData } from "@pagewise/sdk/contract";
import { UniqueViolationError } from "objection";
import { v7 as uuid } from "uuid";
import { failAbandoned } from "./abandoned.ts";
import { createAnswerLog, followAnswer } from "./answer-log.ts";
import { leaseEnd } from "./answer-record.ts";
import { type Caller, callerId } from "./caller.ts";
import { findAnswer, findConversation, findMessage, titleOf, turnsBefore } from "./conversations.ts";
import type { Feed } from "./feed.ts";
import type { GenerationDeps } from "./generation.ts";
import { keyRow, type OnceKey } from "./idempotency.ts";
import { ConversationModel, insertConversation, MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { IdempotencyKeyModel } from "./models/idempotency-key.ts";
import type { LogEntry } from "./ports.ts";
import { Problem } from "./problem.ts";
import { createRunningAnswers } from "./running-answers.ts";
import { documentsInScope } from "./scope.ts";
import { isWithdrawn, offeredTo } from "./withdrawal.ts";

interface Question {
  caller: Caller;
  message: string;
  documentIds?: string[] | undefined;
  conversationId?: string | undefined;
}

export interface Chat {
  /** Throws what can be known before the first byte; the answer goes on by itself. `key` is kept if the message is made. */
  ask(question: Question, key: OnceKey | null): Promise<StartData>;
  /** A new answer to the same question. Throws `not-found`, `conversation-busy`, `no-documents`. */
  regenerate(caller: Caller, messageId: string, key: OnceKey | null): Promise<StartData>;
  /** Quiet where nothing is being written. Throws `not-found`. */
  stop(caller: Caller, messageId: string): Promise<void>;
  /** Throws `not-found` unless the answer is the caller's, and not withdrawn. */
  follow(caller: Caller, messageId: string): Promise<MessageModel>;
  /** The events after the one with the id `after`: stored ones, then those still to come, unless it `hasEnded`. */
  events(messageId: string, options: { after: number; hasEnded: boolean; wake: () => void }): Feed<LogEntry>;
  /** Whether it is this process that writes the answer. */
  isWriting(messageId: string): boolean;
  /** Ends what is being written in a conversation that was deleted. */
  abandon(conversationId: string): void;
  /** Marks answers as failed that nobody writes any more: those whose lease has ended, or all at a lone process's start. */
  recover(which: "expired" | "all"): Promise<number>;
  /** Takes no more questions, lets what is being written come to its end for `graceMs` (none: 0), then ends it. */
  close(options?: { graceMs: number }): Promise<void>;
}

interface NewAnswer {
  conversation: ConversationModel;
  isNew: boolean;
  /** A message to insert, or the one that is answered again. */
  question: { id: string; text: string; isNew: boolean };
  documents: DocumentModel[];
  replaces: string | null;
  key: OnceKey | null;
}

export function createChat(deps: Omit<GenerationDeps, "gate" | "statements"> & { unreadAnswerMs: number }): Chat {
  const running = createRunningAnswers(deps, { unreadMs: deps.unreadAnswerMs });
  /** Keys of requests whose rows are being inserted. */
  const beginning = new Set<string>();

  async function start(caller: Caller, answer: NewAnswer): Promise<StartData> {
    running.check();
    const messageId = uuid();
    const place = { conversationId: answer.conversation.id, questionId: answer.question.id };
    const turns = answer.isNew ? [] : await turnsBefore(deps, caller, place);
    const data = {
      conversation_id: place.conversationId,
      message_id: messageId,
      user_message_id: place.questionId,
    };
    const log = createAnswerLog(deps, messageId);
    const { question, documents, conversation } = answer;
    const embedId = caller.visitor?.embed.id ?? null;
    const key = answer.key && `${callerId(caller)} ${answer.key.key}`;
    // Nobody is made to look for what is refused: a conversation may be busy, and a key another request's.
    const isFirst = key === null || !beginning.has(key);
    if (key) beginning.add(key);
    const kept = insert(deps, answer, messageId)
      .then(() => log.append("start", data))
      .catch((error: unknown) => {
        throw isUniqueViolation(error) ? new Problem("conversation-busy") : error;
      })
      .finally(() => key && isFirst && beginning.delete(key));
    if (!answer.isNew || !isFirst) await kept;
    running.begin({ messageId, question: question.text, turns, documents, embedId, log, kept }, conversation.id);
    await kept;
    deps.log.info({ userId: caller.userId, embedId, messageId, documents: documents.length }, "an answer begins");
    return data;
  }

  return {
    async ask({ caller, message, documentIds, conversationId }, key) {
      const conversation = conversationId ? await findConversation(deps, caller, conversationId) : null;
      const documents = await documentsInScope(deps, caller, { documentIds, conversation });
      const ids = documents.map(({ id }) => id);
      const isNew = conversation === null;
      const now = deps.clock.now();
      const target =
        conversation ??
        ConversationModel.fromJson({
          id: uuid(),
          user_id: caller.userId,
          visitor_id: caller.visitor?.id ?? null,
          title: titleOf(message),
          document_ids: ids,
          all_documents: documentIds === undefined,
          created_at: now,
        });
      if (documentIds) Object.assign(target, { document_ids: ids, all_documents: false });
      target.updated_at = now;
      const question = { id: uuid(), text: message, isNew: true };
      return start(caller, { conversation: target, isNew, question, documents, replaces: null, key });
    },

    async regenerate(caller, messageId, key) {
      const old = await findAnswer(deps, caller, messageId);
      if (!old.replies_to) throw new Problem("not-found");
      const isLeft =
        old.status === "streaming" && (await failAbandoned(deps.db, { leaseEndedBefore: deps.clock.now(), messageId }));
      if (old.status === "streaming" && !isLeft) throw new Problem("conversation-busy");
      const conversation = await findConversation(deps, caller, old.conversation_id);
      const question = await findMessage(deps, caller, old.replies_to);
      const documents = await documentsInScope(deps, caller, { documentIds: undefined, conversation });
      conversation.updated_at = deps.clock.now();
      const asked = { id: question.id, text: question.text, isNew: false };
      return start(caller, { conversation, isNew: false, question: asked, documents, replaces: old.id, key });
    },

    async stop(caller, messageId) {
      const message = await findAnswer(deps, caller, messageId);
      if (message.status !== "streaming") return;
      await running.stop(messageId).catch((cause) => {
        throw new Problem("unavailable", "The answer could not be stopped.", { cause });
      });
    },

    async follow(caller, messageId) {
      const message = await findAnswer(deps, caller, messageId);
      if (isWithdrawn(message, await offeredTo(deps, caller))) throw new Problem("not-found");
      return message;
    },

    events: (messageId, options) => followAnswer(deps, messageId, { ...options, written: running.logOf(messageId) }),

    isWriting: (messageId) => running.logOf(messageId) !== undefined,

    abandon: running.abandon,

    recover(which) {
      return failAbandoned(deps.db, { leaseEndedBefore: which === "all" ? null : deps.clock.now() });
    },

    close: ({ graceMs } = { graceMs: 0 }) => running.close(graceMs),
  };
}

async function insert(
  deps: { db: Database; clock: GenerationDeps["clock"] },
  answer: NewAnswer,
  messageId: string,
): Promise<void> {
  const { db, clock } = deps;
  const { conversation, isNew, question, replaces } = answer;
  const [now, lease_until] = [clock.now(), leaseEnd(clock)];
  const key = answer.key && keyRow({ clock }, answer.key, messageId);
  if (isNew) {
    await insertConversation(db, conversation, {
      question,
      answer: { id: messageId, created_at: now, lease_until },
      key,
    });
    return;
  }
  const place = { conversation_id: conversation.id, created_at: now };
  const asked: Partial<MessageModel> = {
    ...place,
    id: question.id,
    role: "user",
    status: "complete",
    text: question.text,
  };
  const begun: Partial<MessageModel> = {
    ...{ ...place, id: messageId, role: "assistant", status: "streaming" },
    ...{ replies_to: question.id, replaces, lease_until },
  };
  await db.transaction(async (trx) => {
    const { document_ids, all_documents, updated_at } = conversation;
    await ConversationModel.query(trx).findById(conversation.id).patch({ document_ids, all_documents, updated_at });
    // An answer whose process died must not block its conversation.
    await failAbandoned(trx, { leaseEndedBefore: now, conversationId: conversation.id });
    if (key) await IdempotencyKeyModel.query(trx).insert(key);
    await MessageModel.query(trx).insert(question.isNew ? [asked, begun] : [begun]);
  });
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof UniqueViolationError || (error as { code?: unknown }).code === "23505";
}
