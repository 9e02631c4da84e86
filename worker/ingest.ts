// One document's way from the stored file to pages and chunks in the database, all under one lease.
import type { DocumentErrorCode } from "@pagewise/sdk/contract";
import type { DocumentModel } from "@pagewise/server/models/document";
import { type Findings, finishDocument, reportProgress } from "@pagewise/server/models/document-lease";
import { purgeRuns } from "@pagewise/server/models/run";
import { announce } from "./announce.ts";
import { runBeside } from "./beside.ts";
import { withStoredFile } from "./blame.ts";
import type { WorkerParts } from "./deps.ts";
import { type KeptLease, LeaseLostError } from "./lease.ts";
import { createRunWriter } from "./run-writer.ts";

/** Progress is told at most this often. */
const progressEveryMs = 250;

/**
 * @returns null when the document is ready, or the code of what makes it unreadable for good.
 * Throws `PdfFaultError`, `LeaseLostError`, the lease's abort reason, and whatever storage and database throw.
 */
export async function ingest(
  deps: WorkerParts,
  document: DocumentModel,
  lease: KeptLease,
): Promise<DocumentErrorCode | null> {
  const purging = purgeRuns(deps.db, document.id).then(deps.vacuum.note);
  const reading = withStoredFile(deps.storage, document.storage_key, (path) => read(deps, document, lease, path));
  // Neither is left running behind the other's failure.
  await Promise.allSettled([purging, reading]);
  await purging;
  const found = await reading;
  lease.signal.throwIfAborted();
  if (found.pages === 0) return "pdf-empty";
  if (found.pagesUnreadable.length === found.pages) return "pdf-damaged";
  if (!found.hasText || found.chunks === 0) return "pdf-no-text";
  if (!(await finishDocument(deps.db, lease, found))) throw new LeaseLostError();
  return null;
}

/** Writes what has been read and tells of the progress beside the reading, which waits for neither. */
async function read(deps: WorkerParts, document: DocumentModel, lease: KeptLease, path: string) {
  const writer = createRunWriter(deps, lease);
  const progress = createProgress(deps, document, lease);
  const pagesUnreadable: number[] = [];
  let pages = 0;
  let total = 0;
  let hasText = false;
  const opened = deps.reader.read(path, {
    signal: lease.signal,
    alone: document.strikes > 0,
    onInfo(info) {
      total = info.pages;
      progress.note({ pages: info.pages, title: info.title });
    },
  });
  try {
    for await (const page of opened) {
      lease.signal.throwIfAborted();
      pages += 1;
      if ("unreadable" in page) {
        pagesUnreadable.push(page.number);
      } else {
        hasText ||= /[\p{L}\p{N}]/u.test(page.text);
        await writer.add(page);
      }
      // The last hundredth is for what comes after the pages.
      progress.report(Math.min(0.99, pages / Math.max(total, pages)));
    }
    lease.signal.throwIfAborted();
    const written = await writer.end();
    await progress.flush();
    return { ...written, pages: Math.max(total, pages), pagesUnreadable, hasText };
  } finally {
    // What is under way ends before the row says how the attempt ended.
    await Promise.all([writer.idle(), progress.idle()]);
  }
}

/** Writes and announces how far the reading is: what the file says of itself at once, the rest now and then. */
function createProgress(deps: WorkerParts, document: DocumentModel, lease: KeptLease) {
  let noted: Omit<Findings, "progress"> | null = null;
  let share = 0;
  let toldAt = Number.NEGATIVE_INFINITY;

  const telling = runBeside(async () => {
    const findings = { progress: share, ...noted };
    noted = null;
    toldAt = performance.now();
    if (!(await reportProgress(deps.db, lease, findings))) throw new LeaseLostError();
    await announce(deps, document);
  });
  return {
    note(found: Omit<Findings, "progress">) {
      noted = found;
      telling.begin();
    },
    /** Throws what telling of it threw before. */
    report(next: number) {
      share = next;
      if (noted || performance.now() - toldAt >= progressEveryMs) telling.begin();
    },
    /** Resolves when what the file says of itself has been written. */
    async flush() {
      await telling.settled();
      if (noted) telling.begin();
      await telling.settled();
    },
    idle: () => telling.settled().catch(() => {}),
  };
}
