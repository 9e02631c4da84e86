// Embeds, the visitors who ask through them, what they were given to prove who they are, and how much is asked each day.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table embeds (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      name text not null,
      public_key text not null,
      -- AES-256-GCM under the data key: a hash could not verify what the host site signs.
      sealed_secret text not null,
      -- The one before a rotation, and until when it still verifies.
      sealed_previous_secret text,
      previous_secret_until timestamptz,
      document_ids jsonb not null default '[]',
      allowed_origins jsonb not null default '[]',
      theme jsonb not null,
      greeting text not null,
      starters jsonb not null default '[]',
      locale text,
      -- Questions in a day of UTC; null: no limit.
      daily_message_limit int,
      visitor_message_limit int,
      address_message_limit int,
      enabled boolean not null default true,
      created_at timestamptz not null
    );
    create unique index embeds_public_key_unique on embeds (public_key);
    create index embeds_user on embeds (user_id, id desc);
    -- A preflight names an origin and nothing else.
    create index embeds_origins on embeds using gin (allowed_origins jsonb_path_ops) where enabled;

    create table visitors (
      id uuid primary key,
      embed_id uuid not null references embeds on delete cascade,
      -- Anonymous: SHA-256 of the visitor_id that was given to them.
      token_hash text,
      -- Identified: who they are to the host site. No visitor_id leads here.
      subject text,
      created_at timestamptz not null,
      seen_at timestamptz not null,
      check ((token_hash is null) <> (subject is null))
    );
    create unique index visitors_token_unique on visitors (embed_id, token_hash);
    create unique index visitors_subject_unique on visitors (embed_id, subject);
    create index visitors_seen on visitors (seen_at) where subject is null;

    -- Identity tokens that were used, until they have expired by themselves.
    create table identity_tokens (
      embed_id uuid not null references embeds on delete cascade,
      jti_hash text not null,
      expires_at timestamptz not null,
      primary key (embed_id, jti_hash)
    );
    create index identity_tokens_expiry on identity_tokens (expires_at);

    create table embed_usage (
      embed_id uuid not null references embeds on delete cascade,
      day date not null,
      sessions int not null default 0,
      questions int not null default 0,
      -- Of the questions, those that the documents did not answer.
      refused int not null default 0,
      primary key (embed_id, day)
    );

    -- null: the account's own.
    alter table conversations add column visitor_id uuid references visitors on delete cascade;
    create index conversations_visitor on conversations (visitor_id, updated_at desc, id desc) where visitor_id is not null;
    drop index conversations_user;
    create index conversations_user on conversations (user_id, updated_at desc, id desc) where visitor_id is null;
    create index conversations_of_user on conversations (user_id);

    -- A key is its caller's: the user, or one visitor of the user's embeds.
    alter table idempotency_keys add column caller_id uuid;
    update idempotency_keys set caller_id = user_id;
    alter table idempotency_keys alter column caller_id set not null;
    alter table idempotency_keys drop constraint idempotency_keys_pkey;
    alter table idempotency_keys add primary key (caller_id, key);
    create index idempotency_keys_user on idempotency_keys (user_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    delete from idempotency_keys where caller_id <> user_id;
    drop index idempotency_keys_user;
    alter table idempotency_keys drop constraint idempotency_keys_pkey;
    alter table idempotency_keys add primary key (user_id, key);
    alter table idempotency_keys drop column caller_id;
    delete from conversations where visitor_id is not null;
    drop index conversations_of_user, conversations_user, conversations_visitor;
    create index conversations_user on conversations (user_id, updated_at desc, id desc);
    alter table conversations drop column visitor_id;
    drop table embed_usage, identity_tokens, visitors, embeds;
  `);
}
