// The migrations in order, imported one by one so that a bundle holds them; names are what the database remembers.
import type { Knex } from "knex";
import * as first from "./0001-first.ts";

const migrations: [name: string, migration: Knex.Migration][] = [["0001-first", first]];

/** For Knex's `migrationSource`. */
export const migrationSource: Knex.MigrationSource<(typeof migrations)[number]> = {
  getMigrations: async () => migrations,
  getMigrationName: ([name]) => name,
  getMigration: async ([, migration]) => migration,
};
