// Ranks pages for a question by words alone: pure functions over candidate chunks and the texts of their pages.

import { asksWhere, listingsLast } from "./listings.ts";
import {
  bestOfDocuments,
  type Evidence,
  featuresOf,
  itemsHeld,
  type PageFeatures,
  type ReadPage,
  readPage,
  type ScoredChunk,
} from "./page-features.ts";
import type { Query } from "./query.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import type { SegmentedPage } from "./segments.ts";
import { plainLabel } from "./table-labels.ts";
import { bm25, count, createMatcher, type Match, type Matcher, type Term, termsOfPair } from "./term-matching.ts";
import { createTexts, type Texts } from "./text-cache.ts";

export interface RankedDocument {
  id: string;
  title: string;
  filename: string;
  language: string | null;
  /** Null while it is not known. */
  pages: number | null;
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

export interface ScoredPage {
  page: RankedPage;
  score: number;
  features: PageFeatures;
  evidence: Evidence;
  segments: ScoredSegment[];
}

/** Fitted by coordinate ascent on question sets over Wikipedia articles, company reports and research papers. */
export const defaultWeights: PageFeatures = {
  bigram: 1.2,
  page: 2.4,
  sentence: 1.8,
  coverage: 3.4,
  document: 2.35,
  name: 2.45,
  heading: 1.95,
  items: 4.1,
  named: 8,
  top: 1.3,
  statement: 1.5,
};
const absolute = new Set<keyof PageFeatures>(["coverage", "heading", "top", "items", "named", "statement"]);

/** Of sentences the very best counts, and what comes near to it: their share of it is taken to this power. */
const sentencePower = 6;

export interface Ranker {
  /** Best first. */
  chunks(chunks: RankedChunk[]): ScoredChunk[];
  /** Most of what `pages` does with a page, which then does not do it again: for who wants pauses in between. */
  read(page: RankedPage): void;
  /** Best first. */
  pages(pages: RankedPage[], chunks: ScoredChunk[]): ScoredPage[];
}

/** What the functions below share about one question. */
export interface Scales {
  query: Query;
  /** The names of each line that the question implies, in plain letters. */
  items: Set<string>[];
  texts: Texts;
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
  texts: Texts = createTexts(),
  weights: PageFeatures = defaultWeights,
): Ranker {
  const languages = new Map(documents.map((document) => [document.id, document.language]));
  const total = terms.reduce((sum, term) => sum + term.value, 0) || 1;
  const value = (term: number) => terms[term]?.value ?? 0;
  const scales: Scales = {
    query,
    items: query.lineItems.map((names) => new Set(names.map(plainLabel))),
    texts,
    match: createMatcher(terms, texts),
    languageOf: ({ documentId, language }) => language ?? languages.get(documentId) ?? null,
    value,
    pairValue: (pair) => termsOfPair(pair).reduce((sum, term) => sum + value(term), 0) / 2,
    share: (held) => {
      let sum = 0;
      for (const term of held) sum += value(term);
      return sum / total;
    },
    total,
  };
  const called = new Map(documents.map((document) => [document.id, termsCalled(scales, document)]));
  const known = new Map<RankedPage, ReadPage>();
  const read = (page: RankedPage): ReadPage => {
    const found = known.get(page) ?? readPage(scales, page, called.get(page.documentId) ?? new Set<number>());
    known.set(page, found);
    return found;
  };
  return {
    read,
    chunks: (chunks) => {
      const shares = new Map([...called].map(([id, held]) => [id, scales.share(held)]));
      const promise = ({ chunk, bm25, bigram, items }: ScoredChunk) =>
        bm25 + 0.4 * bigram + total * (items + 0.5 * (shares.get(chunk.documentId) ?? 0));
      return scoreChunks(scales, chunks).sort((left, right) => promise(right) - promise(left));
    },
    pages: (pages, chunks) => {
      const fused = fuse(scorePages(scales, documents, called, pages.map(read), chunks), weights);
      return asksWhere(query.text) ? fused : listingsLast(fused);
    },
  };
}

function scoreChunks(
  { items, texts, match, languageOf, value, pairValue, share }: Scales,
  chunks: RankedChunk[],
): ScoredChunk[] {
  // Many stand under the same heading.
  const headings = new Map<string, number>();
  const shareOfHeading = ({ heading }: RankedChunk, language: string | null) => {
    if (!heading) return 0;
    const key = `${language} ${heading}`;
    const known = headings.get(key) ?? share(termsIn(match(heading, language)));
    headings.set(key, known);
    return known;
  };
  const counted = chunks.map((chunk) => {
    const language = languageOf(chunk);
    return { chunk, heading: shareOfHeading(chunk, language), ...count(match(chunk.content, language).terms) };
  });
  const length = average(counted.map((entry) => entry.length));
  return counted.map(({ chunk, heading, counts, bigrams, length: own }) => ({
    chunk,
    bm25: bm25(counts, own, length, value),
    bigram: bm25(bigrams, own, length, pairValue),
    coverage: share(counts.keys()),
    heading,
    terms: new Set(counts.keys()),
    items: items.length ? itemsHeld(items, texts.labels(chunk.content)) : 0,
  }));
}

function scorePages(
  scales: Scales,
  documents: RankedDocument[],
  called: Map<string, Set<number>>,
  read: ReadPage[],
  chunks: ScoredChunk[],
): Omit<ScoredPage, "score">[] {
  const byId = new Map(documents.map((document) => [document.id, document]));
  const length = average(read.map(({ counted }) => counted.length));
  const scores = read.map(({ counted }) => bm25(counted.counts, counted.length, length, scales.value));
  const best = bestOfDocuments(
    read.map(({ page }) => page),
    scores,
  );
  return read.map((entry, index) => {
    const { page, segments } = entry;
    const own = chunks.filter(({ chunk }) => chunk.documentId === page.documentId && chunk.page === page.page);
    const known = {
      document: byId.get(page.documentId),
      called: called.get(page.documentId) ?? new Set<number>(),
      best: best.get(page.documentId) ?? 0,
    };
    return { page, segments, ...featuresOf(scales, entry, scores[index] ?? 0, own, known) };
  });
}

/** Features as shares of the best among the pages, or as they are where they are shares of the question. */
export function scaleFeatures(pages: PageFeatures[]): PageFeatures[] {
  const keys = Object.keys(defaultWeights) as (keyof PageFeatures)[];
  const best = new Map(keys.map((key) => [key, Math.max(0, ...pages.map((features) => features[key]))]));
  return pages.map((features) => {
    const scaled = keys.map((key): [string, number] => {
      const share = absolute.has(key) ? features[key] : features[key] / (best.get(key) || 1);
      return [key, key === "sentence" ? share ** sentencePower : share];
    });
    return Object.fromEntries(scaled) as unknown as PageFeatures;
  });
}

/** Best first, by the weighted sum of the scaled features. */
function fuse(pages: Omit<ScoredPage, "score">[], weights: PageFeatures): ScoredPage[] {
  const keys = Object.keys(weights) as (keyof PageFeatures)[];
  const scaled = scaleFeatures(pages.map(({ features }) => features));
  return pages
    .map((page, index) => ({
      ...page,
      score: keys.reduce((sum, key) => sum + weights[key] * (scaled[index]?.[key] ?? 0), 0),
    }))
    .sort((left, right) => right.score - left.score || left.page.page - right.page.page);
}

/** Title and file name in words: "AnnualReport_2023.pdf" is called Annual Report 2023. */
function nameOf({ title, filename }: RankedDocument): string {
  return `${title} ${filename}`.replace(/[_.+-]/g, " ").replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
}

/** The question's terms in a document's name; "BESTBUY.pdf" holds both words of "Best Buy". */
function termsCalled({ match, query }: Scales, document: RankedDocument): Set<number> {
  const name = nameOf(document);
  const called = termsIn(match(name, document.language));
  const words = new Set(name.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  for (const [index, { surface }] of query.words.entries()) {
    const next = query.words[index + 1]?.surface ?? "";
    if (next && surface.length + next.length >= 5 && words.has(surface + next)) called.add(index).add(index + 1);
  }
  return called;
}

function termsIn({ terms }: Match): Set<number> {
  return new Set(terms.filter((term) => term >= 0));
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
