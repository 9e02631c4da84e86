// Removing what deleted documents leave behind, and files that belong to no document.
import { DocumentModel } from "@pagewise/server/models/document";
import { purgeRuns } from "@pagewise/server/models/run";
import type { WorkerParts } from "./deps.ts";

const documentsAtOnce = 20;
/** A file younger than this may be on its way to its row. */
const orphanAgeMs = 3_600_000;
const documentKey = /^documents\/([0-9a-f-]{36})(?:\.pdf$|\/)/;

/** Removes a deleted document's rows, files and pictures, then its own row; does nothing to one that is not deleted. */
export async function purgeDocument({ db, storage, vacuum }: WorkerParts, documentId: string): Promise<void> {
  const document = await DocumentModel.query(db).findById(documentId).whereNotNull("deleted_at");
  if (!document) return;
  vacuum.note(await purgeRuns(db, document.id));
  await storage.remove(document.storage_key);
  await storage.removeAll(`documents/${document.id}/`);
  await DocumentModel.query(db).deleteById(document.id);
}

/** Removes what earlier attempts wrote once a document is at rest; `run` stays set until that is done. */
export async function purgeOldRuns({ db, vacuum }: WorkerParts, documentId: string): Promise<void> {
  const atRest = () =>
    DocumentModel.query(db).modify("live").whereIn("status", ["ready", "failed"]).whereNotNull("run");
  const document = await atRest().findById(documentId);
  if (!document) return;
  vacuum.note(await purgeRuns(db, documentId));
  await atRest().where({ id: documentId, run: document.run }).patch({ run: null });
}

/** Purges deleted documents, and rows of old runs that a dead worker did not get to. */
export async function purgeLeftovers(deps: WorkerParts): Promise<void> {
  const { db, log } = deps;
  const deleted = await DocumentModel.query(db).whereNotNull("deleted_at").select("id").limit(documentsAtOnce);
  const atRest = await DocumentModel.query(db)
    .modify("live")
    .whereIn("status", ["ready", "failed"])
    .whereNotNull("run")
    .select("id")
    .limit(documentsAtOnce);
  const steps = [
    ...deleted.map(
      ({ id }) =>
        () =>
          purgeDocument(deps, id),
    ),
    ...atRest.map(
      ({ id }) =>
        () =>
          purgeOldRuns(deps, id),
    ),
  ];
  for (const step of steps) {
    // One that cannot be removed now must not keep the others.
    await step().catch((error) => log.warn({ err: error }, "a document's leftovers could not be removed"));
  }
}

/**
 * Removes files without a row and uploads that were cut off with their process.
 * @param startedAt of this process: with the embedded database, what is older than it belongs to a dead one.
 * @returns how many went.
 */
export async function purgeOrphans(
  { db, storage, clock, log, embedded }: WorkerParts,
  startedAt: Date,
): Promise<number> {
  const oldest = new Date(Math.max(clock.now().getTime() - orphanAgeMs, embedded ? startedAt.getTime() : 0));
  let removed = await storage.removeUnfinished(oldest);
  let candidates = new Map<string, string[]>();
  const removeOrphans = async () => {
    const known = await DocumentModel.query(db)
      .findByIds([...candidates.keys()])
      .select("id");
    for (const { id } of known) candidates.delete(id);
    for (const key of [...candidates.values()].flat()) {
      await storage.remove(key);
      removed += 1;
    }
    candidates = new Map();
  };
  for await (const file of storage.list("documents/")) {
    const id = documentKey.exec(file.key)?.[1];
    if (!id || file.modifiedAt >= oldest) continue;
    candidates.set(id, [...(candidates.get(id) ?? []), file.key]);
    if (candidates.size >= 100) await removeOrphans();
  }
  await removeOrphans();
  if (removed) log.info({ removed }, "files without a document were removed");
  return removed;
}
