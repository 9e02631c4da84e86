// The event log of a single process: entries in memory, read by any number of readers at their own pace.
import type { Feed } from "../feed.ts";
import { type Clock, type EventLog, LogEndedError, type LogEntry } from "../ports.ts";

/** How long a closed log can still be read. */
const keepClosedMs = 5 * 60_000;
/** Closed logs that are kept at most: what they held stands in the rows, too. */
const maxClosed = 256;
/** Entries that an open log keeps at most; a message's log stays far below. */
const maxEntries = 20_000;

interface Log {
  entries: LogEntry[];
  closed: boolean;
  /** Each is told of a change. */
  readers: Set<MemoryFeed>;
  /** A reader has gone. */
  left(): void;
}

/** Logs that nobody closes (a user's documents) are trimmed; closed ones are dropped after five minutes, or by newer ones. */
export function createMemoryEventLog(deps: { clock: Clock }): EventLog {
  const logs = new Map<string, Log>();
  /** In the order of their end, so that the head is always the next to go. */
  const closed: { key: string; log: Log; dropAt: number }[] = [];

  function dropOld(): void {
    const now = deps.clock.now().getTime();
    while (closed[0] && (closed[0].dropAt <= now || closed.length > maxClosed)) {
      const old = closed.shift();
      if (old && logs.get(old.key) === old.log) logs.delete(old.key);
    }
  }

  function open(key: string): Log {
    dropOld();
    const known = logs.get(key);
    if (known) return known;
    const log: Log = {
      entries: [],
      closed: false,
      readers: new Set(),
      left() {
        // Nobody ever wrote into it, and now nobody waits for that.
        if (log.readers.size === 0 && log.entries.length === 0 && logs.get(key) === log) logs.delete(key);
      },
    };
    logs.set(key, log);
    return log;
  }

  return {
    async append(key, event, data, expected) {
      const log = open(key);
      const id = (log.entries.at(-1)?.id ?? 0) + 1;
      if (id !== (expected ?? id)) await this.close(key);
      if (log.closed) throw new LogEndedError();
      log.entries.push({ id, event, data });
      if (log.entries.length > maxEntries) log.entries.splice(0, maxEntries / 2);
      notify(log);
      return id;
    },
    async close(key) {
      const log = logs.get(key);
      if (!log || log.closed) return;
      log.closed = true;
      if (log.entries.length === 0) logs.delete(key);
      else closed.push({ key, log, dropAt: deps.clock.now().getTime() + keepClosedMs });
      dropOld();
      notify(log);
    },
    async forget(key) {
      const log = logs.get(key);
      if (!log) return;
      logs.delete(key);
      log.entries = [];
      log.closed = true;
      notify(log);
    },
    async has(key) {
      dropOld();
      return logs.has(key);
    },
    async last(key) {
      return logs.get(key)?.entries.at(-1)?.id ?? 0;
    },
    async readers(keys) {
      return keys.map((key) => logs.get(key)?.readers.size ?? 0);
    },
    read: (key, options) => entriesOf(open(key), options),
    follow: (key, { after, wake }) => new MemoryFeed(open(key), after, wake),
  };
}

class MemoryFeed implements Feed<LogEntry> {
  readonly wake: () => void;
  private readonly log: Log;
  private last: number;

  constructor(log: Log, after: number, wake: () => void) {
    this.log = log;
    this.last = after;
    this.wake = wake;
    log.readers.add(this);
  }

  take(): LogEntry | undefined | null {
    const { entries, closed } = this.log;
    const entry = entries[Math.max(0, this.last + 1 - (entries[0]?.id ?? 1))];
    if (!entry) return closed ? null : undefined;
    this.last = entry.id;
    return entry;
  }

  leave(): void {
    if (this.log.readers.delete(this)) this.log.left();
  }
}

async function* entriesOf(log: Log, { after, signal }: { after: number; signal: AbortSignal }) {
  let wake = () => {};
  const look = () => wake();
  const feed = new MemoryFeed(log, after, look);
  signal.addEventListener("abort", look);
  try {
    while (!signal.aborted) {
      const entry = feed.take();
      if (entry === null) return;
      if (entry) yield entry;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    signal.removeEventListener("abort", look);
    feed.leave();
  }
}

function notify(log: Log): void {
  for (const { wake } of log.readers) wake();
}
