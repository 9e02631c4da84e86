// The thread that PostgreSQL runs in when it is embedded: protocol bytes come in, protocol bytes go out.
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { join, queryMessage } from "./pglite-protocol.ts";

export interface PgliteThreadData {
  dataDir: string;
}

export type PgliteRequest = { type: "execute"; bytes: Uint8Array<ArrayBuffer> } | { type: "close" };

export type PgliteReply =
  | { type: "ready" }
  | { type: "data"; bytes: Uint8Array<ArrayBuffer> }
  | { type: "done" }
  | { type: "closed" };

/** What is sent in one message: large results go out in parts while the query still runs. */
const partBytes = 256 * 1024;

const settings = {
  // What a checkpoint leaves standing of the write-ahead log.
  max_wal_size: "64MB",
  // Whoever fills the list of what the full-text index has still to take in, sorts it in: 4 MB take 130 ms and more.
  gin_pending_list_limit: "256kB",
  // Statistics of 3,000 rows: the usual 30,000 keep everybody waiting for half a second.
  default_statistics_target: "10",
  timezone: "UTC",
};

const checkpointEveryMs = 2_000;

/**
 * There is no checkpointer process, and no size makes PostgreSQL run one by itself without it: the log would grow with
 * every upload until the database is closed. Everybody waits for a checkpoint: of four times as much it took 46 to 92 ms.
 */
const checkpointSql = `do $$ begin
  if (select pg_current_wal_insert_lsn() - redo_lsn from pg_control_checkpoint()) > 8 * 1024 * 1024 then
    checkpoint;
  end if;
end $$`;

async function run(): Promise<void> {
  if (!parentPort) throw new Error("pglite-thread runs as a thread");
  const port = parentPort;
  const { dataDir } = workerData as PgliteThreadData;
  const database = await PGlite.create({
    dataDir,
    // Always the same set: a directory that was opened with an extension cannot be opened without it.
    extensions: { vector },
    startParams: [
      ...PGlite.defaultStartParams,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    initDbStartParams: ["--wal-segsize=4"],
  });
  const post = (reply: PgliteReply, transfer: ArrayBuffer[] = []) => port.postMessage(reply, transfer);
  let isUsed = false;
  port.on("message", (request: PgliteRequest) => {
    isUsed = true;
    if (request.type === "execute") execute(database, request.bytes, post).catch(end);
    else close(database, post).catch(end);
  });
  setInterval(() => {
    if (!isUsed || !database.ready || database.isInTransaction()) return;
    isUsed = false;
    call(database, queryMessage(checkpointSql), () => {}).catch(end);
  }, checkpointEveryMs);
  post({ type: "ready" });
}

async function execute(
  database: PGlite,
  bytes: Uint8Array,
  post: (reply: PgliteReply, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    if (size === 0) return;
    const bytes = join(parts);
    parts = [];
    size = 0;
    post({ type: "data", bytes }, [bytes.buffer]);
  };
  await call(database, bytes, (data) => {
    // PGlite's memory, overwritten after this call.
    parts.push(data.slice());
    size += data.length;
    if (size >= partBytes) flush();
  });
  flush();
  post({ type: "done" });
}

/** The streaming form: PGlite's other one keeps every row of every answer for as long as the process lives. */
function call(database: PGlite, bytes: Uint8Array, onRawData: (data: Uint8Array) => void): Promise<void> {
  return database.runExclusive(() => database.execProtocolRawStream(bytes, { onRawData }));
}

async function close(database: PGlite, post: (reply: PgliteReply) => void): Promise<void> {
  await database.close();
  post({ type: "closed" });
}

/** A failure here is PGlite's own, never a query's: the thread ends with it, and its owner hears of it. */
function end(reason: unknown): void {
  const { message } = reason as { message?: string };
  setImmediate(() => {
    throw new Error(message ?? String(reason));
  });
}

await run();
