// Who this database is, so that a storage can be told from another database's.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table installation (
      id uuid not null,
      -- True where documents came before this table did: their storage could not be marked at its beginning.
      had_documents boolean not null,
      sole boolean primary key default true check (sole)
    );
    insert into installation (id, had_documents) select gen_random_uuid(), exists (select from documents);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table installation");
}
