// Indexes again, beside everything else, the chunks of documents that an earlier version indexed.
import { ChunkModel } from "@pagewise/server/models/chunk";
import { DocumentModel } from "@pagewise/server/models/document";
import { indexChunks } from "@pagewise/server/models/run";
import { searchTextVersion } from "@pagewise/server/search-text";
import { createChunkIndexer } from "./chunk-index.ts";
import type { WorkerParts } from "./deps.ts";

/** Of one statement: short enough for everybody who waits behind it on the embedded database. */
const chunksAtOnce = 25;

/** Newest first; they stay answerable meanwhile. Safe to run twice, also at once. */
export async function reindexOldDocuments(deps: WorkerParts, stop: AbortSignal): Promise<void> {
  const { db, log } = deps;
  let before: string | null = null;
  while (!stop.aborted) {
    const old = DocumentModel.query(db).modify("live").where("status", "ready");
    if (before) old.where("id", "<", before);
    const document = await old.where("index_version", "<", searchTextVersion).orderBy("id", "desc").first();
    if (!document) return;
    before = document.id;
    // One that cannot be indexed now must not keep the others.
    await reindex(deps, document, stop).catch((error) =>
      log.warn({ documentId: document.id, err: error }, "a document could not be indexed again"),
    );
  }
}

async function reindex({ db, log, vacuum }: WorkerParts, document: DocumentModel, stop: AbortSignal): Promise<void> {
  const indexer = createChunkIndexer(document.language);
  let after = { page: 0, ordinal: -1 };
  for (;;) {
    if (stop.aborted) return;
    const chunks = await ChunkModel.query(db)
      .where({ document_id: document.id, run: document.ready_run })
      .whereRaw("(page, ordinal) > (?, ?)", [after.page, after.ordinal])
      .orderBy(["page", "ordinal"])
      .limit(chunksAtOnce)
      .select("id", "page", "ordinal", "content");
    if (chunks.length === 0) break;
    const indexed = chunks.map(({ id, content }) => ({ id, ...indexer.index(content) }));
    await indexChunks(db, indexed);
    vacuum.note(chunks.length);
    after = chunks.at(-1) ?? after;
  }
  await DocumentModel.query(db)
    .where({ id: document.id, ready_run: document.ready_run })
    .patch({ languages: indexer.languages(), index_version: searchTextVersion });
  log.info({ documentId: document.id, chunks: after.ordinal + 1 }, "a document was indexed again");
}
