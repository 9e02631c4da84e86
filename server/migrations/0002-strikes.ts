// What a document's attempts ended of: bounds that had to be enforced, and failures that were none of its own.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table documents
      -- Times that a process had to be ended from outside while it read the document: the second is the last.
      add column strikes int not null default 0,
      -- Times that storage, database or machine failed an attempt: never a reason to give up.
      add column setbacks int not null default 0;
    -- A document with a strike is read alone: at most one of them at a time, whoever claims.
    create unique index documents_struck_unique on documents ((true))
      where status = 'processing' and strikes > 0 and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index if exists documents_struck_unique;
    alter table documents drop column if exists strikes, drop column if exists setbacks;
  `);
}
