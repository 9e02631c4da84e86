// Limits in this process and over a real Redis: the same promises, and what only one of them can get wrong.
import { createClient } from "redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Limits } from "../../ports.ts";
import { silentLog } from "../../test/log.ts";
import { hasRedis, type RedisServer, startRedis } from "../../test/redis.ts";
import { createLimits, type LimitsOptions } from "../limits.ts";

/** Long enough for a connection to come back on a busy machine. */
const back = { timeout: 15_000, interval: 50 };
const three = { points: 3, seconds: 900 };
const refused = { retryAfterMs: expect.any(Number) };

let opened: Limits[] = [];
const open = (redisUrl: string | null, options: Partial<LimitsOptions> = {}): Limits => {
  const limits = createLimits({ redisUrl, log: silentLog, ...options });
  opened.push(limits);
  return limits;
};
afterEach(async () => {
  for (const limits of opened) await limits.close();
  opened = [];
});

function promises(make: () => Promise<Limits>): void {
  test("takes what there is, and says how long until there is more", async () => {
    const limits = await make();
    for (let taken = 0; taken < 3; taken++) expect(await limits.take("login", "a", three)).toBeNull();
    const refusal = await limits.take("login", "a", three);
    expect(refusal).toEqual(refused);
    expect(refusal?.retryAfterMs).toBeGreaterThan(800_000);
    expect(refusal?.retryAfterMs).toBeLessThanOrEqual(900_000);
    expect(await limits.look("login", "a", three)).toEqual(refused);
    expect(await limits.take("login", "b", three)).toBeNull();
    expect(await limits.take("upload", "a", three)).toBeNull();
  });

  test("what is refused takes nothing, and less may still be had", async () => {
    const limits = await make();
    const bytes = { points: 20_000_000_000, seconds: 86_400 };
    expect(await limits.take("bytes", "a", bytes, 12_000_000_000)).toBeNull();
    expect(await limits.take("bytes", "a", bytes, 9_000_000_000)).toEqual(refused);
    expect(await limits.take("bytes", "a", bytes, 8_000_000_000)).toBeNull();
    expect(await limits.take("bytes", "a", bytes, 1)).toEqual(refused);
  });

  test("of many at once as many as there are get one", async () => {
    const limits = await make();
    const taken = await Promise.all(Array.from({ length: 20 }, () => limits.take("login", "a", three)));
    expect(taken.filter((refusal) => refusal === null)).toHaveLength(3);
  });

  test("what is given back may be taken again, and never is more than was taken", async () => {
    const limits = await make();
    await limits.giveBack("question", "a", three);
    for (let taken = 0; taken < 3; taken++) await limits.take("question", "a", three);
    await limits.giveBack("question", "a", three);
    expect(await limits.look("question", "a", three)).toBeNull();
    expect(await limits.take("question", "a", three)).toBeNull();
    expect(await limits.take("question", "a", three)).toEqual(refused);
    await limits.giveBack("question", "a", three, 100);
    const taken = await Promise.all(Array.from({ length: 5 }, () => limits.take("question", "a", three)));
    expect(taken.filter((refusal) => refusal === null)).toHaveLength(3);
  });

  test("a window ends, and looking at one does not begin it", async () => {
    const limits = await make();
    const once = { points: 1, seconds: 1 };
    expect(await limits.look("a", "a", once)).toBeNull();
    expect(await limits.take("a", "a", once)).toBeNull();
    expect(await limits.take("a", "a", once)).toEqual(refused);
    await expect.poll(() => limits.look("a", "a", once), back).toBeNull();
    // Given back too late: the next window is no larger for it.
    await limits.giveBack("a", "a", once);
    expect(await limits.take("a", "a", once)).toBeNull();
    expect(await limits.take("a", "a", once)).toEqual(refused);
  });

  test("no points and no places are no limit", async () => {
    const limits = await make();
    for (let taken = 0; taken < 5; taken++) {
      expect(await limits.take("login", "a", { points: 0, seconds: 60 })).toBeNull();
      expect(await limits.hold("stream", "a", 0)).toBeTypeOf("function");
    }
    await limits.giveBack("login", "a", { points: 0, seconds: 60 });
    expect(await limits.look("login", "a", { points: 0, seconds: 60 })).toBeNull();
  });

  test("places are held until they are left, once each", async () => {
    const limits = await make();
    const held = await Promise.all(Array.from({ length: 5 }, () => limits.hold("stream", "a", 2)));
    const leaving = held.filter((leave) => leave !== null);
    expect(leaving).toHaveLength(2);
    expect(await limits.hold("stream", "b", 2)).toBeTypeOf("function");
    leaving[0]?.();
    leaving[0]?.();
    expect(await limits.hold("stream", "a", 2)).toBeTypeOf("function");
    expect(await limits.hold("stream", "a", 2)).toBeNull();
  });
}

describe("in this process", () => {
  promises(async () => open(null));

  test("holds so many keys and no more: the oldest are forgotten", async () => {
    const limits = open(null, { maxKeys: 100 });
    const one = { points: 1, seconds: 900 };
    for (let key = 0; key < 150; key++) await limits.take("login", `${key}`, one);
    expect(await limits.look("login", "149", one)).toEqual(refused);
    expect(await limits.look("login", "50", one)).toEqual(refused);
    expect(await limits.look("login", "49", one)).toBeNull();
  });
});

describe.skipIf(!hasRedis)("over Redis (needs redis-server)", () => {
  let redis: RedisServer;
  let look: ReturnType<typeof createClient>;
  beforeAll(async () => {
    redis = await startRedis();
    look = createClient({ url: redis.url });
    look.on("error", () => {});
    await look.connect();
  });
  beforeEach(() => look.flushAll());
  afterAll(async () => {
    look.destroy();
    await redis.close();
  });

  /** Counts there by now. */
  const connected = async (limits: Limits): Promise<Limits> => {
    const probe = async () => {
      for (const key of await look.keys("pagewise:limit:probe:*")) await look.del(key);
      await limits.take("probe", "a", three);
      return (await look.keys("pagewise:limit:probe:*")).length;
    };
    await expect.poll(probe, back).toBe(1);
    return limits;
  };
  const process = (options: Partial<LimitsOptions> = {}) => connected(open(redis.url, options));

  promises(process);

  test("two processes count together, also at once", async () => {
    const both = [await process(), await process()];
    const taken = await Promise.all(Array.from({ length: 20 }, (_, n) => both[n % 2]?.take("login", "a", three)));
    expect(taken.filter((refusal) => refusal === null)).toHaveLength(3);
    const held = await Promise.all(Array.from({ length: 20 }, (_, n) => both[n % 2]?.hold("stream", "a", 3)));
    expect(held.filter((leave) => leave !== null)).toHaveLength(3);
    for (const leave of held) leave?.();
    await expect.poll(() => both[0]?.hold("stream", "a", 1), back).toBeTypeOf("function");
    expect(await both[1]?.hold("stream", "a", 1)).toBeNull();
  });

  test("nothing that it keeps stays for ever, or tells of whom it counts", async () => {
    const limits = await process();
    await limits.take("login", "ada@example.com 203.0.113.1", three);
    await limits.hold("stream", "ada@example.com", 3);
    const keys = await look.keys("*");
    expect(keys).toHaveLength(4);
    expect(keys.join()).not.toMatch(/ada|203/);
    for (const key of keys.filter((name) => name !== "pagewise:limit-processes"))
      expect(await look.ttl(key)).toBeGreaterThan(0);
  });

  test("places of a process that died are free when its lease is over, and of one that closes at once", async () => {
    const lease = { processLeaseMs: 600 };
    const limits = await process(lease);
    const closing = await process(lease);
    // As a process leaves it that is killed: it holds, and says no more that it lives.
    await limits.hold("stream", "a", 3);
    const [held] = await look.keys("pagewise:limit-held:*");
    await look.hSet(held ?? "", "dead", "2");
    await look.zAdd("pagewise:limit-processes", { value: "dead", score: Date.now() + 1_000 });
    expect(await limits.hold("stream", "a", 3)).toBeNull();
    await expect.poll(() => limits.hold("stream", "a", 3), back).toBeTypeOf("function");
    expect(await closing.hold("stream", "a", 3)).toBeTypeOf("function");
    expect(await limits.hold("stream", "a", 3)).toBeNull();
    await closing.close();
    expect(await limits.hold("stream", "a", 3)).toBeTypeOf("function");
  });

  test("while Redis is away each process counts alone, and what it holds is known when it is back", async () => {
    const limits = await process({ processLeaseMs: 600 });
    await limits.hold("stream", "a", 2);
    await redis.stop();
    for (let taken = 0; taken < 3; taken++) expect(await limits.take("login", "a", three)).toBeNull();
    expect(await limits.take("login", "a", three)).toEqual(refused);
    expect(await limits.take("login", "b", three)).toBeNull();
    await limits.giveBack("login", "a", three);
    expect(await limits.look("login", "a", three)).toBeNull();
    expect(await limits.hold("stream", "a", 2)).toBeTypeOf("function");
    expect(await limits.hold("stream", "a", 2)).toBeNull();
    await redis.start();
    const other = await process({ processLeaseMs: 600 });
    await vi.waitFor(async () => {
      const leave = await other.hold("stream", "a", 2);
      leave?.();
      expect(leave).toBeNull();
    }, back);
  }, 40_000);

  test("a Redis that is hung keeps nobody waiting for its answer", async () => {
    const limits = await process();
    await look.sendCommand(["CLIENT", "PAUSE", "120000", "ALL"]);
    for (let taken = 0; taken < 3; taken++) expect(await limits.take("login", "a", three)).toBeNull();
    expect(await limits.take("login", "a", three)).toEqual(refused);
    expect(await limits.hold("stream", "a", 1)).toBeTypeOf("function");
    await redis.stop();
    await redis.start();
  }, 40_000);
});
