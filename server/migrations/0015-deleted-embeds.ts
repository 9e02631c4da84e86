// A deleted embed is gone for everybody at once; what hangs on it is removed in steps behind it.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    alter table embeds add column deleted_at timestamptz;
    alter table embeds add constraint embeds_deleted_is_disabled check (deleted_at is null or not enabled);
    create index embeds_deleted on embeds (deleted_at) where deleted_at is not null;
    -- With each message that is removed, those that refer to it are looked for.
    create index messages_replaces on messages (replaces) where replaces is not null;
    create index messages_replies_to on messages (replies_to) where replies_to is not null;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index messages_replaces, messages_replies_to;
    delete from embeds where deleted_at is not null;
    drop index embeds_deleted;
    alter table embeds drop constraint embeds_deleted_is_disabled;
    alter table embeds drop column deleted_at;
  `);
}
