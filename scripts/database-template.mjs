// Makes the empty database that an embedded one begins as: a first start copies it instead of waiting for initdb.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";

/** Makes `database-template` beside the built `pglite-thread.js`, unless it is that entry's already. */
export async function buildDatabaseTemplate(dist) {
  const entry = join(dist, "pglite-thread.js");
  const template = join(dist, "database-template");
  const stamp = join(dist, "database-template.txt");
  const key = createHash("sha256")
    .update(await readFile(entry))
    .update(await readFile(join(dirname(createRequire(entry).resolve("@electric-sql/pglite")), "../package.json")))
    .digest("hex");
  if (existsSync(template) && existsSync(stamp) && (await readFile(stamp, "utf8")) === key) return;

  const draft = join(dist, `database-template.${process.pid}`);
  const thread = new Worker(entry, { workerData: { dataDir: draft } });
  await once(thread, "message");
  thread.postMessage({ type: "close" });
  await once(thread, "message");
  await thread.terminate();
  await rm(template, { recursive: true, force: true });
  await rename(draft, template);
  await writeFile(stamp, key);
}
