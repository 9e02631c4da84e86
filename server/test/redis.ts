// A Redis server of a test's own, where `redis-server` is installed.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { freePort } from "./free-port.ts";

export interface RedisServer {
  url: string;
  /** Also after `stop`, on the same port. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** FLUSHALL. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** Starts an empty one on a free port. */
export async function startRedis(): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), "pagewise-redis-"));
  const port = await freePort();
  let server: ChildProcess | undefined;
  const start = async () => {
    server = spawn("redis-server", ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir", dir]);
    for await (const chunk of server.stdout ?? []) {
      if (String(chunk).includes("Ready to accept connections")) break;
    }
    server.stdout?.resume();
  };
  const stop = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  };
  await start();
  const url = `redis://127.0.0.1:${port}`;
  return {
    url,
    start,
    stop,
    flush: async () => {
      const client = await createClient({ url }).connect();
      await client.flushAll();
      client.destroy();
    },
    close: async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
