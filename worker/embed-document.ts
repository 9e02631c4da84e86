// A turn at embedding one document: its next chunks in a few calls, and what follows when none is left.

import type { Embedder } from "@pagewise/server/model-ports";
import type { DocumentModel } from "@pagewise/server/models/document";
import {
  type ChunkEmbedding,
  chunksToEmbed,
  countChunks,
  removeOtherEmbeddings,
  writeEmbeddings,
} from "@pagewise/server/models/embedding";
import {
  releaseEmbedding,
  reportEmbedded,
  restEmbedding,
  serveEmbeddings,
} from "@pagewise/server/models/embedding-lease";
import { announce } from "./announce.ts";
import type { WorkerParts } from "./deps.ts";
import { embedTexts, firstCall, textOf } from "./embed-texts.ts";
import { type KeptLease, LeaseLostError } from "./lease.ts";
import { createStatementSize } from "./statement-size.ts";

/** Calls of one turn: then somebody else's document may be first. */
const callsOfTurn = 4;
/** Chunks read for one call at most. */
const maxChunks = 128;
/** Progress is told at most this often. */
const progressEveryMs = 1_000;

/**
 * What is done stands in the table of vectors, and the next turn goes on after it, whoever takes it.
 * @param document as claimed.
 * @param stopping aborts when no further call is to be begun.
 * Throws `LanguageModelError`, `LeaseLostError`, the lease's abort reason, and whatever the database throws.
 */
export async function embedSome(
  deps: WorkerParts,
  embedder: Embedder,
  document: DocumentModel,
  lease: KeptLease,
  stopping: AbortSignal,
): Promise<void> {
  const { db } = deps;
  const model = embedder.name;
  const limit = Math.min(embedder.maxTexts, maxChunks);
  const size = createStatementSize();
  const total = await countChunks(db, document);
  const tell = async (last: number) => {
    hold(await reportEmbedded(db, lease, Math.min(1, (last + 1) / Math.max(1, total))));
    await announce(deps, document);
  };
  let after = Math.round(document.embedded * total) - 1;
  let toldAt = performance.now();
  for (let call = 0; call < callsOfTurn && !stopping.aborted; call++) {
    const left = await chunksToEmbed(db, document, { model, after, limit });
    if (left.length === 0) return await complete(deps, document, lease, model);
    const chunks = firstCall(left);
    const vectors = await embedTexts(embedder, chunks.map(textOf), lease.signal);
    lease.signal.throwIfAborted();
    const made = chunks.map(({ id }, index) => ({ chunkId: id, vector: vectors[index] ?? null }));
    await write(deps, lease, { model, made, size });
    after = chunks.at(-1)?.ordinal ?? after;
    if (after + 1 >= total || performance.now() - toldAt < progressEveryMs) continue;
    toldAt = performance.now();
    await tell(after);
  }
  await tell(after);
  hold(await releaseEmbedding(db, lease));
}

async function write(
  deps: WorkerParts,
  lease: KeptLease,
  { model, made, size }: { model: string; made: ChunkEmbedding[]; size: ReturnType<typeof createStatementSize> },
): Promise<void> {
  for (let from = 0; from < made.length; ) {
    const startedAt = performance.now();
    const rows = made.slice(from, from + size.rows());
    hold(await writeEmbeddings(deps.db, lease, model, rows));
    size.note(rows.length, startedAt);
    from += rows.length;
  }
  deps.vacuum.note(made.length);
}

/** Every chunk has its vector: they serve from now on, and those of earlier models go. */
async function complete(deps: WorkerParts, document: DocumentModel, lease: KeptLease, model: string): Promise<void> {
  const { db, log, vacuum } = deps;
  hold(await serveEmbeddings(db, lease, model));
  await announce(deps, document);
  vacuum.note(await removeOtherEmbeddings(db, document.id, model));
  hold(await restEmbedding(db, lease));
  log.info({ documentId: document.id, model }, "a document was embedded");
}

function hold(held: boolean): void {
  if (!held) throw new LeaseLostError();
}
