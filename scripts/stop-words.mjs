// Writes server/stop-words.json: the words that each of PostgreSQL's text search configurations leaves out, as the embedded
// database tells them.
//   node scripts/stop-words.mjs
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build.mjs";

const { resolve } = createRequire(join(root, "server/package.json"));
const { PGlite } = await import(pathToFileURL(resolve("@electric-sql/pglite")).href);
const db = await PGlite.create();
try {
  const { rows } = await db.query(`
    with folder as (select setting || '/tsearch_data' path from pg_config where name = 'SHAREDIR'),
    word as (
      select distinct word from folder, pg_ls_dir(path) file,
        regexp_split_to_table(pg_read_file(path || '/' || file), '\\s+') word
      where file like '%.stop' and word <> '')
    select cfgname config, string_agg(word, ' ' order by word collate "C") words from pg_ts_config, word
    where numnode(plainto_tsquery(pg_ts_config.oid::regconfig, word)) = 0 group by cfgname order by cfgname`);
  const data = Object.fromEntries(rows.map(({ config, words }) => [config, words]));
  await writeFile(join(root, "server/stop-words.json"), `${JSON.stringify(data, null, 2)}\n`);
} finally {
  await db.close();
}
