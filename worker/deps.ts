// What the worker is given: a part of the server's services, and its measures of time.

import type { Embedder } from "@pagewise/server/model-ports";
import type { Database } from "@pagewise/server/models/database";
import type { Clock, EventLog, Logger, PdfReader, Storage, TaskQueue } from "@pagewise/server/ports";
import type { Vacuum } from "./vacuum.ts";

export interface WorkerDeps {
  db: Database;
  storage: Storage;
  reader: PdfReader;
  queue: TaskQueue;
  /** null: documents are found by their words alone. */
  embedder: Embedder | null;
  events: EventLog;
  clock: Clock;
  log: Logger;
  /** Documents at once. */
  concurrency: number;
  /**
   * True only where something proves that no other process works on this database (it is held by a lock): claims
   * found at the start are then those of a dead process and are taken over at once.
   */
  soleProcess: boolean;
  /** The database stands in the same data directory as the files, and nobody but this process tidies it. */
  embedded: boolean;
  /** How long a claim holds without being renewed; it is renewed three times as often. */
  leaseMs?: number;
  sweepEveryMs?: number;
}

/** What the worker's own parts share. */
export interface WorkerParts extends WorkerDeps {
  vacuum: Vacuum;
}
