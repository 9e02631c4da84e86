// Files that belong to no document: removed once they are old, but only where nobody else keeps files in the storage.
import { storedDocuments, useStorage } from "@pagewise/server/storage-use";
import type { WorkerDeps } from "./deps.ts";

/** A file younger than this may be on its way to its row. */
const orphanAgeMs = 3_600_000;

export interface Orphans {
  /** Removes files without a row, and what was cut off with the process that wrote it. @returns how much went. */
  purge(): Promise<number>;
}

/** @param startedAt of this process: with the embedded database, what is older than it belongs to a dead one. */
export function createOrphans(
  deps: Pick<WorkerDeps, "db" | "storage" | "clock" | "log" | "embedded">,
  startedAt: Date,
): Orphans {
  const { storage, clock, log, embedded } = deps;
  let told = false;

  function tell(who: { installation: string; others: string[] }): void {
    if (told) return;
    told = true;
    const sentence =
      "files of others stand in this storage, so files without a document are left there: give each installation a " +
      "storage of its own, or remove the others' marks in `installations/` and write `sole` into this one's";
    log.warn(who, sentence);
  }

  return {
    async purge() {
      const { sole, ...who } = await useStorage(deps);
      if (!sole) {
        tell(who);
        return 0;
      }
      const oldest = new Date(Math.max(clock.now().getTime() - orphanAgeMs, embedded ? startedAt.getTime() : 0));
      let removed = await storage.removeUnfinished(oldest);
      for await (const { known, keys } of storedDocuments(deps, oldest)) {
        if (known) continue;
        for (const key of keys) await storage.remove(key);
        removed += keys.length;
      }
      if (removed) log.info({ removed }, "files without a document were removed");
      return removed;
    },
  };
}
