// The database handle that the domain passes along: Knex, or a transaction of it, for Objection's `query(db)`.
import type { Knex } from "knex";

export type Database = Knex;
