// Chunks in languages of their own, and which reading of their text documents were indexed by.
import type { Knex } from "knex";

/** Documents that are ready stay so: the worker indexes them again, a few chunks at a time. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table chunks add column language text;
    -- Languages of its chunks; null among them where the text did not tell.
    alter table documents add column languages jsonb not null default '[]';
    -- 0: as the first version did. Compared with searchTextVersion.
    alter table documents add column index_version smallint not null default 0;
    create index documents_by_index_version on documents (index_version)
      where status = 'ready' and deleted_at is null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index documents_by_index_version;
    alter table documents drop column index_version, drop column languages;
    alter table chunks drop column language;
  `);
}
