// What docker-compose.yml starts, as processes: two APIs and two workers on one PostgreSQL and one Redis are one product.
import { execFileSync } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient, type Document, memoryTokens } from "@pagewise/sdk";
import { createServerDatabase, type ServerDatabase } from "@pagewise/server/test/database";
import { makePdf, prose } from "@pagewise/server/test/pdf";
import { hasRedis } from "@pagewise/server/test/redis";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ComposeFile, type Running, readComposeFile, run } from "./compose.ts";
import { freePort, samplePdf, storedFiles, temporaryDir, until } from "./product.ts";

const server = process.env.TEST_DATABASE_URL ?? "";
const variables = { JWT_SECRET: "jwt ".repeat(10), DATA_KEY: "data ".repeat(10) };

describe.skipIf(!server || !hasRedis)(
  "the topology (needs TEST_DATABASE_URL and redis-server)",
  {
    timeout: 300_000,
  },
  () => {
    let dir: Awaited<ReturnType<typeof temporaryDir>>;
    let database: ServerDatabase;
    let compose: ComposeFile;
    const apis: Running[] = [];
    const urls: string[] = [];
    let redis: Running;
    let workers: Running[] = [];
    const tokens = memoryTokens();
    const at = (api: number) => createClient({ baseUrl: urls[api] ?? "", tokens });
    const files = () => storedFiles(dir.path);

    beforeAll(async () => {
      [dir, database] = await Promise.all([temporaryDir(), createServerDatabase(server)]);
      const redisPort = await freePort();
      compose = readComposeFile({
        variables,
        volumes: { files: dir.path },
        addresses: {
          "postgres://pagewise:pagewise@postgres:5432/pagewise": database.url,
          "redis://redis:6379": `redis://127.0.0.1:${redisPort}`,
        },
      });
      await mkdir(join(dir.path, "redis"));
      const { argv, env } = compose.processOf("redis");
      const place = ["--port", String(redisPort), "--bind", "127.0.0.1", "--dir", join(dir.path, "redis")];
      redis = await run([...argv, ...place], env, /Ready to accept connections/);
      const migrate = compose.processOf("migrate");
      expect(await (await run(migrate.argv, migrate.env, null)).ended).toBe(0);
      for (let n = 0; n < 2; n++) {
        const port = await freePort();
        urls.push(`http://127.0.0.1:${port}`);
        const api = compose.processOf("api", { HOST: "127.0.0.1", PORT: String(port), BCRYPT_COST: "4" });
        apis.push(await run(api.argv, api.env, /is ready at/));
      }
      workers = [await startWorker(), await startWorker()];
      const credentials = { email: "reader@example.com", password: "correct horse battery" };
      await at(0).users.register(credentials);
      await at(0).users.login(credentials);
    }, 120_000);

    afterEach(({ task }) => {
      if (task.result?.state !== "fail") return;
      for (const running of [...apis, ...workers]) process.stderr.write(`${running.output().slice(-3_000)}\n`);
    });

    afterAll(async () => {
      await Promise.all([...apis, ...workers].map((running) => running.stop("SIGKILL")));
      await redis?.stop("SIGKILL");
      await database?.drop();
      await dir?.remove();
    });

    async function startWorker(): Promise<Running> {
      const { argv, env } = compose.processOf("worker");
      return run(argv, env, /worker is ready/);
    }

    const upload = async (api: number, bytes: Buffer, filename: string) =>
      (await at(api).documents.upload(new Blob([new Uint8Array(bytes)]), { filename })).document_id;

    /** Reads the events of an API beside the test; settles when the stream stands. */
    async function watch(api: number) {
      const seen: (Document | { id: string; deleted: true })[] = [];
      const left = new AbortController();
      await new Promise<void>((resolve) => {
        const read = async () => {
          for await (const { event, data } of at(api).documents.events({ signal: left.signal })) {
            if (event === "snapshot") resolve();
            else seen.push(data);
          }
        };
        // It ends by being left.
        read().catch(() => {});
      });
      return {
        leave: () => left.abort(),
        until: (what: string, satisfies: (change: (typeof seen)[number]) => boolean) =>
          until(`an event that says ${what}`, async () => seen.some(satisfies), 240_000),
      };
    }
    const beingRead = (id: string) =>
      until("the document to be read", async () => {
        const { status, progress } = await at(1).documents.get(id);
        return status === "processing" && progress > 0;
      });
    /** Takes a while wherever it is read; other bytes for another name. */
    const longPdf = (name: string) => makePdf(Array.from({ length: 4_000 }, (_, page) => prose(`${name} ${page}`, 20)));

    test("the file starts exactly the five services, and refuses to without secrets", () => {
      expect(compose.names.sort()).toEqual(["api", "migrate", "postgres", "redis", "worker"]);
      const without = readComposeFile({ variables: {}, volumes: {}, addresses: {} });
      expect(() => without.processOf("api")).toThrow(/JWT_SECRET: .*\.env/);
      const { env } = compose.processOf("worker");
      expect(env).toMatchObject({ NODE_ENV: "production", DATA_DIR: dir.path, DATABASE_URL: database.url });
    });

    test("every part is well", async () => {
      const parts = await until("all parts to be there", async () => {
        const ready = await (await fetch(`${urls[1]}/readyz`)).json();
        return ready.queue === "ok" && ready;
      });
      expect(parts).toMatchObject({ database: "ok", queue: "ok", worker: "ok", storage: "ok" });
    });

    test("uploaded at one API, told of at the other, asked there, followed and seen at the first", async () => {
      const events = await watch(1);
      const id = await upload(0, await readFile(samplePdf), "sample.pdf");
      await events.until("ready", (change) => change.id === id && "status" in change && change.status === "ready");
      events.leave();
      const asked = at(1).chat.ask({ message: "How deep should the pot for parsley be?", document_ids: [id] });
      let followed: ReturnType<ReturnType<typeof at>["chat"]["resume"]> | undefined;
      for await (const event of asked) {
        if (event.event === "start") followed = at(0).chat.resume(event.data.message_id);
      }
      const [answer, same] = [await asked.final(), await followed?.final()];
      expect(answer.text).toMatch(/20 cm/);
      expect(same?.text).toBe(answer.text);
      expect(same?.done).toEqual(answer.done);
      const page = answer.citations[0]?.page ?? 0;
      const picture = await at(0).documents.pageImage(id, page);
      expect(picture.type).toMatch(/^image\//);
      // A signed address holds at every API.
      const { thumbnail_url } = await at(0).documents.get(id);
      expect((await fetch(new URL(thumbnail_url ?? "", urls[1]))).status).toBe(200);
    });

    test("deleted at one API while a worker reads it: told of at the other, and nothing is left", async () => {
      const before = (await files()).length;
      const id = await upload(0, longPdf("deleted"), "deleted.pdf");
      await beingRead(id);
      const events = await watch(0);
      await at(1).documents.delete(id);
      await events.until("deleted", (change) => change.id === id && "deleted" in change);
      events.leave();
      for (const api of [0, 1]) await expect(at(api).documents.get(id)).rejects.toThrow();
      await until("rows and files to be gone", async () => {
        const rows = await database.db("documents").where({ id });
        const pages = await database.db("pages").where({ document_id: id }).limit(1);
        return rows.length + pages.length === 0 && (await files()).length === before;
      });
    });

    test("a worker that is stopped hands its document to the other, which counts no attempt", async () => {
      const [first, second] = workers as [Running, Running];
      expect(await second.stop()).toBe(0);
      const id = await upload(1, longPdf("handed on"), "handed-on.pdf");
      await beingRead(id);
      const slow = slowDown(first.pid);
      const third = await startWorker();
      workers = [first, third];
      expect(await first.stop()).toBe(0);
      slow.end();
      expect((await at(0).documents.get(id)).status).not.toBe("ready");
      await until("ready", async () => (await at(0).documents.get(id)).status === "ready", 240_000);
      const row = await database.db("documents").where({ id }).first("attempts", "lost_leases", "pages");
      expect(row).toEqual({ attempts: 0, lost_leases: 0, pages: 4_000 });
      workers = [third, await startWorker()];
    });

    test("a process without Redis is refused on their database, and has it to itself when they are gone", async () => {
      const { REDIS_URL: _, NODE_ENV: __, ...env } = compose.processOf("api").env;
      const lone = { ...env, HOST: "127.0.0.1", PORT: String(await freePort()) };
      const start = async () => {
        const running = await run(["node", "dist/main.js"], lone, /is ready at/);
        apis.push(running);
        return running;
      };
      await expect(start()).rejects.toThrow(/processes that meet in Redis have this database open/);

      for (const document of (await at(0).documents.list()).data) await at(1).documents.delete(document.id);
      await until("the files to be gone", async () => (await files()).length === 0);
      const codes = await Promise.all([...apis, ...workers].map((running) => running.stop()));
      expect(codes).toEqual([0, 0, 0, 0]);

      const alone = await start();
      await expect(run(["node", "dist/main.js"], { ...lone, PORT: "0" }, /is ready at/)).rejects.toThrow(
        /without REDIS_URL only one may/,
      );
      const worker = compose.processOf("worker");
      await expect(run(worker.argv, worker.env, /worker is ready/)).rejects.toThrow(/has this database to itself/);
      expect(await alone.stop("SIGKILL")).toBe("SIGKILL");
      // Nobody has to wait for a killed one.
      expect(await (await start()).stop()).toBe(0);
    });
  },
);

/** Lets the processes below this one run a fifth of the time. */
function slowDown(pid: number): { end(): void } {
  const below = () => {
    try {
      return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
        .trim()
        .split("\n")
        .map(Number);
    } catch {
      return [];
    }
  };
  const signal = (name: NodeJS.Signals) => {
    for (const child of below()) {
      try {
        process.kill(child, name);
      } catch {
        // It has ended meanwhile.
      }
    }
  };
  const timer = setInterval(() => {
    signal("SIGSTOP");
    setTimeout(() => signal("SIGCONT"), 800);
  }, 1_000);
  return { end: () => clearInterval(timer) };
}
