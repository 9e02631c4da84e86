// How much of what a question asks for a page has, and has in one place, whatever its document is called. Pure.
import { asksForSeveral } from "./answer-types.ts";
import { shareOfChunks } from "./common-words.ts";
import { isFrequentWord } from "./language.ts";
import { besideWeight, type Query } from "./query.ts";
import type { Scales } from "./ranking.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import { isYear } from "./word-families.ts";
import { asciiDigits, isUnspaced } from "./words.ts";

/** Each 0..1, and 1 where the question asks for nothing of the kind. */
export interface AskedHeld {
  /** Share of the question, by how rare its words are at large. */
  words: number;
  /** Of a short question with a proper name: whether the name and the rest stand in one place. */
  together: number;
  /** Of a short question for yes or no: whether the thing is there that it asks after. */
  thing: number;
  /** Its years, as far as they stand beside what is asked for. */
  years: number;
  /** Of a short question for a number: whether there is one. */
  figure: number;
}

/** Rarer words tell no more. */
const rarest = 0.002;
/** A longer question says what it means in more words than its answer. */
const fewTerms = 3;
const severalTerms = 4;
/** Of so few words, half are held by what is about something else. */
const mostOf = 0.6;
const someOf = 0.3;
/** A year that stands beside a third of the question stands beside it. */
const besideYear = 0.34;

const yesOrNo = /^\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would)\s/i;
const asksNumber = /\bhow (?:many|large|big|high|tall|old|long|deep|heavy|wide)\b/i;
const figure =
  /(?<![\p{L}\p{N}.,-])(?!(?:1\d|20)\d\d(?![\p{N},.]))\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|million|billion|half|third|quarter)\b/iu;

interface Page {
  text: string;
  counts: Map<number, number>;
  segments: ScoredSegment[];
}

/** @param called terms of the document's name, which each of its pages is about. */
export function askedHeld(
  { query, value }: Pick<Scales, "query" | "value">,
  page: Page,
  called: Set<number>,
): AskedHeld {
  const asked = askedTerms(query, value, called);
  const total = [...asked.values()].reduce((sum, worth) => sum + worth, 0);
  const share = (terms: Iterable<number>) => {
    let sum = total === 0 ? 1 : 0;
    for (const term of terms) sum += (asked.get(term) ?? 0) / (total || 1);
    return sum;
  };
  const isShort = asked.size > 0 && asked.size <= fewTerms;
  // What is worked out or listed goes by other words, and a page that is named may have any.
  const byWords = query.lineItems.length + query.pages.length === 0 && !asksForSeveral(query.text);
  const isNamed = byWords && query.names.flat().some((term) => asked.has(term) && isName(query, term));
  const words = byWords && asked.size <= severalTerms ? share(page.counts.keys()) : 1;
  const best = (segments: ScoredSegment[]) => Math.max(0, ...segments.map(({ terms }) => share(terms)));
  return {
    words,
    together: isShort && isNamed && asked.size > 1 && best(page.segments) < mostOf ? 0 : 1,
    thing: isShort && yesOrNo.test(query.text) && words < mostOf ? 0 : 1,
    years: Math.min(1, yearsBeside(query, page, share, called) / besideYear),
    figure: isShort && asksNumber.test(query.text) && best(withFigure(page)) < someOf ? 0 : 1,
  };
}

/** An abbreviation may be written out where its answer stands. */
function isName({ words, text }: Query, term: number): boolean {
  const surface = words[term]?.surface ?? "";
  const at = text.toLowerCase().indexOf(surface);
  return at >= 0 && !/\p{Lu}/u.test(text.slice(at + 1, at + surface.length));
}

/** The terms that a question asks for, each with how rare it is at large; its years and stop words are none. */
function askedTerms(query: Query, value: Scales["value"], called: Set<number>): Map<number, number> {
  const asked = new Map<number, number>();
  for (const [term, { surface, weight, optional }] of query.words.entries()) {
    if (optional || weight <= besideWeight || value(term) === 0 || called.has(term)) continue;
    // Pairs of characters are no words of their own.
    if (isYear(surface) || isFrequentWord(surface) || isUnspaced(surface)) continue;
    asked.set(term, -weight * Math.log(Math.max(rarest, shareOfChunks(surface))));
  }
  return asked;
}

function withFigure({ text, segments }: Page): ScoredSegment[] {
  return segments.filter(({ start, end }) => figure.test(text.slice(start, end)));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the first character of all
const beyondAscii = /[^\u0000-\u007f]/;

/** How much of the question stands beside its years: next to their sentences, or on a page of which they head a part. */
function yearsBeside(
  { words, text: question }: Query,
  { text, segments }: Page,
  share: (terms: Iterable<number>) => number,
  called: Set<number>,
): number {
  // A year of the turn before may be left behind.
  const years = words.flatMap(({ surface, weight }, term) =>
    weight > besideWeight && isYear(surface) && question.includes(surface) ? [{ surface, term }] : [],
  );
  if (years.length === 0) return 1;
  const all = new Set(segments.flatMap(({ terms }) => [...terms]));
  const found = years.map(({ surface, term }) => {
    if (called.has(term)) return 1;
    const pattern = yearPattern(surface);
    const beside = segments.map(({ start, end, kind }, index) => {
      const part = text.slice(start, end);
      // Most hold no figure like it, which is seen at once.
      if (!part.includes(surface.slice(2)) && !beyondAscii.test(part)) return 0;
      if (!pattern.test(asciiDigits(part.normalize("NFKC")))) return 0;
      if (kind !== "sentence") return share(all);
      return share(new Set(segments.slice(Math.max(0, index - 1), index + 2).flatMap(({ terms }) => [...terms])));
    });
    return Math.max(0, ...beside);
  });
  return found.reduce((sum, each) => sum + each, 0) / years.length;
}

/** "2022", "FY2022" or "FY22", and not "2022s" or a part of a figure. */
function yearPattern(year: string): RegExp {
  // Where words are not parted by blanks, a year has letters around it.
  const joined = "(?![\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Hang}])[\\p{L}\\p{N}]";
  return new RegExp(
    `(?<!${joined})(?<!\\d[.,])(?:(?:FY ?)?${year}(?!s?${joined}|,\\d)|FY ?['’]?${year.slice(2)}(?!\\p{N}))`,
    "iu",
  );
}
