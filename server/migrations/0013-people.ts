// What happened to each account, which of its passwords is in force, and a way to the sign-ins that have run out.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- Rises with each new password, and not where the same one is only hashed anew: a sign-in that was proven with
    -- another one is none.
    alter table users add column password_version int not null default 0;

    create table audit_events (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      event text not null,
      subject uuid,
      -- Of the caller's address, no more than its network.
      network text,
      created_at timestamptz not null
    );
    create index audit_events_user on audit_events (user_id, id desc);
    create index audit_events_kept on audit_events (user_id, event, id desc);
    create index audit_events_created on audit_events (created_at);

    create index refresh_tokens_expiry on refresh_tokens (expires_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop index refresh_tokens_expiry;
    drop table audit_events;
    alter table users drop column password_version;
  `);
}
