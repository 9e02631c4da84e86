// Fits how sure retrieval may be that there is an answer, and measures it on documents that were left out.
import { foldsOf } from "./lab-fit.mjs";

const sigmoid = (value) => 1 / (1 + Math.exp(-value));
const logitOf = (row, weights) => row.reduce((sum, value, index) => sum + value * weights[index], weights.at(-1));

/** Logistic regression; every part and both classes within it weigh the same. The last weight is the intercept. */
export function fitConfidence(cases, width, { decay = 0.003, steps = 1500 } = {}) {
  const sizes = new Map();
  const groupOf = ({ part, answerable }) => `${part} ${answerable}`;
  for (const each of cases) sizes.set(groupOf(each), (sizes.get(groupOf(each)) ?? 0) + 1);
  const weights = Array.from({ length: width + 1 }, () => 0);
  const mean = new Float64Array(width + 1);
  const square = new Float64Array(width + 1);
  for (let step = 1; step <= steps; step++) {
    const gradient = new Float64Array(width + 1);
    for (const each of cases) {
      const pull = (sigmoid(logitOf(each.row, weights)) - Number(each.answerable)) / sizes.get(groupOf(each));
      for (let key = 0; key < width; key++) gradient[key] += pull * each.row[key];
      gradient[width] += pull;
    }
    for (let key = 0; key <= width; key++) {
      const slope = gradient[key] + (key < width ? decay * weights[key] : 0);
      mean[key] = 0.9 * mean[key] + 0.1 * slope;
      square[key] = 0.99 * square[key] + 0.01 * slope * slope;
      const rate = 0.1 * (1 - step / (steps + 1));
      weights[key] -= (rate * mean[key]) / (1 - 0.9 ** step) / (Math.sqrt(square[key] / (1 - 0.99 ** step)) + 1e-9);
    }
  }
  return weights;
}

/** @returns the confidence of each case under weights fitted without its document. */
export function confidenceLeftOut(cases, fitted, width, folds = 6) {
  const foldOf = foldsOf(cases, folds);
  const found = new Map();
  for (const fold of new Set(foldOf.values())) {
    const weights = fitConfidence(
      fitted.filter(({ document }) => foldOf.get(document) !== fold),
      width,
    );
    for (const each of cases)
      if (foldOf.get(each.document) === fold) found.set(each, sigmoid(logitOf(each.row, weights)));
  }
  return found;
}
