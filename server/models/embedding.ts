// The vectors of chunks, by chunk and model: what is still to be made, writing, removing, and exact search.
import type { Database } from "./database.ts";
import type { DocumentModel } from "./document.ts";
import type { Lease } from "./document-lease.ts";
import { embeddingLeased } from "./embedding-lease.ts";

export interface UnembeddedChunk {
  id: string;
  ordinal: number;
  heading: string | null;
  content: string;
}

export async function countChunks(db: Database, document: DocumentModel): Promise<number> {
  const { rows } = await db.raw("select count(*)::int as chunks from chunks where document_id = ? and run = ?", [
    document.id,
    document.ready_run,
  ]);
  return rows[0].chunks;
}

/** Chunks after the one with this ordinal that the model has no vector of, in their order. */
export async function chunksToEmbed(
  db: Database,
  document: DocumentModel,
  { model, after, limit }: { model: string; after: number; limit: number },
): Promise<UnembeddedChunk[]> {
  const { rows } = await db.raw(
    `select c.id, c.ordinal, c.heading, c.content from chunks c
     where c.document_id = ? and c.run = ? and c.ordinal > ?
       and not exists (select from chunk_embeddings e where e.chunk_id = c.id and e.model = ?)
     order by c.ordinal limit ?`,
    [document.id, document.ready_run, after, model, limit],
  );
  return rows;
}

export interface ChunkEmbedding {
  chunkId: string;
  /** null: the model does not take this text. */
  vector: Float32Array | null;
}

/**
 * Writes vectors under the lease, all or none, in one statement. What another worker has written meanwhile stands.
 * @returns false when the lease is lost.
 */
export async function writeEmbeddings(
  db: Database,
  lease: Lease,
  model: string,
  embeddings: ChunkEmbedding[],
): Promise<boolean> {
  // Shared with nobody who would delete the row: its chunks stand as long as this statement runs.
  const held = embeddingLeased(db, lease).select("id").forShare().toKnexQuery();
  const values = embeddings.map(() => "(?::bigint, ?::vector)").join(", ");
  const { rows } = await db.raw(
    `with held as (?),
     written as (
       insert into chunk_embeddings (chunk_id, model, document_id, embedding)
       select chunk_id, ?, held.id, embedding from held, (values ${values}) as made(chunk_id, embedding)
       on conflict do nothing)
     select id from held`,
    [held, model, ...embeddings.flatMap(({ chunkId, vector }) => [chunkId, vector && vectorBytes(vector)])],
  );
  return rows.length === 1;
}

/** Rows of one removal: short enough for everybody who waits behind it. */
const removedAtOnce = 200;

/** Removes a document's vectors of every other model. @returns how many went. */
export async function removeOtherEmbeddings(db: Database, documentId: string, model: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const { rowCount } = await db.raw(
      `delete from chunk_embeddings where ctid = any (array(
         select ctid from chunk_embeddings where document_id = ? and model <> ? limit ?))`,
      [documentId, model, removedAtOnce],
    );
    removed += rowCount;
    if (rowCount < removedAtOnce) return removed;
  }
}

export interface NearChunk {
  documentId: string;
  page: number;
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  content: string;
  heading: string | null;
  language: string | null;
  /** Cosine, -1..1. */
  similarity: number;
}

export interface NearestChunks {
  /** Nearest first. */
  chunks: NearChunk[];
  /** How many were compared, and how near they are as a whole. */
  total: number;
  mean: number;
  deviation: number;
}

/**
 * Exact: every chunk of the documents that has a vector of this model and length is compared.
 * @param vector of length 1, as those that stand there.
 */
export async function nearestChunks(
  db: Database,
  documents: DocumentModel[],
  { model, vector, limit }: { model: string; vector: Float32Array; limit: number },
): Promise<NearestChunks> {
  const ids = documents.map(({ id }) => id);
  const runs = documents.map(({ ready_run }) => ready_run ?? "");
  const { rows } = await db.raw(
    `with compared as materialized (
       select chunk_id, -(embedding <#> ?::vector) similarity from chunk_embeddings
       where document_id = any(?::uuid[]) and model = ? and vector_dims(embedding) = ?),
     best as (select chunk_id, similarity from compared order by similarity desc, chunk_id limit ?)
     select s.*, (select coalesce(jsonb_agg(jsonb_build_object(
         'documentId', c.document_id, 'page', c.page, 'start', c.char_start, 'end', c.char_end, 'content', c.content,
         'heading', c.heading, 'language', c.language, 'similarity', b.similarity)
         order by b.similarity desc, c.id), '[]')
       from best b join chunks c on c.id = b.chunk_id and c.run = any(?::uuid[])
         join documents d on d.id = c.document_id and d.deleted_at is null) chunks
     from (select count(*)::int total, coalesce(avg(similarity), 0) mean, coalesce(stddev_pop(similarity), 0) deviation
       from compared) s`,
    [vectorBytes(vector), ids, model, vector.length, limit, runs],
  );
  return rows[0];
}

/**
 * A vector as pgvector receives it: its length and two bytes to spare, then the numbers, all big-endian. As text it takes
 * three times as long.
 */
function vectorBytes(vector: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(4 + 4 * vector.length);
  bytes.writeInt16BE(vector.length, 0);
  bytes.writeInt16BE(0, 2);
  for (let index = 0; index < vector.length; index++) bytes.writeFloatBE(vector[index] ?? 0, 4 + 4 * index);
  return bytes;
}
