// Takes due documents one after another in a bounded number of slots; messages and a regular sweep only wake it.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { failAbandoned } from "@pagewise/server/abandoned";
import { purgeAuditEvents } from "@pagewise/server/models/audit-event";
import { claimDocument, expireLeases } from "@pagewise/server/models/document-lease";
import { purgeIdempotencyKeys } from "@pagewise/server/models/idempotency-key";
import { purgeSessions } from "@pagewise/server/models/user";
import type { WorkerDeps } from "./deps.ts";
import { createEmbedding } from "./embed.ts";
import { defaultLeaseMs } from "./lease.ts";
import { createOrphans } from "./orphans.ts";
import { processDocument } from "./process.ts";
import { purgeDocument, purgeLeftovers } from "./purge.ts";
import { reindexOldDocuments } from "./reindex.ts";
import { suggestQuestions } from "./suggest.ts";
import { createVacuum } from "./vacuum.ts";
import { createVisitorSweep } from "./visitors.ts";

export type { WorkerDeps } from "./deps.ts";

const orphansEveryMs = 3_600_000;
const orphansRetryMs = 60_000;
/** A model may take a minute over a call, and little is lost with it: nobody who stops the program waits so long. */
const embeddingGraceMs = 3_000;
/** Users that are remembered as served: those who wait are fewer at any time, or all wait long. */
const maxServed = 100;

export interface Worker {
  /** Begins to take messages and to sweep. */
  start(): Promise<void>;
  /** Takes nothing new, gives running documents `graceMs` to end, and hands the rest back. */
  stop(options: { graceMs: number }): Promise<void>;
}

export function createWorker(deps: WorkerDeps): Worker {
  const { db, queue, log, concurrency, leaseMs = defaultLeaseMs, sweepEveryMs = 10_000 } = deps;
  const stopping = new AbortController();
  const handingBack = new AbortController();
  const active = new Set<Promise<void>>();
  const served = new Set<string>();
  const vacuum = createVacuum(deps);
  const parts = { ...deps, vacuum };
  const orphans = createOrphans(deps, deps.clock.now());
  const visitors = createVisitorSweep(deps);
  const embedding = createEmbedding(parts, { stopping: stopping.signal, handingBack: handingBack.signal });
  let sweeping: Promise<void> = Promise.resolve();
  let reindexing: Promise<void> | undefined;
  let suggesting: Promise<void> | undefined;
  let forgetting: Promise<void> | undefined;

  /** Works in one slot until nothing is due. */
  async function drain(): Promise<void> {
    while (!stopping.signal.aborted) {
      // The last free slot is for those who have none yet.
      const idleUsersOnly = concurrency > 1 && active.size >= concurrency;
      const document = await claimDocument(db, { run: randomUUID(), leaseMs, idleUsersOnly, served: [...served] });
      if (!document) return;
      // To the end of the line, so that users take turns also where there are fewer slots than users.
      served.delete(document.user_id);
      served.add(document.user_id);
      for (const user of [...served].slice(0, -maxServed)) served.delete(user);
      await processDocument(parts, document, handingBack.signal);
      embedding.wake();
    }
  }

  /** Ends when a slot has run dry; waits for a free one first, so that messages stay for other workers meanwhile. */
  async function work(): Promise<void> {
    while (active.size >= concurrency) await Promise.race(active);
    if (stopping.signal.aborted) return;
    // Counted as active before it claims.
    const slot = Promise.resolve()
      .then(drain)
      .catch((error) => log.error({ err: error }, "no document could be taken"))
      .finally(() => active.delete(slot));
    active.add(slot);
    await slot;
    suggest();
  }

  /** Once a slot has run dry: reading documents comes first. */
  function suggest(): void {
    suggesting ??= suggestQuestions(parts, stopping.signal)
      .catch((error) => log.error({ err: error }, "no questions could be suggested"))
      .finally(() => {
        suggesting = undefined;
      });
  }

  async function sweep(): Promise<void> {
    let orphansDueAt = 0;
    while (!stopping.signal.aborted) {
      try {
        if (active.size < concurrency) void work();
        await purgeLeftovers(parts);
        const left = await failAbandoned(db, { leaseEndedBefore: deps.clock.now() });
        if (left) log.info({ answers: left }, "answers of a process that died are given up");
        await purgeIdempotencyKeys(db, deps.clock.now());
        await purgeAuditEvents(db, deps.clock.now());
        await purgeSessions(db, deps.clock.now());
        suggest();
        reindexing ??= reindexOldDocuments(parts, stopping.signal)
          .catch((error) => log.error({ err: error }, "documents could not be indexed again"))
          .finally(() => {
            reindexing = undefined;
          });
        forgetting ??= visitors
          .run(stopping.signal)
          .catch((error) => log.error({ err: error }, "what embeds leave behind could not be removed"))
          .finally(() => {
            forgetting = undefined;
          });
        if (performance.now() >= orphansDueAt) {
          // Sooner where it fails: others must know in time that files of ours stand in the storage.
          orphansDueAt = performance.now() + orphansRetryMs;
          await orphans.purge();
          orphansDueAt = performance.now() + orphansEveryMs;
        }
        if (active.size === 0) await vacuum.ifDue();
      } catch (error) {
        log.error({ err: error }, "a sweep failed");
      }
      await sleep(sweepEveryMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  return {
    async start() {
      if (deps.soleProcess) {
        const taken = await expireLeases(db);
        if (taken) log.info({ documents: taken }, "documents of a process that died are taken up again");
      }
      await queue.work({
        async process_pdf(documentId) {
          if (stopping.signal.aborted) return;
          // The same message says that a document was deleted.
          await purgeDocument(parts, documentId).catch((error) =>
            log.warn({ err: error, documentId }, "a deleted document could not be removed yet"),
          );
          await work();
        },
      });
      sweeping = sweep();
      await embedding.start();
    },
    async stop({ graceMs }) {
      stopping.abort();
      const embedded = Promise.race([embedding.ended(), sleep(embeddingGraceMs, undefined, { ref: false })]);
      await Promise.race([Promise.all([...active, embedded]), sleep(graceMs, undefined, { ref: false })]);
      handingBack.abort();
      await Promise.all([...active, embedding.ended(), sweeping, reindexing, suggesting, forgetting]);
    },
  };
}
