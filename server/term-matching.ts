// Finds the terms of a question in texts of any language, and counts them. Pure.
import { createWordReader, isUnspaced, plainPair, type Word } from "./words.ts";

/** A word of the question with how much it tells: its weight times its inverse document frequency. */
export interface Term {
  surface: string;
  value: number;
  /** Words that the texts have in its place. */
  instead?: string[];
}

export interface Match {
  words: Word[];
  /** Index of the term of each word, or -1. */
  terms: Int16Array;
}

export type Matcher = (text: string, language: string | null) => Match;

/** Reads texts of any language and tells which of the question's terms each word is. */
export function createMatcher(terms: Term[]): Matcher {
  const byLanguage = new Map<string | null, { read: (text: string) => Word[]; index: Map<string, number> }>();
  const alone = aloneAmong(terms);
  return (text, language) => {
    let known = byLanguage.get(language);
    if (!known) {
      const readAll = createWordReader(language);
      const index = new Map<string, number>();
      for (const [at, term] of terms.entries()) {
        for (const surface of [term.surface, ...(term.instead ?? [])]) {
          for (const word of readAll(surface)) if (term.value > 0 && !index.has(word.term)) index.set(word.term, at);
        }
      }
      const prefixes = new Set([...index.keys()].map((term) => term.slice(0, 2)));
      known = { read: createWordReader(language, prefixes), index };
      byLanguage.set(language, known);
    }
    const words = known.read(text);
    const found = new Int16Array(words.length);
    for (let i = 0; i < words.length; i++) {
      const term = words[i]?.term ?? "";
      found[i] = term ? (known.index.get(term) ?? (alone.size ? partOf(term, alone) : -1)) : -1;
    }
    return { words, terms: found };
  };
}

/** Terms that are one character of a script without spaces, which a text may hold within a pair. */
function aloneAmong(terms: Term[]): Map<string, number> {
  const alone = new Map<string, number>();
  for (const [at, { surface, value }] of terms.entries()) {
    if (value <= 0 || !isUnspaced(surface)) continue;
    const pair = plainPair(surface);
    if (pair.alone) alone.set(pair.term, at);
  }
  return alone;
}

function partOf(term: string, alone: Map<string, number>): number {
  for (const [character, at] of alone) if (term.startsWith(character) || term.endsWith(character)) return at;
  return -1;
}

export interface TermCounts {
  counts: Map<number, number>;
  /** Pairs of terms that stand together; see `termsOfPair`. */
  bigrams: Map<number, number>;
  length: number;
}

const maxTerms = 512;
export const pairOf = (term: number, next: number) => term * maxTerms + next;
export const termsOfPair = (pair: number): [number, number] => [Math.floor(pair / maxTerms), pair % maxTerms];

/** Counts terms, and pairs of terms that follow each other in the question and stand at most one word apart here. */
export function count(terms: Int16Array, from = 0, to = terms.length): TermCounts {
  const counts = new Map<number, number>();
  const bigrams = new Map<number, number>();
  for (let i = from; i < to; i++) {
    const term = terms[i] ?? -1;
    if (term < 0) continue;
    counts.set(term, (counts.get(term) ?? 0) + 1);
    for (let j = i + 1; j <= i + 2 && j < to; j++) {
      const next = terms[j] ?? -1;
      if (next > term && next - term <= 3) {
        const pair = pairOf(term, next);
        bigrams.set(pair, (bigrams.get(pair) ?? 0) + 1);
      }
    }
  }
  return { counts, bigrams, length: to - from };
}

const k1 = 1.2;
const b = 0.6;

/** BM25 (Robertson and Zaragoza 2009) with the terms' values as their inverse document frequencies. */
export function bm25(
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
