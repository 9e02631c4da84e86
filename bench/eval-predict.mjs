// Asks the product every question of a set, inside its document and over the library, and keeps what it answered.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ask } from "./ask.mjs";

const questionsAtOnce = 4;
const scopes = ["document", "library"];

/**
 * The account holds nothing but the set, so its whole library is the set's folder.
 * @returns one object a line of predictions, in the order of the questions.
 */
export async function predict(account, set, note) {
  const begun = performance.now();
  const ids = await upload(account, set);
  note(`${ids.size} documents read in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const questions = await readQuestions(set);
  const work = scopes.flatMap((scope) => questions.map((question) => ({ scope, ...question })));
  const lines = new Array(work.length);
  let next = 0;
  await Promise.all(
    Array.from({ length: questionsAtOnce }, async () => {
      while (next < work.length) {
        const index = next++;
        const { id, scope, question, document } = work[index];
        const answer = await ask(account, question, scope === "document" ? [ids.get(document)] : undefined);
        lines[index] = { id, scope, ...predictionOf(answer, names) };
      }
    }),
  );
  return lines;
}

function predictionOf({ text, citations, done, ms }, names) {
  return {
    // What a person reads: the marks are shown as small links.
    answer: text.replace(/ ?\[\d+\]/g, ""),
    citations: citations.map(({ document_id, page, quote }) => ({ document: names.get(document_id), page, quote })),
    refused: done.finish_reason === "refused",
    confidence: done.confidence,
    model: done.model,
    text,
    ms: Math.round(ms),
  };
}

/** @returns the id of each file's document, once all are read. */
async function upload(account, set) {
  const ids = new Map();
  for (const name of await pdfsOf(set)) {
    ids.set(name, await account.upload(await readFile(join(set, "pdfs", name)), name));
  }
  for (const [name, id] of ids) {
    const document = await account.ended(id, 200);
    if (document.status === "failed") throw new Error(`${name} could not be read: ${JSON.stringify(document.error)}`);
  }
  return ids;
}

export async function pdfsOf(set) {
  return (await readdir(join(set, "pdfs"))).filter((name) => /\.pdf$/i.test(name)).sort();
}

export async function readQuestions(set) {
  return parseLines(await readFile(join(set, "questions.jsonl"), "utf8"));
}

export function parseLines(text) {
  return text
    .split("\n")
    .filter((line) => line.trim())
    .map((line) => JSON.parse(line));
}
