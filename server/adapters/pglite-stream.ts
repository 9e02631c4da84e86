// The socket that the `pg` driver talks through when PostgreSQL is embedded: a Duplex over PGlite's one session.
import { Duplex } from "node:stream";
import { createBatchReader } from "./pglite-protocol.ts";
import type { PgliteServer, PgliteSession } from "./pglite-server.ts";

/** Looks like a `net.Socket` as far as `pg` uses one; ends with an error when the database's thread is lost. */
export function createPgliteStream(server: PgliteServer): Duplex {
  const readBatches = createBatchReader();
  let session: Promise<PgliteSession> | undefined;

  const run = async (chunks: Buffer[]) => {
    for (const batch of chunks.flatMap(readBatches)) {
      if (batch.type === "refuse") stream.push("N");
      else await (await session)?.execute(batch.bytes, (bytes) => void stream.push(bytes));
    }
  };
  const leave = async () => {
    await (await session?.catch(() => undefined))?.release();
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
      leave().then(() => callback(error), callback);
    },
  });

  return likeSocket(stream, () => {
    session = server.connect();
    session.then(
      ({ lost }) => {
        stream.emit("connect");
        void lost.then((error) => stream.destroy(error));
      },
      (error) => stream.destroy(error),
    );
  });
}

/** The driver sets options of a socket that mean nothing here. */
function likeSocket(stream: Duplex, connect: () => void): Duplex {
  const same = () => stream;
  return Object.assign(stream, {
    connect() {
      connect();
      return stream;
    },
    setNoDelay: same,
    setKeepAlive: same,
    ref: same,
    unref: same,
  });
}
