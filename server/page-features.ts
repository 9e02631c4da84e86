// What tells that a page answers a question, each as a number: pure functions over the page's text and its chunks.
import { type AskedHeld, askedHeld } from "./asked-held.ts";
import { holderNamed } from "./asked-things.ts";
import { isStatement } from "./finance-terms.ts";
import { isLine } from "./lines-asked.ts";
import { namedness } from "./page-reference.ts";
import type { Query } from "./query.ts";
import type { RankedChunk, RankedDocument, RankedPage, Scales } from "./ranking.ts";
import { type ScoredSegment, scoreSegments } from "./segment-scores.ts";
import { plainLabel } from "./table-labels.ts";
import { holdsValue } from "./table-rows.ts";
import { count, type Match, pairOf, type TermCounts } from "./term-matching.ts";

export interface PageFeatures {
  bigram: number;
  page: number;
  /** Its best sentence; see `scaleFeatures`. */
  sentence: number;
  coverage: number;
  /** What the best pages of its document hold. */
  document: number;
  /** What its document is called. */
  name: number;
  heading: number;
  items: number;
  named: number;
  top: number;
  statement: number;
}

/** How much of the question a page holds, each 0..1; what its document is called counts as held. */
export interface Evidence {
  chunk: number;
  sentence: number;
  /** Share of the proper names in the question. */
  names: number;
  /** Share of the question that the document's name holds. */
  called: number;
  /** 1 where figures are asked for and it is a statement, which seldom says more than their names. */
  statement: number;
  /** 0 where the holder of an office is asked for and the page does not name the office. */
  office: number;
  /** 0 where lines of statements are asked for by name and the page has a figure of none of them. */
  line: number;
  /** 1 where the question names a page by its place: it is about these documents, whatever its words. */
  placed: number;
  /** See `askedHeld`. */
  asked: AskedHeld;
}

export interface ScoredChunk {
  chunk: RankedChunk;
  bm25: number;
  bigram: number;
  coverage: number;
  heading: number;
  /** Share of the implied lines that it has. */
  items: number;
  terms: Set<number>;
}

/** What is known of a page before its features are worked out. */
export interface ReadPage {
  page: RankedPage;
  matched: Match;
  counted: TermCounts;
  segments: ScoredSegment[];
}

/** @param called the question's terms in the document's name: each of its sentences is about what they say. */
export function readPage(scales: Scales, page: RankedPage, called: Set<number>): ReadPage {
  const matched = scales.match(page.text, scales.languageOf(page));
  return {
    page,
    matched,
    counted: count(matched.terms),
    segments: scoreSegments(page, scales.texts.segments(page), matched, {
      ...scales,
      called,
      share: shareBeside(scales, called, calledInSentence),
      shareOfRow: shareBeside(scales, called, calledInRow),
    }),
  };
}

/** What a term of the document's name counts in its sentences, and in its rows. */
const calledInSentence = 0.6;
const calledInRow = 0.3;

/** Of the question's value, that of the document's name counting little. */
function shareBeside({ value, share, total }: Scales, called: Set<number>, weight: number): Scales["share"] {
  if (called.size === 0) return share;
  const worth = (term: number) => value(term) * (called.has(term) ? weight : 1);
  const all = total - [...called].reduce((sum, term) => sum + value(term) - worth(term), 0) || 1;
  return (terms) => {
    let sum = 0;
    for (const term of terms) sum += worth(term);
    return sum / all;
  };
}

/** What is the same for all pages of a document. */
export interface DocumentTerms {
  /** Terms in its name. */
  called: Set<number>;
  /** See `bestOfDocuments`. */
  best: number;
  document: RankedDocument | undefined;
}

export function featuresOf(
  scales: Scales,
  { page, matched, segments, counted }: ReadPage,
  bm25: number,
  own: ScoredChunk[],
  { called, best: bestOfDocument, document }: DocumentTerms,
): { features: PageFeatures; evidence: Evidence } {
  const { share, query, items, texts } = scales;
  const best = (pick: (chunk: ScoredChunk) => number) => Math.max(0, ...own.map(pick));
  const labels = query.figures ? texts.labels(page.text) : [];
  // Most segments hold none of the question's terms.
  const withCalled = (terms: Set<number>) =>
    terms.size === 0 ? called : called.size === 0 ? terms : new Set([...terms, ...called]);
  return {
    features: {
      bigram: best((scored) => scored.bigram),
      page: bm25,
      sentence: Math.max(0, ...segments.map(tellingness)),
      coverage: best((scored) => scored.coverage),
      document: bestOfDocument,
      name: share(called),
      heading: best((scored) => scored.heading),
      items: itemsHeld(items, labels),
      named: namedness(page.page, query.pages, document?.pages ?? null),
      top: share(termsWithin(matched, topLength)),
      statement: Number(isStatement(page.text, labels.length)),
    },
    evidence: {
      chunk: best((scored) => share(withCalled(scored.terms))),
      sentence: Math.max(0, ...segments.map((segment) => share(withCalled(segment.terms)))),
      names: namesHeld(query.names, counted, called),
      called: share(called),
      statement: Number(query.figures && isStatement(page.text, labels.length)),
      office: officeHeld(query, page.text),
      line: linesHeld(scales, { page, segments }, labels),
      placed: Number(query.pages.length > 0),
      asked: askedHeld(scales, { text: page.text, counts: counted.counts, segments }, called),
    },
  };
}

/** A sentence tells of a line as well as its row does, where a figure stands beside its name. */
function linesHeld(
  { query: { lines, lineItems }, items }: Scales,
  { page, segments }: Pick<ReadPage, "page" | "segments">,
  labels: string[],
): number {
  const asked = items.filter((_, index) => lines.some(({ names }) => names === lineItems[index]));
  if (asked.length === 0 || itemsHeld(asked, labels) > 0) return 1;
  const names = asked.flatMap((each) => [...each]);
  const isTold = ({ kind, terms, start, end }: ScoredSegment) => {
    // "Dividends declared ($0.40 per share)"
    if (
      terms.size === 0 ||
      (kind === "row" && !/\([$€£¥]/.test(page.text.slice(start, end))) ||
      !holdsValue(page.text.slice(start, end))
    )
      return false;
    const words = ` ${plainLabel(page.text.slice(start, end))} `;
    return names.some((name) => words.includes(` ${name} `));
  };
  return segments.some(isTold) ? 1 : 0;
}

/** Named without its holder, an office says little. */
const officeAlone = 0.2;

function officeHeld({ office, text: question }: Query, text: string): number {
  if (!office?.isTitle) return 1;
  if (text.search(office.pattern) < 0) return 0;
  return holderNamed(text, office, question) > 0 ? 1 : officeAlone;
}

/** Of two sentences that hold the same of a question the shorter one is more likely about it. */
const usualLength = 150;
const lengthCounts = 0.25;

function tellingness({ score, start, end }: ScoredSegment): number {
  return score === 0 ? 0 : score * ((2 * usualLength) / (usualLength + end - start)) ** lengthCounts;
}

/** Pages by which a document is judged. */
const judgedBy = 3;

/** @returns what the best of each document's pages score on the average, by the document's id. */
export function bestOfDocuments(pages: RankedPage[], scores: number[]): Map<string, number> {
  const byDocument = new Map<string, number[]>();
  for (const [index, { documentId }] of pages.entries()) {
    const known = byDocument.get(documentId) ?? [];
    known.push(scores[index] ?? 0);
    byDocument.set(documentId, known);
  }
  const average = (all: number[]) =>
    all
      .sort((one, two) => two - one)
      .slice(0, judgedBy)
      .reduce((sum, score) => sum + score, 0) / judgedBy;
  return new Map([...byDocument].map(([id, all]) => [id, average(all)]));
}

/** Characters at the top of a page, where titles stand. */
const topLength = 250;

function termsWithin({ starts, terms }: Match, end: number): Set<number> {
  const found = new Set<number>();
  for (let i = 0; i < starts.length && (starts[i] ?? end) < end; i++) {
    const term = terms[i] ?? -1;
    if (term >= 0) found.add(term);
  }
  return found;
}

/** Share of the implied lines that begin a row of the page. */
export function itemsHeld(items: Set<string>[], labels: string[]): number {
  if (items.length === 0 || labels.length === 0) return 0;
  const held = items.filter((names) => labels.some((label) => isLine(names, label)));
  return held.length / items.length;
}

/** A name of several words is held where they stand together, or where they are what the document is called. */
function namesHeld(names: number[][], { counts, bigrams }: TermCounts, called: Set<number>): number {
  if (names.length === 0) return 1;
  const held = names.map((name) => {
    if (name.every((term) => called.has(term))) return 1;
    const together = name.slice(1).filter((term, index) => bigrams.has(pairOf(name[index] ?? -1, term))).length;
    return name.length === 1 ? Number(counts.has(name[0] ?? -1)) : together / (name.length - 1);
  });
  return held.reduce((sum, each) => sum + each, 0) / held.length;
}
