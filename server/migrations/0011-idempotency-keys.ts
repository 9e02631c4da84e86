// What a request with an Idempotency-Key has made, so that the same one sent again makes nothing more.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table idempotency_keys (
      user_id uuid not null references users on delete cascade,
      key text not null,
      -- Of the method, the path and the body that came with it.
      fingerprint text not null,
      -- The message or document. It may be deleted before this row: then the request's result is gone, not to be made again.
      made uuid not null,
      created_at timestamptz not null,
      primary key (user_id, key)
    );
    create index idempotency_keys_created on idempotency_keys (created_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("drop table idempotency_keys");
}
