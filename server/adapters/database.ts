// The database: a PostgreSQL server, or PostgreSQL inside the process, through the same driver and the same SQL.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Knex, knex } from "knex";
import { migrationSource } from "../migrations/source.ts";
import type { Database } from "../models/database.ts";
import type { Logger } from "../ports.ts";
import { lockDatabase } from "./database-lock.ts";
import { startPglite } from "./pglite-server.ts";
import { createPgliteStream } from "./pglite-stream.ts";

export interface DatabaseOptions {
  /** null: PostgreSQL inside the process. */
  databaseUrl: string | null;
  /** Where the embedded one keeps its data. */
  dataDir: string;
  /** The built `pglite-thread`. */
  threadEntry: URL;
  log: Logger;
}

export interface OpenDatabase {
  db: Database;
  /** Whether pgvector can be used. */
  vector: boolean;
  close(): Promise<void>;
}

/** Opens the database; tables come with `migrate`. Throws where another process has the embedded one open. */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const { connection, close } = options.databaseUrl
    ? serverConnection(options.databaseUrl)
    : await embeddedConnection(options);
  const db = knex(connection);
  try {
    return {
      db,
      vector: await hasVector(db, options.log),
      close: async () => {
        await db.destroy();
        await close();
      },
    };
  } catch (error) {
    await db.destroy();
    await close();
    throw error;
  }
}

interface Connection {
  connection: Knex.Config;
  close(): Promise<void>;
}

function serverConnection(url: string): Connection {
  return {
    connection: {
      client: "pg",
      connection: {
        connectionString: url,
        application_name: "pagewise",
        statement_timeout: 60_000,
        idle_in_transaction_session_timeout: 60_000,
        connectionTimeoutMillis: 10_000,
        keepAlive: true,
      } as Knex.PgConnectionConfig,
      pool: { min: 0, max: 10 },
      acquireConnectionTimeout: 10_000,
      migrations: { migrationSource },
    },
    close: async () => {},
  };
}

/** One session, so one connection: a query outside the open transaction fails after 5 s instead of waiting for ever. */
async function embeddedConnection({ dataDir, threadEntry, log }: DatabaseOptions): Promise<Connection> {
  await mkdir(dataDir, { recursive: true });
  const lock = await lockDatabase(join(dataDir, "database.lock"));
  try {
    const server = await startPglite({ dataDir: join(dataDir, "database"), threadEntry, log });
    return {
      connection: {
        client: "pg",
        connection: () => ({
          user: "postgres",
          database: "postgres",
          // A fresh one for every connection.
          stream: () => createPgliteStream(server),
        }),
        pool: { min: 0, max: 1 },
        acquireConnectionTimeout: 5_000,
        migrations: { migrationSource },
      },
      close: async () => {
        await server.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
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
  });
}
