// Embeds, the visitors who ask through them, and what was asked each day.
import type { EmbedTheme } from "@pagewise/sdk/contract";
import { Model, type Modifiers, type PartialModelObject } from "objection";
import type { MessageModel } from "./conversation.ts";
import { type Database, runDirectly } from "./database.ts";

export class EmbedModel extends Model {
  static override tableName = "embeds";
  static override jsonAttributes = ["document_ids", "allowed_origins", "theme", "starters"];
  static override modifiers: Modifiers = {
    /** Those that their owner sees: of a deleted one rows may be left for a while. */
    live(query) {
      query.whereNull("embeds.deleted_at");
    },
  };
  declare id: string;
  declare user_id: string;
  declare name: string;
  declare public_key: string;
  declare sealed_secret: string;
  declare sealed_previous_secret: string | null;
  declare previous_secret_until: Date | null;
  declare document_ids: string[];
  declare allowed_origins: string[];
  declare theme: EmbedTheme;
  declare greeting: string;
  declare starters: string[];
  declare locale: string | null;
  declare daily_message_limit: number | null;
  declare visitor_message_limit: number | null;
  declare address_message_limit: number | null;
  /** Never true of a deleted one. */
  declare enabled: boolean;
  declare created_at: Date;
  declare deleted_at: Date | null;
}

/** Somebody who asks through an embed: anonymous, or a person whom the host site named. */
export class VisitorModel extends Model {
  static override tableName = "visitors";
  declare id: string;
  declare embed_id: string;
  /** SHA-256 of the anonymous visitor's id, base64url. */
  declare token_hash: string | null;
  declare subject: string | null;
  declare created_at: Date;
  declare seen_at: Date;

  /** Notes that an anonymous visitor has come back. */
  static async seen(db: Database, embedId: string, tokenHash: string, now: Date): Promise<VisitorModel | null> {
    const found = VisitorModel.query(db).where({ embed_id: embedId, token_hash: tokenHash });
    return (await found.patch({ seen_at: now }).returning("*"))[0] ?? null;
  }

  /** Inserts a visitor; of a subject that is known already, the one that stands is seen again. */
  static upsert(db: Database, row: PartialModelObject<VisitorModel>): Promise<VisitorModel> {
    const inserted = VisitorModel.query(db).insert(row).returning("*");
    return inserted.onConflict(["embed_id", "subject"]).merge(["seen_at"]).execute();
  }
}

/** An identity token that was used. */
export class IdentityTokenModel extends Model {
  static override tableName = "identity_tokens";
  static override idColumn = ["embed_id", "jti_hash"];
  declare embed_id: string;
  /** SHA-256 of the token's `jti`, base64url. */
  declare jti_hash: string;
  declare expires_at: Date;

  /** @returns false where it was used before. */
  static async insertNew(db: Database, row: PartialModelObject<IdentityTokenModel>): Promise<boolean> {
    const sql = `insert into identity_tokens (embed_id, jti_hash, expires_at) values ($1, $2, $3)
      on conflict do nothing returning jti_hash`;
    return (await runDirectly(db, sql, [row.embed_id, row.jti_hash, row.expires_at])).length > 0;
  }
}

/** Whether any enabled embed may stand on pages of this origin. A plain query: preflights wait for it. */
export async function isAllowedAnywhere(db: Database, origin: string): Promise<boolean> {
  // Counted, not limited to the first: to find one the planner would rather read the whole table than the index.
  const sql = "select count(*)::int as embeds from embeds where enabled and allowed_origins @> $1::jsonb";
  const [row] = await runDirectly<{ embeds: number }>(db, sql, [JSON.stringify([origin])]);
  return row !== undefined && row.embeds > 0;
}

/** @returns the conversations of an embed's visitors in which an answer is being written */
export async function answeredNow(db: Database, embedId: string): Promise<string[]> {
  const sql = `select conversation_id from messages join conversations on conversations.id = conversation_id
    join visitors on visitors.id = conversations.visitor_id where status = 'streaming' and embed_id = $1`;
  const rows = await runDirectly<{ conversation_id: string }>(db, sql, [embedId]);
  return rows.map(({ conversation_id }) => conversation_id);
}

/**
 * Marks answers as failed that are being written for visitors of an account's embeds: whoever writes one finds it so when
 * it saves. An answer that has not told yet what it is drawn from may be drawn from all that was asked about.
 * @param which those of one embed, null: of any; those drawn from one of the documents, null: from any
 * @returns how many there were
 */
export async function failVisitorsAnswers(
  db: Database,
  userId: string,
  which: { embedId: string | null; documentIds: string[] | null },
  error: NonNullable<MessageModel["error"]>,
): Promise<number> {
  const sql = `update messages set status = 'failed', error = $4, lease_until = null
    from conversations join visitors on visitors.id = visitor_id
    where conversations.id = conversation_id and status = 'streaming' and user_id = $1
    and ($2::uuid is null or embed_id = $2) and ($3::text[] is null or case citations when '[]' then document_ids
      else jsonb_path_query_array(citations, '$[*].document_id') end ?| $3) returning messages.id`;
  const values = [userId, which.embedId, which.documentIds, JSON.stringify(error)];
  return (await runDirectly(db, sql, values)).length;
}

const sealedAtOnce = 100;

/** Those with a secret whose envelope does not begin like this, a bounded number at a time. */
export async function* embedsSealedOtherwise(db: Database, beginning: string): AsyncGenerator<EmbedModel[]> {
  let last: string | undefined;
  for (;;) {
    const query = EmbedModel.query(db)
      .where((either) =>
        either
          .whereRaw("not starts_with(sealed_secret, ?)", [beginning])
          .orWhereRaw("not starts_with(sealed_previous_secret, ?)", [beginning]),
      )
      .orderBy("id")
      .limit(sealedAtOnce);
    const embeds = await (last ? query.where("id", ">", last) : query);
    if (embeds.length > 0) yield embeds;
    last = embeds.at(-1)?.id;
    if (embeds.length < sealedAtOnce) return;
  }
}

export interface Resealed extends Pick<EmbedModel, "id" | "sealed_secret" | "sealed_previous_secret"> {
  /** The envelope that stood when it was read: a secret that was rotated meanwhile stays. */
  was: string;
}

export async function replaceSealed(db: Database, resealed: Resealed[]): Promise<void> {
  const sql = `update embeds set sealed_secret = given.sealed_secret, sealed_previous_secret = given.sealed_previous_secret
    from jsonb_to_recordset($1::jsonb) as given(id uuid, was text, sealed_secret text, sealed_previous_secret text)
    where embeds.id = given.id and embeds.sealed_secret = given.was`;
  await runDirectly(db, sql, [JSON.stringify(resealed)]);
}

/**
 * A visitor of an embed that is enabled, with the embed as it stands now; undefined where either is gone. A plain
 * statement: every request of a visitor waits for it.
 */
export async function findVisitor(
  db: Database,
  visitorId: string,
): Promise<{ embed: EmbedModel; identified: boolean } | undefined> {
  const [row] = await runDirectly<Record<string, unknown> & { identified: boolean }>(
    db,
    `select e.*, v.subject is not null as identified from visitors v join embeds e on e.id = v.embed_id
     where v.id = $1 and e.enabled`,
    [visitorId],
  );
  if (!row) return undefined;
  const { identified, ...embed } = row;
  return { embed: EmbedModel.fromDatabaseJson(embed), identified };
}
