// What is read as it comes ends soon after the right to it: with the sign-in, or with what an embed gives its visitors.
import { originAllowed } from "./embeds.ts";
import type { Feed } from "./feed.ts";
import type { StoredCitation } from "./models/conversation.ts";
import { type Standing, standingAmong } from "./models/standing-rights.ts";
import type { LogEntry } from "./ports.ts";
import type { Services } from "./services.ts";

/** A visitor's, on one page. */
interface Visit {
  embedId: string;
  /** Of the page. */
  origin: string;
  /** The server's own, which every embed allows. */
  ownOrigin: string | null;
  /** Those that the answer is drawn from; until it tells, those that it may be drawn from. */
  documentIds: readonly string[];
}

/** By what an answer is read. */
export type ReadingRight = { sessionId: string } | Visit;

type Open = (wake: () => void) => Feed<LogEntry>;

export interface ReadingRights {
  /** What opens the same feed, which ends with the right to it. */
  during(right: ReadingRight, open: Open): Open;
}

/** How often the rows are looked at while somebody reads: one statement for all. */
const lookEveryMs = 2_000;

export function createReadingRights({ db, log }: Pick<Services, "db" | "log">): ReadingRights {
  const open = new Set<GuardedFeed>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      const readings = [...open].map((feed) => ({ feed, right: feed.right }));
      if (readings.length === 0) return;
      const sessions = new Set<string>();
      const embeds = new Set<string>();
      const documents = new Set<string>();
      for (const { right } of readings) {
        if ("sessionId" in right) sessions.add(right.sessionId);
        else {
          embeds.add(right.embedId);
          for (const id of right.documentIds) documents.add(id);
        }
      }
      const standing = await standingAmong(db, { sessions, embeds, documents });
      for (const { feed, right } of readings) if (!stands(right, standing)) feed.end();
    } catch (error) {
      // They go on: every new request is looked at by itself.
      log.warn({ err: error }, "it could not be looked who may read on");
    } finally {
      plan();
    }
  }

  /** The next look, while there is something to look after. */
  function plan(): void {
    timer = open.size > 0 ? setTimeout(() => void look(), lookEveryMs).unref() : undefined;
  }

  return {
    during: (right, openFeed) => (wake) => {
      const feed = new GuardedFeed(right, { feed: openFeed(wake), wake, among: open });
      if (timer === undefined) plan();
      return feed;
    },
  };
}

function stands(right: ReadingRight, standing: Standing): boolean {
  if ("sessionId" in right) return standing.sessions.has(right.sessionId);
  const embed = standing.embeds.get(right.embedId);
  if (!embed || !originAllowed(embed, right.origin, right.ownOrigin)) return false;
  return right.documentIds.every((id) => standing.documents.has(id) && embed.document_ids.includes(id));
}

/** One object for each open stream, of which there are thousands. */
class GuardedFeed implements Feed<LogEntry> {
  right: ReadingRight;
  private readonly feed: Feed<LogEntry>;
  private readonly wake: () => void;
  private readonly among: Set<GuardedFeed>;
  private isOver = false;

  constructor(
    right: ReadingRight,
    { feed, wake, among }: { feed: Feed<LogEntry>; wake: () => void; among: Set<GuardedFeed> },
  ) {
    this.right = right;
    this.feed = feed;
    this.wake = wake;
    this.among = among;
    among.add(this);
  }

  take(): LogEntry | undefined | null {
    if (this.isOver) return null;
    const entry = this.feed.take();
    if (entry?.event === "citations" && "embedId" in this.right) {
      const { citations } = entry.data as { citations: StoredCitation[] };
      this.right = { ...this.right, documentIds: [...new Set(citations.map(({ document_id }) => document_id))] };
    }
    return entry;
  }

  end(): void {
    this.isOver = true;
    this.wake();
  }

  leave(): void {
    this.among.delete(this);
    this.feed.leave();
  }
}
