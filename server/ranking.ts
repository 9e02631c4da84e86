// Ranks pages for a question by words alone: pure functions over candidate chunks and the texts of their pages.
import type { Query } from "./query.ts";
import { type ScoredSegment, scoreSegments } from "./segment-scores.ts";
import type { SegmentedPage } from "./segments.ts";
import {
  bm25,
  count,
  createMatcher,
  type Match,
  type Matcher,
  pairOf,
  type Term,
  type TermCounts,
  termsOfPair,
} from "./term-matching.ts";

export interface RankedDocument {
  id: string;
  title: string;
  filename: string;
  language: string | null;
}

export interface RankedChunk {
  documentId: string;
  page: number;
  content: string;
  heading: string | null;
  /** Its own; null: the document's. */
  language: string | null;
}

export interface RankedPage extends SegmentedPage {
  documentId: string;
  page: number;
  /** Of most of its text; null: the document's. */
  language: string | null;
}

export interface PageFeatures {
  chunk: number;
  bigram: number;
  page: number;
  sentence: number;
  coverage: number;
  document: number;
  name: number;
  heading: number;
}

/** How much of the question a page holds, each 0..1; what its document is called counts as held. */
export interface Evidence {
  chunk: number;
  sentence: number;
  /** Share of the proper names in the question. */
  names: number;
  /** Words that follow each other in the question and here; may pass 1. */
  pairs: number;
}

export interface ScoredPage {
  page: RankedPage;
  score: number;
  features: PageFeatures;
  evidence: Evidence;
  segments: ScoredSegment[];
}

/** Fitted by coordinate ascent on question sets over Wikipedia articles, company reports and research papers. */
export const defaultWeights: PageFeatures = {
  chunk: 0.1,
  bigram: 0.4,
  page: 0.45,
  sentence: 0.1,
  coverage: 0.55,
  document: 0.3,
  name: 0.5,
  heading: 0.1,
};

interface ScoredChunk {
  chunk: RankedChunk;
  bm25: number;
  bigram: number;
  coverage: number;
  heading: number;
  terms: Set<number>;
}

export interface Ranker {
  /** Best first. */
  chunks(chunks: RankedChunk[]): ScoredChunk[];
  /** Best first. */
  pages(pages: RankedPage[], chunks: ScoredChunk[]): ScoredPage[];
}

/** What the functions below share about one question. */
interface Scales {
  query: Query;
  match: Matcher;
  languageOf(part: { documentId: string; language: string | null }): string | null;
  value(term: number): number;
  pairValue(pair: number): number;
  /** Share of the question's value that some of its terms hold, 0..1. */
  share(terms: Iterable<number>): number;
  /** What all terms are worth. */
  total: number;
}

export function createRanker(
  query: Query,
  terms: Term[],
  documents: RankedDocument[],
  weights: PageFeatures = defaultWeights,
): Ranker {
  const languages = new Map(documents.map((document) => [document.id, document.language]));
  const total = terms.reduce((sum, term) => sum + term.value, 0) || 1;
  const value = (term: number) => terms[term]?.value ?? 0;
  const scales: Scales = {
    query,
    match: createMatcher(terms),
    languageOf: ({ documentId, language }) => language ?? languages.get(documentId) ?? null,
    value,
    pairValue: (pair) => termsOfPair(pair).reduce((sum, term) => sum + value(term), 0) / 2,
    share: (held) => [...held].reduce((sum, term) => sum + value(term), 0) / total,
    total,
  };
  return {
    chunks: (chunks) =>
      scoreChunks(scales, chunks).sort(
        (left, right) => right.bm25 + right.bigram * weights.bigram - left.bm25 - left.bigram * weights.bigram,
      ),
    pages: (pages, chunks) => fuse(scorePages(scales, documents, pages, chunks), weights),
  };
}

function scoreChunks({ match, languageOf, value, pairValue, share }: Scales, chunks: RankedChunk[]): ScoredChunk[] {
  const counted = chunks.map((chunk) => {
    const language = languageOf(chunk);
    const heading = termsIn(match(chunk.heading ?? "", language));
    return { chunk, heading, ...count(match(chunk.content, language).terms) };
  });
  const length = average(counted.map((entry) => entry.length));
  return counted.map(({ chunk, heading, counts, bigrams, length: own }) => ({
    chunk,
    bm25: bm25(counts, own, length, value),
    bigram: bm25(bigrams, own, length, pairValue),
    coverage: share(counts.keys()),
    heading: share(heading),
    terms: new Set(counts.keys()),
  }));
}

function scorePages(
  scales: Scales,
  documents: RankedDocument[],
  pages: RankedPage[],
  chunks: ScoredChunk[],
): Omit<ScoredPage, "score">[] {
  const { match, languageOf, value, share, total, query } = scales;
  const called = new Map(
    documents.map((document) => [document.id, termsIn(match(nameOf(document), document.language))]),
  );
  const held = new Map(documents.map(({ id }) => [id, new Set<number>()]));
  for (const { chunk, terms } of chunks) for (const term of terms) held.get(chunk.documentId)?.add(term);
  const read = pages.map((page) => {
    const matched = match(page.text, languageOf(page));
    return { page, counted: count(matched.terms), segments: scoreSegments(page, matched, query, share) };
  });
  const length = average(read.map((entry) => entry.counted.length));
  return read.map(({ page, counted, segments }) => {
    const own = chunks.filter(({ chunk }) => chunk.documentId === page.documentId && chunk.page === page.page);
    const best = (pick: (chunk: ScoredChunk) => number) => Math.max(0, ...own.map(pick));
    const name = called.get(page.documentId) ?? new Set<number>();
    return {
      page,
      segments,
      features: {
        chunk: best((scored) => scored.bm25),
        bigram: best((scored) => scored.bigram),
        page: bm25(counted.counts, counted.length, length, value),
        sentence: Math.max(0, ...segments.map((segment) => segment.score)),
        coverage: best((scored) => scored.coverage),
        document: share(held.get(page.documentId) ?? []),
        name: share(name),
        heading: best((scored) => scored.heading),
      },
      evidence: {
        chunk: best((scored) => share(new Set([...scored.terms, ...name]))),
        sentence: Math.max(0, ...segments.map((segment) => share(new Set([...segment.terms, ...name])))),
        names: namesHeld(query.names, counted, name),
        pairs: best((scored) => scored.bigram) / total,
      },
    };
  });
}

/** A name of several words is held where they stand together, or where they are what the document is called. */
function namesHeld(names: number[][], { counts, bigrams }: TermCounts, called: Set<number>): number {
  if (names.length === 0) return 1;
  const held = names.map((name) => {
    if (name.every((term) => called.has(term))) return 1;
    const together = name.slice(1).filter((term, index) => bigrams.has(pairOf(name[index] ?? -1, term))).length;
    return name.length === 1 ? Number(counts.has(name[0] ?? -1)) : together / (name.length - 1);
  });
  return average(held);
}

/** Sum of the features, each divided by its best among the pages, times its weight. */
export function fuse(pages: Omit<ScoredPage, "score">[], weights: PageFeatures): ScoredPage[] {
  const keys = Object.keys(weights) as (keyof PageFeatures)[];
  const best = new Map(keys.map((key) => [key, Math.max(0, ...pages.map((page) => page.features[key]))]));
  const score = (features: PageFeatures) =>
    keys.reduce((sum, key) => sum + (weights[key] * features[key]) / (best.get(key) || 1), 0);
  return pages
    .map((page) => ({ ...page, score: score(page.features) }))
    .sort((left, right) => right.score - left.score || left.page.page - right.page.page);
}

/** Title and file name in words: "AnnualReport_2023.pdf" is called Annual Report 2023. */
function nameOf({ title, filename }: RankedDocument): string {
  return `${title} ${filename}`.replace(/[_.+-]/g, " ").replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
}

function termsIn({ terms }: Match): Set<number> {
  return new Set(terms.filter((term) => term >= 0));
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
