// Who may work on a document: claiming it, keeping the claim, and every way of ending it, each one conditional UPDATE.
import type { DocumentErrorCode } from "@pagewise/sdk/contract";
import { type PartialModelObject, raw } from "objection";
import type { Database } from "./database.ts";
import { DocumentModel } from "./document.ts";

/** One attempt at a document. Its `run` marks the rows it writes and is the fence that each of its writes must pass. */
export interface Lease {
  documentId: string;
  run: string;
}

const due = `d.deleted_at is null and (
  (d.status = 'queued' and d.next_attempt_at <= now()) or (d.status = 'processing' and d.lease_until < now()))`;

export interface Claim {
  run: string;
  leaseMs: number;
  /** For the last free slot: leaves out users who have a running document, and documents with a strike. */
  idleUsersOnly: boolean;
  /** Users whose documents this worker took last, the latest at the end: they come after those who wait longer. */
  served?: string[];
}

/**
 * Takes the oldest due document of the user with the fewest running ones, and among those the one served longest ago;
 * also one whose worker fell silent. Those with a strike come after all others (but for an hour at most, so that they have an end too) and one at a time.
 * @returns null when nothing is due.
 */
export async function claimDocument(db: Database, claim: Claim): Promise<DocumentModel | null> {
  try {
    return await claimOne(db, claim, { struck: !claim.idleUsersOnly });
  } catch (error) {
    // Another worker has taken one with a strike in the same moment.
    if ((error as { constraint?: string }).constraint !== "documents_struck_unique") throw error;
    return await claimOne(db, claim, { struck: false });
  }
}

async function claimOne(db: Database, claim: Claim, { struck }: { struck: boolean }): Promise<DocumentModel | null> {
  const { rows } = await db.raw(
    `with running as (
       select user_id, count(*) as documents from documents
       where status = 'processing' and lease_until >= now() and deleted_at is null group by user_id)
     update documents set
       lost_leases = lost_leases + (status = 'processing')::int, status = 'processing', progress = 0,
       run = ?, lease_owner = ?, lease_until = now() + ? * interval '1 millisecond'
     where id = (
       select d.id from documents d left join running r on r.user_id = d.user_id
       where ${due} and (r.documents is null or not ?::boolean)
         and (d.strikes = 0 or (?::boolean and not exists (select 1 from documents o
           where o.status = 'processing' and o.strikes > 0 and o.deleted_at is null and o.id <> d.id)))
       order by d.strikes > 0 and d.next_attempt_at > now() - interval '1 hour',
         coalesce(r.documents, 0), array_position(?::uuid[], d.user_id) nulls first, d.next_attempt_at, d.id
       limit 1 for update of d skip locked)
     returning *`,
    [claim.run, claim.run, claim.leaseMs, claim.idleUsersOnly, struck, claim.served ?? []],
  );
  return rows[0] ? DocumentModel.fromDatabaseJson(rows[0]) : null;
}

/** Lets go of every claim at once: only for a process that knows itself alone with the database. */
export async function expireLeases(db: Database): Promise<number> {
  return DocumentModel.query(db)
    .where("status", "processing")
    .patch({ lease_until: raw("now() - interval '1 millisecond'") });
}

/** The row while the lease holds: nobody else has claimed it and it has not been deleted. */
export function leased(db: Database, lease: Lease) {
  return DocumentModel.query(db).modify("live").where({
    id: lease.documentId,
    lease_owner: lease.run,
    status: "processing",
  });
}

/** @returns false when the lease is lost; so do all below. */
export async function renewLease(db: Database, lease: Lease, leaseMs: number): Promise<boolean> {
  return patch(db, lease, { lease_until: raw("now() + ? * interval '1 millisecond'", [leaseMs]) });
}

/** What is known of a document while it is being read. `title` replaces only the one made from the file name. */
export interface Findings {
  progress: number;
  pages?: number;
  title?: string | null;
}

export async function reportProgress(db: Database, lease: Lease, findings: Findings): Promise<boolean> {
  const { progress, pages, title } = findings;
  return patch(db, lease, {
    progress,
    ...(pages === undefined ? {} : { pages }),
    ...(title ? { title: DocumentModel.replaceFileTitle(title) } : {}),
  });
}

/** The document is ready under this run; older runs are to be purged. */
export async function finishDocument(
  db: Database,
  lease: Lease,
  result: {
    pages: number;
    pagesUnreadable: number[];
    language: string | null;
    languages: (string | null)[];
    indexVersion: number;
  },
): Promise<boolean> {
  return patch(db, lease, {
    status: "ready",
    ready_run: lease.run,
    progress: 1,
    pages: result.pages,
    pages_unreadable: result.pagesUnreadable,
    language: result.language,
    languages: result.languages,
    index_version: result.indexVersion,
    error_code: null,
    processed_at: raw("now()"),
    embedding_model: null,
    embedding_target: null,
    ...released,
  });
}

/** The document is not to be tried again unless its owner says so. */
export async function failDocument(db: Database, lease: Lease, code: DocumentErrorCode): Promise<boolean> {
  return patch(db, lease, { status: "failed", error_code: code, processed_at: raw("now()"), ...released });
}

/** What a deferral is put down to. A strike is an attempt too; a setback is none. */
export type Cause = "attempt" | "strike" | "setback";

const counted: Record<Cause, PartialModelObject<DocumentModel>> = {
  attempt: { attempts: raw("attempts + 1") },
  strike: { attempts: raw("attempts + 1"), strikes: raw("strikes + 1") },
  setback: { setbacks: raw("setbacks + 1") },
};

/** Tried again after `delayMs`. */
export async function deferDocument(
  db: Database,
  lease: Lease,
  delayMs: number,
  cause: Cause = "attempt",
): Promise<boolean> {
  return patch(db, lease, {
    status: "queued",
    ...counted[cause],
    next_attempt_at: raw("now() + ? * interval '1 millisecond'", [Math.round(delayMs)]),
    ...released,
  });
}

/** Gives the document back as if it had not been claimed. */
export async function handBackDocument(db: Database, lease: Lease): Promise<boolean> {
  return patch(db, lease, { status: "queued", progress: 0, ...released });
}

const released = { lease_owner: null, lease_until: null };

async function patch(db: Database, lease: Lease, values: PartialModelObject<DocumentModel>): Promise<boolean> {
  return (await leased(db, lease).patch(values)) === 1;
}
