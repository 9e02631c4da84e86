// A PDF of a user's, with its processing state: the row is the truth, queue messages only wake a worker.

import type { DocumentErrorCode, DocumentStatus } from "@pagewise/sdk/contract";
import { Model, type QueryBuilder, type RawBuilder, raw } from "objection";
import { type Database, driverError, runDirectly } from "./database.ts";

/** Characters (code points) of a title. */
export const maxTitleLength = 200;
const uniqueViolation = "23505";

export interface Room {
  documents: number;
  bytes: number;
}

export type NewDocument = Pick<
  DocumentModel,
  "id" | "user_id" | "title" | "filename" | "sha256" | "storage_key" | "status" | "created_at"
> & { bytes: number };

export class DocumentModel extends Model {
  static override tableName = "documents";
  static override jsonAttributes = ["pages_unreadable", "languages", "suggestions"];
  declare id: string;
  declare user_id: string;
  declare title: string;
  declare filename: string;
  /** int8: a string from the driver. */
  declare bytes: string | number;
  declare sha256: string;
  declare storage_key: string;
  declare status: DocumentStatus;
  declare progress: number;
  declare pages: number | null;
  declare language: string | null;
  /** Of its chunks; null among them where the text did not tell. */
  declare languages: (string | null)[];
  /** Which reading of text its chunks are indexed by. */
  declare index_version: number;
  declare pages_unreadable: number[];
  declare error_code: DocumentErrorCode | null;
  declare attempts: number;
  declare lost_leases: number;
  declare strikes: number;
  declare setbacks: number;
  declare next_attempt_at: Date;
  declare lease_owner: string | null;
  declare lease_until: Date | null;
  declare run: string | null;
  declare ready_run: string | null;
  /** Questions to begin with; null until they have been looked for. */
  declare suggestions: string[] | null;
  /** The model that has a vector of every chunk; `embedding_target` is making them, null at rest. */
  declare embedding_model: string | null;
  declare embedding_target: string | null;
  /** Share of chunks that have a vector of the target, 0..1. */
  declare embedded: number;
  declare embedding_owner: string | null;
  declare embedding_until: Date | null;
  declare embedding_setbacks: number;
  declare embedding_due_at: Date;
  declare created_at: Date;
  declare processed_at: Date | null;
  declare deleted_at: Date | null;

  static override modifiers = {
    /** Those that a reader may see. */
    live(query: QueryBuilder<DocumentModel>) {
      query.whereNull("documents.deleted_at");
    },
  };

  /** The title until a person or the PDF itself gives another; `replaceFileTitle` knows the same rule. */
  static titleFrom(filename: string): string {
    return [...(filename.replace(/\.pdf$/i, "").trim() || filename)].slice(0, maxTitleLength).join("");
  }

  /** For a patch: `title`, but only over a title that was made from the file name. */
  static replaceFileTitle(title: string): RawBuilder {
    return raw(
      `case when title = left(coalesce(nullif(btrim(regexp_replace(filename, '\\.pdf$', '', 'i')), ''), filename), ?)
       then ? else title end`,
      [maxTitleLength, [...title].slice(0, maxTitleLength).join("")],
    );
  }

  /**
   * @param room what the user may have by then; none: any
   * @returns null when the user has a live document of the same bytes, "full" where there is no such room. Of several at
   * once none sees the others.
   */
  static insertNew(db: Database, row: NewDocument): Promise<DocumentModel | null>;
  static insertNew(db: Database, row: NewDocument, room: Room | null): Promise<DocumentModel | "full" | null>;
  static async insertNew(db: Database, row: NewDocument, room: Room | null = null) {
    const columns = Object.keys(row);
    const names = columns.map(() => "??").join();
    const held = `(select count(*) < ? and coalesce(sum(bytes), 0) <= ? from documents
      where user_id = ? and deleted_at is null)`;
    try {
      const { rows } = await db.raw<{ rows: object[] }>(
        `insert into documents (${names}) select ${names} from jsonb_populate_record(null::documents, ?::jsonb)
         ${room ? `where ${held}` : ""} returning *`,
        [
          ...[...columns, ...columns, JSON.stringify(row)],
          ...(room ? [room.documents, room.bytes - row.bytes, row.user_id] : []),
        ],
      );
      return rows[0] ? DocumentModel.fromDatabaseJson(rows[0]) : "full";
    } catch (error) {
      const { code, constraint } = driverError(error) as { code?: string; constraint?: string };
      if (code === uniqueViolation && constraint === "documents_user_sha256_unique") return null;
      throw error;
    }
  }

  /** @returns how many a user has, and how large their files are together */
  static async heldBy(db: Database, userId: string): Promise<{ documents: number; bytes: number }> {
    const [held] = await DocumentModel.query(db)
      .modify("live")
      .where("user_id", userId)
      .select(raw("count(*)::int as documents"), raw("coalesce(sum(bytes), 0)::float8 as bytes"))
      .castTo<{ documents: number; bytes: number }[]>();
    return { documents: held?.documents ?? 0, bytes: held?.bytes ?? 0 };
  }

  /** @returns the share of its chunks that have a vector of the model, 0..1. */
  embeddedBy(model: string): number {
    if (this.embedding_model === model) return 1;
    return this.embedding_target === model ? this.embedded : 0;
  }

  /** The event-log key under which a user's documents tell of their changes: `document` entries of `{ id, deleted?: true }`. */
  static eventsKey(userId: string): string {
    return `documents:${userId}`;
  }
}

/**
 * A user's documents that a reader may see, the newest first: of all of them those with these ids, those that are ready. A
 * plain query, for every question waits for it.
 */
export async function documentsOf(
  db: Database,
  userId: string,
  { ids, ready }: { ids?: readonly string[] | undefined; ready: boolean },
): Promise<DocumentModel[]> {
  const rows = await runDirectly<object>(
    db,
    `select * from documents where user_id = $1 and deleted_at is null
     ${ready ? "and status = 'ready'" : ""} ${ids ? "and id = any($2::uuid[])" : ""} order by id desc`,
    [userId, ...(ids ? [ids] : [])],
  );
  return rows.map((row) => DocumentModel.fromDatabaseJson(row));
}

/** The ready run of each of the documents that a reader may see, by its id. A plain query, for every question waits for it. */
export async function readyRuns(db: Database, ids: string[]): Promise<Map<string, string | null>> {
  const rows = await runDirectly<{ id: string; ready_run: string | null }>(
    db,
    "select id, ready_run from documents where id = any($1::uuid[]) and deleted_at is null",
    [ids],
  );
  return new Map(rows.map(({ id, ready_run }) => [id, ready_run]));
}

/** Those of the documents that a reader may see. A plain query: words of an answer wait for it. */
export async function liveAmong(db: Database, ids: string[]): Promise<Set<string>> {
  const rows = await runDirectly<{ id: string }>(
    db,
    "select id from documents where id = any($1::uuid[]) and deleted_at is null",
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
