// Runs once before all tests: builds the entries of threads and child processes, which run outside the test runner, and
// the empty database that embedded ones begin as.
import { join } from "node:path";
import { buildBeside, root } from "./build.mjs";
import { buildDatabaseTemplate } from "./database-template.mjs";

export async function setup() {
  // `npm test` has built everything; two of its runs must not write the same files at once.
  if (process.env.BUILT) return;
  await buildBeside();
  await buildDatabaseTemplate(join(root, "dist"));
}
