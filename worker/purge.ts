// Removing what deleted documents and earlier attempts leave behind.
import { DocumentModel } from "@pagewise/server/models/document";
import { purgeRuns } from "@pagewise/server/models/run";
import type { WorkerParts } from "./deps.ts";

const documentsAtOnce = 20;

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
