// An nginx in front of the product, with its own defaults: it buffers answers, and gives up what is silent for 30 seconds.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "./product.ts";

// Debian keeps it off the path of whoever is not root.
const program = ["nginx", "/usr/sbin/nginx"].find((path) => spawnSync(path, ["-v"]).status === 0);
export const hasNginx = program !== undefined;

export interface Nginx {
  /** Speaks HTTP/1.1. */
  url: string;
  /** Speaks HTTP/2 without TLS, to those who know. */
  http2Url: string;
  /** Gives up what is silent for a second. */
  hastyUrl: string;
  close(): Promise<void>;
}

export async function startNginx(upstream: string): Promise<Nginx> {
  const dir = await mkdtemp(join(tmpdir(), "pagewise-nginx-"));
  const [port, http2Port, hastyPort] = [await freePort(), await freePort(), await freePort()];
  const server = (listen: string, idleSeconds: number) => `
    server {
      listen 127.0.0.1:${listen};
      proxy_read_timeout ${idleSeconds}s;
      proxy_send_timeout ${idleSeconds}s;
      send_timeout ${idleSeconds}s;
      location / { proxy_pass ${upstream}; }
    }`;
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${dir};`);
  const settings = `
    daemon off;
    worker_processes 1;
    pid ${dir}/pid;
    error_log ${dir}/errors;
    ${process.getuid?.() === 0 ? "user root;" : ""}
    events {}
    http {
      access_log off;
      gzip on;
      ${temporary.join("\n      ")}
      ${server(String(port), 30)}
      ${server(`${http2Port} http2`, 30)}
      ${server(String(hastyPort), 1)}
    }`;
  await writeFile(join(dir, "conf"), settings);
  const child: ChildProcess = spawn(program ?? "nginx", ["-c", join(dir, "conf"), "-p", dir], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await until(
    "nginx to answer",
    () =>
      fetch(`${url}/healthz`)
        .then(({ ok }) => ok)
        .catch(() => false),
    15_000,
  );
  return {
    url,
    http2Url: `http://127.0.0.1:${http2Port}`,
    hastyUrl: `http://127.0.0.1:${hastyPort}`,
    async close() {
      child.kill("SIGTERM");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await rm(dir, { recursive: true, force: true });
    },
  };
}
