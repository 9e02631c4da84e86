// A database of its own for each test file: embedded in a temporary directory, or on the server of TEST_DATABASE_URL.
import { createHash, randomUUID } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import knexPackage from "knex";
import { migrate, type OpenDatabase, openDatabase } from "../adapters/database.ts";
import type { Database } from "../models/database.ts";
import { distEntry } from "./dist.ts";
import { silentLog } from "./log.ts";

export interface TestDatabase {
  db: Database;
  close(): Promise<void>;
}

/** Opens a database with all tables and no rows. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = process.env.TEST_DATABASE_URL;
  return url ? serverDatabase(url) : embeddedDatabase();
}

async function embeddedDatabase(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), "pagewise-test-"));
  await cp(await migratedTemplate(), join(dataDir, "database"), { recursive: true });
  const { db, close } = await open(dataDir);
  return {
    db,
    close: async () => {
      await close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function open(dataDir: string): Promise<OpenDatabase> {
  return openDatabase({ databaseUrl: null, dataDir, threadEntry: distEntry("pglite-thread"), log: silentLog });
}

/** A migrated data directory to copy from: making one takes seconds, copying it a tenth of one. Made once for all runs. */
export async function migratedTemplate(): Promise<string> {
  const template = join(tmpdir(), `pagewise-test-template-${await fingerprint()}`);
  if (await stat(template).catch(() => null)) return template;
  const dataDir = await mkdtemp(join(tmpdir(), "pagewise-test-"));
  const { db, close } = await open(dataDir);
  await migrate(db);
  await close();
  // Another test file may have been quicker: theirs is as good.
  await rename(join(dataDir, "database"), template).catch(() => {});
  await rm(dataDir, { recursive: true, force: true });
  return template;
}

async function fingerprint(): Promise<string> {
  const hash = createHash("sha256");
  const migrations = fileURLToPath(new URL("../migrations/", import.meta.url));
  for (const name of (await readdir(migrations)).filter((name) => name.endsWith(".ts")).sort()) {
    hash.update(name).update(await readFile(join(migrations, name)));
  }
  hash.update(await readFile(new URL("../adapters/pglite-thread.ts", import.meta.url)));
  const pglite = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  hash.update(await readFile(join(dirname(pglite), "../package.json")));
  return hash.digest("hex").slice(0, 16);
}

export interface ServerDatabase {
  url: string;
  /** For looking into it. */
  db: Database;
  drop(): Promise<void>;
}

/** An empty database on the server of TEST_DATABASE_URL. */
export async function createServerDatabase(server: string): Promise<ServerDatabase> {
  const name = `pagewise_test_${randomUUID().replaceAll("-", "")}`;
  const admin = knexPackage.knex({ client: "pg", connection: server, pool: { min: 0, max: 1 } });
  await admin.raw("create database ??", [name]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const db = knexPackage.knex({ client: "pg", connection: url.href, pool: { min: 0, max: 1 } });
  return {
    url: url.href,
    db,
    drop: async () => {
      await db.destroy();
      await admin.raw("drop database ?? with (force)", [name]);
      await admin.destroy();
    },
  };
}

async function serverDatabase(server: string): Promise<TestDatabase> {
  const { url, drop } = await createServerDatabase(server);
  const { db, close } = await openDatabase({
    databaseUrl: url,
    dataDir: "",
    threadEntry: distEntry("pglite-thread"),
    log: silentLog,
  });
  await migrate(db);
  return {
    db,
    close: async () => {
      await close();
      await drop();
    },
  };
}
