// Who may have a server's database open together: any number of processes that meet in Redis, or one without it.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../ports.ts";

export interface Occupancy {
  /** Aborts when another process has taken the database while this one could not reach it: it must stop. */
  evicted: AbortSignal;
  close(): Promise<void>;
}

export interface OccupancyOptions {
  databaseUrl: string;
  /** Without Redis: nobody else may have the database open. */
  alone: boolean;
  log: Logger;
  /** How long somebody else may hold it before that is believed: a connection outlives its killed process a little. */
  waitMs?: number;
  /** The same after a broken connection, whose other end may have to find out first that it is broken. */
  waitAgainMs?: number;
}

/** The database is open in a process that this one cannot share it with. */
export class DatabaseTakenError extends Error {
  constructor(alone: boolean, holdsAlone: boolean) {
    super(
      holdsAlone && alone
        ? "another process has this database open, and without REDIS_URL only one may: stop it, or set the same REDIS_URL for both"
        : holdsAlone
          ? "a process without REDIS_URL has this database to itself: stop it, or set the same REDIS_URL there too"
          : "processes that meet in Redis have this database open: set the same REDIS_URL here too, or stop them",
    );
    this.name = "DatabaseTakenError";
  }
}

/** Any number that no other program uses on this database. */
const lockKey = 7_294_012_552;
const tryEveryMs = 200;
const checkEveryMs = 10_000;

/**
 * Holds an advisory lock, shared or alone, on a connection of its own: it goes with the process, however that ends.
 * Throws `DatabaseTakenError`, and whatever the driver throws.
 */
export async function occupyDatabase(options: OccupancyOptions): Promise<Occupancy> {
  const { log, waitMs = 5_000, waitAgainMs = 60_000 } = options;
  const evicted = new AbortController();
  const closing = new AbortController();
  let client = await take(options, waitMs);

  async function hold(): Promise<void> {
    while (!closing.signal.aborted) {
      await broken(client, closing.signal);
      // Ends a connection that is half open; it hangs where the other end is gone.
      void client.end().catch(() => {});
      while (!closing.signal.aborted) {
        try {
          client = await take(options, waitAgainMs);
          break;
        } catch (error) {
          if (error instanceof DatabaseTakenError) {
            log.error({ reason: error.message }, "the database was taken by another process");
            evicted.abort();
            return;
          }
          await sleep(1_000, undefined, { signal: closing.signal, ref: false }).catch(() => {});
        }
      }
    }
  }
  const holding = hold();

  return {
    evicted: evicted.signal,
    async close() {
      closing.abort();
      // Neither a server that does not answer nor a try that is under way holds up a stop.
      const ended = holding.then(() => client.end()).catch(() => {});
      await Promise.race([ended, sleep(1_000, undefined, { ref: false })]);
    },
  };
}

async function take({ databaseUrl, alone }: OccupancyOptions, waitMs: number): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: "pagewise",
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
    keepAlive: true,
  });
  // Told by `broken`, too; without a listener it would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    await outliveSilence(client);
    const until = performance.now() + waitMs;
    const lock = alone ? "pg_try_advisory_lock" : "pg_try_advisory_lock_shared";
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(`select ${lock}($1) as taken`, [lockKey]);
      if (rows[0]?.taken) return client;
      if (performance.now() > until) throw new DatabaseTakenError(alone, await isHeldAlone(client));
      await sleep(tryEveryMs);
    }
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** The server finds out within half a minute that a machine is gone, and never ends the connection for being idle. */
async function outliveSilence(client: pg.Client): Promise<void> {
  const settings = ["tcp_keepalives_idle = 10", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3"];
  for (const setting of [...settings, "idle_session_timeout = 0"]) {
    // Older servers do not know every one.
    await client.query(`set ${setting}`).catch(() => {});
  }
}

async function isHeldAlone(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select 1 from pg_locks where locktype = 'advisory' and granted and mode = 'ExclusiveLock'
      and database = (select oid from pg_database where datname = current_database())
      and objsubid = 1 and (classid::bigint << 32) | objid::bigint = $1`,
    [lockKey],
  );
  return rows.length > 0;
}

/** Settles when the connection has ended, does not answer any more, or is no longer needed. */
async function broken(client: pg.Client, closing: AbortSignal): Promise<void> {
  const ended = new AbortController();
  const over = AbortSignal.any([ended.signal, closing]);
  client.once("end", () => ended.abort());
  client.once("error", () => ended.abort());
  while (!over.aborted) {
    await client.query("select 1").catch(() => ended.abort());
    await sleep(checkEveryMs, undefined, { signal: over, ref: false }).catch(() => {});
  }
}
