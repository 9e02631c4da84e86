// Starts the built product for a measurement, on a port and data of its own, and talks to it as a caller does.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import knexPackage from "knex";
import { buildIfStale, root } from "../scripts/build.mjs";

/** How often a document's state is asked for while it is waited for. */
const askEveryMs = 10;

/**
 * @param options.databaseUrl a PostgreSQL server on which a fresh database is made; absent: the embedded one.
 * @param options.home `{ dataDir, databaseUrl }` of an earlier run, or for a later one: left as they are.
 * @param options.env further settings.
 * @param options.nodeOptions arguments of Node before the program, for example a preload.
 */
export async function startProduct({ databaseUrl, home, env = {}, nodeOptions = [] } = {}) {
  await buildIfStale();
  const dataDir = home?.dataDir ?? (await mkdtemp(join(tmpdir(), "pagewise-bench-")));
  const database = databaseUrl ? await freshDatabase(databaseUrl) : null;
  const url = home?.databaseUrl ?? database?.url;
  const child = spawn(process.execPath, [...nodeOptions, join(root, "dist/main.js")], {
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      DATA_DIR: dataDir,
      BCRYPT_COST: "4",
      LOG_LEVEL: "warn",
      UPLOADS_PER_HOUR: "0",
      UPLOAD_MB_PER_DAY: "0",
      DOCUMENTS_PER_USER: "0",
      STORED_MB_PER_USER: "0",
      REGISTRATIONS_PER_HOUR: "0",
      STREAMS_PER_USER: "0",
      MAX_UPLOAD_MB: "500",
      ...(url ? { DATABASE_URL: url } : {}),
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  let address = null;
  for await (const text of child.stdout) {
    address = /ready at (http:\S+)/.exec(String(text))?.[1] ?? null;
    if (address) break;
  }
  if (!address) throw new Error("the product did not start");
  return {
    url: address,
    child,
    ...accountsOf(address),
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      await database?.drop();
      if (!home) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function freshDatabase(serverUrl) {
  const name = `pagewise_bench_${randomUUID().replaceAll("-", "")}`;
  const admin = knexPackage.knex({ client: "pg", connection: serverUrl, pool: { min: 0, max: 1 } });
  await admin.raw("create database ??", [name]);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async drop() {
      await admin.raw("drop database ?? with (force)", [name]);
      await admin.destroy();
    },
  };
}

/** Accounts on a server: the one of an email address, or a new one with nothing in it. */
export const accountsOf = (url) => ({ signIn: (email) => signIn(url, email) });

async function signIn(url, email = `${randomUUID()}@example.com`) {
  const credentials = { email, password: "a long enough password" };
  let token = "";
  const send = (path, init = {}) =>
    fetch(url + path, {
      ...init,
      headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...init.headers },
    });
  async function call(path, init = {}) {
    const response = await send(path, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }
  const post = (path, body) =>
    call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  await post("/users/register", credentials).catch((error) => {
    if (!error.message.includes("email-taken")) throw error;
  });
  token = (await post("/users/login", credentials)).access_token;

  async function upload(bytes, name) {
    const form = new FormData();
    form.set("file", new Blob([bytes], { type: "application/pdf" }), name);
    return (await call("/upload", { method: "POST", body: form })).document_id;
  }
  async function ended(id, everyMs = askEveryMs) {
    for (;;) {
      const document = await call(`/documents/${id}`);
      if (document.status === "ready" || document.status === "failed") return document;
      await sleep(everyMs);
    }
  }
  return {
    url,
    call,
    /** What a caller's own requests send. */
    authorization: () => `Bearer ${token}`,
    /** The response as it is, whatever its status. */
    send,
    upload,
    /** @returns the document as it ended, ready or failed. */
    ended,
    /** Uploads and waits. @returns milliseconds from the first byte sent to `ready` seen. */
    async timeToReady(bytes, name) {
      const begun = performance.now();
      const document = await ended(await upload(bytes, name));
      const ms = performance.now() - begun;
      if (document.status !== "ready") throw new Error(`${name}: ${JSON.stringify(document)}`);
      return { ms, document };
    },
  };
}
