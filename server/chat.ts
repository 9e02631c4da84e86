// Questions and their answers: asking, stopping, asking again, and following an answer from any event on.
import type { StartData } from "@pagewise/sdk/contract";
import { UniqueViolationError } from "objection";
import { v7 as uuid } from "uuid";
import { failAbandoned } from "./abandoned.ts";
import { createAnswerLog, followAnswer, messageLog } from "./answer-log.ts";
import { leaseEnd } from "./answer-record.ts";
import { findConversation, findMessage, titleOf, turnsBefore } from "./conversations.ts";
import { createGate } from "./gate.ts";
import { type AbortReason, type Generation, type GenerationDeps, generate } from "./generation.ts";
import { keyRow, type OnceKey } from "./idempotency.ts";
import { ConversationModel, MessageModel } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { IdempotencyKeyModel } from "./models/idempotency-key.ts";
import type { LogEntry } from "./ports.ts";
import { Problem } from "./problem.ts";
import { documentsInScope } from "./scope.ts";

interface Question {
  userId: string;
  message: string;
  documentIds?: string[] | undefined;
  conversationId?: string | undefined;
}

export interface Chat {
  /** Throws what can be known before the first byte; the answer goes on by itself. `key` is kept if the message is made. */
  ask(question: Question, key: OnceKey | null): Promise<StartData>;
  /** A new answer to the same question. Throws `not-found`, `conversation-busy`, `no-documents`. */
  regenerate(userId: string, messageId: string, key: OnceKey | null): Promise<StartData>;
  /** Quiet where nothing is being written. Throws `not-found`. */
  stop(userId: string, messageId: string): Promise<void>;
  /** Throws `not-found` unless the answer is the user's. */
  follow(userId: string, messageId: string): Promise<MessageModel>;
  /** The events after the one with the id `after`: stored ones, then those still to come. */
  events(messageId: string, options: { after: number; signal: AbortSignal }): AsyncIterable<LogEntry>;
  /** Ends what is being written in a conversation that was deleted. */
  abandon(conversationId: string): void;
  /** Marks answers as failed that nobody writes any more: those whose lease has ended, or all at a lone process's start. */
  recover(which: "expired" | "all"): Promise<number>;
  /** Ends every answer that is being written and waits for their last events. */
  close(): Promise<void>;
}

/** Answers written at once; the others wait their turn while their readers are pinged. */
const maxAtOnce = 32;
const maxWaiting = 512;
/** Stopping waits this long for the last event before it returns. */
const stopMs = 250;

/** Where a stop is asked for by whichever process it reaches. */
const stopLog = (messageId: string) => `stop:${messageId}`;

interface Running {
  conversationId: string;
  abort: AbortController;
  ended: Promise<void>;
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

export function createChat(deps: GenerationDeps): Chat {
  const running = new Map<string, Running>();
  const gate = createGate(maxAtOnce, maxWaiting);
  let closed = false;

  async function start(userId: string, answer: NewAnswer): Promise<StartData> {
    if (closed || gate.full()) throw new Problem("unavailable", undefined, { headers: { "Retry-After": "10" } });
    const messageId = uuid();
    const turns = answer.isNew ? [] : await turnsBefore(deps, answer.conversation.id, answer.question.id);
    await insert(deps, answer, messageId).catch((error: unknown) => {
      throw isUniqueViolation(error) ? new Problem("conversation-busy") : error;
    });
    const data = {
      conversation_id: answer.conversation.id,
      message_id: messageId,
      user_message_id: answer.question.id,
    };
    const log = createAnswerLog(deps, messageId);
    await log.append("start", data);
    const { question, documents, conversation } = answer;
    run({ messageId, question: question.text, turns, documents, log }, conversation.id);
    deps.log.info({ userId, messageId, documents: answer.documents.length }, "an answer begins");
    return data;
  }

  function run(generation: Generation, conversationId: string): void {
    const abort = new AbortController();
    const ended = gate
      .enter(abort.signal)
      .then((leave) => generate(deps, generation, abort).finally(leave))
      .finally(() => {
        running.delete(generation.messageId);
        void deps.events.close(stopLog(generation.messageId)).catch(() => {});
      });
    const entry = { conversationId, abort, ended };
    running.set(generation.messageId, entry);
    stopWhenAsked(generation.messageId, entry).catch((error) =>
      deps.log.error({ err: error }, "a stop cannot be heard"),
    );
  }

  /** A reader's stop may reach another process than the one that writes. */
  async function stopWhenAsked(messageId: string, entry: Running): Promise<void> {
    const ended = new AbortController();
    void entry.ended.finally(() => ended.abort());
    for await (const _ of deps.events.read(stopLog(messageId), { after: 0, signal: ended.signal })) end(entry, "stop");
  }

  async function askToStop(messageId: string): Promise<void> {
    const after = await deps.events.last(messageLog(messageId));
    await deps.events.append(stopLog(messageId), "stop", null);
    await deps.events.close(stopLog(messageId));
    const signal = AbortSignal.timeout(stopMs);
    for await (const _ of deps.events.read(messageLog(messageId), { after, signal }));
  }

  const end = ({ abort }: Running, reason: AbortReason) => abort.abort(reason);

  return {
    async ask({ userId, message, documentIds, conversationId }, key) {
      const conversation = conversationId ? await findConversation(deps, userId, conversationId) : null;
      const documents = await documentsInScope(deps, userId, { documentIds, conversation });
      const ids = documents.map(({ id }) => id);
      const isNew = conversation === null;
      const now = deps.clock.now();
      const target =
        conversation ??
        ConversationModel.fromJson({
          id: uuid(),
          user_id: userId,
          title: titleOf(message),
          document_ids: ids,
          all_documents: documentIds === undefined,
          created_at: now,
        });
      if (documentIds) Object.assign(target, { document_ids: ids, all_documents: false });
      target.updated_at = now;
      const question = { id: uuid(), text: message, isNew: true };
      return start(userId, { conversation: target, isNew, question, documents, replaces: null, key });
    },

    async regenerate(userId, messageId, key) {
      const old = await findMessage(deps, userId, messageId);
      if (old.role !== "assistant" || !old.replies_to) throw new Problem("not-found");
      if (old.status === "streaming") throw new Problem("conversation-busy");
      const conversation = await findConversation(deps, userId, old.conversation_id);
      const question = await findMessage(deps, userId, old.replies_to);
      const documents = await documentsInScope(deps, userId, { documentIds: undefined, conversation });
      conversation.updated_at = deps.clock.now();
      const asked = { id: question.id, text: question.text, isNew: false };
      return start(userId, { conversation, isNew: false, question: asked, documents, replaces: old.id, key });
    },

    async stop(userId, messageId) {
      const message = await this.follow(userId, messageId);
      const found = running.get(messageId);
      if (!found) {
        if (message.status !== "streaming") return;
        return await askToStop(messageId).catch((cause) => {
          throw new Problem("unavailable", "The answer could not be stopped.", { cause });
        });
      }
      end(found, "stop");
      await Promise.race([found.ended, new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
    },

    async follow(userId, messageId) {
      const message = await findMessage(deps, userId, messageId);
      if (message.role !== "assistant") throw new Problem("not-found");
      return message;
    },

    events: (messageId, options) => followAnswer(deps, messageId, options),

    abandon(conversationId) {
      for (const entry of running.values()) if (entry.conversationId === conversationId) end(entry, "gone");
    },

    recover(which) {
      return failAbandoned(deps.db, { leaseEndedBefore: which === "all" ? null : deps.clock.now() });
    },

    async close() {
      closed = true;
      const all = [...running.values()];
      for (const entry of all) end(entry, "close");
      await Promise.all(all.map(({ ended }) => ended));
    },
  };
}

async function insert(
  deps: { db: Database; clock: GenerationDeps["clock"] },
  answer: NewAnswer,
  messageId: string,
): Promise<void> {
  const { db, clock } = deps;
  const { conversation, isNew } = answer;
  const now = clock.now();
  const messages = messageRows(answer, messageId, { created_at: now, lease_until: leaseEnd(clock) });
  const key = answer.key && keyRow({ clock }, answer.key, messageId);
  if (isNew) {
    // One statement: on the way to the first passage each is waited for.
    const inserting = MessageModel.query(db).with("conversation", ConversationModel.query().insert(conversation));
    if (key) inserting.with("key", IdempotencyKeyModel.query().insert(key));
    await inserting.insert(messages);
    return;
  }
  await db.transaction(async (trx) => {
    const { document_ids, all_documents, updated_at } = conversation;
    await ConversationModel.query(trx).findById(conversation.id).patch({ document_ids, all_documents, updated_at });
    // An answer whose process died must not block its conversation.
    await failAbandoned(trx, { leaseEndedBefore: now, conversationId: conversation.id });
    if (key) await IdempotencyKeyModel.query(trx).insert(key);
    await MessageModel.query(trx).insert(messages);
  });
}

/** The question, where it is new, and the answer that is about to be written. */
function messageRows(
  { conversation, question, replaces }: NewAnswer,
  messageId: string,
  { created_at, lease_until }: { created_at: Date; lease_until: Date },
): Partial<MessageModel>[] {
  const conversation_id = conversation.id;
  const answer: Partial<MessageModel> = {
    ...{ id: messageId, conversation_id, role: "assistant", status: "streaming", created_at },
    ...{ replies_to: question.id, replaces, lease_until },
  };
  if (!question.isNew) return [answer];
  return [
    { id: question.id, conversation_id, role: "user", status: "complete", text: question.text, created_at },
    answer,
  ];
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof UniqueViolationError || (error as { code?: unknown }).code === "23505";
}
