// What the worker's tests stand on: a database, a storage, the PDF reader and the queue, all real and all its own.
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryBroker } from "../../server/adapters/broker-memory.ts";
import { createTaskQueue } from "../../server/adapters/celery.ts";
import { createMemoryEventLog } from "../../server/adapters/event-log-memory.ts";
import { createPdfReader } from "../../server/adapters/pdf.ts";
import { createDiskStorage } from "../../server/adapters/storage-disk.ts";
import { ChunkModel, PageModel } from "../../server/models/chunk.ts";
import { DocumentModel } from "../../server/models/document.ts";
import { testDatabase } from "../../server/test/database.ts";
import { distEntry } from "../../server/test/dist.ts";
import { addUser } from "../../server/test/library.ts";
import { silentLog } from "../../server/test/log.ts";
import { createOrphans } from "../orphans.ts";
import { createWorker, type Worker, type WorkerDeps } from "../worker.ts";

export type Bench = Awaited<ReturnType<typeof openBench>>;

export async function openBench() {
  const { db, close: closeDatabase } = await testDatabase();
  const dir = await mkdtemp(join(tmpdir(), "pagewise-worker-"));
  const clock = { now: () => new Date() };
  const log = silentLog;
  const storage = createDiskStorage({ dir });
  const reader = createPdfReader({ childEntry: distEntry("pdf-child"), processes: 2, maxPages: 50, log });
  const events = createMemoryEventLog({ clock });
  const stops: (() => Promise<void>)[] = [];
  // The first sweep of all, which finds an empty storage.
  await createOrphans({ db, storage, clock, log, embedded: false }, clock.now()).purge();

  /** A worker with a queue of its own, as a process of its own would have it. */
  async function startWorker(
    options: Partial<WorkerDeps> = {},
  ): Promise<Worker & { queue: WorkerDeps["queue"]; kill(): void }> {
    const queue = createTaskQueue({ broker: createMemoryBroker({ concurrency: 2, log }), log });
    let dead = false;
    const deps = {
      db,
      storage,
      reader,
      queue,
      events,
      clock,
      log,
      concurrency: 2,
      soleProcess: false,
      embedded: false,
      embedder: null,
      ...options,
    };
    // A worker that was killed can no longer reach the database; its claims stay as they are.
    const guarded = new Proxy(deps.db, {
      apply: (target, self, args) => (dead ? new Promise(() => {}) : Reflect.apply(target, self, args)),
      get: (target, name) => {
        if (dead) return () => new Promise(() => {});
        return Reflect.get(target, name);
      },
    });
    const worker = createWorker({ ...deps, db: guarded });
    const kill = () => {
      dead = true;
    };
    let stopped = false;
    const stop = async (grace: { graceMs: number }) => {
      if (stopped || dead) return;
      stopped = true;
      await worker.stop(grace);
      await queue.close();
    };
    stops.push(() => stop({ graceMs: 0 }));
    await worker.start();
    return { start: worker.start, stop, queue, kill };
  }

  async function reset(): Promise<void> {
    for (const stop of stops.splice(0)) await stop();
    await db.raw("delete from users");
    await storage.removeAll("documents/");
    await storage.removeAll("incoming/");
  }

  return {
    db,
    storage,
    reader,
    events,
    startWorker,
    addUser: () => addUser(db),
    /** Puts a file into storage and its row into the database, as an upload does. */
    async addDocument(userId: string, file: Buffer, values: Partial<DocumentModel> = {}): Promise<string> {
      const id = randomUUID();
      await storage.put(`documents/${id}.pdf`, file);
      await DocumentModel.query(db).insert({
        id,
        user_id: userId,
        title: "a file",
        filename: "a file.pdf",
        bytes: file.length,
        sha256: createHash("sha256").update(id).digest("hex"),
        storage_key: `documents/${id}.pdf`,
        status: "queued",
        ...values,
      });
      return id;
    },
    document: (id: string) => DocumentModel.query(db).findById(id),
    pages: (id: string) => PageModel.query(db).where("document_id", id).orderBy("number"),
    chunks: (id: string) => ChunkModel.query(db).where("document_id", id).orderBy("ordinal"),
    files: async () => {
      const found = await readdir(dir, { recursive: true, withFileTypes: true });
      const files = found.filter((item) => item.isFile() && item.parentPath !== join(dir, "installations"));
      return files.map((item) => item.name);
    },
    /** Stops the workers and empties database and storage. */
    reset,
    async close() {
      await reset();
      await reader.close();
      await closeDatabase();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Waits until `get` gives what `is` accepts; names what it last saw when that does not come. */
export async function until<T>(get: () => PromiseLike<T>, is: (value: T) => boolean, withinMs = 15_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const value = await get();
    if (is(value)) return value;
    if (Date.now() > end) throw new Error(`did not come within ${withinMs} ms; last seen: ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 15));
  }
}
