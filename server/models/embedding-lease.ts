// Who may embed a document: a claim of its own beside that of reading it, each change one conditional UPDATE.
import { type PartialModelObject, raw } from "objection";
import type { Database } from "./database.ts";
import { DocumentModel } from "./document.ts";
import type { Lease } from "./document-lease.ts";

export interface EmbeddingClaim {
  run: string;
  leaseMs: number;
  /** Documents that have a vector of this model for every chunk, and of no other, are at rest. */
  model: string;
  /** Users whose documents this worker embedded last, the latest at the end: they come after those who wait longer. */
  served: string[];
}

/**
 * Takes a ready document that is not at rest: of the user with the fewest being embedded, among those of the one served
 * longest ago; one without any vectors before one whose earlier vectors serve meanwhile.
 * @returns null when nothing is due.
 */
export async function claimEmbedding(db: Database, claim: EmbeddingClaim): Promise<DocumentModel | null> {
  const { rows } = await db.raw(
    `with running as (
       select user_id, count(*) as documents from documents
       where embedding_until >= now() and deleted_at is null group by user_id)
     update documents set
       embedded = case when embedding_target = ? then embedded else 0 end, embedding_target = ?,
       embedding_owner = ?, embedding_until = now() + ? * interval '1 millisecond'
     where id = (
       select d.id from documents d left join running r on r.user_id = d.user_id
       where d.status = 'ready' and d.ready_run is not null and d.deleted_at is null
         and (d.embedding_target is not null or d.embedding_model is distinct from ?)
         and d.embedding_due_at <= now() and (d.embedding_until is null or d.embedding_until < now())
       order by coalesce(r.documents, 0), array_position(?::uuid[], d.user_id) nulls first,
         d.embedding_model is not null, d.processed_at, d.id
       limit 1 for update of d skip locked)
     returning *`,
    [claim.model, claim.model, claim.run, claim.leaseMs, claim.model, claim.served],
  );
  return rows[0] ? DocumentModel.fromDatabaseJson(rows[0]) : null;
}

/** Lets go of every claim at once: only for a process that knows itself alone with the database. */
export async function expireEmbeddingLeases(db: Database): Promise<void> {
  await DocumentModel.query(db).whereNotNull("embedding_until").patch(released);
}

/** The row while the lease holds: nobody else has claimed it and it has not been deleted. */
export function embeddingLeased(db: Database, lease: Lease) {
  return DocumentModel.query(db).modify("live").where({
    id: lease.documentId,
    embedding_owner: lease.run,
    status: "ready",
  });
}

/** @returns false when the lease is lost; so do all below. */
export async function renewEmbedding(db: Database, lease: Lease, leaseMs: number): Promise<boolean> {
  return patch(db, lease, { embedding_until: raw("now() + ? * interval '1 millisecond'", [leaseMs]) });
}

/** @param embedded share of chunks that have a vector of the target. */
export async function reportEmbedded(db: Database, lease: Lease, embedded: number): Promise<boolean> {
  return patch(db, lease, { embedded, embedding_setbacks: 0 });
}

/** Gives the document back, to be gone on with at once by whoever claims it. */
export async function releaseEmbedding(db: Database, lease: Lease): Promise<boolean> {
  return patch(db, lease, released);
}

/** Tried again after `delayMs`, for a failure that was the document's own. */
export async function deferEmbedding(db: Database, lease: Lease, delayMs: number): Promise<boolean> {
  return patch(db, lease, {
    embedding_setbacks: raw("embedding_setbacks + 1"),
    embedding_due_at: raw("now() + ? * interval '1 millisecond'", [Math.round(delayMs)]),
    ...released,
  });
}

/** From now on questions are compared with the vectors of this model. */
export async function serveEmbeddings(db: Database, lease: Lease, model: string): Promise<boolean> {
  return patch(db, lease, { embedding_model: model, embedded: 1, embedding_setbacks: 0 });
}

/** The vectors of other models are gone too: nothing is left to do. */
export async function restEmbedding(db: Database, lease: Lease): Promise<boolean> {
  return patch(db, lease, { embedding_target: null, ...released });
}

const released = { embedding_owner: null, embedding_until: null };

async function patch(db: Database, lease: Lease, values: PartialModelObject<DocumentModel>): Promise<boolean> {
  return (await embeddingLeased(db, lease).patch(values)) === 1;
}
