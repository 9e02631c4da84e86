// `npm run knex -- <command>`: Knex's command line on this product's database, with its settings and its lock.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { buildKnexfile, root } from "./build.mjs";

const args = process.argv.slice(2);
await buildKnexfile();

// Knex goes to the knexfile's directory before it reads it, where a relative path would mean another place.
const env = { ...process.env };
if (!env.DATA_DIR_FILE) env.DATA_DIR = resolve(env.DATA_DIR ?? "data");
for (const [name, value] of Object.entries(env)) {
  if (name.endsWith("_FILE") && value && !isAbsolute(value)) env[name] = resolve(value);
}

const cli = join(dirname(createRequire(import.meta.url).resolve("knex/package.json")), "bin/cli.js");
const { status } = spawnSync(process.execPath, [cli, "--knexfile", join(root, "dist/knexfile.js"), ...args], {
  env,
  stdio: "inherit",
});
if (args[0] === "migrate:make" && status === 0) {
  console.log("Import it in server/migrations/source.ts too: what is not listed there is not run.");
}
process.exitCode = status ?? 1;
