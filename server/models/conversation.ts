// Conversations and their messages, questions and answers alike.

import type { Citation, Feedback, FinishReason, MessageStatus, Usage } from "@pagewise/sdk/contract";
import { Model, type Modifiers, raw } from "objection";
import { type Database, runDirectly } from "./database.ts";
import type { NewKey } from "./idempotency-key.ts";

export class ConversationModel extends Model {
  static override tableName = "conversations";
  static override jsonAttributes = ["document_ids"];
  static override modifiers: Modifiers = {
    newestFirst(query) {
      query.orderBy([
        { column: "updated_at", order: "desc" },
        { column: "id", order: "desc" },
      ]);
    },
  };
  declare id: string;
  declare user_id: string;
  /** The visitor of one of the user's embeds; null: the user's own. */
  declare visitor_id: string | null;
  declare title: string;
  declare document_ids: string[];
  declare all_documents: boolean;
  declare created_at: Date;
  declare updated_at: Date;

  /** Those of one caller: an account has nothing of its visitors', nor they of it or of each other. */
  static of(db: Database, { userId, visitor }: { userId: string; visitor: { id: string } | null }) {
    return ConversationModel.query(db).where({ user_id: userId, visitor_id: visitor?.id ?? null });
  }
}

/** A citation as stored: its picture's address is signed afresh for each reader. */
export type StoredCitation = Omit<Citation, "page_image_url">;

export class MessageModel extends Model {
  static override tableName = "messages";
  static override jsonAttributes = ["citations", "cited", "unsupported", "delta_ends", "usage", "error", "feedback"];
  static override modifiers: Modifiers = {
    /** Those that name no other documents. */
    drawnFrom(query, documentIds: string[]) {
      query.whereRaw(
        `not exists (select from jsonb_array_elements(messages.citations) as named(citation)
          where not (citation->>'document_id')::uuid = any(?::uuid[]))`,
        [documentIds],
      );
    },
  };
  declare id: string;
  declare conversation_id: string;
  declare role: "user" | "assistant";
  declare status: MessageStatus;
  declare text: string;
  declare citations: StoredCitation[];
  declare cited: number[];
  declare unsupported: [number, number][];
  declare delta_ends: number[];
  declare finish_reason: FinishReason | null;
  declare confidence: number | null;
  declare model: string | null;
  declare usage: Usage | null;
  declare error: { code: string; title: string; detail: string } | null;
  declare replaces: string | null;
  declare replies_to: string | null;
  declare feedback: Feedback | null;
  declare lease_until: Date | null;
  declare created_at: Date;

  /** The event-log key under which an answer is followed while it is written. */
  static logKey(id: string): string {
    return `message:${id}`;
  }
}

/**
 * A new conversation with its first question, the answer that is about to be written, and the key that the request came
 * with. One plain statement, for on the way to the first passage each is waited for.
 */
export async function insertConversation(
  db: Database,
  conversation: ConversationModel,
  {
    question,
    answer,
    key,
  }: {
    question: Pick<MessageModel, "id" | "text">;
    answer: Pick<MessageModel, "id" | "created_at"> & { lease_until: Date };
    key: NewKey | null;
  },
): Promise<void> {
  const { id, user_id, visitor_id, title, document_ids, all_documents } = conversation;
  const values: unknown[] = [
    ...[id, user_id, visitor_id, title, JSON.stringify(document_ids), all_documents, conversation.created_at],
    ...[question.id, question.text, answer.id, answer.created_at, answer.lease_until],
  ];
  const kept = key && [key.caller_id, key.user_id, key.key, key.fingerprint, key.made, key.created_at];
  const places = kept?.map((_, index) => `$${values.length + index + 1}`);
  await runDirectly(
    db,
    `with conversation as (
       insert into conversations (id, user_id, visitor_id, title, document_ids, all_documents, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $7))
     ${places ? `, key as (insert into idempotency_keys (caller_id, user_id, key, fingerprint, made, created_at) values (${places}))` : ""}
     insert into messages (id, conversation_id, role, status, text, replies_to, lease_until, created_at)
     values ($8, $1, 'user', 'complete', $9, null, null, $11), ($10, $1, 'assistant', 'streaming', '', $8, $12, $11)`,
    [...values, ...(kept ?? [])],
  );
}

/** How far an answer has been saved, and until when whoever writes it holds it; null: nobody writes it. */
export async function savedSoFar(db: Database, messageId: string): Promise<{ deltas: number; heldUntil: Date | null }> {
  const row = await MessageModel.query(db)
    .findById(messageId)
    .select("status", "lease_until", raw("jsonb_array_length(delta_ends)").as("deltas"))
    .castTo<{ status: MessageStatus; lease_until: Date | null; deltas: number } | undefined>();
  return { deltas: row?.deltas ?? 0, heldUntil: row?.status === "streaming" ? row.lease_until : null };
}

const jsonColumns = new Set(MessageModel.jsonAttributes);

/** Saves fields of an answer that is being written. @returns false where nobody writes it any more. */
export async function saveStreaming(db: Database, messageId: string, fields: Partial<MessageModel>): Promise<boolean> {
  const columns = Object.entries(fields);
  const set = columns.map(([name], index) => `${name} = $${index + 2}`);
  const values = columns.map(([name, value]) => (jsonColumns.has(name) && value ? JSON.stringify(value) : value));
  const sql = `update messages set ${set.join(", ")} where id = $1 and status = 'streaming' returning id`;
  return (await runDirectly(db, sql, [messageId, ...values])).length > 0;
}

const savedColumns = [
  ...["status", "text", "citations", "cited", "unsupported", "delta_ends", "finish_reason", "confidence", "model"],
  ...["usage", "error", "lease_until"],
];

/**
 * The same for many answers, in one plain statement, for it runs every second for each of them. Rows that somebody else holds at this moment are passed over: two who
 * save many at once never wait for each other.
 * @returns the ids of those that were saved.
 */
export async function saveAllStreaming(
  db: Database,
  answers: [messageId: string, fields: Partial<MessageModel>][],
): Promise<Set<string>> {
  const rows = await runDirectly<{ id: string }>(
    db,
    `with given as materialized (select * from jsonb_to_recordset($1::jsonb) as given(id uuid, fields jsonb)),
     held as materialized (
       select messages.id from messages join given using (id) where status = 'streaming' for update of messages skip locked)
     update messages set (${savedColumns.join(", ")}) = (
       select ${savedColumns.map((name) => `saved.${name}`).join(", ")}
       from jsonb_populate_record(messages, given.fields) saved)
     from given where given.id = messages.id and messages.id in (select id from held) returning messages.id`,
    [JSON.stringify(answers.map(([id, fields]) => ({ id, fields })))],
  );
  return new Set(rows.map(({ id }) => id));
}
