// How well each sentence or row of a page answers a question. Pure.
import { kindHeld } from "./answer-types.ts";
import { asksFigure } from "./asked-measures.ts";
import { aroundRow } from "./asked-periods.ts";
import { beginsWith } from "./asked-subject.ts";
import { isCounted } from "./asked-things.ts";
import { createImplied, createOfOther, createUnderName } from "./implied-rows.ts";
import type { Query } from "./query.ts";
import { createElsewhere, createPeriods } from "./row-places.ts";
import { createAround, type ReadSegment, type Share } from "./segment-context.ts";
import { fewWords, plainnessOf } from "./segment-plainness.ts";
import type { Segment, SegmentedPage } from "./segments.ts";
import { count, type Match, termsOfPair } from "./term-matching.ts";

export interface ScoredSegment extends Segment {
  score: number;
  /** The question's terms in it. */
  terms: Set<number>;
  /** It is a part of what is told in its order. */
  step?: true;
  /** It says that what follows is listed, or is so listed. */
  announces?: true;
  announced?: true;
}

/** Each about 0..1. */
interface SegmentFeatures {
  /** Share of the question that it holds. */
  coverage: number;
  /** Share that stands in pairs as in the question. */
  paired: number;
  /** What the sentence before holds beyond it. */
  before: number;
  /** What the paragraph so far holds beyond it, older sentences counting less. */
  trail: number;
  /** The same where the sentence opens with a pronoun, which means somebody or something of before. */
  anaphor: number;
  heading: number;
  /** A heading that holds the whole question is answered by what stands below it; one with a word of it says little. */
  wholeHeading: number;
  /** Of a table's row: what the names of its columns hold. */
  header: number;
  /** It holds something of the kind asked for. */
  kind: number;
  /** It opens its paragraph. */
  first: number;
  row: number;
  /** A row where a figure is asked for. */
  figures: number;
  /** How exactly what a row is called is what is asked for. */
  label: number;
  /** A row that what is asked for is worked out from. */
  implied: number;
  /** A row of a table about a part of what is asked for: a segment of a company. */
  partial: number;
  /** Whether it tells of the kind of period asked for, a year or a quarter: less than 0 where of another alone. */
  period: number;
  /** Doublings of its length, beyond that of a usual sentence. */
  length: number;
  /** It begins with what is asked of whether, why or how it is so. */
  subject: number;
}

/** Fitted on question sets with documents left out; an ablation stands in docs/decisions/0022. */
const segmentWeights: SegmentFeatures = {
  coverage: 1,
  paired: 0.2,
  before: 0.2,
  trail: 0.2,
  anaphor: 0.1,
  heading: 0.15,
  wholeHeading: 0.5,
  header: 0.2,
  kind: 0.08,
  first: 0.05,
  row: 0.1,
  figures: 0.4,
  label: 0.4,
  implied: 0.4,
  partial: -0.05,
  period: 0.15,
  length: -0.03,
  subject: 0.12,
};

const segmentFeatures = Object.keys(segmentWeights) as (keyof SegmentFeatures)[];

const usualLength = 150;
/**
 * @param share of the question's value that some of its terms hold, 0..1; `shareOfRow` the same for a row of a table,
 * which often begins with what the document is called without being about it.
 */
export function scoreSegments(
  page: SegmentedPage,
  segments: Segment[],
  matched: Match,
  {
    query,
    items,
    share,
    shareOfRow,
    called,
  }: { query: Query; items: Set<string>[]; share: Share; shareOfRow: Share; called: Set<number> },
): ScoredSegment[] {
  const read = readSegments(page, segments, matched);
  const around = createAround(share);
  const asksFigures = asksFigure(query);
  const plainness = plainnessOf(query, asksFigures);
  const period = createPeriods(query, page.text);
  const isElsewhere = createElsewhere(query, page.text);
  const impliedBy = createImplied(query, items);
  const isOfOther = createOfOther(query, items);
  const underName = createUnderName(asksFigures ? query.names.flat() : []);
  return read.map((entry, index): ScoredSegment => {
    const { text, bigrams, from, to } = entry;
    const { segment, name } = underName(entry);
    const meant = segment.kind === "row" ? impliedBy(text) : null;
    const terms = meant?.length || name.size > 0 ? new Set([...entry.terms, ...(meant ?? []), ...name]) : entry.terms;
    const opens = segment.kind === "sentence" && read[index - 1]?.segment.block !== segment.block;
    const isLabel = opens && to - from < fewWords && read[index + 1]?.segment.block === segment.block;
    const coverage = (segment.kind === "row" ? shareOfRow : share)(terms);
    const place = around(segment, text, terms, { opens, isLabel, read });
    const implied = meant ? 1 : 0;
    // What holds and continues nothing of the question is no better for where it stands.
    if (coverage === 0 && place.trail + place.heading + implied === 0) return { ...segment, terms, score: 0 };
    const isOther = segment.kind === "row" && !meant && isOfOther(terms, () => aroundRow(segment, page.text));
    const features: SegmentFeatures = {
      coverage,
      paired: share(new Set([...bigrams.keys()].map((pair) => termsOfPair(pair)[0]))),
      ...place,
      kind: coverage > 0 ? kindHeld(text, query, namesAnother(query.names, called, terms)) : 0,
      first: opens ? 1 : 0,
      row: segment.kind === "row" && coverage > 0 ? 1 : 0,
      figures:
        segment.kind === "row" && asksFigures && (!query.counted || isCounted(text, query.counted))
          ? Math.min(1, 3 * coverage) *
            (query.lines.length === 0 || meant || (coverage > mostOf && !isOther) ? 1 : otherLine)
          : 0,
      label: meant?.length
        ? shareOfRow(meant)
        : segment.kind === "row"
          ? labelled(entry, matched, shareOfRow) * (isOther ? otherLine : 1)
          : 0,
      implied,
      partial: isElsewhere(segment, text, meant),
      period: asksFigures && coverage > 0 ? period(segment, text, meant) : 0,
      subject:
        segment.kind === "sentence" &&
        coverage > 0 &&
        query.subject !== null &&
        beginsWith(matched.terms, query.subject, from, to)
          ? called.has(query.subject)
            ? 0.6
            : 1
          : 0,
      length: Math.max(-1, Math.min(2, Math.log2(text.length / usualLength))),
    };
    let score = 0;
    for (const key of segmentFeatures) score += segmentWeights[key] * features[key];
    return {
      ...segment,
      terms: entry.terms,
      score: score <= 0 ? 0 : score * (isOther ? otherShare : 1) * (isLabel ? 1 : plainness(segment, text, to - from)),
    };
  });
}

/** Whether the question names what neither the document's name nor the sentence holds a word of. */
function namesAnother(names: number[][], called: Set<number>, terms: Set<number>): boolean {
  return names.some((name) => !name.some((term) => called.has(term) || terms.has(term)));
}

function readSegments(page: SegmentedPage, segments: Segment[], { starts, ends, terms }: Match): ReadSegment[] {
  let at = 0;
  return segments.map((segment) => {
    while ((ends[at] ?? Number.POSITIVE_INFINITY) <= segment.start) at++;
    const from = at;
    while ((starts[at] ?? Number.POSITIVE_INFINITY) < segment.end) at++;
    const { counts, bigrams } = count(terms, from, at);
    const text = page.text.slice(segment.start, segment.end);
    return { segment, text, terms: new Set(counts.keys()), bigrams, from, to: at };
  });
}

/** A row of another line than those asked for by name holds little of what it is asked by. */
const otherLine = 0.3;
const otherShare = 0.6;
const mostOf = 0.6;

/** What stands before a row's first figure: how much of the question it is, and how much of it is of the question. */
function labelled({ segment, text, terms: held, from, to }: ReadSegment, { ends, terms }: Match, share: Share): number {
  if (held.size === 0) return 0;
  const end = segment.start + (/\t|\s[($€£¥]*\d/.exec(text)?.index ?? text.length);
  const own = new Set<number>();
  let length = 0;
  for (let i = from; i < to && (ends[i] ?? 0) <= end; i++) {
    length++;
    const term = terms[i] ?? -1;
    if (term >= 0) own.add(term);
  }
  return length ? share(own) * (own.size / length) : 0;
}
