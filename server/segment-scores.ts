// How well each sentence or row of a page answers a question. Pure.
import { holdsKind, type Query } from "./query.ts";
import { type Segment, type SegmentedPage, segmentsOf } from "./segments.ts";
import { count, type Match, termsOfPair } from "./term-matching.ts";

export interface ScoredSegment extends Segment {
  score: number;
  /** The question's terms in it. */
  terms: Set<number>;
}

/** @param share of the question's value that some of its terms hold, 0..1. */
export function scoreSegments(
  page: SegmentedPage,
  matched: Match,
  query: Query,
  share: (terms: Iterable<number>) => number,
): ScoredSegment[] {
  let at = 0;
  let before = new Set<number>();
  return segmentsOf(page).map((segment): ScoredSegment => {
    while ((matched.words[at]?.end ?? Number.POSITIVE_INFINITY) <= segment.start) at++;
    const from = at;
    while ((matched.words[at]?.start ?? Number.POSITIVE_INFINITY) < segment.end) at++;
    const { counts, bigrams, length } = count(matched.terms, from, at);
    const terms = new Set(counts.keys());
    const context = share([...before].filter((term) => !terms.has(term)));
    const coverage = share(terms);
    const paired = share(new Set([...bigrams.keys()].map((pair) => termsOfPair(pair)[0])));
    before = terms;
    const text = page.text.slice(segment.start, segment.end);
    const kind = coverage > 0 && holdsKind(text, query) ? 0.15 : 0;
    const score = coverage + 0.3 * paired + 0.1 * context * Math.sqrt(coverage) + kind;
    return { ...segment, terms, score: score * plainness(segment, text, length) };
  });
}

/** Less for what seldom answers: headings, questions, scraps, sentences whose beginning stands elsewhere. */
function plainness(segment: Segment, text: string, words: number): number {
  if (segment.kind === "heading") return 0.2;
  if (text.endsWith("?")) return 0.6;
  if (words < 4) return 0.5;
  return /^\p{Ll}/u.test(text) ? 0.85 : 1;
}
