// `npm run eval`: asks the running product every question of the sets in a folder and prints how good the answers are.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../scripts/build.mjs";
import { groundingOf, pagesOf } from "./eval-grounding.mjs";
import { parseLines, predict } from "./eval-predict.mjs";
import { comparisonOf, documentOf, tablesOf } from "./eval-report.mjs";
import { compareWith, loadScorer, score } from "./eval-score.mjs";
import { accountsOf, startProduct } from "./product.mjs";

const usage = `usage: npm run eval [-- <set, or folder of sets> ...] [options]
  A set is a folder with pdfs/, questions.jsonl and pages.jsonl; score.mjs and anchors.json stand beside the sets.
  Without a folder: EVAL_SETS, else ../shared/eval.
  --server <url>       ask this server instead of one that is started on an empty folder
  --database <url>     start it on a fresh database of this PostgreSQL server
  --with-model         hand the GEMINI_* and OPENAI_* settings on to it: without, it has no model and no network
  --out <folder>       where the predictions go (test-results/eval/<commit>)
  --score              ask nothing: score the predictions that stand in that folder
  --compare <folder>   the difference to the predictions in that folder, question by question
  --list               print every sentence that does not stand on its cited page
  --write              write the tables to docs/evaluation.md
  --ablate             measure instead what each ingredient of the ranking brings, in bench/lab.mjs`;

const options = {
  server: { type: "string" },
  database: { type: "string" },
  "with-model": { type: "boolean" },
  out: { type: "string" },
  score: { type: "boolean" },
  compare: { type: "string" },
  list: { type: "boolean" },
  write: { type: "boolean" },
  ablate: { type: "boolean" },
  help: { type: "boolean" },
};

/** Ends the command with a sentence. */
function giveUp(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function commit() {
  const git = (...args) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  try {
    // The document that this command writes is no change to what it measures.
    const changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/evaluation.md");
    return `${git("rev-parse", "--short=10", "HEAD")}${changed ? "-changed" : ""}`;
  } catch {
    return "unknown";
  }
}

const isSet = (folder) => existsSync(join(folder, "questions.jsonl"));

async function setsIn(folder) {
  if (isSet(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  return folders.filter(isSet).sort();
}

/** A product that is asked, and a way to be done with it. */
async function openServer({ server, database, "with-model": withModel }) {
  if (server) return { accounts: accountsOf(server.replace(/\/$/, "")), close: async () => {} };
  const settings = Object.entries(process.env).filter(([name]) => withModel && /^(GEMINI|OPENAI)_/.test(name));
  const product = await startProduct({
    databaseUrl: database,
    env: { QUESTIONS_PER_MINUTE: "0", ...Object.fromEntries(settings) },
  });
  return { accounts: product, close: () => product.close() };
}

async function predictionsOf(set, { values, out, server }) {
  const file = join(out, `${basename(set)}.jsonl`);
  if (values.score) {
    if (!existsSync(file)) giveUp(`There are no predictions at ${file}.`);
    return parseLines(await readFile(file, "utf8"));
  }
  const lines = await predict(await server.accounts.signIn(), set, (text) => console.log(`${basename(set)}: ${text}`));
  await mkdir(out, { recursive: true });
  await writeFile(file, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  return lines;
}

async function evaluate(set, scorer, context) {
  const name = basename(set);
  const predictions = await predictionsOf(set, context);
  const grounding = groundingOf(predictions, await pagesOf(set));
  const tables = tablesOf(name, await score(scorer, { set, name, predictions, grounding }));
  console.log(`\n${tables.join("\n\n")}\n`);
  if (context.values.list) {
    for (const { id, scope, text, stands } of grounding)
      if (!stands) console.log(`not on its page: ${id} ${scope}: ${text}`);
  }
  const { compare } = context.values;
  const earlier = compare && (compare.endsWith(".jsonl") ? compare : join(compare, `${name}.jsonl`));
  if (earlier && existsSync(earlier)) {
    const lines = parseLines(await readFile(earlier, "utf8"));
    console.log(`${comparisonOf(name, await compareWith(scorer, { set, predictions, earlier: lines }))}\n`);
  } else if (earlier) console.log(`${name}: there are no earlier predictions at ${earlier}\n`);
  return { tables, model: [...new Set(predictions.map(({ model }) => model))].join(", ") };
}

/** The laboratory asks in process, which is quick enough to leave out one ingredient after another. */
async function ablate(sets) {
  const lab = join(root, "bench/lab.mjs");
  if (!existsSync(lab)) giveUp("There is no laboratory in bench/ to measure ingredients with.");
  const child = spawn(process.execPath, [lab, ...sets, "--ablate"], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  process.exit(code ?? 1);
}

const { values, positionals } = parseArgs({ options, allowPositionals: true });
if (values.help) {
  console.log(usage);
  process.exit();
}
if (values.write && values.score) giveUp("--write tells of the commit that was asked, so it cannot go with --score.");
const home = resolve(process.env.EVAL_SETS || join(root, "../shared/eval"));
const folders = positionals.length ? positionals.map((folder) => resolve(folder)) : [home];
const sets = (await Promise.all(folders.map(setsIn))).flat();
if (sets.length === 0) {
  giveUp(
    `There are no question sets in ${folders.join(", ")}. Name a folder that holds them, or set EVAL_SETS; a set is a folder with pdfs/, questions.jsonl and pages.jsonl.`,
  );
}
if (values.ablate) await ablate(sets);
const scorer = await loadScorer([...sets.map(dirname), ...sets, ...folders, home]);
if (!scorer) giveUp(`There is no score.mjs beside the sets (${[...new Set(sets.map(dirname))].join(", ")}).`);
const at = commit();
const out = resolve(values.out ?? join(root, "test-results/eval", at));
const server = values.score ? null : await openServer(values);
const results = [];
try {
  for (const set of sets) results.push(await evaluate(set, scorer, { values, out, server }));
} finally {
  await server?.close();
}
console.log(`The predictions stand in ${out}`);
if (values.write) {
  const file = join(root, "docs/evaluation.md");
  const date = new Date().toISOString().slice(0, 10);
  const model = [...new Set(results.map((result) => result.model))].join(", ");
  await writeFile(file, documentOf({ date, commit: at, model, tables: results.flatMap(({ tables }) => tables) }));
  console.log("The tables were written to docs/evaluation.md");
}
