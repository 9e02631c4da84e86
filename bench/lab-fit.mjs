// Fits the weights of the ranking's features on questions with known pages, and measures them on other documents.

/**
 * A question with the features of its pages. `gold` says which of them hold the answer; a question whose page is not
 * among them counts as failed.
 * @typedef {{ id: string, part: string, document: string, rows: number[][], gold: boolean[] }} Case
 */

/** @returns whether the best page, and one of the best five, is a right one. */
function resultOf(each, weights) {
  return { place: placeOf(each, weights), loss: lossOf(each, weights) };
}

/** How surprised the softmax over the pages is by the right ones: finer than their place. */
function lossOf({ rows, gold }, weights) {
  if (!gold.some(Boolean)) return 5;
  const scores = rows.map((row) => row.reduce((sum, value, index) => sum + value * weights[index], 0));
  const top = Math.max(...scores);
  const all = scores.map((score) => Math.exp(score - top));
  const right = all.reduce((sum, value, index) => sum + (gold[index] ? value : 0), 0);
  return -Math.log(right / all.reduce((sum, value) => sum + value, 0));
}

function placeOf({ rows, gold }, weights) {
  let best = Number.NEGATIVE_INFINITY;
  const scores = rows.map((row) => row.reduce((sum, value, index) => sum + value * weights[index], 0));
  for (const [index, score] of scores.entries()) if (gold[index] && score > best) best = score;
  if (best === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return scores.filter((score) => score > best).length + 1;
}

/** Softmax over the pages of each question; every part of the data weighs the same. Adam, full batch. */
export function fitRanking(cases, width, { free, start, decay = 0.002, steps = 400 }) {
  const sizes = new Map();
  for (const { part } of cases) sizes.set(part, (sizes.get(part) ?? 0) + 1);
  const learnable = cases.filter(({ gold }) => gold.some(Boolean));
  const weights = free.map((is, index) => (is ? start[index] : 0));
  const mean = new Float64Array(width);
  const square = new Float64Array(width);
  for (let step = 1; step <= steps; step++) {
    const gradient = new Float64Array(width);
    for (const { part, rows, gold } of learnable) {
      const scores = rows.map((row) => row.reduce((sum, value, index) => sum + value * weights[index], 0));
      const top = Math.max(...scores);
      const all = scores.map((score) => Math.exp(score - top));
      const total = all.reduce((sum, value) => sum + value, 0);
      const right = all.reduce((sum, value, index) => sum + (gold[index] ? value : 0), 0);
      const share = 1 / sizes.get(part);
      for (const [index, row] of rows.entries()) {
        const pull = share * (all[index] / total - (gold[index] ? all[index] / right : 0));
        if (Math.abs(pull) < 1e-9) continue;
        for (let key = 0; key < width; key++) gradient[key] += pull * row[key];
      }
    }
    const rate = 0.15 * (1 - step / (steps + 1));
    for (let key = 0; key < width; key++) {
      if (!free[key]) continue;
      const slope = gradient[key] + decay * weights[key];
      mean[key] = 0.9 * mean[key] + 0.1 * slope;
      square[key] = 0.99 * square[key] + 0.01 * slope * slope;
      weights[key] -= (rate * mean[key]) / (1 - 0.9 ** step) / (Math.sqrt(square[key] / (1 - 0.99 ** step)) + 1e-9);
    }
  }
  return weights;
}

/** Documents in `count` folds, spread by size. */
export function foldsOf(cases, count) {
  const sizes = new Map();
  for (const { document } of cases) sizes.set(document, (sizes.get(document) ?? 0) + 1);
  const ordered = [...sizes].sort((one, two) => two[1] - one[1] || (one[0] < two[0] ? -1 : 1));
  const load = Array.from({ length: count }, () => 0);
  const foldOf = new Map();
  for (const [document, size] of ordered) {
    const least = load.indexOf(Math.min(...load));
    load[least] += size;
    foldOf.set(document, least);
  }
  return foldOf;
}

/** @returns the place of each case's right page under weights fitted without its document. */
export function leaveDocumentsOut(cases, width, options) {
  const foldOf = foldsOf(cases, options.folds ?? 6);
  const places = new Map();
  for (const fold of new Set(foldOf.values())) {
    const weights = fitRanking(
      cases.filter(({ document }) => foldOf.get(document) !== fold),
      width,
      options,
    );
    for (const each of cases) if (foldOf.get(each.document) === fold) places.set(each, resultOf(each, weights));
  }
  return places;
}

export function placesWith(cases, weights) {
  return new Map(cases.map((each) => [each, resultOf(each, weights)]));
}

/** Recall at one and five of each part. */
export function recallOf(places) {
  const parts = new Map();
  for (const [{ part }, { place, loss }] of places) {
    const found = parts.get(part) ?? { n: 0, first: 0, fifth: 0, loss: 0 };
    parts.set(part, {
      n: found.n + 1,
      first: found.first + (place <= 1),
      fifth: found.fifth + (place <= 5),
      loss: found.loss + loss,
    });
  }
  return new Map(
    [...parts].map(([part, { n, first, fifth, loss }]) => [part, { n, r1: first / n, r5: fifth / n, loss: loss / n }]),
  );
}
