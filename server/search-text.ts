// What full-text search is given to index a text by, and how it is asked for a word of a question: both from one reading.
import { asciiDigits, ignorable, isUnspaced, pairsIn, plainPair, withoutUnspaced } from "./words.ts";

/** To be raised when texts are read otherwise: documents of an earlier version are then indexed again. */
export const searchTextVersion = 1;

/** The two halves of a chunk's tsvector. */
export interface SearchText {
  /** For `to_tsvector`, which takes it apart and stems it. */
  words: string;
  /** Lexemes as they are: pairs of characters of scripts without spaces, which PostgreSQL does not take apart. */
  pairs: string[];
}

export function searchTextOf(text: string): SearchText {
  const plain = plainText(text);
  // What stands at both sides of the hyphen is indexed too: the hyphen may be the word's own.
  const words = /[-\u2010]\n/.test(plain) ? `${plain}\n${brokenWords(plain).join(" ")}` : plain;
  return isUnspaced(plain) ? { words: withoutUnspaced(words), pairs: pairsIn(plain) } : { words, pairs: [] };
}

/** The words that are broken at a line's end, as if they were not. */
function brokenWords(text: string): string[] {
  const broken = text.matchAll(/(?<![\p{L}\p{M}])[\p{L}\p{M}]+(?:[-\u2010]\n[\p{L}\p{M}]+)+/gu);
  return [...broken].map(([word]) => word.replace(/[-\u2010]\n/g, ""));
}

/** How the index is asked for a word of a question. */
export type SearchTerm =
  /** For `plainto_tsquery`. */
  | { words: string }
  /** A `tsquery` as it is. */
  | { pair: string };

export function searchTermOf(surface: string): SearchTerm {
  if (!isUnspaced(surface)) return { words: plainText(surface) };
  const { term, alone } = plainPair(surface);
  const lexeme = `'${term.replace(/['\\]/g, "$&$&")}'`;
  // A character that stands alone in the question begins a pair in the text, or ends a stretch.
  return { pair: alone ? `${lexeme}:*` : lexeme };
}

/** Letters, punctuation and signs that stand for nothing else: most pages of Latin script have no others. */
const plainAlready =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all that ASCII has
  /^[\x00-\xac\xae-\xb1\xb4-\xb8\xba\xbb\xbf-\u02ff\u0370-\u0482\u048a-\u0530\u2010-\u2027\u2030-\u205f\u20a0-\u20cf\u2190-\u245f\u2500-\u2bff]*$/;

/** Forms made for printing (full and half width, Arabic joined forms, radicals) as the letters that they stand for. */
function plainText(text: string): string {
  if (plainAlready.test(text)) return text;
  return asciiDigits(
    text
      .replace(/\u00ad\n(?=\p{L})/gu, "")
      .replace(ignorable, "")
      .normalize("NFC")
      .replace(/[\u2e80-\u2fdf\uf900-\ufaff\ufb00-\ufdff\ufe70-\ufefc\uff00-\uffef]+/g, (forms) =>
        forms.normalize("NFKC"),
      )
      .replace(/[\u2080-\u2089]/g, (figure) => figure.normalize("NFKC"))
      // Raised figures are no part of the word before them.
      .replace(/\p{No}/gu, (figure) => ` ${figure.normalize("NFKC")} `)
      .replace(/[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g, ""),
  );
}
