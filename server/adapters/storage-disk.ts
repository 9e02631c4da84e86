// Storage on the local disk: files appear whole or not at all, under keys of our own making.
import { access, constants, mkdir, open, readdir, rename, rm, rmdir, stat, statfs } from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import type { Readable, Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { v7 as uuidv7 } from "uuid";
import type { Storage, StorageUpload } from "../ports.ts";
import { createSyncedFile } from "./storage-disk-file.ts";

/** What is being written stands below this prefix, so that the sweeper finds what a killed process left. */
const incoming = "incoming/";
const moveTries = 5;
/** With less, the next upload or the next page finds no room. */
const leastFreeBytes = 10 * 1024 * 1024;

/** @param dir created when it is missing. */
export function createDiskStorage({ dir }: { dir: string }): Storage {
  const base = resolve(dir);

  function pathOf(key: string): string {
    const path = resolve(base, key);
    if (!path.startsWith(base + sep)) throw new Error(`storage key leaves the storage: ${key}`);
    return path;
  }

  async function create(key: string): Promise<StorageUpload> {
    const target = pathOf(key);
    const temporary = pathOf(`${incoming}${uuidv7()}`);
    await mkdir(dirname(temporary), { recursive: true });
    const writable = createSyncedFile(temporary);
    return {
      writable,
      async commit() {
        await moveInto(temporary, target);
        await syncDirectory(dirname(target));
      },
      async abort() {
        await closed(writable);
        await rm(temporary, { force: true });
      },
    };
  }

  /** Drops the folder of a removed file when it was the last in it; `rmdir` leaves a folder that is not empty. */
  async function removeEmpty(path: string): Promise<void> {
    // The folders that everything stands in stay: the next file is on its way to them.
    if (path !== base && dirname(path) !== base) await rmdir(path).catch(() => {});
  }

  async function* list(prefix: string): AsyncGenerator<{ key: string; modifiedAt: Date }> {
    const found = await readdir(pathOf(prefix), { recursive: true, withFileTypes: true }).catch(ignoreMissing);
    for (const item of found ?? []) {
      if (!item.isFile()) continue;
      const path = join(item.parentPath, item.name);
      const info = await stat(path).catch(ignoreMissing);
      if (!info) continue;
      const key = path.slice(base.length + 1);
      yield { key: key.split(sep).join("/"), modifiedAt: info.mtime };
    }
  }

  async function remove(key: string): Promise<void> {
    const path = pathOf(key);
    await rm(path, { force: true });
    await removeEmpty(dirname(path));
  }

  return {
    create,
    async put(key, bytes) {
      const upload = await create(key);
      try {
        upload.writable.end(bytes);
        await finished(upload.writable);
        await upload.commit();
      } catch (error) {
        await upload.abort();
        throw error;
      }
    },
    async stat(key) {
      const found = await stat(pathOf(key)).catch(ignoreMissing);
      return found?.isFile() ? { bytes: found.size } : null;
    },
    async read(key, range): Promise<Readable> {
      const file = await open(pathOf(key), "r");
      return file.createReadStream(range ? { start: range.start, end: range.end } : {});
    },
    withLocalFile: (key, use) => use(pathOf(key)),
    remove,
    async removeAll(prefix) {
      await rm(pathOf(prefix), { recursive: true, force: true });
    },
    list,
    async removeUnfinished(olderThan) {
      let removed = 0;
      for await (const { key, modifiedAt } of list(incoming)) {
        if (modifiedAt >= olderThan) continue;
        await remove(key);
        removed += 1;
      }
      return removed;
    },
    async probe() {
      await mkdir(base, { recursive: true });
      await access(base, constants.R_OK | constants.W_OK | constants.X_OK);
      const { bavail, bsize } = await statfs(base);
      if (bavail * bsize < leastFreeBytes) throw new Error(`the disk of ${base} is full; make room there`);
    },
  };
}

/** Tries again where the folder was dropped between making it and using it; even `mkdir` fails on that. */
async function moveInto(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(dirname(to), { recursive: true });
      return await rename(from, to);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || tries === moveTries) throw error;
    }
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}

function closed(stream: Writable): Promise<void> {
  if (stream.closed) return Promise.resolve();
  return new Promise((done) => {
    stream.once("close", () => done());
    stream.once("error", () => {});
    stream.destroy();
  });
}

/** Makes the rename itself survive a power cut; not every platform can. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r").catch(() => null);
  if (!directory) return;
  await directory.sync().catch(() => {});
  await directory.close();
}
