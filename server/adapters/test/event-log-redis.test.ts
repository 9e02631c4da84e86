// The event log over Redis where Redis itself matters: other processes, outages, lost data, what is kept and for how long.
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { LogEntry } from "../../ports.ts";
import { silentLog } from "../../test/log.ts";
import { hasRedis, type RedisServer, startRedis } from "../../test/redis.ts";
import { createRedisEventLog, type RedisEventLog, type RedisEventLogOptions } from "../event-log-redis.ts";

/** Long enough for a connection to come back on a busy machine. */
const back = { timeout: 15_000, interval: 50 };

describe.skipIf(!hasRedis)("over Redis (needs redis-server)", () => {
  let redis: RedisServer;
  let look: ReturnType<typeof createClient>;
  let logs: RedisEventLog[] = [];
  let readers: AbortController[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    look = createClient({ url: redis.url });
    look.on("error", () => {});
    await look.connect();
  });
  beforeEach(() => look.flushAll());
  afterEach(async () => {
    for (const reader of readers) reader.abort();
    for (const log of logs) log.disconnect();
    readers = [];
    logs = [];
  });
  afterAll(async () => {
    look.destroy();
    await redis.close();
  });

  /** As another process would have it: with connections of its own. */
  const open = async (options: Partial<RedisEventLogOptions> = {}): Promise<RedisEventLog> => {
    const log = createRedisEventLog({ url: redis.url, log: silentLog, ...options });
    logs.push(log);
    if (!options.url) await connected(log);
    return log;
  };
  const connected = (log: RedisEventLog) => vi.waitFor(() => log.last("any"), back);

  function follow(log: RedisEventLog, key: string, after = 0) {
    const seen: LogEntry[] = [];
    const left = new AbortController();
    readers.push(left);
    const ended = (async () => {
      for await (const entry of log.read(key, { after, signal: left.signal })) seen.push(entry);
    })();
    return { seen, ended, data: () => seen.map(({ data }) => data) };
  }

  test("what one process appends, readers in another get, live and afterwards", async () => {
    const [writer, other] = [await open(), await open()];
    const live = follow(other, "a");
    await writer.append("a", "x", 1);
    await vi.waitFor(() => expect(live.data()).toEqual([1]), back);
    await writer.append("a", "x", 2);
    await writer.close("a");
    await live.ended;
    expect(live.seen.map(({ id }) => id)).toEqual([1, 2]);
    expect(await other.has("a")).toBe(true);
    const late = follow(other, "a", 1);
    await late.ended;
    expect(late.data()).toEqual([2]);
  });

  test("any number of readers share the two connections of their process", async () => {
    const log = await open();
    const before = (await look.clientList()).length;
    const following = Array.from({ length: 60 }, (_, n) => follow(log, `key ${n % 20}`));
    await vi.waitFor(async () => expect(await look.pubSubChannels("pagewise:log:*")).toHaveLength(20), back);
    expect((await look.clientList()).length).toBe(before);
    for (let n = 0; n < 20; n++) {
      await log.append(`key ${n}`, "x", n);
      await log.close(`key ${n}`);
    }
    await Promise.all(following.map(({ ended }) => ended));
    for (const [n, { seen }] of following.entries()) expect(seen.map(({ data }) => data)).toEqual([n % 20]);
    await vi.waitFor(async () => expect(await look.pubSubChannels("pagewise:log:*")).toEqual([]), back);
  });

  test("a reader that comes while the last one leaves is woken all the same", async () => {
    const [writer, other] = [await open(), await open()];
    for (let round = 0; round < 20; round++) {
      const leaving = new AbortController();
      const first = (async () => {
        for await (const _ of other.read("a", { after: 0, signal: leaving.signal }));
      })();
      leaving.abort();
      const next = follow(other, "a", await writer.last("a"));
      await first;
      await writer.append("a", "x", round);
      await vi.waitFor(() => expect(next.data()).toEqual([round]), back);
    }
  });

  test("a closed log expires in time, and so does one that nobody closes", async () => {
    const log = await open({ keepClosedMs: 5_000, keepUnusedMs: 100_000 });
    await log.append("closed", "x", 1);
    await log.append("open", "x", 1);
    expect(await look.pTTL("pagewise:log:closed")).toBeGreaterThan(50_000);
    await log.close("closed");
    expect(await look.pTTL("pagewise:log:closed")).toBeLessThanOrEqual(5_000);
    expect(await look.pTTL("pagewise:log:open")).toBeGreaterThan(50_000);
  });

  test("a log that nobody closes is trimmed, and goes on counting", async () => {
    const log = await open({ maxEntries: 100 });
    for (let n = 1; n <= 1_000; n++) expect(await log.append("a", "x", n)).toBe(n);
    expect(await look.xLen("pagewise:log:a")).toBeLessThan(400);
    const rest = follow(log, "a");
    await vi.waitFor(() => expect(rest.seen.at(-1)?.id).toBe(1_000), back);
    expect(rest.seen.every(({ id, data }, index) => id === data && id === (rest.seen[0]?.id ?? 0) + index)).toBe(true);
  });

  test("a log that begins again after it expired reaches readers that wait behind its old end", async () => {
    const [writer, other] = [await open(), await open()];
    for (let n = 1; n <= 5; n++) await writer.append("a", "x", n);
    const waiting = follow(other, "a", 5);
    await vi.waitFor(async () => expect(await look.pubSubChannels()).toHaveLength(1), back);
    await look.del("pagewise:log:a");
    expect(await writer.append("a", "x", "again")).toBe(1);
    await vi.waitFor(() => expect(waiting.data()).toEqual(["again"]), back);
  });

  test("a log that lost its entries under its writer ends at once, also for readers that are far ahead of it", async () => {
    const [writer, other] = [await open(), await open()];
    for (let n = 1; n <= 5; n++) await writer.append("a", "x", n, n);
    const waiting = follow(other, "a");
    await vi.waitFor(() => expect(waiting.seen).toHaveLength(5), back);
    await redis.flush();
    await expect(writer.append("a", "x", 6, 6)).rejects.toThrow("This log has ended.");
    await waiting.ended;
    const late = follow(other, "a");
    await late.ended;
    expect([waiting.data(), late.data()]).toEqual([[1, 2, 3, 4, 5], []]);
  });

  test("while Redis is away appends fail, and readers go on when it is back", async () => {
    const [writer, other] = [await open(), await open()];
    const reader = follow(other, "a");
    await writer.append("a", "x", 1);
    await vi.waitFor(() => expect(reader.data()).toEqual([1]), back);
    await redis.stop();
    await vi.waitFor(() => expect(writer.append("a", "x", "lost")).rejects.toThrow(), back);
    expect(await writer.has("a")).toBe(false);
    // Refused at once, not after a time-out: a hundred time-outs would outlast this test.
    for (let n = 0; n < 100; n++) await expect(writer.append("a", "x", "lost")).rejects.toThrow();
    await redis.start();
    await connected(writer);
    // This Redis keeps nothing on disk: the log begins again.
    await writer.append("a", "x", 2);
    await writer.append("a", "x", 3);
    await writer.close("a");
    await reader.ended;
    expect(reader.data()).toEqual([1, 2, 3]);
  });

  test("a connection that breaks loses and doubles nothing that stands in the log", async () => {
    const [writer, other] = [await open(), await open()];
    const reader = follow(other, "a");
    for (let n = 1; n <= 300; n++) {
      if (n % 50 === 0) expect(await breakConnections(look)).toBe(4);
      await vi.waitFor(() => writer.append("a", "x", n), back);
    }
    await vi.waitFor(() => writer.close("a"), back);
    await reader.ended;
    // An append whose answer was lost was made twice: by the test, which asked for it again.
    expect(reader.seen.map(({ id }) => id)).toEqual(Array.from(reader.seen, (_, index) => index + 1));
    expect([...new Set(reader.data())]).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  test("a Redis that hangs makes an append fail in time, and an abort end a reader", async () => {
    const log = await open();
    const abort = new AbortController();
    const reading = (async () => {
      for await (const _ of log.read("a", { after: 0, signal: abort.signal }));
    })();
    await look.sendCommand(["CLIENT", "PAUSE", "4000", "ALL"]);
    await expect(log.append("a", "x", 1)).rejects.toThrow(/did not answer/);
    abort.abort();
    await reading;
    await look.sendCommand(["CLIENT", "UNPAUSE"]);
  });

  test("a log that is closed with its process lets its waiting readers go", async () => {
    const log = await open();
    const reader = follow(log, "a");
    await log.append("a", "x", 1);
    await vi.waitFor(() => expect(reader.data()).toEqual([1]), back);
    log.disconnect();
    logs = [];
    await reader.ended;
  });

  test("a log that never reached Redis lets its readers go and closes", async () => {
    const log = await open({ url: "redis://127.0.0.1:1" });
    const reader = follow(log, "a");
    await expect(log.append("a", "x", 1)).rejects.toThrow();
    log.disconnect();
    logs = [];
    await reader.ended;
    expect(reader.seen).toEqual([]);
  });

  test("without Redis at the start nothing hangs, and readers begin when it is there", async () => {
    await redis.stop();
    const log = await open({ url: redis.url });
    await expect(log.append("a", "x", 1)).rejects.toThrow();
    expect(await log.has("a")).toBe(false);
    const reader = follow(log, "a");
    await redis.start();
    await connected(log);
    await log.append("a", "x", 2);
    await log.close("a");
    await reader.ended;
    expect(reader.data()).toEqual([2]);
  });
});

/** @returns how many there were. */
async function breakConnections(look: ReturnType<typeof createClient>): Promise<number> {
  const ours = (await look.clientList()).filter(({ name }) => name.startsWith("pagewise-"));
  for (const { id } of ours) await look.sendCommand(["CLIENT", "KILL", "ID", String(id)]);
  return ours.length;
}
