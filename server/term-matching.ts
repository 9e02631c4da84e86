// Finds the terms of a question in texts of any language, and counts them. Pure.
import type { ReadText, Texts } from "./text-cache.ts";
import { createWordReader, isUnspaced, plainPair } from "./words.ts";

/** A word of the question with how much it tells: its weight times its inverse document frequency. */
export interface Term {
  surface: string;
  value: number;
  /** Words that the texts have in its place. */
  instead?: string[];
}

/** The words of a text. */
export interface Match extends Pick<ReadText, "starts" | "ends"> {
  /** Index of the term of each word, or -1. */
  terms: Int16Array;
}

export type Matcher = (text: string, language: string | null) => Match;

/** Reads texts of any language and tells which of the question's terms each word is. */
export function createMatcher(terms: Term[], texts: Texts): Matcher {
  const byLanguage = new Map<string | null, (number: number) => number>();
  const alone = aloneAmong(terms);
  return (text, language) => {
    let indexOf = byLanguage.get(language);
    if (!indexOf) {
      indexOf = indexIn(language, terms, alone, texts);
      byLanguage.set(language, indexOf);
    }
    const { starts, ends, terms: numbers } = texts.read(text, language);
    const found = new Int16Array(numbers.length);
    for (let i = 0; i < numbers.length; i++) found[i] = indexOf(numbers[i] ?? 0);
    return { starts, ends, terms: found };
  };
}

/** Tells which of the question's terms has a number, as a language stems them, or -1. */
function indexIn(
  language: string | null,
  terms: Term[],
  alone: Map<string, number>,
  texts: Texts,
): (number: number) => number {
  const read = createWordReader(language);
  const places = new Map<number, number>();
  const place = (surface: string, at: number) => {
    for (const { term } of read(surface)) {
      const number = texts.numberOf(term);
      if (term && !places.has(number)) places.set(number, at);
    }
  };
  // The question's own words before those that stand for one of them.
  for (const [at, { surface, value }] of terms.entries()) if (value > 0) place(surface, at);
  for (const [at, { value, instead = [] }] of terms.entries())
    if (value > 0) for (const other of instead) place(other, at);
  // Terms that are met later have higher numbers and are none of these.
  const table = new Int16Array(Math.max(-1, ...places.keys()) + 1).fill(-1);
  for (const [number, at] of places) table[number] = at;
  const isAlone = alone.size > 0;
  return (number) => {
    // Reading beyond an array's end is slow.
    const at = number < table.length ? (table[number] ?? -1) : -1;
    return at < 0 && isAlone ? partOf(texts.termOf(number), alone) : at;
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
