// The database handle that the domain passes along: Knex, or a transaction of it, for Objection's `query(db)`.
import type { Knex } from "knex";

export type Database = Knex;

/** Resolves when the database answers. */
export async function pingDatabase(db: Database): Promise<void> {
  await db.raw("select 1");
}
