// PostgreSQL in a thread: what a connection leaves behind, and what happens when the thread is lost or hangs.
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import knexPackage from "knex";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { migratedTemplate } from "../../test/database.ts";
import { distEntry } from "../../test/dist.ts";
import { silentLog } from "../../test/log.ts";
import { openDatabase } from "../database.ts";
import { connectDatabase } from "../database-connection.ts";
import { type PgliteServer, startPglite } from "../pglite-server.ts";
import { createPgliteStream } from "../pglite-stream.ts";

let dataDir = "";
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "pagewise-test-"));
  await cp(await migratedTemplate(), join(dataDir, "database"), { recursive: true });
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const threadEntry = distEntry("pglite-thread");
const start = (callLimitMs?: number) =>
  startPglite({
    dataDir: join(dataDir, "database"),
    threadEntry,
    log: silentLog,
    ...(callLimitMs !== undefined && { callLimitMs }),
  });
const connect = async (server: PgliteServer) => {
  const client = new pg.Client({ user: "postgres", database: "postgres", stream: () => createPgliteStream(server) });
  client.on("error", () => {});
  await client.connect();
  return client;
};

test("a connection that ends in the middle leaves neither its transaction nor its settings to the next", async () => {
  const server = await start();
  const first = await connect(server);
  await first.query("set search_path = pg_catalog");
  await first.query({ name: "mine", text: "select 1" });
  await first.query("create temp table leftover (n int)");
  await first.query("begin");
  await first.query("create table public.unfinished (n int)");
  // Waits until the first one is gone: there is one session.
  const waiting = connect(server);
  await first.end();
  const second = await waiting;
  const { rows } = await second.query(
    "select to_regclass('public.unfinished') as unfinished, to_regclass('leftover') as leftover, current_setting('search_path') as path",
  );
  expect(rows).toEqual([{ unfinished: null, leftover: null, path: "public" }]);
  await second.query({ name: "mine", text: "select 2" });
  await second.end();
  await server.close();
});

test("a lost thread fails what is pending with its reason, and the database comes back", async () => {
  const { db, close } = await openDatabase({ databaseUrl: null, dataDir, threadEntry, log: silentLog });
  await db("users").insert({ id: crypto.randomUUID(), email: "a@example.com", hashed_password: "x" });
  // The one statement that ends PGlite.
  const fatal = db.raw("copy users from stdin");
  const behind = db.raw("select 1");
  await expect(fatal).rejects.toThrow("the embedded database failed: Program terminated with exit(1)");
  await behind.catch(() => {});
  expect(await db("users").pluck("email")).toEqual(["a@example.com"]);
  await close();
});

test("a call that hangs is ended, and the next one is answered", async () => {
  const server = await start(3_000);
  const stuck = await connect(server);
  await expect(stuck.query("select pg_sleep(60)")).rejects.toThrow("did not answer within 3000 ms");
  const next = await connect(server);
  expect((await next.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await next.end();
  await server.close();
});

test("an idle connection hears of a lost thread", async () => {
  const server = await start();
  const client = await connect(server);
  const ended = new Promise((resolve) => client.once("error", resolve));
  const session = client.query("copy users from stdin").catch((error: Error) => error.message);
  expect(await session).toContain("the embedded database failed");
  await ended;
  await server.close();
});

test("a data directory that cannot be made is told in a sentence", async () => {
  const blocked = join(dataDir, "database", "PG_VERSION", "data");
  await expect(openDatabase({ databaseUrl: null, dataDir: blocked, threadEntry, log: silentLog })).rejects.toThrow(
    "ENOTDIR",
  );
});

test("a query outside the open transaction fails instead of waiting for ever", async () => {
  const connection = connectDatabase({ databaseUrl: null, dataDir, threadEntry, log: silentLog });
  await connection.open();
  const db = knexPackage.knex({ ...connection.config, acquireConnectionTimeout: 2_000 });
  await expect(db.transaction(() => db.raw("select 1"))).rejects.toThrow("Timeout acquiring a connection");
  expect((await db.raw("select 1 as one")).rows).toEqual([{ one: 1 }]);
  await db.destroy();
  await connection.close();
});
