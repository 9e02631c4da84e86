// One attempt at a claimed document, from the lease to the row's next state, whatever happens in between.
import type { DocumentErrorCode } from "@pagewise/sdk/contract";
import type { DocumentModel } from "@pagewise/server/models/document";
import { type Cause, deferDocument, failDocument, handBackDocument } from "@pagewise/server/models/document-lease";
import { PdfFaultError, PdfReaderKilledError } from "@pagewise/server/ports";
import { holdsDocuments } from "@pagewise/server/storage-use";
import { announce } from "./announce.ts";
import { isOurs } from "./blame.ts";
import type { WorkerParts } from "./deps.ts";
import { ingest } from "./ingest.ts";
import { type KeptLease, keepLease, LeaseLostError, WorkerStoppingError } from "./lease.ts";
import { purgeOldRuns } from "./purge.ts";

const maxAttempts = 5;
const maxLostLeases = 20;
/** Killed so often from outside, a file may be what brings the killer. */
const maxSetbacksOfKilled = 20;
/** The only document there is tells nothing of the storage that lacks its file: a quarter of an hour to mend it. */
const maxSetbacksAlone = 20;
const firstDelayMs = 5_000;
const maxDelayMs = 300_000;
/** Short, so that what waits for an outage to end does not wait long after it. */
const maxSetbackDelayMs = 60_000;

/**
 * Never throws: what cannot even be recorded is left to the lease's end.
 * @param document as claimed, with its `run`.
 * @param stop aborts to have the document handed back.
 */
export async function processDocument(deps: WorkerParts, document: DocumentModel, stop: AbortSignal): Promise<void> {
  const { log } = deps;
  const fields = { documentId: document.id, run: document.run };
  const startedAt = performance.now();
  const lease = keepLease(deps, { documentId: document.id, run: document.run ?? "" }, stop);
  await announce(deps, document);
  try {
    const outcome = await attempt(deps, document, lease);
    log.info({ ...fields, outcome, ms: Math.round(performance.now() - startedAt) }, "an attempt at a document ended");
  } catch (error) {
    log.error({ ...fields, err: error }, "the end of an attempt could not be recorded");
  } finally {
    lease.release();
  }
  await announce(deps, document);
  await purgeOldRuns(deps, document.id).catch((error) => log.warn({ ...fields, err: error }, "old rows were left"));
}

/** @returns what became of it, for the log. */
async function attempt(deps: WorkerParts, document: DocumentModel, lease: KeptLease): Promise<string> {
  const fail = async (code: DocumentErrorCode) => ((await failDocument(deps.db, lease, code)) ? code : "lost");
  // A file that takes its worker down with it each time would go round for ever.
  if (document.lost_leases > maxLostLeases) return fail("internal-error");
  try {
    const fault = await ingest(deps, document, lease);
    return fault ? await fail(fault) : "ready";
  } catch (thrown) {
    const error = lease.signal.aborted ? lease.signal.reason : thrown;
    if (error instanceof LeaseLostError) return "lost";
    if (error instanceof WorkerStoppingError) return (await handBackDocument(deps.db, lease)) ? "handed back" : "lost";
    const { attempts, strikes, setbacks } = document;
    const cause = await causeOf(deps, document, error);
    deps.log.warn({ documentId: document.id, attempts, strikes, setbacks, cause, err: error }, "an attempt failed");
    if (cause === "fault") return fail((error as PdfFaultError).fault);
    if (cause === "attempt" && attempts + 1 >= maxAttempts) return fail("internal-error");
    const delayMs = cause === "setback" ? delay(setbacks, maxSetbackDelayMs) : delay(attempts, maxDelayMs);
    return (await deferDocument(deps.db, lease, delayMs, cause)) ? `deferred: ${cause}` : "lost";
  }
}

/** What an attempt ended of; `fault` is for good. */
async function causeOf(deps: WorkerParts, document: DocumentModel, error: unknown): Promise<Cause | "fault"> {
  if (error instanceof PdfFaultError) return error.enforced && document.strikes === 0 ? "strike" : "fault";
  if (error instanceof PdfReaderKilledError) return document.setbacks < maxSetbacksOfKilled ? "setback" : "attempt";
  if (!isOurs(error)) return "attempt";
  return (await isLost(deps, document).catch(() => false)) ? "attempt" : "setback";
}

/** An outage passes, and the right storage may come back; a file that the right storage does not have will not. */
async function isLost(deps: WorkerParts, document: DocumentModel): Promise<boolean> {
  if ((await deps.storage.stat(document.storage_key)) !== null) return false;
  return (await holdsDocuments(deps, document.id)) ?? document.setbacks >= maxSetbacksAlone;
}

/** Doubling, capped, and spread so that what failed together does not return together. */
function delay(before: number, maxMs: number): number {
  return Math.min(firstDelayMs * 2 ** before, maxMs) * (0.75 + Math.random() / 2);
}
