// Questions to begin with, for each ready document.
import type { Knex } from "knex";

/** Those that are ready already get theirs from the worker, the newest first. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Null until they have been looked for; then as many as were found, if any.
    alter table documents add column suggestions jsonb;
    create index documents_without_suggestions on documents (id)
      where status = 'ready' and deleted_at is null and suggestions is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("alter table documents drop column suggestions");
}
