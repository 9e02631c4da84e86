// The thread that PostgreSQL runs in when it is embedded: protocol bytes come in, protocol bytes go out.
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";

export interface PgliteThreadData {
  dataDir: string;
}

export type PgliteRequest = { type: "execute"; id: number; bytes: Uint8Array<ArrayBuffer> } | { type: "close" };

export type PgliteReply =
  | { type: "ready" }
  | { type: "data"; bytes: Uint8Array<ArrayBuffer> }
  | { type: "done"; id: number }
  | { type: "closed" };

/** What is sent in one message: large results go out in parts while the query still runs. */
const partBytes = 256 * 1024;

const settings = {
  // There is no checkpointer process: without a low bound the write-ahead log of a large upload stays at 1 GB.
  max_wal_size: "64MB",
  timezone: "UTC",
};

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
  port.on("message", (request: PgliteRequest) => {
    if (request.type === "execute") execute(database, request, post).catch(end);
    else close(database, post).catch(end);
  });
  post({ type: "ready" });
}

async function execute(
  database: PGlite,
  request: Extract<PgliteRequest, { type: "execute" }>,
  post: (reply: PgliteReply, transfer?: ArrayBuffer[]) => void,
): Promise<void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  const flush = () => {
    if (size === 0) return;
    const bytes = new Uint8Array(size);
    let offset = 0;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    parts = [];
    size = 0;
    post({ type: "data", bytes }, [bytes.buffer]);
  };
  await database.runExclusive(() =>
    // The streaming form: the other one keeps every row of every answer for as long as the process lives.
    database.execProtocolRawStream(request.bytes, {
      onRawData: (data) => {
        // PGlite's memory, overwritten after this call.
        parts.push(data.slice());
        size += data.length;
        if (size >= partBytes) flush();
      },
    }),
  );
  flush();
  post({ type: "done", id: request.id });
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
