// Removes, beside everything else, what embeds leave behind: deleted ones with their visitors, spent tokens, visitors who do not come back.
import {
  removeDeletedEmbeds,
  removeExpiredIdentityTokens,
  removeUnseenVisitors,
} from "@pagewise/server/models/embed-removal";
import type { WorkerDeps } from "./deps.ts";

/** Thirty days are counted in hours: visitors with a conversation are looked at each time. */
const unseenEveryMs = 3_600_000;

export interface VisitorSweep {
  run(stop: AbortSignal): Promise<void>;
}

export function createVisitorSweep(deps: Pick<WorkerDeps, "db" | "events" | "clock" | "log">): VisitorSweep {
  const { db, clock, log } = deps;
  let unseenDueAt = 0;
  return {
    async run(stop) {
      await removeDeletedEmbeds(deps, stop);
      await removeExpiredIdentityTokens(db, clock.now());
      if (performance.now() < unseenDueAt) return;
      const visitors = await removeUnseenVisitors(db, clock.now(), stop);
      unseenDueAt = performance.now() + unseenEveryMs;
      if (visitors) log.info({ visitors }, "visitors who asked nothing and did not come back were forgotten");
    },
  };
}
