// What tells how well each sentence or row of a page answers a question, each as a number near 0..1. Pure.
import { kindsIn } from "./answer-types.ts";
import type { Query } from "./query.ts";
import { type Segment, type SegmentedPage, segmentsOf } from "./segments.ts";
import { count, type Match, termsOfPair } from "./term-matching.ts";

export interface SegmentFeatures {
  coverage: number;
  paired: number;
  proximity: number;
  before: number;
  trail: number;
  anaphor: number;
  after: number;
  heading: number;
  wholeHeading: number;
  header: number;
  kind: number;
  kindNear: number;
  novel: number;
  length: number;
  first: number;
  row: number;
  rowNumber: number;
  label: number;
}

export interface FeaturedSegment extends Segment {
  terms: Set<number>;
  features: SegmentFeatures;
  plain: number;
}

const fewWords = 4;
const opensWithPronoun =
  /^["“(]?(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|another|the (?:former|latter|name|term|word)|er|sie|es|diese[rsnm]?|il|elle|ils|elles|ce|cette)\b|^(?:これ|この|それ|その|彼)/i;

export function segmentFeatures(
  page: SegmentedPage,
  matched: Match,
  query: Query,
  share: (terms: Iterable<number>) => number,
): FeaturedSegment[] {
  let at = 0;
  const above = createAbove();
  const read = segmentsOf(page).map((segment) => {
    while ((matched.words[at]?.end ?? Number.POSITIVE_INFINITY) <= segment.start) at++;
    const from = at;
    while ((matched.words[at]?.start ?? Number.POSITIVE_INFINITY) < segment.end) at++;
    return { segment, from, to: at, ...count(matched.terms, from, at) };
  });
  let before = new Set<number>();
  let trail = new Map<number, number>();
  return read.map(({ segment, from, to, counts, bigrams, length }, index): FeaturedSegment => {
    const terms = new Set(counts.keys());
    const missing = (others: Iterable<number>) => share([...others].filter((term) => !terms.has(term)));
    const coverage = share(terms);
    const opens = segment.kind === "sentence" && read[index - 1]?.segment.block !== segment.block;
    const next = read[index + 1];
    const sameNext = next?.segment.block === segment.block;
    const isLabel = opens && length < fewWords && sameNext;
    const { heading, header } = above(segment, terms, isLabel);
    const text = page.text.slice(segment.start, segment.end);
    if (opens) trail = new Map([...trail].map(([term, weight]) => [term, weight * 0.5]));
    const trailing = [...trail].reduce((sum, [term, weight]) => sum + (terms.has(term) ? 0 : share([term]) * weight), 0);
    const held = terms.size ? kindsIn(text, query.kinds, query.text) : [];
    const features: SegmentFeatures = {
      coverage,
      paired: share(new Set([...bigrams.keys()].map((pair) => termsOfPair(pair)[0]))),
      proximity: terms.size > 1 ? coverage * Math.min(1, terms.size / window(matched.terms, from, to, terms.size)) : 0,
      before: missing(before) * Math.sqrt(coverage),
      trail: trailing,
      anaphor: opensWithPronoun.test(text) ? trailing : 0,
      after: sameNext && next ? missing(next.counts.keys()) : 0,
      heading: missing(heading),
      wholeHeading: heading.size > 1 ? missing(heading) ** 3 : 0,
      header: coverage > 0 ? missing(header) : 0,
      kind: held.length ? 1 : 0,
      kindNear: Math.max(
        0,
        ...held.flatMap(({ at }) => at.map(([start]) => near(matched, from, to, segment.start + start, share))),
      ),
      novel: Math.min(1, (length - [...counts.values()].reduce((sum, n) => sum + n, 0)) / 10),
      length: Math.max(-2, Math.min(2, Math.log2(text.length / 150))),
      first: opens ? 1 : 0,
      row: segment.kind === "row" ? 1 : 0,
      rowNumber: segment.kind === "row" && (query.kinds.includes("number") || query.kinds.includes("money")) ? 1 : 0,
      label: segment.kind === "row" ? labelled(text, matched, from, to, segment.start, share) : 0,
    };
    before = terms;
    trail = new Map([...trail].map(([term, weight]) => [term, weight * 0.7]));
    for (const term of terms) trail.set(term, 1);
    return { ...segment, terms, features, plain: isLabel ? 1 : plainness(segment, text, length) };
  });
}

/** Length in words of the shortest stretch that holds all terms of a segment. */
function window(terms: Int16Array, from: number, to: number, distinct: number): number {
  const counts = new Map<number, number>();
  let left = from;
  let best = to - from;
  for (let right = from; right < to; right++) {
    const term = terms[right] ?? -1;
    if (term >= 0) counts.set(term, (counts.get(term) ?? 0) + 1);
    while (counts.size === distinct) {
      best = Math.min(best, right - left + 1);
      const leaving = terms[left++] ?? -1;
      const n = counts.get(leaving);
      if (n === 1) counts.delete(leaving);
      else if (n) counts.set(leaving, n - 1);
    }
  }
  return best;
}

/** How much of the question stands around a place, nearer words counting more. */
function near(
  { words, terms }: Match,
  from: number,
  to: number,
  place: number,
  share: (terms: Iterable<number>) => number,
): number {
  let middle = from;
  while (middle < to && (words[middle]?.start ?? 0) < place) middle++;
  const best = new Map<number, number>();
  for (let i = from; i < to; i++) {
    const term = terms[i] ?? -1;
    if (term < 0) continue;
    best.set(term, Math.max(best.get(term) ?? 0, Math.exp(-Math.abs(i - middle) / 8)));
  }
  return [...best].reduce((sum, [term, weight]) => sum + share([term]) * weight, 0);
}

/** What stands before a row's first number: how much of the question it is, and how much of it is of the question. */
function labelled(
  text: string,
  { words, terms }: Match,
  from: number,
  to: number,
  start: number,
  share: (terms: Iterable<number>) => number,
): number {
  const end = start + (/\t|\s[($€£¥]*\d/.exec(text)?.index ?? text.length);
  const own = new Set<number>();
  let length = 0;
  for (let i = from; i < to && (words[i]?.end ?? 0) <= end; i++) {
    length++;
    const term = terms[i] ?? -1;
    if (term >= 0) own.add(term);
  }
  return length ? share(own) * (own.size / length) : 0;
}

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

function plainness(segment: Segment, text: string, words: number): number {
  if (segment.kind === "heading") return 0.2;
  if (text.endsWith("?")) return 0.6;
  if (words < fewWords) return 0.5;
  return /^\p{Ll}/u.test(text) ? 0.85 : 1;
}
