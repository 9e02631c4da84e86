// A new file on the local disk, written in large pieces and synced as it grows, so that little is left to sync at its end.
import { type FileHandle, open } from "node:fs/promises";
import { Writable } from "node:stream";

/** The network goes on being read while the disk is written. */
const writtenAheadBytes = 1024 * 1024;
/** Each write is a trip to another thread and back, which costs more than the copy that saves it. */
const pieceBytes = 256 * 1024;
/** As much is sent to the disk while the rest still comes in. */
const syncedAheadBytes = 2 * 1024 * 1024;

/** @param path of no file yet. When the stream has finished, the whole file is on the disk. */
export function createSyncedFile(path: string): Writable {
  let file: FileHandle;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let unsyncedBytes = 0;
  let syncing: Promise<void> | null = null;

  async function flush(): Promise<void> {
    const piece = pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending, pendingBytes);
    pending = [];
    pendingBytes = 0;
    await file.appendFile(piece);
    unsyncedBytes += piece.length;
    if (!syncing && unsyncedBytes >= syncedAheadBytes) syncAhead();
  }

  function syncAhead(): void {
    unsyncedBytes = 0;
    syncing = file.datasync().then(() => {
      syncing = null;
    });
    // The kernel tells of a lost write once, and not the next sync: this failure stays until the end asks for it.
    syncing.catch(() => {});
  }

  async function finish(): Promise<void> {
    if (pendingBytes > 0) await flush();
    await syncing;
    await file.sync();
  }

  return new Writable({
    highWaterMark: writtenAheadBytes,
    construct(callback) {
      open(path, "wx").then((opened) => {
        file = opened;
        callback();
      }, callback);
    },
    write(part: Buffer, _encoding, callback) {
      pending.push(part);
      pendingBytes += part.length;
      if (pendingBytes < pieceBytes) return callback();
      flush().then(() => callback(), callback);
    },
    final(callback) {
      finish().then(() => callback(), callback);
    },
    // The handle waits for what is under way before it closes.
    destroy(error, callback) {
      if (!file) return callback(error);
      file.close().then(
        () => callback(error),
        (failure) => callback(error ?? failure),
      );
    },
  });
}
