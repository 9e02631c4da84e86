// The table of vectors. No migration: pgvector may come to a database long after its first start, or never.
import type { Knex } from "knex";

/**
 * Makes the table where the extension is, and forgets what documents say of vectors that are no longer there (a dump
 * restored without them, an extension that was dropped). Runs at every start, under the lock of the migrations.
 */
export async function ensureVectorTable(knex: Knex): Promise<void> {
  const { rows } = await knex.raw(`
    select exists (select from pg_extension where extname = 'vector') extension,
      exists (select from pg_attribute
        where attrelid = to_regclass('chunk_embeddings') and attname = 'embedding' and not attisdropped) made`);
  const { extension, made } = rows[0] as { extension: boolean; made: boolean };
  if (!extension || made) return;
  // Dropping the extension took the column and left the rest.
  await knex.raw(`
    drop table if exists chunk_embeddings;
    create table chunk_embeddings (
      chunk_id bigint not null references chunks on delete cascade,
      model text not null,
      -- Copied: what a search is narrowed to.
      document_id uuid not null,
      -- Of whatever length the model makes. null: the model takes everything but this text.
      embedding vector check (vector_dims(embedding) <= 1536),
      primary key (chunk_id, model)
    );
    -- Beside the row instead of out of line, which an exact search reads four times as fast: 6 kB at most fit a page.
    alter table chunk_embeddings alter column embedding set storage plain;
    create index chunk_embeddings_document on chunk_embeddings (document_id, model);
    update documents set embedding_model = null, embedding_target = null, embedded = 0
      where embedding_model is not null or embedding_target is not null;
  `);
}
