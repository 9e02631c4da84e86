// Reads the chunks that a question found: those that are kept cost nothing, the others one statement.
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import type { RankedChunk } from "./ranking.ts";
import type { Texts } from "./text-cache.ts";

/** @returns the chunks in the order of their ids; those that have gone meanwhile are left out. */
export async function readChunks(
  { db }: { db: Database },
  documents: DocumentModel[],
  ids: number[],
  texts: Texts,
): Promise<RankedChunk[]> {
  // Indexed anew, a chunk may be of another language.
  const versions = new Map(documents.map(({ id, index_version }) => [id, index_version]));
  const chunks = new Map(ids.map((id) => [id, texts.chunk(id)]));
  const missing = ids.filter((id) => {
    const kept = chunks.get(id);
    return !kept || kept.version !== versions.get(kept.chunk.documentId);
  });
  for (const { id, ...chunk } of await storedChunks(db, missing)) {
    const kept = { chunk, version: versions.get(chunk.documentId) ?? 0 };
    texts.keepChunk(id, kept);
    chunks.set(id, kept);
  }
  return [...chunks.values()].flatMap((kept) => (kept ? [kept.chunk] : []));
}

async function storedChunks(db: Database, ids: number[]): Promise<(RankedChunk & { id: number })[]> {
  if (ids.length === 0) return [];
  // In one value, which the driver reads faster than rows.
  const found = await db.raw(
    `select coalesce(json_agg(json_build_object('id', id, 'documentId', document_id, 'page', page, 'content', content,
       'heading', heading, 'language', language)), '[]'::json) chunks
     from chunks where id = any(?::bigint[])`,
    [ids],
  );
  return found.rows[0].chunks;
}
