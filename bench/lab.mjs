// A laboratory for ranking and answering: every question of some sets through the product's own functions, in process.
//   node bench/lab.mjs <set folder>... [--out <folder>] [--fresh] [--scope document|library] [--failures] [--ablate] [--kept]
// Writes <out>/<set>.jsonl in the format of the sets' scorer and prints its table. The documents are read once and kept
// in a folder of the system's temporary one, as are the answers of the database: `--fresh` reads them again. `--ablate`
// measures the ranking alone: with each feature left out in turn, weights fitted on other documents than those asked.
// `--kept` asks as from a scope's second question on, when its chunks are in memory.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { buildLab, root } from "../scripts/build.mjs";
import { casesOf, printAblation } from "./lab-ablate.mjs";
import { cacheQueries, openLibrary } from "./lab-library.mjs";
import { printFailures, printTable } from "./lab-print.mjs";

const { values: options, positionals: sets } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", default: join(tmpdir(), "pagewise-lab") },
    fresh: { type: "boolean" },
    scope: { type: "string" },
    failures: { type: "boolean" },
    ablate: { type: "boolean" },
    kept: { type: "boolean" },
  },
});
if (sets.length === 0) throw new Error("usage: node bench/lab.mjs <set folder>... [--out folder] [--fresh] ...");

await buildLab();
const product = await import(pathToFileURL(join(root, "dist/lab-product.js")));
await mkdir(options.out, { recursive: true });
const cases = [];
for (const set of sets) await run(set);
if (options.ablate) printAblation(product, cases);

async function run(set) {
  const library = await openLibrary(product, set, { fresh: options.fresh });
  try {
    await cacheQueries(library.db, library.dataDir);
    const questions = await linesOf(join(set, "questions.jsonl"));
    if (options.ablate) return void cases.push(...(await casesOf(product, library, set, questions)));
    const scopes = options.scope ? [options.scope] : ["document", "library"];
    const lines = [];
    for (const scope of scopes) for (const question of questions) lines.push(await predict(library, question, scope));
    await writeFile(
      join(options.out, `${basename(set)}.jsonl`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
    const scorer = await import(pathToFileURL(join(set, "../score.mjs")));
    const { summary, per } = scorer.run(questions, lines, scorer.loadPages(join(set, "pages.jsonl")));
    printTable(basename(set), summary, lines);
    if (options.failures) await printFailures(product, library, questions, lines, per);
  } finally {
    await library.close();
  }
}

async function predict(library, { id, question, document }, scope) {
  const own = library.documents.get(document);
  const documents =
    scope === "document" ? [own] : [...library.documents.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  if (options.kept) await product.keepScope({ db: library.db }, documents, library.texts.open());
  const begun = performance.now();
  const { citations, passages, confidence } = await product.retrieve(
    { db: library.db, texts: library.texts },
    documents,
    question,
    [],
  );
  const ms = performance.now() - begun;
  let answer = "";
  let end = null;
  const request = { question, history: [], passages, signal: new AbortController().signal };
  for await (const part of product.createExtractive({ log: console }).answer(request)) {
    if (part.type === "text") answer += part.text;
    else end = part;
  }
  return {
    id,
    scope,
    // What a person reads: the marks are shown as small links.
    answer: answer.replace(/ ?\[\d+\]/g, ""),
    text: answer,
    citations: citations.map(({ filename, page, quote }) => ({ document: filename, page, quote })),
    refused: end.reason === "refused",
    confidence: end.confidence ?? confidence,
    ms: Math.round(ms),
  };
}

async function linesOf(path) {
  return (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}
