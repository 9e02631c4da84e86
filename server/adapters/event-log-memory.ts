// The event log of a single process: entries in memory, read by any number of readers at their own pace.
import { orAborted } from "../or-aborted.ts";
import type { Clock, EventLog, LogEntry } from "../ports.ts";

/** How long a closed log can still be read. */
const keepClosedMs = 5 * 60_000;
/** Closed logs that are kept at most: what they held stands in the rows, too. */
const maxClosed = 256;
/** Entries that an open log keeps at most; a message's log stays far below. */
const maxEntries = 20_000;

interface Log {
  entries: LogEntry[];
  closed: boolean;
  readers: number;
  /** Settles at the next change. */
  changed: Promise<void>;
  wake: () => void;
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
    const log: Log = { entries: [], closed: false, readers: 0, ...signal() };
    logs.set(key, log);
    return log;
  }

  return {
    async append(key, event, data) {
      const log = open(key);
      if (log.closed) throw new Error("This log has ended.");
      const id = (log.entries.at(-1)?.id ?? 0) + 1;
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
    async has(key) {
      dropOld();
      return logs.has(key);
    },
    async last(key) {
      return logs.get(key)?.entries.at(-1)?.id ?? 0;
    },
    async readers(keys) {
      return keys.map((key) => logs.get(key)?.readers ?? 0);
    },
    read(key, { after, signal }) {
      const log = open(key);
      return entriesOf(log, { after, signal }, () => {
        // Nobody ever wrote into it, and now nobody waits for that.
        if (log.readers === 0 && log.entries.length === 0 && logs.get(key) === log) logs.delete(key);
      });
    },
  };
}

async function* entriesOf(
  log: Log,
  { after, signal }: { after: number; signal: AbortSignal },
  left: () => void,
): AsyncGenerator<LogEntry> {
  let last = after;
  log.readers += 1;
  try {
    while (!signal.aborted) {
      const { changed, closed: ended } = log;
      const first = log.entries[0]?.id ?? 1;
      for (const entry of log.entries.slice(Math.max(0, last + 1 - first))) {
        if (signal.aborted) return;
        last = entry.id;
        yield entry;
      }
      if (ended) return;
      await orAborted(changed, signal);
    }
  } finally {
    log.readers -= 1;
    left();
  }
}

function signal(): Pick<Log, "changed" | "wake"> {
  let wake = () => {};
  const changed = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return { changed, wake };
}

function notify(log: Log): void {
  const { wake } = log;
  Object.assign(log, signal());
  wake();
}
