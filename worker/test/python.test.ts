// Python's Celery at the other end of the queue: it sends to our worker, and its worker takes what our server sends.
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRedisBroker } from "../../server/adapters/broker-redis.ts";
import { createTaskQueue } from "../../server/adapters/celery.ts";
import type { TaskQueue } from "../../server/ports.ts";
import { startApi } from "../../server/test/api.ts";
import { silentLog } from "../../server/test/log.ts";
import { makePdf, prose } from "../../server/test/pdf.ts";
import { hasRedis, type RedisServer, startRedis } from "../../server/test/redis.ts";
import { type Bench, openBench, until } from "./bench.ts";

/** Debian's packages are for Debian's Python, which need not be the first on the path. */
const python = ["/usr/bin/python3", "python3"].find(
  (program) => spawnSync(program, ["-c", "import celery, redis"]).status === 0,
);
const here = fileURLToPath(new URL("./", import.meta.url));

interface Call {
  name: string;
  args?: unknown[];
  kwargs?: object;
  protocol?: 1 | 2;
  priority?: number;
  countdown?: number;
  expires?: number;
}

interface End {
  status: string;
  id: string;
  value?: unknown;
  error?: string;
  message?: string;
}

describe.skipIf(!hasRedis || !python)("Python's Celery (needs redis-server, and python3 with celery and redis)", () => {
  let redis: RedisServer;
  let bench: Bench;
  let queues: TaskQueue[] = [];
  beforeAll(async () => {
    [redis, bench] = await Promise.all([startRedis(), openBench()]);
  });
  afterEach(async () => {
    await bench.reset();
    await Promise.all(queues.map((queue) => queue.close()));
    queues = [];
    await redis.stop();
    await redis.start();
  });
  afterAll(async () => {
    await bench?.close();
    await redis?.close();
  });

  const openQueue = () => {
    const broker = createRedisBroker({ url: redis.url, concurrency: 2, log: silentLog });
    const queue = createTaskQueue({ broker, log: silentLog });
    queues.push(queue);
    return queue;
  };

  /** Sends from Python and waits there for each. */
  async function send(calls: Call[]): Promise<End[]> {
    const sender = spawn(python ?? "", [join(here, "celery_client.py"), redis.url], {
      stdio: ["pipe", "pipe", "pipe"],
    });
    sender.stdin.end(JSON.stringify(calls));
    const [output, errors] = await Promise.all([text(sender.stdout), text(sender.stderr)]);
    if (!output) throw new Error(errors);
    return JSON.parse(output);
  }

  test("sends process_pdf, and the document is ready when get() returns", { timeout: 90_000 }, async () => {
    const user = await bench.addUser();
    const early = await bench.addDocument(user, makePdf([prose("early engine")]));
    const queue = openQueue();
    // Sweeps at its start, which finds the first document, and then not again: the second is found by its message alone.
    await bench.startWorker({ queue, sweepEveryMs: 600_000 });
    await until(
      () => bench.document(early),
      (row) => row?.status === "ready",
    );
    const late = await bench.addDocument(user, makePdf([prose("late engine")]));
    const [ended] = await send([{ name: "process_pdf", args: [late] }]);
    expect(ended).toMatchObject({ status: "SUCCESS", value: null });
    expect(await bench.document(late)).toMatchObject({ status: "ready" });
    expect(await queue.state()).toMatchObject({ waiting: 0, dead: 0 });
  });

  test("is understood in every form in which it can send", { timeout: 90_000 }, async () => {
    const seen: string[] = [];
    const queue = openQueue();
    await queue.work({
      process_pdf: async (id) => {
        seen.push(id);
        if (id === "fails") throw new RangeError("no such page");
      },
    });
    const ends = await send([
      { name: "process_pdf", args: ["by place"] },
      { name: "process_pdf", kwargs: { document_id: "by name" } },
      { name: "process_pdf", args: ["first protocol"], protocol: 1 },
      { name: "process_pdf", kwargs: { document_id: "first protocol, by name" }, protocol: 1 },
      { name: "process_pdf", args: ["with a priority"], priority: 5 },
      { name: "process_pdf", args: ["with the last priority"], priority: 9 },
      // The row says when a document is due, so that the message need not wait.
      { name: "process_pdf", args: ["later"], countdown: 3_600 },
      { name: "process_pdf", args: ["in time"], expires: 3_600 },
      { name: "ping" },
    ]);
    expect(ends.map(({ status, value }) => [status, value])).toEqual([
      ...Array.from({ length: 8 }, () => ["SUCCESS", null]),
      ["SUCCESS", "pong"],
    ]);
    expect(seen).toEqual([
      "by place",
      "by name",
      "first protocol",
      "first protocol, by name",
      "with a priority",
      "with the last priority",
      "later",
      "in time",
    ]);
  });

  test("sees what failed, what has expired and what no worker knows", { timeout: 90_000 }, async () => {
    const queue = openQueue();
    await queue.work({
      process_pdf: async () => {
        throw new RangeError("no such page");
      },
    });
    const ends = await send([
      { name: "process_pdf", args: ["fails"] },
      { name: "process_pdf", args: [42] },
      { name: "process_pdf", args: ["too late"], expires: -5 },
      { name: "make_tea" },
      { name: "ping" },
    ]);
    expect(ends).toMatchObject([
      { status: "FAILURE", error: "RangeError", message: "no such page" },
      { status: "FAILURE", message: "process_pdf takes a document's id" },
      { status: "REVOKED", error: "TaskRevokedError", message: "expired" },
      { status: "FAILURE", error: "NotRegistered", message: expect.stringContaining("make_tea") },
      { status: "SUCCESS", value: "pong" },
    ]);
    expect(await queue.state()).toMatchObject({ waiting: 0, dead: 1, workers: 1 });
  });

  test("takes what an upload sends, exactly, and leaves the queue to ours afterwards", {
    timeout: 120_000,
  }, async () => {
    const api = await startApi({ env: { REDIS_URL: redis.url } });
    const dir = await mkdtemp(join(tmpdir(), "pagewise-python-"));
    const seenFile = join(dir, "seen");
    const worker = spawn(
      python ?? "",
      // Alone in one process, and without the talk between workers.
      "-m celery -A celery_worker worker -Q pagewise --pool solo --without-mingle --without-gossip -l info".split(" "),
      {
        cwd: here,
        env: {
          PATH: process.env.PATH,
          QUEUE_URL: redis.url,
          SEEN_FILE: seenFile,
          PYTHONDONTWRITEBYTECODE: "1",
          // Celery refuses to run as root unless told.
          C_FORCE_ROOT: "1",
        },
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    const said = text(worker.stderr);
    try {
      const { client } = await api.register();
      const { document_id } = await client.documents.upload(new Blob([makePdf([prose("engine")])]), {
        filename: "engine.pdf",
      });
      const failed = once(worker, "exit").then(async () => Promise.reject(new Error(await said)));
      failed.catch(() => {});
      await Promise.race([failed, until(async () => existsSync(seenFile), Boolean, 60_000)]);
      const seen = (await readFile(seenFile, "utf8")).trim().split("\n");
      expect(seen.map((line) => JSON.parse(line))).toEqual([
        { args: [document_id], kwargs: {}, id: expect.any(String) },
      ]);
      worker.kill("SIGTERM");
      await once(worker, "exit");
      const ours: string[] = [];
      await openQueue().work({ process_pdf: async (id) => void ours.push(id) });
      const id = randomUUID();
      api.services.queue.processPdf(id);
      // What the other worker and its result left in Redis disturbs nobody; what it had not acknowledged comes again.
      await until(
        async () => ours,
        (ids) => ids.includes(id),
      );
      expect([document_id, id]).toEqual(expect.arrayContaining(ours));
      await until(
        () => api.services.queue.state(),
        ({ waiting, dead, workers }) => waiting === 0 && dead === 0 && workers === 1,
      );
    } finally {
      if (worker.exitCode === null) worker.kill("SIGKILL");
      await api.close();
      await rm(dir, { recursive: true, force: true });
    }
  });
});
