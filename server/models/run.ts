// The pages and chunks that one attempt at a document writes, and their removal in small steps.
import type { ChunkModel, PackedLine, PageModel } from "./chunk.ts";
import type { Database } from "./database.ts";
import { type Lease, leased } from "./document-lease.ts";

export type PageRow = Pick<PageModel, "number" | "text" | "width" | "height"> & { lines: PackedLine[] };
/** What a chunk is found by. */
export interface ChunkIndex {
  language: string | null;
  /** Name of the PostgreSQL text search configuration of its language. */
  config: string;
  /** What `to_tsvector` is given, and lexemes that are taken as they are. */
  words: string;
  pairs: string[];
}

export type ChunkRow = Pick<ChunkModel, "ordinal" | "page" | "char_start" | "char_end" | "heading" | "content"> &
  ChunkIndex;

/** Rows of one removal: short enough for everybody who waits behind it. */
const purgeRows = 200;

const indexColumns = "language text, config text, words text, pairs text[]";
const tsv = (row: string) => `to_tsvector(${row}.config::regconfig, ${row}.words) || array_to_tsvector(${row}.pairs)`;

/**
 * Writes pages and chunks under the lease, all or none. One statement, since on the embedded database everybody waits
 * for each that a transaction is made of.
 * @returns false when the lease is lost.
 */
export async function writeRun(
  db: Database,
  lease: Lease,
  { pages, chunks }: { pages: PageRow[]; chunks: ChunkRow[] },
): Promise<boolean> {
  // Shared with nobody who would claim or delete the row: what is written here was written under the lease.
  const held = leased(db, lease).select("id").forShare().toKnexQuery();
  const { rows } = await db.raw(
    `with held as (?),
     written_pages as (
       insert into pages (document_id, run, number, text, width, height, lines)
       select held.id, ?, number, text, width, height, lines from held, jsonb_to_recordset(?::jsonb)
         as page(number int, text text, width real, height real, lines jsonb)),
     written_chunks as (
       insert into chunks (document_id, run, ordinal, page, char_start, char_end, heading, content, language, tsv)
       select held.id, ?, ordinal, page, char_start, char_end, heading, content, language, ${tsv("chunk")}
       from held, jsonb_to_recordset(?::jsonb) as chunk(
         ordinal int, page int, char_start int, char_end int, heading text, content text, ${indexColumns}))
     select id from held`,
    [held, lease.run, JSON.stringify(pages), lease.run, JSON.stringify(chunks)],
  );
  return rows.length === 1;
}

/** Indexes chunks of a ready run again. Those that are gone meanwhile stay gone. */
export async function indexChunks(db: Database, chunks: ({ id: string } & ChunkIndex)[]): Promise<void> {
  await db.raw(
    `update chunks set language = chunk.language, tsv = ${tsv("chunk")}
     from jsonb_to_recordset(?::jsonb) as chunk(id bigint, ${indexColumns}) where chunks.id = chunk.id`,
    [JSON.stringify(chunks)],
  );
}

/** Rows that nobody will read again: of a deleted document, or of a run that is neither ready nor being written. */
const stale = `(d.deleted_at is not null
  or (r.run is distinct from d.ready_run and (d.status <> 'processing' or r.run is distinct from d.run)))`;

/**
 * Removes the pages and chunks of a document that nobody will read again.
 * @returns how many rows went.
 */
export async function purgeRuns(db: Database, documentId: string): Promise<number> {
  let removed = 0;
  for (const table of ["chunks", "pages"]) {
    for (;;) {
      // The document is looked at in the same statement: a run that begins meanwhile is not touched.
      const { rowCount } = await db.raw(
        `delete from ${table} where ctid = any (array(
           select r.ctid from ${table} r join documents d on d.id = r.document_id
           where r.document_id = ? and ${stale} limit ?))`,
        [documentId, purgeRows],
      );
      removed += rowCount;
      if (rowCount < purgeRows) break;
    }
  }
  return removed;
}
