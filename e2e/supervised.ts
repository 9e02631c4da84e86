// The product as its operators run it: api and workers as processes of their own on PostgreSQL and Redis, each started again when it ends.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type PostgresServer, startPostgres } from "../server/test/postgres-server.ts";
import { type RedisServer, startRedis } from "../server/test/redis.ts";
import { extractorsOf, freePort, root, temporaryDir, until } from "./product.ts";

type ProcessName = "api" | `worker ${number}`;

export interface Supervised {
  url: string;
  dataDir: string;
  postgres: PostgresServer;
  redis: RedisServer;
  names: ProcessName[];
  /** null while it is not running. */
  pid(name: ProcessName): number | null;
  /** SIGKILL to what runs under this name at the moment, also while it starts. @returns whether anything did. */
  kill(name: ProcessName): boolean;
  /** Children of the processes that read PDFs. */
  extractors(): number[];
  /** Processes that ended without having been killed here, with the end of what they wrote. */
  deaths: string[];
  /** SIGTERM to all, awaited; then the servers. */
  close(): Promise<void>;
}

export interface SupervisedOptions {
  workers: number;
  /** Redis is made, but not started. */
  withoutRedis?: boolean;
  env?: Record<string, string>;
}

/** How long a supervisor waits before it starts a process again. */
const restartMs = 100;

export async function startSupervised({ workers, withoutRedis, env }: SupervisedOptions): Promise<Supervised> {
  const [dir, postgres, redis, port] = await Promise.all([temporaryDir(), startPostgres(), startRedis(), freePort()]);
  if (withoutRedis) await redis.stop();
  const url = `http://127.0.0.1:${port}`;
  const deaths: string[] = [];
  const start = (name: ProcessName) =>
    supervise(name, deaths, {
      PATH: process.env.PATH ?? "",
      PORT: String(port),
      DATA_DIR: dir.path,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      WORKER_CONCURRENCY: "2",
      BCRYPT_COST: "4",
      LOG_LEVEL: "warn",
      UPLOADS_PER_HOUR: "0",
      ...env,
    });
  const names: ProcessName[] = ["api", ...Array.from({ length: workers }, (_, n) => `worker ${n + 1}` as const)];
  const supervised = new Map(names.map((name) => [name, start(name)]));
  const find = (name: ProcessName) => supervised.get(name) as SupervisedProcess;
  await until("the api to answer", () =>
    fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    ),
  );
  return {
    url,
    dataDir: dir.path,
    postgres,
    redis,
    names,
    deaths,
    pid: (name) => find(name).pid(),
    kill: (name) => find(name).kill(),
    extractors: () => extractorsOf(names.map((name) => find(name).pid())),
    close: async () => {
      await Promise.all([...supervised.values()].map((one) => one.stop()));
      await Promise.all([postgres.close(), redis.close()]);
      await dir.remove();
    },
  };
}

interface SupervisedProcess {
  pid(): number | null;
  kill(): boolean;
  stop(): Promise<void>;
}

function supervise(name: ProcessName, deaths: string[], env: Record<string, string>): SupervisedProcess {
  const role = name === "api" ? "api" : "worker";
  let child: ChildProcess | null = null;
  let killed = false;
  let stopping = false;

  const run = async () => {
    while (!stopping) {
      killed = false;
      let said = "";
      child = spawn(process.execPath, [join(root, "dist/main.js"), role], {
        cwd: tmpdir(),
        env,
        stdio: ["ignore", "ignore", "pipe"],
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        said = (said + text).slice(-4_000);
      });
      const [code, signal] = await once(child, "exit");
      child = null;
      if (!killed && !stopping) deaths.push(`${name} ended by ${signal ?? code}:\n${said}`);
      if (!stopping) await sleep(restartMs);
    }
  };
  const running = run();
  return {
    pid: () => child?.pid ?? null,
    kill() {
      if (!child) return false;
      killed = true;
      return child.kill("SIGKILL");
    },
    async stop() {
      stopping = true;
      child?.kill("SIGTERM");
      await running;
    },
  };
}
