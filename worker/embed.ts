// Embeds ready documents beside everything else, one after another, a few calls each: whatever fails, they stay ready.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Embedder, LanguageModelError } from "@pagewise/server/model-ports";
import { isDatabaseGone } from "@pagewise/server/models/database";
import type { DocumentModel } from "@pagewise/server/models/document";
import {
  claimEmbedding,
  deferEmbedding,
  expireEmbeddingLeases,
  releaseEmbedding,
  renewEmbedding,
} from "@pagewise/server/models/embedding-lease";
import type { WorkerParts } from "./deps.ts";
import { embedSome } from "./embed-document.ts";
import { defaultLeaseMs, keepLease, LeaseLostError, WorkerStoppingError } from "./lease.ts";

/** After a failure that every document would meet; doubling. */
const firstPauseMs = 500;
const maxPauseMs = 60_000;
/** A server that names a longer time is asked again all the same. */
const maxRetryAfterMs = 3_600_000;
/** After a failure of a document's own; doubling. */
const firstDelayMs = 5_000;
const maxDelayMs = 3_600_000;
/** Users that are remembered as served. */
const maxServed = 100;

export interface Embedding {
  start(): Promise<void>;
  /** Says that a document may be due. */
  wake(): void;
  /** Resolves when nothing is being embedded any more, after `stopping` has aborted. */
  ended(): Promise<void>;
}

/** @param signals `stopping`: begins no further call; `handingBack`: ends the one under way. */
export function createEmbedding(
  deps: WorkerParts,
  signals: { stopping: AbortSignal; handingBack: AbortSignal },
): Embedding {
  const { embedder, sweepEveryMs = 10_000 } = deps;
  if (!embedder) return { start: async () => {}, wake() {}, ended: async () => {} };
  const { stopping } = signals;
  const served = new Set<string>();
  let running: Promise<void> = Promise.resolve();
  let woken = new AbortController();
  let failures = 0;
  stopping.addEventListener("abort", () => woken.abort(), { once: true });

  /** @returns how long to wait, whoever wakes it, for what every document would meet. */
  async function work(embedder: Embedder): Promise<number> {
    const { db, leaseMs = defaultLeaseMs } = deps;
    while (!stopping.aborted) {
      const claim = { run: randomUUID(), leaseMs, model: embedder.name, served: [...served] };
      const document = await claimEmbedding(db, claim);
      if (!document) return 0;
      served.delete(document.user_id);
      served.add(document.user_id);
      for (const user of [...served].slice(0, -maxServed)) served.delete(user);
      await takeTurn(deps, embedder, document, signals);
      failures = 0;
    }
    return 0;
  }

  async function run(embedder: Embedder): Promise<void> {
    while (!stopping.aborted) {
      woken = new AbortController();
      const pauseMs = await work(embedder).catch((error) => {
        const pauseMs = pauseAfter(error, failures++);
        deps.log.warn({ err: error, pauseMs }, "embedding rests: documents are found by their words meanwhile");
        return pauseMs;
      });
      const signal = pauseMs > 0 ? stopping : woken.signal;
      if (!stopping.aborted) await sleep(pauseMs || sweepEveryMs, undefined, { signal }).catch(() => {});
    }
  }

  return {
    async start() {
      if (deps.soleProcess) await expireEmbeddingLeases(deps.db);
      running = run(embedder);
    },
    wake: () => woken.abort(),
    ended: () => running,
  };
}

/** Throws what every document would meet at the moment: the model or the database is out. */
async function takeTurn(
  deps: WorkerParts,
  embedder: Embedder,
  document: DocumentModel,
  { stopping, handingBack }: { stopping: AbortSignal; handingBack: AbortSignal },
): Promise<void> {
  const lease = keepLease(
    deps,
    { documentId: document.id, run: document.embedding_owner ?? "" },
    handingBack,
    renewEmbedding,
  );
  try {
    await embedSome(deps, embedder, document, lease, stopping);
  } catch (thrown) {
    const error = lease.signal.aborted ? lease.signal.reason : thrown;
    if (error instanceof LeaseLostError) return;
    const isOfAll = error instanceof LanguageModelError || isDatabaseGone(error);
    if (isOfAll || error instanceof WorkerStoppingError) {
      // Where the database is gone the claim ends by itself.
      await releaseEmbedding(deps.db, lease).catch(() => {});
      if (isOfAll) throw error;
      return;
    }
    deps.log.warn({ err: error, documentId: document.id }, "a document could not be embedded and is tried again");
    await deferEmbedding(deps.db, lease, doubling(firstDelayMs, document.embedding_setbacks, maxDelayMs));
  } finally {
    lease.release();
  }
}

function pauseAfter(error: unknown, failures: number): number {
  const told = error instanceof LanguageModelError ? error.retryAfterMs : null;
  // As long as the server says, and a little more.
  if (told !== null) return Math.min(told, maxRetryAfterMs) + Math.random() * 500;
  return doubling(firstPauseMs, failures, maxPauseMs);
}

/** Capped, and spread so that what failed together does not return together. */
function doubling(firstMs: number, before: number, maxMs: number): number {
  return Math.min(firstMs * 2 ** before, maxMs) * (0.75 + Math.random() / 2);
}
