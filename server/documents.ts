// A user's documents: taking a PDF in, finding, naming, retrying and deleting. A foreign id is one that does not exist.
import type { DeletedDocument, DocumentStatus } from "@pagewise/sdk/contract";
import type { Caller } from "./caller.ts";
import { keepKey, type OnceKey } from "./idempotency.ts";
import type { IncomingPdf } from "./incoming-pdf.ts";
import { easyRoom, fullLibrary } from "./library-room.ts";
import { ConversationModel } from "./models/conversation.ts";
import { isUndecided } from "./models/database.ts";
import { DocumentModel, type NewDocument } from "./models/document.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";
import { endUnoffered } from "./withdrawal.ts";

export type DocumentDeps = Pick<Services, "db" | "storage" | "queue" | "events" | "clock" | "log">;

/**
 * Makes a document of a file that has come in whole, or finds the one that the same bytes have already made.
 * @returns `accepted` when it has been queued; not when the document stands as it was. Throws `library-full`.
 */
export async function createDocument(
  deps: DocumentDeps & Pick<Services, "config">,
  userId: string,
  file: IncomingPdf,
): Promise<{ document: DocumentModel; accepted: boolean }> {
  const now = deps.clock.now();
  let committed = false;
  try {
    await file.commit();
    committed = true;
    for (;;) {
      const made = await insert(deps, userId, file, now);
      if (made instanceof DocumentModel) return { document: made, accepted: true };
      const standing = await live(deps, userId).findOne({ sha256: file.sha256 });
      // It was deleted at this very moment.
      if (!standing && !made) continue;
      await file.abort();
      if (!standing) throw made;
      const queued = standing.status === "failed" ? await queueAgain(deps, standing) : null;
      if (queued) wake(deps, queued);
      return { document: queued ?? standing, accepted: queued !== null };
    }
  } catch (error) {
    // Where only the answer was lost the row stands, and needs its file; if it does not, the sweeper removes the file.
    if (!committed || !isUndecided(error)) await file.abort();
    throw error;
  }
}

/**
 * @returns null where the same bytes already make a document: new ones are the rule, so nobody asks beforehand; the
 * problem where there is no room for one more
 */
async function insert(
  deps: DocumentDeps & Pick<Services, "config">,
  userId: string,
  file: IncomingPdf,
  now: Date,
): Promise<DocumentModel | Problem | null> {
  const row = {
    id: file.documentId,
    user_id: userId,
    title: DocumentModel.titleFrom(file.filename),
    filename: file.filename,
    bytes: file.bytes,
    sha256: file.sha256,
    storage_key: file.key,
    status: "queued" as const,
    created_at: now,
  };
  const easily = await DocumentModel.insertNew(deps.db, row, easyRoom(deps));
  const made = easily === "full" ? await insertLast(deps, row) : easily;
  if (made instanceof DocumentModel) wake(deps, made);
  return made;
}

/** Where little room is left, one after another. */
async function insertLast(
  deps: DocumentDeps & Pick<Services, "config">,
  row: NewDocument,
): Promise<DocumentModel | Problem | null> {
  return deps.db.transaction(async (db) => {
    const full = await fullLibrary({ ...deps, db }, row.user_id, row.bytes);
    return full ?? DocumentModel.insertNew(db, row);
  });
}

export async function findDocument(deps: Pick<Services, "db">, userId: string, id: string): Promise<DocumentModel> {
  const document = await live(deps, userId).findById(id);
  if (!document) throw new Problem("document-not-found");
  return document;
}

/**
 * One that the caller may see pages of: the user's own; of a visitor, also the embed's, and cited in a conversation of
 * theirs that is there still. One statement. Throws `document-not-found`.
 */
export async function findReadable(
  deps: Pick<Services, "db">,
  caller: Caller,
  { id, citedIn }: { id: string; citedIn: string | null },
): Promise<DocumentModel> {
  const { userId, visitor } = caller;
  if (!visitor) return findDocument(deps, userId, id);
  const isOffered = visitor.embed.document_ids.includes(id) && citedIn !== null;
  const document =
    isOffered &&
    (await live(deps, userId)
      .findById(id)
      .whereExists(ConversationModel.of(deps.db, caller).where({ id: citedIn })));
  if (!document) throw new Problem("document-not-found");
  return document;
}

export interface DocumentFilters {
  status?: DocumentStatus | undefined;
  /** Part of the title or the file name. */
  q?: string | undefined;
}

/**
 * Newest first.
 * @param page.before the last id of the page before.
 * @returns one more than `limit` tells that there is a further page.
 */
export async function listDocuments(
  deps: Pick<Services, "db">,
  userId: string,
  filters: DocumentFilters,
  page: { limit: number; before: string | null },
): Promise<DocumentModel[]> {
  const query = live(deps, userId).orderBy("id", "desc").limit(page.limit);
  if (page.before) query.where("id", "<", page.before);
  if (filters.status) query.where("status", filters.status);
  if (filters.q) {
    const pattern = `%${filters.q.replace(/[\\%_]/g, "\\$&")}%`;
    query.where((either) => either.whereILike("title", pattern).orWhereILike("filename", pattern));
  }
  return query;
}

export async function renameDocument(
  deps: DocumentDeps,
  userId: string,
  id: string,
  title: string,
): Promise<DocumentModel> {
  const [document] = await live(deps, userId).where({ id }).patch({ title }).returning("*");
  if (!document) throw new Problem("document-not-found");
  announce(deps, userId, { id });
  return document;
}

/** Gone at once for every reader; the worker removes rows and files behind it. */
export async function deleteDocument(deps: DocumentDeps, userId: string, id: string): Promise<void> {
  const deleted = await live(deps, userId).where({ id }).patch({ deleted_at: deps.clock.now() });
  if (!deleted) throw new Problem("document-not-found");
  announce(deps, userId, { id, deleted: true });
  deps.queue.processPdf(id);
  await endUnoffered(deps, userId, { embedId: null, documentIds: [id] });
}

/** Throws `not-failed` for any other state. @param key is kept if and only if the document has been queued */
export async function retryDocument(
  deps: DocumentDeps,
  userId: string,
  id: string,
  key: OnceKey | null = null,
): Promise<DocumentModel> {
  const document = await findDocument(deps, userId, id);
  const queued = await deps.db.transaction(async (db) => {
    const isFirst = key === null || (await keepKey({ ...deps, db }, key, id));
    const again = isFirst ? await queueAgain({ ...deps, db }, document) : null;
    if (!again) throw new Problem("not-failed");
    return again;
  });
  wake(deps, queued);
  return queued;
}

/** @returns null when the document is not in the state `failed` (any more). */
async function queueAgain(deps: DocumentDeps, { id, user_id }: DocumentModel): Promise<DocumentModel | null> {
  const [document] = await live(deps, user_id)
    .where({ id, status: "failed" })
    .patch({
      status: "queued",
      progress: 0,
      error_code: null,
      processed_at: null,
      attempts: 0,
      lost_leases: 0,
      strikes: 0,
      setbacks: 0,
      next_attempt_at: deps.clock.now(),
    })
    .returning("*");
  return document ?? null;
}

function wake(deps: DocumentDeps, { id, user_id }: DocumentModel): void {
  announce(deps, user_id, { id });
  deps.queue.processPdf(id);
}

/** Nobody waits for it, and it never throws: a reader looks at the rows now and then, which makes a missed change good. */
function announce({ events, log }: DocumentDeps, userId: string, change: { id: string } | DeletedDocument): void {
  events
    .append(DocumentModel.eventsKey(userId), "document", change)
    .catch((error) => log.warn({ err: error, documentId: change.id }, "a change could not be announced"));
}

function live(deps: Pick<Services, "db">, userId: string) {
  return DocumentModel.query(deps.db).modify("live").where("user_id", userId);
}
