// Copies on the local disk of files that stand elsewhere: kept while somebody reads them, and swept when that process died.
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { v7 as uuidv7 } from "uuid";

/** A copy in use is touched this often, so that its age tells whether anybody still has it. */
const touchEveryMs = 60_000;

export interface LocalCopies {
  /** Runs `use` with a path that holds what `source` gives; the copy is gone afterwards, whatever happened. */
  with<T>(source: Readable, use: (path: string) => Promise<T>): Promise<T>;
  /** Removes copies that nobody has touched since. @returns how many. */
  removeOlderThan(time: Date): Promise<number>;
}

export function createLocalCopies({ dir }: { dir: string }): LocalCopies {
  return {
    async with(source, use) {
      const path = join(dir, uuidv7());
      try {
        await mkdir(dir, { recursive: true });
        await pipeline(source, createWriteStream(path, { flags: "wx" }));
      } catch (error) {
        source.destroy();
        await rm(path, { force: true });
        throw error;
      }
      const touching = setInterval(() => {
        const now = new Date();
        utimes(path, now, now).catch(() => {});
      }, touchEveryMs).unref();
      try {
        return await use(path);
      } finally {
        clearInterval(touching);
        await rm(path, { force: true });
      }
    },
    async removeOlderThan(time) {
      let removed = 0;
      for (const name of await readdir(dir).catch(() => [])) {
        const path = join(dir, name);
        const found = await stat(path).catch(() => null);
        if (!found || found.mtime >= time) continue;
        await rm(path, { force: true });
        removed += 1;
      }
      return removed;
    },
  };
}
