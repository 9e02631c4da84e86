// Keeping a claim alive while a document is read, beside the reading and independent of it.
import { type Lease, renewLease } from "@pagewise/server/models/document-lease";
import type { WorkerDeps } from "./deps.ts";

/** The document was deleted, or another worker has taken it over: whatever is left to write must not be written. */
export class LeaseLostError extends Error {
  constructor() {
    super("the lease on the document is lost");
    this.name = "LeaseLostError";
  }
}

/** The worker is being stopped and the document is to be handed back. */
export class WorkerStoppingError extends Error {
  constructor() {
    super("the worker is stopping");
    this.name = "WorkerStoppingError";
  }
}

export interface KeptLease extends Lease {
  /** Aborts with a `LeaseLostError` or a `WorkerStoppingError`. */
  signal: AbortSignal;
  release(): void;
}

export const defaultLeaseMs = 30_000;

/**
 * Renews until `release` is called; `stop` ends the work with a `WorkerStoppingError`.
 * @param renewal tells whether the lease still holds: that of reading the document, unless another one is meant.
 */
export function keepLease(
  { db, log, leaseMs = defaultLeaseMs }: WorkerDeps,
  lease: Lease,
  stop: AbortSignal,
  renewal: typeof renewLease = renewLease,
): KeptLease {
  const controller = new AbortController();
  const onStop = () => controller.abort(new WorkerStoppingError());
  let renewedAt = performance.now();
  let renewing = false;

  async function renew(): Promise<void> {
    const startedAt = performance.now();
    // A database that does not answer must not leave us believing in a claim that others see as ended.
    if (startedAt - renewedAt > leaseMs) controller.abort(new LeaseLostError());
    if (renewing || controller.signal.aborted) return;
    renewing = true;
    try {
      if (await renewal(db, lease, leaseMs)) renewedAt = startedAt;
      else controller.abort(new LeaseLostError());
    } catch (error) {
      log.warn({ err: error, documentId: lease.documentId }, "the lease could not be renewed");
    } finally {
      renewing = false;
    }
  }

  const timer = setInterval(() => void renew(), leaseMs / 3);
  if (stop.aborted) onStop();
  else stop.addEventListener("abort", onStop, { once: true });
  return {
    documentId: lease.documentId,
    run: lease.run,
    signal: controller.signal,
    release() {
      clearInterval(timer);
      stop.removeEventListener("abort", onStop);
    },
  };
}
