// The event log over Redis streams: what one process appends reaches the readers of every process that shares the Redis.
import { setTimeout as sleep } from "node:timers/promises";
import { feedOf } from "../feed.ts";
import { orAborted } from "../or-aborted.ts";
import { type EventLog, LogEndedError, type LogEntry, type Logger } from "../ports.ts";
import { connectRedis, withTimeout } from "./redis-connection.ts";
import { createRedisWakeups, type Watch } from "./redis-wakeups.ts";

export interface RedisEventLog extends EventLog {
  disconnect(): void;
}

export interface RedisEventLogOptions {
  url: string;
  log: Logger;
  /** How long a closed log can still be read. */
  keepClosedMs?: number;
  /** How long a log stays that nothing is appended to and nobody closes. */
  keepUnusedMs?: number;
  /** Entries that a log keeps at least; what is older may go. */
  maxEntries?: number;
}

/** Redis is either quick or in trouble, and whoever appends has better things to do than to wait for it. */
const commandTimeoutMs = 1_000;
const retryMs = 250;
const entriesAtOnce = 500;
/** A reader that is cut off from Redis for longer looks at the rows. */
const keepForgottenMs = 60_000;

/**
 * An entry stands as `<epoch>-<id>`: the epoch is the time in microseconds at which the log began, so that a log that
 * begins again (after it expired, or Redis lost its data) stands behind the old one, and its readers miss nothing.
 * An entry without an event's name is the log's end. An entry that would not get the id it has to have makes the log end
 * under a time of its own, so that this end stands behind every reader, wherever it is.
 */
const appendScript = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local now = redis.call('TIME')
local begun = now[1] .. string.format('%06d', now[2])
local epoch, id = begun, 0
if last then
  if last[2][2] == '' then return -1 end
  epoch, id = string.match(last[1], '(%d+)-(%d+)')
elseif ARGV[1] == '' then
  return 0
end
if ARGV[5] ~= '' and tonumber(ARGV[5]) ~= id + 1 then
  redis.call('XADD', KEYS[1], begun .. '-' .. string.format('%d', id + 1), 'event', '', 'data', '')
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  redis.call('PUBLISH', KEYS[1], 'end')
  return -1
end
id = string.format('%d', id + 1)
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], epoch .. '-' .. id, 'event', ARGV[1], 'data', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', KEYS[1], id)
return tonumber(id)`;

/** The end alone is left, under a time of its own and for as long as a reader may take to hear of it. */
const forgetScript = `
if redis.call('DEL', KEYS[1]) == 0 then return 0 end
local now = redis.call('TIME')
redis.call('XADD', KEYS[1], now[1] .. string.format('%06d', now[2]) .. '-1', 'event', '', 'data', '')
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PUBLISH', KEYS[1], 'end')
return 1`;

/** Logs that nobody closes (a user's documents) are trimmed, and expire when nothing is appended for a day. */
export function createRedisEventLog({
  url,
  log,
  keepClosedMs = 3_600_000,
  keepUnusedMs = 24 * 3_600_000,
  maxEntries = 20_000,
}: RedisEventLogOptions): RedisEventLog {
  const client = connectRedis({ url, name: "pagewise-events", log, failFast: true });
  const wakeups = createRedisWakeups({ url, log });
  let disconnected = false;
  const soon = <T>(work: Promise<T>) => withTimeout(work, commandTimeoutMs);

  /** @returns the entry's id, -1 where the log has ended. */
  async function add(key: string, event: string, data: string, ttlMs: number, expected?: number): Promise<number> {
    const args = [event, data, String(ttlMs), String(maxEntries), String(expected ?? "")];
    return Number(await soon(client.eval(appendScript, { keys: [nameOf(key)], arguments: args })));
  }

  /** @param cursor exclusive; null: from the start. */
  async function entriesAfter(name: string, cursor: string | null): Promise<Stored[]> {
    const from = cursor === null ? "-" : `(${cursor}`;
    return (await soon(client.xRange(name, from, "+", { COUNT: entriesAtOnce }))) ?? [];
  }

  /** Where the entry `after` stands or stood, or the last one where there is none so far; null where nothing stands. */
  async function cursorAt(name: string, after: number): Promise<string | null> {
    if (after === 0) return null;
    const one = { COUNT: 1 };
    const ends = [client.xRange(name, "-", "+", one), client.xRevRange(name, "+", "-", one)];
    const [first, last] = (await soon(Promise.all(ends))).map((entries) => entries?.[0]);
    if (!first || !last) return null;
    const there = epochOf(last.id) === epochOf(first.id) ? idOf(last.id) - (isEnd(last.message) ? 1 : 0) : after;
    return `${epochOf(first.id)}-${Math.min(after, there)}`;
  }

  async function* readFrom(name: string, after: number, watch: Watch, signal: AbortSignal): AsyncGenerator<LogEntry> {
    let cursor: string | null | undefined;
    let epoch: string | undefined;
    while (!signal.aborted && !disconnected) {
      const look = async () => {
        await watch.ready();
        const changed = watch.next();
        if (cursor === undefined) {
          cursor = await cursorAt(name, after);
          epoch = cursor ? epochOf(cursor) : undefined;
        }
        return { changed, stored: await entriesAfter(name, cursor) };
      };
      // Redis is away: it will be back, and what still stands there then is read.
      const seen = await orAborted(look(), signal).catch(() => sleep(retryMs, undefined, { ref: false }));
      if (!seen) continue;
      for (const { id, message } of seen.stored) {
        if (signal.aborted || isEnd(message)) return;
        cursor = id;
        // Come with a number that was not reached yet. A log that begins again is new to everybody.
        if (idOf(id) <= after && epochOf(id) === epoch) continue;
        yield { id: idOf(id), event: message.event ?? "", data: JSON.parse(message.data ?? "null") };
      }
      if (seen.stored.length === 0) await orAborted(seen.changed, signal);
    }
  }

  return {
    async append(key, event, data, expected) {
      const id = await add(key, event, JSON.stringify(data ?? null), keepUnusedMs, expected);
      if (id < 0) throw new LogEndedError();
      return id;
    },
    async close(key) {
      await add(key, "", "", keepClosedMs);
    },
    async forget(key) {
      await soon(client.eval(forgetScript, { keys: [nameOf(key)], arguments: [String(keepForgottenMs)] }));
    },
    async has(key) {
      // A log that cannot be reached cannot be read: the row is there.
      return soon(client.exists(nameOf(key))).then(Boolean, () => false);
    },
    async last(key) {
      const last = (await soon(client.xRevRange(nameOf(key), "+", "-", { COUNT: 1 })))?.[0];
      if (!last) return 0;
      return isEnd(last.message) ? idOf(last.id) - 1 : idOf(last.id);
    },
    async readers(keys) {
      if (keys.length === 0) return [];
      // Who reads has subscribed, and a process that died is subscribed to nothing.
      const counts = await soon(client.pubSubNumSub(keys.map(nameOf)));
      return keys.map((key) => Number(counts[nameOf(key)] ?? 0));
    },
    async *read(key, { after, signal }) {
      const name = nameOf(key);
      const watch = wakeups.watch(name);
      try {
        yield* readFrom(name, after, watch, signal);
      } finally {
        watch.end();
      }
    },
    follow(key, { after, wake }) {
      return feedOf((signal) => this.read(key, { after, signal }), wake);
    },
    disconnect() {
      disconnected = true;
      client.destroy();
      wakeups.close();
    },
  };
}

interface Stored {
  id: string;
  message: Record<string, string>;
}

const isEnd = ({ event }: Stored["message"]) => event === "";

const nameOf = (key: string) => `pagewise:log:${key}`;

const epochOf = (id: string) => id.split("-")[0];

function idOf(id: string): number {
  return Number(id.split("-")[1]);
}
