// Each feature of the ranking left out in turn, with weights fitted on other documents than those that are measured.
import { basename } from "node:path";
import { fitRanking, leaveDocumentsOut, placesWith, recallOf } from "./lab-fit.mjs";

/** Where a person names the page, no question set has enough cases to learn from: its weight is set. */
const set = "named";

/** @returns the answerable questions of a set with the features of their pages. */
export async function casesOf(product, library, path, questions) {
  const keys = Object.keys(product.defaultWeights);
  const all = [...library.documents.values()].toSorted((one, two) => (one.id < two.id ? 1 : -1));
  const cases = [];
  for (const scope of ["document", "library"]) {
    for (const { id, question, document, pages: gold } of questions.filter(({ answerable }) => answerable)) {
      const own = library.documents.get(document);
      const query = product.queryOf(question, []);
      const documents = scope === "document" ? [own] : all;
      const pages = query.overview ? [] : (await product.rankedPages({ db: library.db }, documents, query)).pages;
      const scaled = product.scaleFeatures(pages.map(({ features }) => features));
      cases.push({
        id,
        document,
        part: `${basename(path)} ${scope}`,
        rows: scaled.map((features) => keys.map((key) => features[key])),
        gold: pages.map(({ page }) => page.documentId === own.id && gold.includes(page.page)),
      });
    }
  }
  return cases;
}

export function printAblation(product, cases) {
  const keys = Object.keys(product.defaultWeights);
  const shipped = keys.map((key) => product.defaultWeights[key]);
  const options = { free: keys.map(() => true), start: keys.map(() => 1), decay: 0.006, folds: 12 };
  print("as shipped", placesWith(cases, shipped));
  const left = leaveDocumentsOut(cases, keys.length, options);
  print("documents left out", left);
  for (const [part, [low, high]] of intervals(left))
    console.log(`  ${part}: R@1 between ${low} and ${high} (95 %, by document)`);
  for (const [index, key] of keys.entries()) {
    if (key === set) continue;
    const free = keys.map((_, other) => other !== index);
    print(`without ${key}`, leaveDocumentsOut(cases, keys.length, { ...options, free }));
  }
  const fitted = fitRanking(cases, keys.length, options);
  console.log("fitted on all:", keys.map((key, index) => `${key} ${fitted[index].toFixed(2)}`).join(", "));
}

const percent = (share) => (100 * share).toFixed(1);

function print(name, places) {
  const cells = [...recallOf(places)].map(
    ([part, { r1, r5, loss }]) => `${part} ${percent(r1)} / ${percent(r5)} (${loss.toFixed(2)})`,
  );
  console.log([name.padEnd(20), ...cells].join("  "));
}

/** Of recall at one, by drawing documents with replacement. */
function intervals(places, rounds = 2000) {
  let state = 12345;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const parts = grouped(places, ([{ part }]) => part);
  return [...parts].map(([part, entries]) => {
    const documents = [...grouped(entries, ([{ document }]) => document).values()];
    const means = Array.from({ length: rounds }, () => {
      const drawn = documents.flatMap(() => documents[Math.floor(random() * documents.length)]);
      return drawn.filter(([, { place }]) => place === 1).length / drawn.length;
    }).sort((one, two) => one - two);
    return [part, [percent(means[Math.floor(rounds * 0.025)]), percent(means[Math.floor(rounds * 0.975)])]];
  });
}

function grouped(entries, keyOf) {
  const groups = new Map();
  for (const entry of entries) groups.set(keyOf(entry), [...(groups.get(keyOf(entry)) ?? []), entry]);
  return groups;
}
