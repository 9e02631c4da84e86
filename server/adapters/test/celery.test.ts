// The task queue on both brokers: sending, taking, bounds, bad messages, ping and an orderly end.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { TaskQueue } from "../../ports.ts";
import { eventually } from "../../test/eventually.ts";
import { silentLog } from "../../test/log.ts";
import { hasRedis, type RedisServer, startRedis } from "../../test/redis.ts";
import { createMemoryBroker } from "../broker-memory.ts";
import { createRedisBroker } from "../broker-redis.ts";
import { createTaskQueue } from "../celery.ts";
import type { TaskBroker } from "../celery-message.ts";

vi.setConfig({ testTimeout: 60_000 });

type OpenBroker = (concurrency: number) => TaskBroker;

describe("in the process", () => {
  behavesAsQueue((concurrency) => createMemoryBroker({ concurrency, log: silentLog }));
});

describe.skipIf(!hasRedis)("over Redis (needs redis-server)", () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  // A database of its own for each test would need flushing in between: restarting without a snapshot is as empty.
  afterEach(async () => {
    await redis.stop();
    await redis.start();
  });
  behavesAsQueue((concurrency) => createRedisBroker({ url: redis.url, concurrency, log: silentLog }));
});

function behavesAsQueue(openBroker: OpenBroker) {
  let queues: TaskQueue[] = [];
  afterEach(async () => {
    await Promise.all(queues.map((queue) => queue.close()));
    queues = [];
  });
  const open = (concurrency = 2, closeGraceMs = 5_000) => {
    const broker = openBroker(concurrency);
    const queue = createTaskQueue({ broker, log: silentLog, closeGraceMs });
    queues.push(queue);
    return { queue, broker };
  };

  test("ids reach the handler, each once and in order", async () => {
    const { queue } = open(1);
    const seen: string[] = [];
    queue.processPdf("sent before anyone listened");
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    queue.processPdf("a");
    queue.processPdf("b");
    await eventually(() => expect(seen).toEqual(["sent before anyone listened", "a", "b"]));
  });

  test("no more handlers run at once than allowed", async () => {
    const { queue } = open(2);
    let running = 0;
    let most = 0;
    let done = 0;
    await queue.work({
      process_pdf: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
        done += 1;
      },
    });
    for (let n = 0; n < 7; n += 1) queue.processPdf(`${n}`);
    await eventually(() => expect(done).toBe(7));
    expect(most).toBe(2);
  });

  test("a handler that throws does not stop the next one", async () => {
    const { queue } = open();
    const seen: string[] = [];
    await queue.work({
      process_pdf: async (id) => {
        seen.push(id);
        if (id === "bad") throw new Error("no");
      },
    });
    queue.processPdf("bad");
    queue.processPdf("good");
    await eventually(() => expect(seen).toEqual(["bad", "good"]));
    await queue.ping(10_000);
  });

  test("a message for an unknown task, or without an id, is set aside", async () => {
    const { queue, broker } = open();
    const seen: string[] = [];
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    await broker.publish([["x"], {}, {}], "", "pagewise", { task: "nobody", id: "1" }, {});
    await broker.publish([["x"], {}, {}], "", "pagewise", { task: "toString", id: "2" }, {});
    await broker.publish([[42], {}, {}], "", "pagewise", { task: "process_pdf", id: "3" }, {});
    await broker.publish([["x".repeat(100_000)], {}, {}], "", "pagewise", { task: "process_pdf", id: "4" }, {});
    await broker.publish({ nothing: true }, "", "pagewise", {}, {});
    queue.processPdf("still here");
    await eventually(() => expect(seen).toEqual(["still here"]));
    // The third is a task of ours, which fails; the others are none.
    await eventually(async () => expect((await queue.state()).dead).toBe(3));
    const [unknown, failed] = await Promise.all([broker.results.getTaskMeta("1"), broker.results.getTaskMeta("3")]);
    expect(unknown).toMatchObject({
      status: "FAILURE",
      result: { exc_type: "NotRegistered", exc_module: "celery.exceptions", exc_message: ["nobody"] },
    });
    expect(failed).toMatchObject({
      status: "FAILURE",
      result: { exc_message: ["process_pdf takes a document's id"] },
      traceback: expect.any(String),
    });
  });

  test("a message of the first protocol is understood", async () => {
    const { queue, broker } = open();
    const seen: string[] = [];
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    await broker.publish({ task: "process_pdf", id: "1", args: ["first"], kwargs: {} }, "", "pagewise", {}, {});
    await eventually(() => expect(seen).toEqual(["first"]));
  });

  test("the id may be given by name", async () => {
    const { queue, broker } = open();
    const seen: string[] = [];
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    const headers = { task: "process_pdf", id: "1" };
    await broker.publish([[], { document_id: "named" }, {}], "", "pagewise", headers, {});
    await eventually(() => expect(seen).toEqual(["named"]));
  });

  test("a task that has expired is not begun, and its sender is told; one that has not is", async () => {
    const { queue, broker } = open(1);
    const seen: string[] = [];
    await queue.work({ process_pdf: async (id) => void seen.push(id) });
    const send = (id: string, expires: string | null) =>
      broker.publish([[id], {}, {}], "", "pagewise", { task: "process_pdf", id, expires }, {});
    await send("late", "2020-01-01T00:00:00.000000+00:00");
    await send("in time", "2120-01-01T00:00:00.000000+00:00");
    await send("whenever", null);
    await eventually(() => expect(seen).toEqual(["in time", "whenever"]));
    expect(await broker.results.getTaskMeta("late")).toMatchObject({
      status: "REVOKED",
      result: { exc_type: "TaskRevokedError", exc_module: "celery.exceptions", exc_message: ["expired"] },
    });
  });

  test("what waits, who takes and what nobody understood can be counted", async () => {
    const { queue, broker } = open(1);
    expect(await queue.state()).toEqual({ waiting: 0, dead: 0, workers: 0 });
    queue.processPdf("a");
    queue.processPdf("b");
    await broker.publish({ nothing: true }, "", "pagewise", {}, {});
    await eventually(async () => expect(await queue.state()).toEqual({ waiting: 3, dead: 0, workers: 0 }));
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await queue.work({ process_pdf: () => held });
    await eventually(async () => expect(await queue.state()).toEqual({ waiting: 2, dead: 0, workers: 1 }));
    finish();
    await eventually(async () => expect(await queue.state()).toEqual({ waiting: 0, dead: 1, workers: 1 }));
  });

  test("sends that nobody can take neither throw nor gather without end", async () => {
    const { queue } = open();
    for (let n = 0; n < 12_000; n += 1) queue.processPdf(`${n}`);
    await eventually(async () => expect((await queue.state()).waiting).toBeGreaterThan(0));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await queue.state()).waiting).toBeLessThanOrEqual(10_000);
  });

  test("ping goes to a worker and back, and fails in time where there is none", async () => {
    const { queue } = open();
    const started = performance.now();
    await expect(queue.ping(150)).rejects.toThrow("no worker answered a ping within 150 ms");
    expect(performance.now() - started).toBeLessThan(10_000);
    await queue.work({ process_pdf: async () => {} });
    await queue.ping(10_000);
  });

  test("closing waits for a running handler and takes nothing more", async () => {
    const { queue } = open(1);
    const seen: string[] = [];
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await queue.work({
      process_pdf: async (id) => {
        seen.push(`begin ${id}`);
        await held;
        seen.push(`end ${id}`);
      },
    });
    queue.processPdf("a");
    queue.processPdf("b");
    await eventually(() => expect(seen).toEqual(["begin a"]));
    const closed = queue.close().then(() => seen.push("closed"));
    finish();
    await closed;
    expect(seen).toEqual(["begin a", "end a", "closed"]);
  });

  test("closing gives up on a handler that never ends", async () => {
    const { queue } = open(1, 100);
    let begun = false;
    await queue.work({
      process_pdf: () => {
        begun = true;
        return new Promise(() => {});
      },
    });
    queue.processPdf("a");
    await eventually(() => expect(begun).toBe(true));
    await queue.close();
    queues = [];
  });

  test("a send after closing fails quietly, and nothing is written to the console", async () => {
    const spies = (["log", "info", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
    const { queue } = open();
    await queue.work({ process_pdf: async () => {} });
    queue.processPdf("a");
    await queue.ping(10_000);
    await queue.close();
    queues = [];
    queue.processPdf("b");
    await new Promise((resolve) => setImmediate(resolve));
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
}
