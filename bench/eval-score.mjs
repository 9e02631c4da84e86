// Scores predictions with the scorer that stands beside the sets, with intervals, and sets them beside its baselines.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { readQuestions } from "./eval-predict.mjs";

const rounds = 1000;

/** What the tables show: a title, and where the scorer's summary holds it. */
const metrics = [
  ["page recall at 1", (o) => o["page_recall@1"]],
  ["page recall at 3", (o) => o["page_recall@3"]],
  ["page recall at 5", (o) => o["page_recall@5"]],
  ["MRR at 10", (o) => o["mrr@10"]],
  ["right document first", (o) => o["document@1"]],
  ["gold string in the first 400 characters of the answer", (o) => o["answer_has_gold@400"]],
  ["gold string in the first 400 characters of the quote", (o) => o["quote1_has_gold@400"]],
  ["quotes that stand on their page", (o) => o.quote_on_page],
  ["answer 5-grams on the cited pages", (o) => o.answer_5grams_on_cited_pages],
];
const falseRefusals = "false refusals at the shipped threshold";
const refusals = (kinds) => [
  // A baseline that refuses most questions catches most: without its threshold it is none.
  [falseRefusals, (o) => o.refusal.false_refusal_rate, { alone: true }],
  ...kinds.flatMap((kind) => [
    [`${kind}: caught at the shipped threshold`, (o) => o.refusal_by_kind[kind]?.recall, { alone: true }],
    [`${kind}: caught at 2 % false refusals`, (o) => o.refusal_by_kind[kind]?.recall_at_2pct_false],
    [`${kind}: AUROC`, (o) => o.refusal_by_kind[kind]?.auroc],
  ]),
];

/** Loads the scorer and its baselines from the first folder that has them. @returns null where none has. */
export async function loadScorer(folders) {
  const folder = folders.find((each) => existsSync(join(each, "score.mjs")));
  if (!folder) return null;
  const anchors = join(folder, "anchors.json");
  return {
    ...(await import(pathToFileURL(join(folder, "score.mjs")).href)),
    anchors: existsSync(anchors) ? JSON.parse(await readFile(anchors, "utf8")) : {},
  };
}

/**
 * @param grounding what `groundingOf` returned.
 * @returns for each scope its rows: `{ title, value, low, high, best, system }`, shares of 1; what has no baseline has
 * none of the last two.
 */
export async function score(scorer, { set, name, predictions, grounding }) {
  const pages = scorer.loadPages(join(set, "pages.jsonl"));
  const { per } = scorer.run(await readQuestions(set), predictions, pages);
  const scopes = [...new Set(per.map(({ scope }) => scope))];
  return scopes.map((scope) => {
    const rows = per.filter((row) => row.scope === scope);
    const summary = scorer.summarise(rows);
    const samples = resampled(rows).map((sample) => scorer.summarise(sample));
    const baselines = scorer.anchors[name]?.[scope] ?? {};
    const shown = [...metrics, ...refusals(Object.keys(summary.refusal_by_kind))];
    const ours = predictions.filter((prediction) => prediction.scope === scope);
    const statements = grounding.filter((statement) => statement.scope === scope);
    const proof = [
      { title: "the same, sentence by sentence", value: fiveGrams(scorer, ours, pages) },
      { title: "the same, and rows cell by cell", value: fiveGrams(scorer, ours.map(inCells), pages) },
      { title: "sentences that stand on their cited page by our own text", value: share(statements) },
    ];
    const table = shown
      .filter(([, pick]) => typeof pick(summary) === "number")
      .map(([title, pick, { alone = false } = {}]) => {
        const baseline = alone ? null : bestOf(baselines, pick);
        return { title, value: pick(summary), ...interval(samples, pick), ...baseline };
      });
    const after = table.findIndex(({ title }) => title === falseRefusals);
    table.splice(after, 0, ...proof);
    return { scope, questions: summary.questions, answerable: summary.answerable, rows: table, times: timesOf(ours) };
  });
}

function share(statements) {
  return statements.filter(({ stands }) => stands).length / statements.length;
}

/** Other extractors read many tables column by column: there a row never stands in one piece. */
function inCells(prediction) {
  // What a row without names is called ends in a colon.
  const called = prediction.text.replace(/^((?:- )?[^·\n]*?): (?=[^\n]* · )/gm, "$1\n");
  return { ...prediction, text: called.replace(/(?<!\\)\||\s·\s/g, "\n") };
}

/** The scorer counts word 5-grams of a whole answer, also those that run from one sentence into the next. */
function fiveGrams(scorer, predictions, pages) {
  const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
  let all = 0;
  let found = 0;
  for (const prediction of predictions.filter(({ refused }) => !refused)) {
    for (const line of prediction.text.split(/(?:\[\d+\])+|\n/)) {
      for (const { segment } of sentences.segment(line)) {
        const scored = scorer.scoreOne({ answerable: false }, { ...prediction, answer: segment }, pages);
        const grams = Math.max(0, scorer.toks(segment).length - 4);
        if (typeof scored.answer_5grams_on_cited_pages !== "number") continue;
        all += grams;
        found += grams * scored.answer_5grams_on_cited_pages;
      }
    }
  }
  return found / all;
}

function bestOf(baselines, pick) {
  let best = null;
  for (const [system, { all }] of Object.entries(baselines)) {
    const value = all.refusal_by_kind ? pick(all) : null;
    if (typeof value === "number" && (best === null || value > best.best)) best = { best: value, system };
  }
  return best;
}

/** Questions drawn again and again with replacement, always the same ones. */
function resampled(rows) {
  let seed = 20261125;
  const random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
  return Array.from({ length: rounds }, () => rows.map(() => rows[Math.floor(random() * rows.length)]));
}

function interval(samples, pick) {
  const values = samples
    .map(pick)
    .filter((value) => typeof value === "number")
    .sort((a, b) => a - b);
  return { low: values[Math.floor(values.length * 0.025)], high: values[Math.floor(values.length * 0.975)] };
}

function timesOf(predictions) {
  const times = predictions.map(({ ms }) => ms).sort((a, b) => a - b);
  const at = (part) => times[Math.floor((times.length - 1) * part)];
  return { median: at(0.5), p95: at(0.95) };
}

/** The difference to earlier predictions, as the scorer's paired bootstrap sees it. */
export async function compareWith(scorer, { set, predictions, earlier }) {
  const pages = scorer.loadPages(join(set, "pages.jsonl"));
  const questions = await readQuestions(set);
  const per = (lines) => scorer.run(questions, lines, pages).per;
  const scopes = Object.entries(scorer.compare(per(predictions), per(earlier)));
  return scopes.flatMap(([scope, columns]) =>
    Object.entries(columns).map(([column, difference]) => ({ scope, column, ...difference })),
  );
}
