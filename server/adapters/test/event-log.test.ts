// What every event log keeps to, in memory and over Redis.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EventLog, LogEndedError, type LogEntry } from "../../ports.ts";
import { silentLog } from "../../test/log.ts";
import { hasRedis, type RedisServer, startRedis } from "../../test/redis.ts";
import { createMemoryEventLog } from "../event-log-memory.ts";
import { createRedisEventLog } from "../event-log-redis.ts";

let events: EventLog;
let key = "";
let keys = 0;
beforeEach(() => {
  keys += 1;
  key = `key ${keys}`;
});

async function read(key: string, after: number, signal = new AbortController().signal): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of events.read(key, { after, signal })) entries.push(entry);
  return entries;
}

function whatEveryLogKeepsTo() {
  test("ids rise by one within a key, and every reader gets each entry once, from where it wants", async () => {
    expect(await events.last(key)).toBe(0);
    expect(await events.append(key, "x", 1)).toBe(1);
    const early = read(key, 0);
    const late = read(key, await events.last(key));
    expect(await events.append(key, "x", 2)).toBe(2);
    expect(await events.append(`${key} b`, "x", 1)).toBe(1);
    await events.close(key);
    expect((await early).map(({ id }) => id)).toEqual([1, 2]);
    expect((await late).map(({ id }) => id)).toEqual([2]);
    expect(await read(key, 1)).toEqual([{ id: 2, event: "x", data: 2 }]);
    expect(await events.last(key)).toBe(2);
    expect(await read(key, 2)).toEqual([]);
  });

  test("data comes back as it was, whatever is in it", async () => {
    const data = { text: 'quotes " and \u0000, line\nends, 漢字 🙂', list: [1, null, { deep: true }] };
    await events.append(key, "x", data);
    await events.append(key, "y", null);
    await events.close(key);
    expect(await read(key, 0)).toEqual([
      { id: 1, event: "x", data },
      { id: 2, event: "y", data: null },
    ]);
  });

  test("of a log that is forgotten nothing is left, and its readers finish", async () => {
    await events.append(key, "x", "secret");
    const seen: LogEntry[] = [];
    const reading = (async () => {
      for await (const entry of events.read(key, { after: 0, signal: new AbortController().signal })) seen.push(entry);
    })();
    await expect.poll(() => seen.length).toBe(1);
    await events.forget(key);
    await reading;
    expect([seen.length, await events.last(key)]).toEqual([1, 0]);
    // Whoever still writes it learns that it has ended, and brings nothing back.
    await expect(events.append(key, "x", "more", 2)).rejects.toBeInstanceOf(LogEndedError);
    await events.forget(`${key} that never was`);
    expect(await events.has(`${key} that never was`)).toBe(false);
  });

  test("a reader may come before the first entry", async () => {
    const early = read(key, 0);
    await events.append(key, "x", 1);
    await events.close(key);
    expect((await early).map(({ id }) => id)).toEqual([1]);
  });

  test("a slow reader misses nothing", async () => {
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { id } of events.read(key, { after: 0, signal: new AbortController().signal })) {
        seen.push(id);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let i = 0; i < 1200; i++) await events.append(key, "x", i);
    await events.close(key);
    await reading;
    expect(seen).toEqual(Array.from({ length: 1200 }, (_, index) => index + 1));
  });

  test("entries that many append at once are all there, in one order for every reader", async () => {
    const readers = [read(key, 0), read(key, 0), read(key, 0)];
    const ids = await Promise.all(Array.from({ length: 50 }, (_, n) => events.append(key, "x", n)));
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    await events.close(key);
    const [first, ...others] = await Promise.all(readers);
    expect(first?.map(({ id }) => id)).toEqual(ids);
    for (const other of others) expect(other).toEqual(first);
  });

  test("an abort ends a waiting reader without an error", async () => {
    const abort = new AbortController();
    const reading = read(key, 0, abort.signal);
    await events.append(key, "x", 1);
    abort.abort();
    expect((await reading).length).toBeLessThanOrEqual(1);
    expect(await read(key, 0, abort.signal)).toEqual([]);
  });

  test("tells how many read a log", async () => {
    await events.append(key, "x", 1);
    const readers = async () => (await events.readers([key, `${key} b`])).map(Boolean);
    expect(await readers()).toEqual([false, false]);
    const [first, second] = [new AbortController(), new AbortController()];
    const reading = [read(key, 0, first.signal), read(key, 1, second.signal)];
    await expect.poll(readers).toEqual([true, false]);
    first.abort();
    await reading[0];
    expect(await readers()).toEqual([true, false]);
    second.abort();
    await reading[1];
    await expect.poll(readers).toEqual([false, false]);
    expect(await events.readers([])).toEqual([]);
  });

  test("who comes with an id that is not reached yet gets what comes after it, and the end", async () => {
    await events.append(key, "x", 1);
    const [near, far] = [read(key, 3), read(key, 99)];
    for (let n = 2; n <= 5; n++) await events.append(key, "x", n);
    await events.close(key);
    expect((await near).map(({ id }) => id)).toEqual([4, 5]);
    expect([await far, await read(key, 99)]).toEqual([[], []]);
  });

  test("an ended log takes nothing more, but can still be read", async () => {
    expect(await events.has(key)).toBe(false);
    await events.append(key, "x", 1);
    await events.close(key);
    await events.close(key);
    await expect(events.append(key, "x", 2)).rejects.toThrow("This log has ended.");
    expect(await events.has(key)).toBe(true);
    expect((await read(key, 0)).map(({ id }) => id)).toEqual([1]);
  });

  test("an entry that would not get its id is not taken: the log ends, for whoever reads it and whoever comes", async () => {
    for (const id of [1, 2]) await events.append(key, "x", id, id);
    const waiting = [read(key, 0), read(key, 2)];
    await expect(events.append(key, "x", 7, 7)).rejects.toThrow(LogEndedError);
    await expect(events.append(key, "x", 3, 3)).rejects.toThrow(LogEndedError);
    expect((await Promise.all([...waiting, read(key, 0)])).map((seen) => seen.length)).toEqual([2, 0, 2]);
    await expect(events.append(`${key} b`, "x", 2, 2)).rejects.toThrow(LogEndedError);
    expect(await read(`${key} b`, 0, AbortSignal.timeout(500))).toEqual([]);
  });

  test("closing a log that never began makes none", async () => {
    await events.close(key);
    expect(await events.has(key)).toBe(false);
    expect(await events.append(key, "x", 1)).toBe(1);
  });
}

describe("in memory", () => {
  let now = 0;
  beforeEach(() => {
    now = 1_000_000;
    events = createMemoryEventLog({ clock: { now: () => new Date(now) } });
  });
  whatEveryLogKeepsTo();

  test("an ended log is dropped some time later", async () => {
    await events.append(key, "x", 1);
    await events.close(key);
    now += 60_000;
    expect(await events.has(key)).toBe(true);
    now += 10 * 60_000;
    expect(await events.has(key)).toBe(false);
  });

  test("of ended logs only the newest are kept, and none that nothing was written into", async () => {
    for (let n = 0; n < 1_000; n++) {
      await events.append(`${key} ${n}`, "x", n);
      await events.close(`${key} ${n}`);
    }
    const kept = await Promise.all(Array.from({ length: 1_000 }, (_, n) => events.has(`${key} ${n}`)));
    expect(kept.filter(Boolean).length).toBeLessThan(300);
    expect(kept.lastIndexOf(true)).toBe(999);
    const abort = new AbortController();
    const reading = [read("left", 0, abort.signal), read("closed", 0)];
    expect([await events.has("left"), await events.has("closed")]).toEqual([true, true]);
    abort.abort();
    await events.close("closed");
    expect(await Promise.all(reading)).toEqual([[], []]);
    expect([await events.has("left"), await events.has("closed")]).toEqual([false, false]);
  });
});

describe.skipIf(!hasRedis)("over Redis (needs redis-server)", () => {
  let redis: RedisServer;
  let disconnect: () => void;
  beforeAll(async () => {
    redis = await startRedis();
  });
  beforeEach(async () => {
    const log = createRedisEventLog({ url: redis.url, log: silentLog });
    events = log;
    disconnect = log.disconnect;
    // Appends are refused until it is connected.
    await expect.poll(() => log.last(key).catch(() => -1), { timeout: 10_000 }).toBe(0);
  });
  afterEach(() => disconnect());
  afterAll(() => redis.close());
  whatEveryLogKeepsTo();
});
