// Knex's own door to the database, by the same settings, lock and migrations as the product: `npm run knex -- migrate:list`.
import { fileURLToPath } from "node:url";
import type { Knex } from "knex";
import { connectDatabase } from "./server/adapters/database-connection.ts";
import { createLogger } from "./server/adapters/log.ts";
import { loadConfig } from "./server/config.ts";

/** Read by Knex's command line from `dist/knexfile.js`. */
export default function knexfile(): Knex.Config {
  const { databaseUrl, dataDir } = loadConfig();
  const connection = connectDatabase({
    databaseUrl,
    dataDir,
    threadEntry: new URL("pglite-thread.js", import.meta.url),
    log: createLogger("warn"),
  });
  // The command line ends the process without closing anything; every statement it awaited is on disk by then.
  process.once("exit", () => connection.abandon());
  // A new migration is put beside the others; all other commands take those that the product imports.
  const isNew = process.argv.includes("migrate:make");
  const directory = fileURLToPath(new URL("../server/migrations", import.meta.url));
  return {
    ...connection.config,
    ...(isNew && { migrations: { directory, extension: "ts" } }),
    // Starting an embedded database for the first time takes seconds.
    acquireConnectionTimeout: 60_000,
  };
}
