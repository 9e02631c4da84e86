// Ranks pages for a question by words alone: pure functions over candidate chunks and the texts of their pages.
import { holdsKind, type Query } from "./query.ts";
import { type Segment, type SegmentedPage, segmentsOf } from "./segments.ts";
import { createWordReader, type Word } from "./words.ts";

/** A word of the question with how much it tells: its weight times its inverse document frequency. */
export interface Term {
  surface: string;
  value: number;
}

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
}

export interface RankedPage extends SegmentedPage {
  documentId: string;
  page: number;
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

export interface ScoredSegment extends Segment {
  score: number;
  /** Share of the question's value that it holds itself, 0..1. */
  coverage: number;
}

export interface ScoredPage {
  page: RankedPage;
  score: number;
  features: PageFeatures;
  segments: ScoredSegment[];
}

/** Fitted by coordinate ascent on question sets over Wikipedia articles, company reports and research papers. */
export const defaultWeights: PageFeatures = {
  chunk: 0.25,
  bigram: 0.55,
  page: 0.5,
  sentence: 0.2,
  coverage: 0.4,
  document: 0.4,
  name: 0.5,
  heading: 0.05,
};

interface Match {
  words: Word[];
  /** Index of the term of each word, or -1. */
  terms: Int16Array;
}

export type Matcher = (text: string, language: string | null) => Match;

/** Reads texts of any language and tells which of the question's terms each word is. */
export function createMatcher(terms: Term[]): Matcher {
  const byLanguage = new Map<string | null, { read: (text: string) => Word[]; index: Map<string, number> }>();
  return (text, language) => {
    let known = byLanguage.get(language);
    if (!known) {
      const readAll = createWordReader(language);
      const index = new Map<string, number>();
      for (const [at, term] of terms.entries()) {
        for (const word of readAll(term.surface)) if (term.value > 0 && !index.has(word.term)) index.set(word.term, at);
      }
      const prefixes = new Set([...index.keys()].map((term) => term.slice(0, 2)));
      known = { read: createWordReader(language, prefixes), index };
      byLanguage.set(language, known);
    }
    const words = known.read(text);
    const found = new Int16Array(words.length);
    for (let i = 0; i < words.length; i++) found[i] = known.index.get(words[i]?.term ?? "") ?? -1;
    return { words, terms: found };
  };
}

interface TermCounts {
  counts: Map<number, number>;
  bigrams: Map<number, number>;
  length: number;
}

/** Counts terms, and pairs of terms that follow each other in the question and stand at most one word apart here. */
function count(terms: Int16Array, from = 0, to = terms.length): TermCounts {
  const counts = new Map<number, number>();
  const bigrams = new Map<number, number>();
  for (let i = from; i < to; i++) {
    const term = terms[i] ?? -1;
    if (term < 0) continue;
    counts.set(term, (counts.get(term) ?? 0) + 1);
    for (let j = i + 1; j <= i + 2 && j < to; j++) {
      const next = terms[j] ?? -1;
      if (next > term && next - term <= 3) bigrams.set(term, (bigrams.get(term) ?? 0) + 1);
    }
  }
  return { counts, bigrams, length: to - from };
}

const k1 = 1.2;
const b = 0.6;

/** BM25 (Robertson and Zaragoza 2009) with the terms' values as their inverse document frequencies. */
function bm25(
  counts: Map<number, number>,
  length: number,
  averageLength: number,
  value: (term: number) => number,
): number {
  const norm = k1 * (1 - b + (b * length) / Math.max(1, averageLength));
  let score = 0;
  for (const [term, frequency] of counts) score += (value(term) * frequency * (k1 + 1)) / (frequency + norm);
  return score;
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

export interface ScoredChunk {
  chunk: RankedChunk;
  bm25: number;
  bigram: number;
  coverage: number;
  heading: number;
  terms: Set<number>;
}

export interface Ranker {
  chunks(chunks: RankedChunk[]): ScoredChunk[];
  pages(pages: RankedPage[], chunks: ScoredChunk[]): ScoredPage[];
}

export function createRanker(
  query: Query,
  terms: Term[],
  documents: RankedDocument[],
  weights: PageFeatures = defaultWeights,
): Ranker {
  const match = createMatcher(terms);
  const languages = new Map(documents.map((document) => [document.id, document.language]));
  const total = terms.reduce((sum, term) => sum + term.value, 0) || 1;
  const value = (term: number) => terms[term]?.value ?? 0;
  const pairValue = (term: number) => (value(term) + value(term + 1)) / 2;
  const share = (held: Iterable<number>) => [...held].reduce((sum, term) => sum + value(term), 0) / total;

  return {
    chunks(chunks) {
      const counted = chunks.map((chunk) => {
        const language = languages.get(chunk.documentId) ?? null;
        const heading = chunk.heading ? new Set(match(chunk.heading, language).terms) : new Set<number>();
        return { chunk, heading, ...count(match(chunk.content, language).terms) };
      });
      const length = average(counted.map((entry) => entry.length));
      return counted
        .map(({ chunk, heading, counts, bigrams, length: own }) => ({
          chunk,
          bm25: bm25(counts, own, length, value),
          bigram: bm25(bigrams, own, length, pairValue),
          coverage: share(counts.keys()),
          heading: share(heading),
          terms: new Set(counts.keys()),
        }))
        .sort((left, right) => right.bm25 + right.bigram * weights.bigram - left.bm25 - left.bigram * weights.bigram);
    },

    pages(pages, chunks) {
      const names = documentFeatures(documents, chunks, match, share);
      const read = pages.map((page) =>
        readPage(page, query, match(page.text, languages.get(page.documentId) ?? null), terms, share),
      );
      const length = average(read.map((entry) => entry.counted.length));
      const raw = read.map((entry): Omit<ScoredPage, "score"> => {
        const { page, counted, segments } = entry;
        const own = chunks.filter(
          (scored) => scored.chunk.documentId === page.documentId && scored.chunk.page === page.page,
        );
        const best = (pick: (chunk: ScoredChunk) => number) => Math.max(0, ...own.map(pick));
        return {
          page,
          segments,
          features: {
            chunk: best((scored) => scored.bm25),
            bigram: best((scored) => scored.bigram),
            page: bm25(counted.counts, counted.length, length, value),
            sentence: Math.max(0, ...segments.map((segment) => segment.score)),
            coverage: best((scored) => scored.coverage),
            document: names.get(page.documentId)?.document ?? 0,
            name: names.get(page.documentId)?.name ?? 0,
            heading: best((scored) => scored.heading),
          },
        };
      });
      return fuse(raw, weights);
    },
  };
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

function documentFeatures(
  documents: RankedDocument[],
  chunks: ScoredChunk[],
  match: Matcher,
  share: (terms: Iterable<number>) => number,
): Map<string, { document: number; name: number }> {
  return new Map(
    documents.map(({ id, title, filename, language }) => {
      const held = new Set<number>();
      for (const scored of chunks) if (scored.chunk.documentId === id) for (const term of scored.terms) held.add(term);
      const spaced = `${title} ${filename}`.replace(/[_.+-]/g, " ").replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2");
      return [id, { document: share(held), name: share(named(match(spaced, language).terms)) }];
    }),
  );
}

function named(terms: Int16Array): Set<number> {
  return new Set([...terms].filter((term) => term >= 0));
}

function readPage(
  page: RankedPage,
  query: Query,
  matched: Match,
  terms: Term[],
  share: (terms: Iterable<number>) => number,
) {
  let at = 0;
  let before = new Set<number>();
  const segments = segmentsOf(page).map((segment): ScoredSegment => {
    while ((matched.words[at]?.end ?? Number.POSITIVE_INFINITY) <= segment.start) at++;
    const from = at;
    while ((matched.words[at]?.start ?? Number.POSITIVE_INFINITY) < segment.end) at++;
    const counted = count(matched.terms, from, at);
    const held = new Set(counted.counts.keys());
    const context = share([...before].filter((term) => !held.has(term)));
    const coverage = share(held);
    const bigrams = share(counted.bigrams.keys());
    before = held;
    const text = page.text.slice(segment.start, segment.end);
    const kind = coverage > 0 && holdsKind(text, query) ? 0.15 : 0;
    const score =
      (coverage + 0.3 * bigrams + 0.25 * context * Math.sqrt(coverage) + kind) *
      plainness(segment, text, counted.length);
    return { ...segment, score, coverage };
  });
  return { page, counted: count(matched.terms), segments, terms };
}

/** Less for what seldom answers: headings, questions, scraps. */
function plainness(segment: Segment, text: string, words: number): number {
  if (segment.kind === "heading") return 0.45;
  if (text.endsWith("?")) return 0.6;
  return words < 4 ? 0.5 : 1;
}
