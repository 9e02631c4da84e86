// The queue over Redis where Redis itself matters: what others read and write in it, outages, dead workers, other processes.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createClient, RESP_TYPES } from "redis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Logger, TaskQueue } from "../../ports.ts";
import { eventually } from "../../test/eventually.ts";
import { silentLog } from "../../test/log.ts";
import { hasRedis, type RedisServer, startRedis } from "../../test/redis.ts";
import { createRedisBroker } from "../broker-redis.ts";
import { createTaskQueue } from "../celery.ts";

vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(!hasRedis)("over Redis (needs redis-server)", () => {
  let redis: RedisServer;
  let look: ReturnType<typeof createClient>;
  let queues: TaskQueue[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    look = createClient({ url: redis.url });
    look.on("error", () => {});
    await look.connect();
  });
  beforeEach(() => look.flushAll());
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    queues = [];
  });
  afterAll(async () => {
    look.destroy();
    await redis.close();
  });

  const open = (options: { concurrency?: number; leaseMs?: number; url?: string; log?: Logger } = {}) => {
    const broker = createRedisBroker({ url: redis.url, concurrency: 2, log: silentLog, ...options });
    const queue = createTaskQueue({ broker, log: options.log ?? silentLog, closeGraceMs: 500 });
    queues.push(queue);
    return queue;
  };

  test("a message stands in the list as Celery writes it", async () => {
    open().processPdf("an-id");
    await eventually(async () => expect(await look.lLen("pagewise")).toBe(1));
    const message = JSON.parse((await look.lIndex("pagewise", 0)) ?? "");
    expect(message).toMatchObject({
      "content-type": "application/json",
      "content-encoding": "utf-8",
      headers: { task: "process_pdf", id: expect.any(String) },
      properties: {
        body_encoding: "base64",
        delivery_info: { exchange: "", routing_key: "pagewise" },
        delivery_mode: 2,
      },
    });
    expect(JSON.parse(Buffer.from(message.body, "base64").toString())).toEqual([["an-id"], {}, {}]);
  });

  test("what Python's Celery sends is taken, and its result can be read", async () => {
    const seen: string[] = [];
    await open().work({ process_pdf: async (id) => void seen.push(id) });
    const id = "8ab6f1a1-8bd4-4b0a-8e0a-0f63b7b1b1a5";
    // As kombu 5.2 wrote it, shortened where nobody looks.
    const body = Buffer.from(
      '[["from-python"], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]',
    );
    const message = {
      body: body.toString("base64"),
      "content-encoding": "utf-8",
      "content-type": "application/json",
      headers: {
        lang: "py",
        task: "process_pdf",
        id,
        eta: null,
        expires: null,
        retries: 0,
        argsrepr: "('from-python',)",
      },
      properties: {
        correlation_id: id,
        reply_to: "1d1f",
        delivery_mode: 2,
        delivery_info: { exchange: "", routing_key: "pagewise" },
        priority: 0,
        body_encoding: "base64",
        delivery_tag: "5c6b",
      },
    };
    await look.lPush("pagewise", JSON.stringify(message));
    await eventually(() => expect(seen).toEqual(["from-python"]));
    await eventually(async () =>
      expect(JSON.parse((await look.get(`celery-task-meta-${id}`)) ?? "null")).toMatchObject({
        status: "SUCCESS",
        result: null,
        traceback: null,
        children: [],
        task_id: id,
      }),
    );
  });

  test("text that is no message is set aside, and the next one is taken", async () => {
    const seen: string[] = [];
    const queue = open();
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    await look.lPush("pagewise", ["not JSON", "{}", '{"body": 1}']);
    const notText = Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d]);
    await look.lPush("pagewise", notText);
    queue.processPdf("a");
    await eventually(() => expect(seen).toEqual(["a"]));
    await eventually(async () => expect(await look.lLen("pagewise:dead")).toBe(4));
    const bytes = look.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    expect(await bytes.lRange("pagewise:dead", 0, -1)).toContainEqual(notText);
    await eventually(async () => expect(await look.keys("pagewise:processing:*")).toEqual([]));
  });

  test("the list of what was set aside is bounded, in number and in size", async () => {
    const queue = open({ concurrency: 50 });
    await look.lPush("pagewise", "x".repeat(1_000_000));
    await look.lPush(
      "pagewise",
      Array.from({ length: 1_100 }, (_value, n) => `bad ${n}`),
    );
    await queue.work({ process_pdf: async () => {} });
    await eventually(async () => expect(await queue.state()).toMatchObject({ waiting: 0, dead: 1_000 }));
    expect(await look.lLen("pagewise:dead")).toBe(1_000);
    await look.del("pagewise:dead");
    await look.lPush("pagewise", "x".repeat(1_000_000));
    await eventually(async () => expect(await look.lLen("pagewise:dead")).toBe(1));
    expect(await look.lIndex("pagewise:dead", 0)).toHaveLength(64 * 1024);
  });

  test("what Python sends with a priority stands in other lists, and is taken from there too", async () => {
    const other = open();
    other.processPdf("from another list");
    await eventually(async () => expect(await look.lLen("pagewise")).toBe(1));
    await look.rename("pagewise", "pagewise\x06\x163");
    expect(await other.state()).toMatchObject({ waiting: 1 });
    const seen: string[] = [];
    await open().work({ process_pdf: async (id) => void seen.push(id) });
    await eventually(() => expect(seen).toEqual(["from another list"]));
  });

  test("an emptied Redis is used on", async () => {
    const seen: string[] = [];
    const queue = open({ leaseMs: 300 });
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    await eventually(async () => expect((await queue.state()).workers).toBe(1));
    await look.flushAll();
    queue.processPdf("after");
    await eventually(() => expect(seen).toEqual(["after"]));
    await eventually(async () => expect(await queue.state()).toEqual({ waiting: 0, dead: 0, workers: 1 }));
  });

  test("a queue that cannot be read is told of once, and taken from when it can", async () => {
    const warnings: string[] = [];
    const log = { ...silentLog, warn: (_fields: object, message: string) => void warnings.push(message) };
    await look.set("pagewise", "this is no list");
    const seen: string[] = [];
    const queue = open({ log });
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    await eventually(() => expect(warnings).toHaveLength(1));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(warnings).toEqual(["the queue gives no messages"]);
    await look.del("pagewise");
    await eventually(async () => {
      queue.processPdf("readable again");
      expect(seen).toContain("readable again");
    });
  });

  test("a message whose handing over was cut off is not forgotten by the worker that lives on", async () => {
    const seen: string[] = [];
    const queue = open();
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    const [worker] = await eventually(async () => {
      const found = await look.sMembers("pagewise:workers");
      expect(found).toHaveLength(1);
      return found;
    });
    // As Redis has it when its answer to the pop is lost: moved, and nobody knows.
    const message = { ...JSON.parse(await sentMessage("half handed over")) };
    await look.lPush(`pagewise:processing:${worker}`, [
      Buffer.from([0xff, 0xfe]),
      Buffer.from(JSON.stringify(message)),
    ]);
    for (const { id, name } of await look.clientList()) {
      if (name === "pagewise-queue") await look.sendCommand(["CLIENT", "KILL", "ID", String(id)]);
    }
    await eventually(() => expect(seen).toEqual(["half handed over"]));
    await eventually(async () => expect(await look.lLen(`pagewise:processing:${worker}`)).toBe(0));
    expect(await look.lLen("pagewise:dead")).toBe(1);
  });

  /** A message as the product sends it, taken out of a queue of another name. */
  async function sentMessage(id: string): Promise<string> {
    const broker = createRedisBroker({ url: redis.url, concurrency: 1, log: silentLog });
    await broker.publish([[id], {}, {}], "", "elsewhere", { task: "process_pdf", id: randomUUID() }, {});
    await broker.results.disconnect();
    return (await look.rPop("elsewhere")) ?? "";
  }

  test("without Redis a flood of sends fails at once instead of being kept", async () => {
    const reasons: string[] = [];
    const log = { ...silentLog, warn: (fields: object) => void reasons.push((fields as { reason: string }).reason) };
    const queue = open({ url: "redis://127.0.0.1:1", log });
    for (let n = 0; n < 5_000; n += 1) queue.processPdf(`${n}`);
    await eventually(() => expect(reasons.length).toBeGreaterThanOrEqual(4_000));
    expect(reasons.filter((reason) => reason.includes("wait for Redis already"))).toHaveLength(4_000);
  });

  test("a ping crosses from one program to another", async () => {
    await open().work({ process_pdf: async () => {} });
    await open().ping(3_000);
  });

  test("two workers share the messages, each of which is taken once", async () => {
    const seen: string[] = [];
    const handlers = { process_pdf: async (id: string) => void seen.push(id) };
    await Promise.all([open({ concurrency: 1 }).work(handlers), open({ concurrency: 1 }).work(handlers)]);
    const sender = open();
    const ids = Array.from({ length: 30 }, (_value, n) => `${n}`);
    for (const id of ids) sender.processPdf(id);
    await eventually(() => expect(seen).toHaveLength(30));
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  test("what a killed worker had taken is put back for another", async () => {
    const sender = open();
    sender.processPdf("orphan");
    await eventually(async () => expect(await look.lLen("pagewise")).toBe(1));
    // As a killed process leaves it: taken, listed as a worker, and no longer alive.
    await look.lMove("pagewise", "pagewise:processing:gone", "RIGHT", "LEFT");
    await look.sAdd("pagewise:workers", "gone");
    const seen: string[] = [];
    await open({ leaseMs: 300 }).work({ process_pdf: async (id) => void seen.push(id) });
    await eventually(() => expect(seen).toEqual(["orphan"]));
    await eventually(async () => expect(await look.sIsMember("pagewise:workers", "gone")).toBe(0));
  });

  test("what was taken and not finished when the grace ended is given to another in time", async () => {
    const stuck = open({ concurrency: 1, leaseMs: 300 });
    let begun = false;
    await stuck.work({
      process_pdf: () => {
        begun = true;
        return new Promise(() => {});
      },
    });
    stuck.processPdf("a");
    await eventually(() => expect(begun).toBe(true));
    await stuck.close();
    const seen: string[] = [];
    await open({ leaseMs: 300 }).work({ process_pdf: async (id) => void seen.push(id) });
    await eventually(() => expect(seen).toEqual(["a"]));
  });

  test("an outage stops neither the loop nor the sender", async () => {
    const queue = open();
    const seen: string[] = [];
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    await redis.stop();
    queue.processPdf("lost in the outage, or sent after it");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await redis.start();
    await eventually(() => queue.ping(500));
    queue.processPdf("after");
    await eventually(() => expect(seen).toContain("after"));
  }, 30_000);

  test("a connection on which nothing comes any more is given up, however much is sent on it", async () => {
    const network = await openNetwork(Number(new URL(redis.url).port));
    const queue = open({ url: `redis://127.0.0.1:${network.port}` });
    const seen: string[] = [];
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    await eventually(async () => expect((await queue.state()).workers).toBe(1));
    network.swallow();
    const probe = setInterval(() => {
      queue.processPdf("on its way to nowhere");
      void queue.state().catch(() => {});
    }, 500);
    await eventually(async () => expect((await queue.state()).workers).toBe(1), 50_000);
    clearInterval(probe);
    queue.processPdf("after");
    await eventually(() => expect(seen).toContain("after"));
    await network.close();
  }, 90_000);

  test("without any Redis nothing throws, and closing does not wait for it", async () => {
    const queue = open({ url: "redis://127.0.0.1:1" });
    const started = performance.now();
    queue.processPdf("a");
    await expect(queue.ping(100)).rejects.toThrow("no worker answered");
    await queue.work({ process_pdf: async () => {} });
    await queue.close();
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});

/** A way to `port` that can lose whatever is on it without a word, as a network does; connections made later are good. */
async function openNetwork(port: number) {
  const sockets = new Set<Socket>();
  let lost = new WeakSet<Socket>();
  const server = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (part) => lost.has(from) || to.write(part));
      from.on("close", () => to.destroy());
      from.on("error", () => {});
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    swallow: () => {
      lost = new WeakSet(sockets);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
