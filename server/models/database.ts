// The database handle that the domain passes along: Knex, or a transaction of it, for Objection's `query(db)`.
import type { Knex } from "knex";

export type Database = Knex;

/**
 * Whether a statement that failed may have taken effect all the same: the connection broke before its answer came.
 * PostgreSQL's own errors carry a severity; those of class 57P tell of its end, at whatever moment.
 */
export function isUndecided(error: unknown): boolean {
  const { name, nativeError } = error as { name?: string; nativeError?: object };
  const { severity, code } = (nativeError ?? error) as { severity?: string; code?: string };
  if (severity) return code?.startsWith("57P") ?? false;
  return name !== "KnexTimeoutError";
}

/** Resolves when the database answers. */
export async function pingDatabase(db: Database): Promise<void> {
  await db.raw("select 1");
}
