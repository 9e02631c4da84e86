// The database handle that the domain passes along: Knex, or a transaction of it, for Objection's `query(db)`.
import type { Knex } from "knex";

export type Database = Knex;

/** What the driver threw, also where Objection has wrapped it: its code and severity are in there. */
export function driverError(thrown: unknown): unknown {
  return (thrown as { nativeError?: unknown } | null | undefined)?.nativeError ?? thrown;
}

/**
 * Whether a statement that failed may have taken effect all the same: the connection broke before its answer came.
 * PostgreSQL's own errors carry a severity; those of class 57P tell of its end, at whatever moment.
 */
export function isUndecided(error: unknown): boolean {
  const { name } = error as { name?: string };
  const { severity, code } = driverError(error) as { severity?: string; code?: string };
  if (severity) return code?.startsWith("57P") ?? false;
  return name !== "KnexTimeoutError";
}

/** Whether a row could not be written because the one that it belongs to is gone. */
export function isOwnerGone(error: unknown): boolean {
  return (driverError(error) as { code?: string } | null)?.code === "23503";
}

interface Connection {
  query<Row>(sql: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

/**
 * One statement on a connection of the pool, straight to the driver. Where every request or every word waits for it: to
 * build it anew each time costs Knex half as much as the query, and Objection three times as much.
 * @param sql with `$1`, `$2` for the values
 */
export async function runDirectly<Row>(db: Database, sql: string, values: unknown[]): Promise<Row[]> {
  const connection = (await db.client.acquireConnection()) as Connection;
  try {
    return (await connection.query<Row>(sql, values)).rows;
  } finally {
    await db.client.releaseConnection(connection);
  }
}

/** Resolves when the database answers. */
export async function pingDatabase(db: Database): Promise<void> {
  await db.raw("select 1");
}

/** PostgreSQL is starting, stopping, full or gone; and what the network says for it. */
const goneCodes = new Set([
  ...["57P01", "57P02", "57P03", "53300", "08000", "08001", "08003", "08006"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"],
]);

/** The driver and Knex give these no code. */
const goneMessages = [
  /^Connection terminated/,
  /^timeout expired$/,
  /^Unable to acquire a connection/,
  /^Client (has encountered a connection error|was closed) and is not queryable$/,
];

/** Whether what a query threw says that the database cannot be reached, rather than that the query was wrong. */
export function isDatabaseGone(thrown: unknown): boolean {
  const error = driverError(thrown);
  if (!(error instanceof Error)) return false;
  const { code, name, message, routine } = error as Error & { code?: unknown; routine?: unknown };
  if (name === "KnexTimeoutError" || goneCodes.has(String(code))) return true;
  // The database takes no connections, by its owner's word. The code alone says too little.
  if (code === "55000" && routine === "CheckMyDatabase") return true;
  // Knex puts the statement in front.
  const said = message.slice(message.lastIndexOf(" - ") + 1).replace(/^- /, "");
  return goneMessages.some((gone) => gone.test(said));
}
