// Words of a text with their places, folded and stemmed so that a question's words and a page's words can meet.
import { stem } from "./stem.ts";
import { createSurfaceTable } from "./surface-table.ts";
import { eachWord } from "./word-bounds.ts";

export interface Word {
  /** Folded and stemmed: equal terms mean the same word. */
  term: string;
  /** UTF-16 offsets in the text. */
  start: number;
  end: number;
}

/** With its separators. */
const number = "\\p{N}+(?:[.,]\\p{N}+)*";
/** Lowered figures (raised ones mark notes), soft hyphens and the joiners of Persian and Indic scripts stand inside words. */
const inWord = "\\p{L}\\p{M}\\p{Nd}\\u2080-\\u2089\\u00ad\\u200c\\u200d";
const lineEnd = `(?:[-\\u2010]|(?<=\\u00ad))\\n\\p{L}[${inWord}]*`;
const afterApostrophe = "(?:['’]\\p{L}+)?";
/** Numbers, or letters and digits, joined over a line-end hyphen, with what follows an apostrophe. */
export const wordSource = `${number}|[\\p{L}\\p{M}\\p{Nd}][${inWord}]*(?:${lineEnd})*${afterApostrophe}`;

/** Scripts written without spaces between words, and Hangul, whose endings vary; the long vowel marks are of no script. */
const unspaced =
  "\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\u30fc\\uff70";
const unspacedCharacter = new RegExp(`[${unspaced}]`, "u");
const unspacedCharacters = new RegExp(`[${unspaced}]+`, "gu");
/** Where those scripts are found, surrogates of rarer Han characters included: a cheap look before the dear one. */
const maybeUnspaced =
  /[\u0e00-\u109f\u1100-\u11ff\u1780-\u17ff\u19e0-\u19ff\u2e80-\ud7ff\ud840-\ud8bf\uf900-\ufaff\uff00-\uffef]/;
/** The same with runs of those scripts on their own; a line may end anywhere in them. */
const mixedPattern = new RegExp(
  `(?<run>[${unspaced}](?:\\n?[${unspaced}\\p{M}\\uff9e\\uff9f])*)|${number}|(?:(?![${unspaced}])[${inWord}])+(?:${lineEnd})*${afterApostrophe}`,
  "gu",
);

/** Reads words of one language; keeps what it folded, so make one for a question and drop it after. */
export function createWordReader(language: string | null): (text: string) => Word[] {
  const read = createTermReader(language, (term) => term);
  return (text) => {
    const words: Word[] = [];
    read(text, (term, start, end) => words.push({ term, start, end }));
    return words;
  };
}

/**
 * Tells of each word of a text what `made` makes of its term; UTF-16 offsets. Each surface is folded and stemmed once
 * and kept.
 */
export function createTermReader<T>(language: string | null, made: (term: string) => T) {
  const values = new Map<string, T>();
  const plainValue = createSurfaceTable((surface) => made(stem(fold(surface), language)));
  const wordPattern = new RegExp(wordSource, "yu");
  const madeOf = (surface: string): T => {
    let value = values.get(surface);
    if (value === undefined) {
      // A slice would keep the whole text that it is of.
      const own = surface.split("").join("");
      value = made(stem(fold(own), language));
      values.set(own, value);
    }
    return value;
  };
  return (text: string, tell: (value: T, start: number, end: number) => void): void => {
    const push = (surface: string, start: number) => tell(madeOf(surface), start, start + surface.length);
    const pushAny = (surface: string, start: number) => {
      if (surface.includes("\n")) for (const [part, at] of brokenWord(surface)) push(part, start + at);
      else push(surface, start);
    };
    if (isUnspaced(text)) {
      for (const match of text.matchAll(mixedPattern)) {
        if (!match.groups?.run) pushAny(match[0], match.index);
        else for (const { term, start, end } of pairsOf(match[0], match.index)) tell(made(term), start, end);
      }
      return;
    }
    eachWord(text, wordPattern, (start, end, plain) => {
      if (plain) tell(plainValue(text, start, end), start, end);
      else pushAny(text.slice(start, end), start);
    });
  };
}

/** Whether a text holds scripts that are written without spaces. A word of them is a pair of characters, or one alone. */
export function isUnspaced(text: string): boolean {
  return maybeUnspaced.test(text) && unspacedCharacter.test(text);
}

/** A hyphen at a line's end may belong to the word or not: its first part, the whole and its last part are all words. */
function* brokenWord(surface: string): Generator<[part: string, at: number]> {
  const parts = surface.split(/(?<=\n)/);
  const first = parts[0]?.replace(/[-\u00ad\u2010]\n$/, "") ?? "";
  const last = parts.at(-1) ?? "";
  const soft = /\u00ad\n/.test(surface);
  if (!soft) yield [first, 0];
  yield [surface, 0];
  if (!soft) yield [last, surface.length - last.length];
}

/** Characters that show nothing, or lengthen a line of Arabic. */
export const ignorable = /[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** Lower case without accents, possessive endings, line-end hyphens and thousands separators; digits as ASCII has them. */
export function fold(surface: string): string {
  let word = surface.toLowerCase();
  if (/[^\x20-\x7e]/.test(word)) {
    word = word.replace(/[-\u00ad\u2010]\n/g, "");
    if (isUnspaced(word)) return plainCharacters(word);
    word = asciiDigits(
      word
        .normalize("NFKD")
        .replace(/\p{M}+/gu, "")
        .replace(ignorable, ""),
    )
      .replace(/ß/g, "ss")
      // Both pairs are written for each other.
      .replace(/ى/g, "ي")
      .replace(/ة/g, "ه");
  }
  if (/^\p{N}/u.test(word)) return word.replace(/,(?=\p{N}{3})/gu, "").replace(/\.0+$/, "");
  return word.replace(/['’]s$/, "").replace(/['’]/g, "");
}

/** Arabic and Persian digits. */
export function asciiDigits(text: string): string {
  return text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 0xf));
}

/** Characters of scripts without spaces in the one form that they are compared in: full width, composed, on one line. */
function plainCharacters(text: string): string {
  return text.replace(/\n/g, "").normalize("NFKC").toLowerCase();
}

/** The stretches of each script in a run: in Japanese a word seldom goes from one into another, save for its ending. */
const stretch =
  /(?:\p{sc=Hiragana}[\p{M}ー\n]*)+|(?:[\p{sc=Katakana}ーｰ][\p{M}ﾞﾟ\n]*)+|(?:\p{sc=Hangul}[\p{M}\n]*)+|(?:\p{sc=Han}[\p{M}\n]*)+|(?:\p{L}[\p{M}\n]*)+/gu;
/** A character with the marks that belong to it; no script has more of them, and PostgreSQL bounds a lexeme. */
const character = /[^\p{M}\n][\p{M}\uff9e\uff9f]{0,8}/gu;

interface Character {
  text: string;
  start: number;
  end: number;
}

/** Of a run that begins at `start`. */
function stretchesOf(run: string, start: number): Character[][] {
  return [...run.matchAll(stretch)].map((part) =>
    [...part[0].matchAll(character)].map((found) => {
      const at = start + part.index + found.index;
      return { text: found[0], start: at, end: at + found[0].length };
    }),
  );
}

/** The characters of a run two by two, within each script; one that has no neighbour of its script stands alone. */
function pairsOf(run: string, start: number): Word[] {
  return stretchesOf(run, start).flatMap((characters) =>
    characters.flatMap((one, index): Word[] => {
      const next = characters[index + 1];
      if (!next && index > 0) return [];
      return [{ term: plainCharacters(one.text + (next?.text ?? "")), start: one.start, end: (next ?? one).end }];
    }),
  );
}

/**
 * What a text's stretches of scripts without spaces are indexed by: every pair, and the last character of each stretch,
 * so that every character begins something.
 */
export function pairsIn(text: string): string[] {
  const pairs = new Set<string>();
  for (const { groups } of text.matchAll(mixedPattern)) {
    for (const characters of stretchesOf(groups?.run ?? "", 0)) {
      for (const [index, one] of characters.entries())
        pairs.add(plainCharacters(one.text + (characters[index + 1]?.text ?? "")));
    }
  }
  return [...pairs];
}

/** What of a text is written with spaces between its words. */
export function withoutUnspaced(text: string): string {
  return text.replace(unspacedCharacters, " ");
}

/**
 * @param word a pair of characters or one that stands alone, as a reader of words tells them.
 * @returns `alone`: it may be part of a pair in a text. Hiragana alone is a particle or an ending, and is not.
 */
export function plainPair(word: string): { term: string; alone: boolean } {
  const alone = word.match(character)?.length === 1 && !/\p{sc=Hiragana}/u.test(word);
  return { term: plainCharacters(word), alone };
}
