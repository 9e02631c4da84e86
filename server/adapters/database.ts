// The database: a PostgreSQL server, or PostgreSQL inside the process, through the same driver and the same SQL.
import { setTimeout as sleep } from "node:timers/promises";
import knexPackage from "knex";
import { migrationSource } from "../migrations/source.ts";
import { ensureVectorTable } from "../migrations/vector-table.ts";
import type { Database } from "../models/database.ts";
import type { Logger } from "../ports.ts";
import { connectDatabase, type DatabaseOptions } from "./database-connection.ts";

export interface OpenDatabase {
  db: Database;
  /** Whether pgvector can be used. */
  vector: boolean;
  close(): Promise<void>;
}

/** The database server does not answer, or does not let us in. */
export class DatabaseUnreachableError extends Error {
  constructor(cause: Error) {
    super(`the database of DATABASE_URL cannot be reached: ${cause.message || String(cause)}`, { cause });
    this.name = "DatabaseUnreachableError";
  }
}

/**
 * Opens the database; tables come with `migrate`. Throws `DatabaseUnreachableError`, and `DatabaseInUseError` where
 * another process has the embedded one open.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const connection = connectDatabase(options);
  await connection.open();
  const db = knexPackage.knex(connection.config);
  const close = async () => {
    await db.destroy();
    await connection.close();
  };
  try {
    if (options.databaseUrl) await reach(db, options);
    return { db, vector: await hasVector(db, options.log), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What a server says, or its network for it, while it is still starting. */
const startingCodes = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "57P03"]);

async function reach(db: Database, { log, waitMs = 20_000 }: DatabaseOptions): Promise<void> {
  const until = performance.now() + waitMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.raw("select 1");
      return;
    } catch (error) {
      const { code = "" } = error as { code?: string };
      if (!startingCodes.has(code) || performance.now() > until) throw new DatabaseUnreachableError(error as Error);
      if (attempt === 1) log.info({ code }, "waiting for the database");
      await sleep(500);
    }
  }
}

async function hasVector(db: Database, log: Logger): Promise<boolean> {
  const found = await db("pg_extension").where("extname", "vector").first("extname");
  if (found) return true;
  try {
    await db.raw("create extension if not exists vector");
    return true;
  } catch (error) {
    log.info({ reason: (error as Error).message }, "the database has no pgvector: search goes by words only");
    return false;
  }
}

/** Any number that no other program uses on this database: the lock under which tables are changed. */
const migrationLock = 7_294_012_551;

/** Brings the tables up to date, all or nothing; several processes may do so at once. */
export async function migrate(db: Database): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw("set local statement_timeout = 0");
    await trx.raw("select pg_advisory_xact_lock(?)", [migrationLock]);
    await trx.migrate.latest({ migrationSource });
    await ensureVectorTable(trx);
  });
}
