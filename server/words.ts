// Words of a text with their places, folded and stemmed so that a question's words and a page's words can meet.
import { stem } from "./stem.ts";

export interface Word {
  /** Folded and stemmed: equal terms mean the same word. */
  term: string;
  /** UTF-16 offsets in the text. */
  start: number;
  end: number;
}

/** Numbers with their separators, or letters and digits, joined over a line-end hyphen, with what follows an apostrophe. */
const wordPattern = /\p{N}+(?:[.,]\p{N}+)*|[\p{L}\p{M}\p{N}]+(?:[-\u00ad\u2010]\n\p{Ll}+)*(?:['’]\p{L}+)?/gu;

/** Scripts written without spaces between words (and Hangul, whose endings vary): two characters at a time do for words. */
const unspaced =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
/** Where those scripts begin: a cheap look before the dear one. */
const maybeUnspaced = /[\u0e00-\uffff]/;

/**
 * Reads words of one language; keeps what it folded, so make one for a question and drop it after.
 * @param prefixes the first two letters of the terms that matter: any other word has an empty term, which saves most of the work.
 */
export function createWordReader(language: string | null, prefixes?: Set<string>): (text: string) => Word[] {
  const terms = new Map<string, string>();
  const matters = (letters: string) => prefixes === undefined || prefixes.has(letters.slice(0, 2));
  const termOf = (surface: string): string => {
    let term = terms.get(surface);
    if (term === undefined) {
      const folded = fold(surface);
      term = matters(folded) ? stem(folded, language) : "";
      terms.set(surface, term);
    }
    return term;
  };
  return (text) => {
    const words: Word[] = [];
    for (const match of text.matchAll(wordPattern)) {
      const [surface] = match;
      const start = match.index;
      if (maybeUnspaced.test(surface) && unspaced.test(surface)) words.push(...pairs(surface, start));
      else words.push({ term: termOf(surface), start, end: start + surface.length });
    }
    return words;
  };
}

/** Whether a word is a pair of characters of a script without spaces, which full-text search cannot find as a word. */
export function isUnspaced(surface: string): boolean {
  return unspaced.test(surface);
}

/** Lower case without accents, possessive endings, line-end hyphens and thousands separators. */
export function fold(surface: string): string {
  let word = surface.toLowerCase();
  if (/^\p{N}/u.test(word)) return word.replace(/,(?=\p{N}{3})/gu, "").replace(/\.0+$/, "");
  word = word
    .replace(/[-\u00ad\u2010]\n/g, "")
    .replace(/['’]s$/, "")
    .replace(/['’]/g, "");
  return /[^\x20-\x7e]/.test(word) ? word.normalize("NFKD").replace(/\p{M}+/gu, "") : word;
}

function pairs(run: string, start: number): Word[] {
  const characters = [...run];
  const words: Word[] = [];
  let at = start;
  for (const [index, character] of characters.entries()) {
    const next = characters[index + 1];
    if (next !== undefined || index === 0) {
      const term = (character + (next ?? "")).toLowerCase();
      words.push({ term, start: at, end: at + term.length });
    }
    at += character.length;
  }
  return words;
}
