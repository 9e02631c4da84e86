// The chunks of a run are found by their page: a question reads those of some dozen pages of any documents.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create unique index chunks_page_unique on chunks (document_id, run, page, ordinal);
    alter table chunks drop constraint chunks_document_id_run_ordinal_key;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table chunks add unique (document_id, run, ordinal);
    drop index chunks_page_unique;
  `);
}
