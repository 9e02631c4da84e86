// How sure retrieval is that the documents answer a question at all, from how much of the question the best pages hold.
import type { Query } from "./query.ts";
import type { ScoredPage, Term } from "./ranking.ts";

/** @returns 0..1 */
export function confidenceOf(query: Query, terms: Term[], pages: ScoredPage[]): number {
  const best = pages[0];
  const worth = terms.reduce((sum, term) => sum + term.value, 0);
  if (!best || worth <= 0 || query.words.length === 0) return 0;
  const top = pages.slice(0, 5);
  const sentence = Math.max(...top.flatMap((page) => page.segments.map((segment) => segment.coverage)), 0);
  const coverage = Math.max(...top.map((page) => page.features.coverage));
  const logit = -4.2 + 3.2 * best.features.coverage + 2.4 * coverage + 3.2 * sentence;
  return 1 / (1 + Math.exp(-logit));
}
