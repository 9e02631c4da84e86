// How far a document's embedding is. The vectors stand in a table of their own: vector-table.ts.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table documents
      -- The model that has a vector of every chunk: questions are compared with these.
      add column embedding_model text,
      -- The model whose vectors are being made, with the share of chunks that have one. null: at rest.
      add column embedding_target text,
      add column embedded real not null default 0,
      -- Whoever makes them, under a lease of its own.
      add column embedding_owner uuid,
      add column embedding_until timestamptz,
      -- Failures that were the document's own, one after the other, and when it may be tried again.
      add column embedding_setbacks int not null default 0,
      add column embedding_due_at timestamptz not null default now();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table if exists chunk_embeddings;
    alter table documents
      drop column embedding_model, drop column embedding_target, drop column embedded, drop column embedding_owner,
      drop column embedding_until, drop column embedding_setbacks, drop column embedding_due_at;
  `);
}
