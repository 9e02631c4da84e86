// What visitors read as it comes: it ends soon after their embed is disabled, deleted, or no longer allows their page.
import { originAllowed } from "./embeds.ts";
import type { Feed } from "./feed.ts";
import { enabledAmong } from "./models/embed.ts";
import type { Services } from "./services.ts";

/** Of a stream, whose it is and where it is read. */
export interface Visit {
  embedId: string;
  /** Of the page. */
  origin: string;
  /** The server's own, which every embed allows. */
  ownOrigin: string | null;
}

export interface VisitorStreams {
  /** What opens the same feed, which ends with the visit. */
  during<T>(visit: Visit, open: (wake: () => void) => Feed<T>): (wake: () => void) => Feed<T>;
}

/** How often the rows are looked at while somebody reads: one statement for all. */
const lookEveryMs = 2_000;

export function createVisitorStreams(
  { db, log }: Pick<Services, "db" | "log">,
  { lookMs = lookEveryMs }: { lookMs?: number } = {},
): VisitorStreams {
  const open = new Map<object, { visit: Visit; end: () => void }>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      const ids = new Set([...open.values()].map(({ visit }) => visit.embedId));
      if (ids.size === 0) return;
      const enabled = await enabledAmong(db, [...ids]);
      for (const { visit, end } of [...open.values()]) {
        const allowed_origins = enabled.get(visit.embedId);
        if (
          ids.has(visit.embedId) &&
          !(allowed_origins && originAllowed({ allowed_origins }, visit.origin, visit.ownOrigin))
        )
          end();
      }
    } catch (error) {
      // They go on: every new request is looked at by itself.
      log.warn({ err: error }, "it could not be looked whether visitors may read on");
    } finally {
      plan();
    }
  }

  /** The next look, while there is something to look after. */
  function plan(): void {
    timer = open.size > 0 ? setTimeout(() => void look(), lookMs).unref() : undefined;
  }

  return {
    during: (visit, openFeed) => (wake) => {
      const feed = openFeed(wake);
      let isOver = false;
      const key = {};
      open.set(key, {
        visit,
        end() {
          isOver = true;
          wake();
        },
      });
      if (timer === undefined) plan();
      return {
        take: () => (isOver ? null : feed.take()),
        leave() {
          open.delete(key);
          feed.leave();
        },
      };
    },
  };
}
