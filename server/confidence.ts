// How sure retrieval is that the documents answer a question at all, from how much of the question the best pages hold.
import type { Evidence, ScoredPage } from "./ranking.ts";

/** Pages that are looked at: the answer may stand on one that is not the very best. */
const pagesSeen = 5;

/**
 * Logistic regression on questions with and without an answer in their documents.
 * @returns 0..1
 */
export function confidenceOf(pages: ScoredPage[]): number {
  const [best] = pages;
  if (!best) return 0;
  const most = (pick: (evidence: Evidence) => number) =>
    Math.max(...pages.slice(0, pagesSeen).map(({ evidence }) => pick(evidence)));
  const logit =
    -3.5 +
    2.2 * best.evidence.chunk +
    1.7 * most(({ sentence }) => sentence) +
    1.7 * most(({ names }) => names) +
    2.8 * most(({ pairs }) => pairs);
  return 1 / (1 + Math.exp(-logit));
}
