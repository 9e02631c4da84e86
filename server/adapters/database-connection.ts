// How Knex reaches the database: by TCP where it is a server, through a thread of this process where it is embedded.
import { access, cp, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Knex } from "knex";
import { migrationSource } from "../migrations/source.ts";
import type { Logger } from "../ports.ts";
import { type DatabaseLock, lockDatabase } from "./database-lock.ts";
import { type PgliteServer, startPglite } from "./pglite-server.ts";
import { createPgliteStream } from "./pglite-stream.ts";

export interface DatabaseOptions {
  /** null: PostgreSQL inside the process. */
  databaseUrl: string | null;
  /** Where the embedded one keeps its data. */
  dataDir: string;
  /** The built `pglite-thread`. */
  threadEntry: URL;
  log: Logger;
  /** How long a server that does not answer is waited for when it is opened: it may be starting too. */
  waitMs?: number;
}

export interface DatabaseConnection {
  config: Knex.Config;
  /** Makes the database ready now instead of at the first query. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** What can still be done while the process exits: lets the next process in. */
  abandon(): void;
}

/** What Knex needs to reach the database; nothing is opened before it is needed. */
export function connectDatabase(options: DatabaseOptions): DatabaseConnection {
  const connection = options.databaseUrl ? serverConnection(options.databaseUrl) : embeddedConnection(options);
  return {
    ...connection,
    config: {
      ...connection.config,
      migrations: { migrationSource },
      log: knexLog(options.log),
      // A statement that fails is told of without the values that it was given.
      compileSqlOnError: false,
    },
  };
}

/** Knex writes to the console unless it is told otherwise. */
function knexLog(log: Logger): Knex.Logger {
  const text = (message: unknown) => ({
    reason: (message instanceof Error ? message.message : String(message)).split("\n")[0],
  });
  return {
    debug: (message) => log.debug(text(message), "Knex says"),
    deprecate: (method, alternative) => log.debug({ method, alternative }, "Knex deprecates a method"),
    // Said again by the query that fails.
    warn: (message) => log.debug(text(message), "Knex warns"),
    error: (message) => log.error(text(message), "Knex reports an error"),
  };
}

function serverConnection(url: string): DatabaseConnection {
  return {
    config: {
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
    },
    open: async () => {},
    close: async () => {},
    abandon: () => {},
  };
}

/** One session, so one connection: a query outside the open transaction fails after 5 s instead of waiting for ever. */
function embeddedConnection(options: DatabaseOptions): DatabaseConnection {
  let opening: Promise<{ server: PgliteServer; lock: DatabaseLock }> | undefined;
  let lock: DatabaseLock | undefined;
  const open = () => {
    opening ??= openEmbedded(options);
    return opening.then((opened) => {
      lock = opened.lock;
      return opened.server;
    });
  };
  return {
    config: {
      client: "pg",
      connection: async () => {
        const server = await open();
        // A fresh stream for every connection.
        return { user: "postgres", database: "postgres", stream: () => createPgliteStream(server) };
      },
      pool: { min: 0, max: 1 },
      acquireConnectionTimeout: 5_000,
    },
    open: async () => void (await open()),
    close: async () => {
      const opened = await opening?.catch(() => undefined);
      await opened?.server.close();
      opened?.lock.release();
    },
    abandon: () => lock?.release(),
  };
}

async function openEmbedded({ dataDir, threadEntry, log }: DatabaseOptions) {
  await mkdir(dataDir, { recursive: true });
  const lock = await lockDatabase(join(dataDir, "database.lock"));
  try {
    await copyTemplate(new URL("database-template/", threadEntry), join(dataDir, "database"));
    return { lock, server: await startPglite({ dataDir: join(dataDir, "database"), threadEntry, log }) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A first start copies the empty database that the build made beside the thread's entry: making one takes seconds. */
async function copyTemplate(template: URL, dataDir: string): Promise<void> {
  if ((await exists(dataDir)) || !(await exists(template))) return;
  // Renamed at the end, so that a start that was interrupted leaves nothing that looks like a database.
  const draft = `${dataDir}.draft`;
  await rm(draft, { recursive: true, force: true });
  await cp(template, draft, { recursive: true });
  await rename(draft, dataDir);
}

function exists(path: string | URL): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
