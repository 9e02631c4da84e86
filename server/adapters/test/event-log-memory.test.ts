import { beforeEach, expect, test } from "vitest";
import type { EventLog, LogEntry } from "../../ports.ts";
import { createMemoryEventLog } from "../event-log-memory.ts";

let now = 0;
let events: EventLog;
beforeEach(() => {
  now = 1_000_000;
  events = createMemoryEventLog({ clock: { now: () => new Date(now) } });
});

async function read(key: string, after: number | "end", signal = new AbortController().signal): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  for await (const entry of events.read(key, { after, signal })) entries.push(entry);
  return entries;
}

test("ids rise by one within a key, and every reader gets each entry once, from where it wants", async () => {
  expect(await events.append("a", "x", 1)).toBe(1);
  const early = read("a", 0);
  const late = read("a", "end");
  expect(await events.append("a", "x", 2)).toBe(2);
  expect(await events.append("b", "x", 1)).toBe(1);
  await events.close("a");
  expect((await early).map(({ id }) => id)).toEqual([1, 2]);
  expect((await late).map(({ id }) => id)).toEqual([2]);
  expect((await read("a", 1)).map(({ data }) => data)).toEqual([2]);
});

test("a slow reader misses nothing", async () => {
  const seen: number[] = [];
  const reading = (async () => {
    for await (const { id } of events.read("a", { after: 0, signal: new AbortController().signal })) {
      seen.push(id);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  for (let i = 0; i < 100; i++) await events.append("a", "x", i);
  await events.close("a");
  await reading;
  expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
});

test("an abort ends a waiting reader without an error", async () => {
  const abort = new AbortController();
  const reading = read("a", 0, abort.signal);
  await events.append("a", "x", 1);
  abort.abort();
  expect((await reading).length).toBeLessThanOrEqual(1);
  expect(await read("a", 0, abort.signal)).toEqual([]);
});

test("an ended log takes nothing more, and is dropped some time later", async () => {
  await events.append("a", "x", 1);
  await events.close("a");
  await events.close("a");
  await expect(events.append("a", "x", 2)).rejects.toThrow();
  now += 60_000;
  expect(await events.has("a")).toBe(true);
  now += 10 * 60_000;
  expect(await events.has("a")).toBe(false);
  expect(await events.has("never")).toBe(false);
});
