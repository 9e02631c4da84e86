// The migrations in order, imported one by one so that a bundle holds them; names are what the database remembers.
import type { Knex } from "knex";
import * as first from "./0001-first.ts";
import * as strikes from "./0002-strikes.ts";
import * as languagesOfParts from "./0004-languages-of-parts.ts";
import * as installation from "./0005-installation.ts";
import * as embeddings from "./0006-embeddings.ts";
import * as suggestions from "./0007-suggestions.ts";
import * as chunksByPage from "./0010-chunks-by-page.ts";
import * as idempotencyKeys from "./0011-idempotency-keys.ts";
import * as embeds from "./0012-embeds.ts";
import * as people from "./0013-people.ts";
import * as deletedEmbeds from "./0015-deleted-embeds.ts";

const migrations: { file: string; migration: Knex.Migration }[] = [
  { file: "0001-first", migration: first },
  { file: "0002-strikes", migration: strikes },
  { file: "0004-languages-of-parts", migration: languagesOfParts },
  { file: "0005-installation", migration: installation },
  { file: "0006-embeddings", migration: embeddings },
  { file: "0007-suggestions", migration: suggestions },
  { file: "0010-chunks-by-page", migration: chunksByPage },
  { file: "0011-idempotency-keys", migration: idempotencyKeys },
  { file: "0012-embeds", migration: embeds },
  { file: "0013-people", migration: people },
  { file: "0015-deleted-embeds", migration: deletedEmbeds },
];

/** For Knex's `migrationSource`. */
export const migrationSource: Knex.MigrationSource<(typeof migrations)[number]> = {
  getMigrations: async () => migrations,
  getMigrationName: ({ file }) => file,
  getMigration: async ({ migration }) => migration,
};
