// The socket that the `pg` driver talks through when PostgreSQL is embedded: a Duplex over PGlite's one session.
import { Duplex } from "node:stream";
import type { PgliteServer, PgliteSession } from "./pglite-server.ts";

const protocolCode = { ssl: 80877103, gss: 80877104 };

/** Looks like a `net.Socket` as far as `pg` uses one; ends with an error when the database's thread is lost. */
export function createPgliteStream(server: PgliteServer): Duplex {
  const readBatches = createBatchReader();
  let session: PgliteSession | undefined;

  const run = async (chunks: Buffer[]) => {
    for (const batch of chunks.flatMap(readBatches)) {
      if (batch.type === "refuse") stream.push("N");
      else if (batch.type === "messages") {
        if (!session) throw new Error("not connected");
        await session.execute(batch.bytes, (bytes) => void stream.push(bytes));
      }
    }
  };

  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, callback) {
      run([chunk]).then(() => callback(), callback);
    },
    writev(chunks, callback) {
      run(chunks.map(({ chunk }) => chunk as Buffer)).then(() => callback(), callback);
    },
    final(callback) {
      stream.push(null);
      leave().then(() => callback(), callback);
    },
    destroy(error, callback) {
      leave().then(
        () => callback(error),
        () => callback(error),
      );
    },
  });

  let connecting: Promise<void> = Promise.resolve();
  const leave = async () => {
    await connecting;
    await session?.release();
  };
  const connect = async () => {
    try {
      const opened = await server.connect();
      session = opened;
      void opened.lost.then((error) => stream.destroy(error));
      if (!stream.destroyed) stream.emit("connect");
    } catch (error) {
      process.nextTick(() => stream.destroy(error as Error));
    }
  };

  const same = () => stream;
  return Object.assign(stream, {
    connect() {
      connecting = connect();
      return stream;
    },
    setNoDelay: same,
    setKeepAlive: same,
    ref: same,
    unref: same,
  });
}

type Batch = { type: "messages"; bytes: Uint8Array<ArrayBuffer> } | { type: "refuse" | "ignore" };

/**
 * Cuts what the driver writes into calls: messages are gathered up to a Query, Sync or Flush, so that PGlite sees an
 * extended query as a whole. Terminate is left out: it would end PGlite, not the connection.
 */
function createBatchReader(): (chunk: Buffer) => Batch[] {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let neededBytes = 0;
  let started = false;
  let batch: Buffer[] = [];

  return (chunk) => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    // Joined only once a whole message is there: joining at every chunk is quadratic for large values.
    if (waitingBytes < neededBytes) return [];
    const buffer = waiting.length === 1 ? chunk : Buffer.concat(waiting, waitingBytes);
    const batches: Batch[] = [];
    let offset = 0;
    for (;;) {
      const header = started ? 5 : 8;
      const left = buffer.length - offset;
      const length =
        left < header ? header : buffer.readUInt32BE(offset + header - (started ? 4 : 8)) + header - (started ? 4 : 8);
      if (left < length) {
        waiting = left ? [buffer.subarray(offset)] : [];
        waitingBytes = left;
        neededBytes = length;
        return batches;
      }
      const message = buffer.subarray(offset, offset + length);
      offset += length;
      if (!started) {
        const code = message.readUInt32BE(4);
        if (code === protocolCode.ssl || code === protocolCode.gss) {
          batches.push({ type: "refuse" });
          continue;
        }
        started = true;
        batches.push({ type: "messages", bytes: join([message]) });
        continue;
      }
      const type = String.fromCharCode(message[0] ?? 0);
      if (type === "X") continue;
      batch.push(message);
      if (type === "Q" || type === "S" || type === "H") {
        batches.push({ type: "messages", bytes: join(batch) });
        batch = [];
      }
    }
  };
}

/** In memory of its own, which can be handed to the thread. */
function join(messages: Buffer[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(messages.reduce((sum, message) => sum + message.length, 0));
  let offset = 0;
  for (const message of messages) {
    bytes.set(message, offset);
    offset += message.length;
  }
  return bytes;
}
