// The first tables: people, documents with their pages and chunks, conversations with their messages.
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table users (
      id uuid primary key,
      email text not null,
      hashed_password text not null,
      created_at timestamptz not null default now()
    );
    create unique index users_email_unique on users (lower(email));

    -- A session is a family of refresh tokens: revoking it ends every token of the family.
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      created_at timestamptz not null default now(),
      revoked_at timestamptz
    );
    create index sessions_user on sessions (user_id);

    create table refresh_tokens (
      hash text primary key,
      session_id uuid not null references sessions on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz not null,
      used_at timestamptz,
      reused boolean not null default false
    );
    create index refresh_tokens_session on refresh_tokens (session_id);

    create table documents (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      title text not null,
      filename text not null,
      bytes bigint not null,
      sha256 text not null,
      storage_key text not null,
      status text not null default 'queued' check (status in ('queued', 'processing', 'ready', 'failed')),
      progress real not null default 0,
      pages int,
      language text,
      pages_unreadable jsonb not null default '[]',
      error_code text,
      -- Processing. Each attempt writes under a run of its own; only ready_run is ever read.
      attempts int not null default 0,
      lost_leases int not null default 0,
      next_attempt_at timestamptz not null default now(),
      lease_owner uuid,
      lease_until timestamptz,
      run uuid,
      ready_run uuid,
      created_at timestamptz not null default now(),
      processed_at timestamptz,
      deleted_at timestamptz
    );
    create unique index documents_user_sha256_unique on documents (user_id, sha256) where deleted_at is null;
    create index documents_user on documents (user_id, id desc);
    create index documents_due on documents (next_attempt_at) where status in ('queued', 'processing') and deleted_at is null;
    create index documents_unpurged on documents (id) where run is not null and deleted_at is null;
    create index documents_deleted on documents (deleted_at) where deleted_at is not null;

    create table pages (
      document_id uuid not null references documents on delete cascade,
      run uuid not null,
      number int not null,
      text text not null,
      width real not null,
      height real not null,
      -- Line boxes packed in one value: [[start, end, x0, y0, x1, y1, height], ...], fractions times 10,000.
      lines jsonb not null,
      primary key (document_id, run, number)
    );

    create table chunks (
      id bigint generated always as identity primary key,
      document_id uuid not null references documents on delete cascade,
      run uuid not null,
      ordinal int not null,
      page int not null,
      -- UTF-16 offsets into the page's text: text.slice(char_start, char_end) = content.
      char_start int not null,
      char_end int not null,
      heading text,
      content text not null,
      tsv tsvector not null,
      unique (document_id, run, ordinal)
    );
    create index chunks_tsv on chunks using gin (tsv);

    create table conversations (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      title text not null,
      document_ids jsonb not null,
      -- The whole library rather than named documents.
      all_documents boolean not null default false,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    );
    create index conversations_user on conversations (user_id, updated_at desc, id desc);

    create table messages (
      id uuid primary key,
      conversation_id uuid not null references conversations on delete cascade,
      role text not null check (role in ('user', 'assistant')),
      status text not null check (status in ('streaming', 'complete', 'stopped', 'failed')),
      text text not null default '',
      citations jsonb not null default '[]',
      cited jsonb not null default '[]',
      unsupported jsonb not null default '[]',
      -- UTF-16 length of the text after each delta, so that a finished answer can be replayed event by event.
      delta_ends jsonb not null default '[]',
      finish_reason text,
      confidence real,
      model text,
      usage jsonb,
      error jsonb,
      replaces uuid references messages on delete set null,
      replies_to uuid references messages on delete cascade,
      feedback jsonb,
      lease_until timestamptz,
      created_at timestamptz not null default now()
    );
    create index messages_conversation on messages (conversation_id, id);
    -- One answer at a time in a conversation.
    create unique index messages_streaming_unique on messages (conversation_id) where status = 'streaming';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    "drop table if exists messages, conversations, chunks, pages, documents, refresh_tokens, sessions, users cascade",
  );
}
