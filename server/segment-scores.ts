// How well each sentence or row of a page answers a question. Pure.
import { holdsKind, type Query } from "./query.ts";
import { type Segment, type SegmentedPage, segmentsOf } from "./segments.ts";
import { count, type Match, termsOfPair } from "./term-matching.ts";

export interface ScoredSegment extends Segment {
  score: number;
  /** The question's terms in it. */
  terms: Set<number>;
}

/** A sentence of fewer words is a scrap, or the label of the paragraph that it opens. */
const fewWords = 4;

/** @param share of the question's value that some of its terms hold, 0..1. */
export function scoreSegments(
  page: SegmentedPage,
  matched: Match,
  query: Query,
  share: (terms: Iterable<number>) => number,
): ScoredSegment[] {
  let at = 0;
  let before = new Set<number>();
  const above = createAbove();
  return segmentsOf(page).map((segment, index, all): ScoredSegment => {
    while ((matched.words[at]?.end ?? Number.POSITIVE_INFINITY) <= segment.start) at++;
    const from = at;
    while ((matched.words[at]?.start ?? Number.POSITIVE_INFINITY) < segment.end) at++;
    const { counts, bigrams, length } = count(matched.terms, from, at);
    const terms = new Set(counts.keys());
    const missing = (others: Set<number>) => share([...others].filter((term) => !terms.has(term)));
    const coverage = share(terms);
    const paired = share(new Set([...bigrams.keys()].map((pair) => termsOfPair(pair)[0])));
    const opens = segment.kind === "sentence" && all[index - 1]?.block !== segment.block;
    const label = opens && length < fewWords && all[index + 1]?.block === segment.block;
    const { heading, header } = above(segment, terms, label);
    const text = page.text.slice(segment.start, segment.end);
    const kind = coverage > 0 && holdsKind(text, query) ? 0.15 : 0;
    const score =
      coverage +
      0.3 * paired +
      0.1 * missing(before) * Math.sqrt(coverage) +
      underHeading(missing(heading), heading.size) +
      (coverage > 0 ? 0.5 * missing(header) : 0) +
      kind;
    before = terms;
    return { ...segment, terms, score: score * (label ? 1 : plainness(segment, text, length)) };
  });
}

/** A heading that holds the whole question is answered by what stands below it; one with a word of it says little. */
function underHeading(share: number, terms: number): number {
  return 0.2 * share + (terms > 1 ? 0.7 * share ** 3 : 0);
}

/** Tells of each segment the terms of the heading or label above it and, for a table's row, of the table's first line. */
function createAbove() {
  const none = new Set<number>();
  let heading = none;
  let header = none;
  let last: { kind: Segment["kind"]; terms: Set<number> } | undefined;
  return (segment: Segment, terms: Set<number>, label: boolean): { heading: Set<number>; header: Set<number> } => {
    if (segment.kind !== "row") header = none;
    else if (last?.kind !== "row") header = last?.terms ?? none;
    if (segment.kind === "heading") heading = last?.kind === "heading" ? new Set([...heading, ...terms]) : terms;
    const found = segment.kind === "heading" ? { heading: none, header: none } : { heading, header };
    if (label) heading = new Set([...heading, ...terms]);
    last = { kind: segment.kind, terms };
    return found;
  };
}

/** Less for what seldom answers: headings, questions, scraps, sentences whose beginning stands elsewhere. */
function plainness(segment: Segment, text: string, words: number): number {
  if (segment.kind === "heading") return 0.2;
  if (text.endsWith("?")) return 0.6;
  if (words < fewWords) return 0.5;
  return /^\p{Ll}/u.test(text) ? 0.85 : 1;
}
