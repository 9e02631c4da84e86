// Tidying the tables after much was written or removed: the embedded database has nobody else to do it.
import type { WorkerDeps } from "./deps.ts";

/** So many changed rows are worth a vacuum, and so long it rests at least. */
const worthRows = 300;
const restMs = 60_000;

export interface Vacuum {
  /** Counts rows written or removed. */
  note(rows: number): void;
  /** Vacuums when it is worth it; for the sweeper, at a quiet moment. */
  ifDue(): Promise<void>;
}

/** A PostgreSQL server vacuums by itself. */
export function createVacuum({ db, log, embedded, embedder }: WorkerDeps): Vacuum {
  const tables = ["chunks", "pages", "documents", ...(embedder ? ["chunk_embeddings"] : [])];
  let changed = 0;
  let ranAt = Number.NEGATIVE_INFINITY;
  return {
    note(rows) {
      changed += rows;
    },
    async ifDue() {
      if (!embedded || changed < worthRows || performance.now() - ranAt < restMs) return;
      changed = 0;
      ranAt = performance.now();
      // Short steps: whoever waits for the database comes in between.
      for (const table of tables) {
        await db.raw(`vacuum ${table}`);
        await db.raw(`analyze ${table}`);
      }
      log.debug({ ms: Math.round(performance.now() - ranAt) }, "the tables were vacuumed");
    },
  };
}
