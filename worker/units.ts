// The smallest pieces that chunks are made of: headings, table rows and sentences; longer ones are cut where it shows least.
import { detectLanguage } from "@pagewise/server/language";
import { isAbbreviated } from "@pagewise/server/sentences";
import type { Block } from "./structure.ts";

/** UTF-16 offsets in the page's text. */
export interface Range {
  start: number;
  end: number;
}

export interface Unit extends Range {
  /** Where the paragraph ends that it begins; undefined when it does not begin one. */
  paragraphEnd?: number;
  /** A sentence, which may be repeated in the next chunk. */
  sentence: boolean;
}

/** The size of a stretch of text, in Latin characters. */
export type Measure = (start: number, end: number) => number;

/** A Han character, a kana or a syllable of Hangul says as much as this many Latin letters, and is about a token too. */
const wideSize = 3;
const wide = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;
/** Where they are found, surrogates of rarer ones included: a cheap look before the dear one. */
const maybeWide = /[\u1100-\u11ff\u2e80-\ud7ff\ud840-\ud8bf\uf900-\ufaff\uff00-\uffef]/;

export function measureOf(text: string): Measure {
  if (!maybeWide.test(text) || !wide.test(text)) return (start, end) => end - start;
  const sums = new Uint32Array(text.length + 1);
  let at = 0;
  let sum = 0;
  for (const character of text) {
    sum += wide.test(character) ? wideSize : character.length;
    for (let unit = 0; unit < character.length; unit++) sums[++at] = sum;
  }
  return (start, end) => (sums[end] ?? sum) - (sums[start] ?? sum);
}

export interface UnitLimits {
  size: Measure;
  /** A longer piece is cut to pieces of `target` or so. */
  most: number;
  target: number;
  /** Splits a text of one line into sentences. */
  sentences(text: string): Iterable<string>;
}

export function unitsOf(text: string, blocks: Block[], limits: UnitLimits): Unit[] {
  const units: Unit[] = [];
  for (const block of blocks) {
    const first = units.length;
    if (block.kind !== "text") units.push(...cutLong(text, block, block, limits, false));
    else {
      let start = block.start;
      // A line's end is no sentence's end.
      for (const sentence of limits.sentences(text.slice(block.start, block.end).replace(/\n/g, " "))) {
        const end = start + sentence.length;
        units.push(...cutLong(text, { start, end }, block, limits, true));
        start = end;
      }
    }
    const opening = units[first];
    if (opening) opening.paragraphEnd = block.end;
  }
  return units;
}

/** A cheap look before the dear one; other scripts and signs are left to the rules. */
const mayEndSentence = /[.!?\n\r]|[^\x20-\x7e\t]/;

/** @returns the sentences of a text; together they are the whole of it. */
export function createSentences(): (text: string) => string[] {
  const usual = new Intl.Segmenter("en", { granularity: "sentence" });
  // The one language with rules of its own in Unicode's data: its question mark looks like a semicolon.
  const greek = new Intl.Segmenter("el", { granularity: "sentence" });
  return (text) => {
    // Figures and cells, mostly: nothing in it could end a sentence.
    if (!mayEndSentence.test(text)) return text ? [text] : [];
    const segmenter = /\p{sc=Greek}{3}/u.test(text) && detectLanguage(text) === "el" ? greek : usual;
    const sentences: string[] = [];
    let open = false;
    for (const { segment } of segmenter.segment(text)) {
      if (open && isAbbreviated(sentences.at(-1) ?? "", segment)) sentences.push((sentences.pop() ?? "") + segment);
      else sentences.push(segment);
      open = true;
    }
    return sentences;
  };
}

/** A piece longer than a chunk is cut at line ends, a longer line at spaces, and what has none anywhere. */
function cutLong(text: string, { start, end }: Range, block: Block, limits: UnitLimits, sentence: boolean): Unit[] {
  const { size, most, target } = limits;
  const units: Unit[] = [];
  let from = start;
  while (size(from, end) > most) {
    const begin = from;
    const line = block.lines.findLast((line) => line.end > begin && line.end < end && size(begin, line.end) <= most);
    const to = line?.end ?? cutPlace(text, from, farthest(from, end, target, size));
    units.push({ start: from, end: to, sentence: false });
    from = to;
  }
  if (end > from) units.push({ start: from, end, sentence: sentence && from === start });
  return units;
}

/** The last place that is at most `target` from `from`. */
function farthest(from: number, end: number, target: number, size: Measure): number {
  let low = from + 1;
  let high = end;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (size(from, middle) <= target) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Between cells or words, behind a mark, or at least not inside a character. */
function cutPlace(text: string, from: number, limit: number): number {
  const half = from + (limit - from) / 2;
  const tab = text.lastIndexOf("\t", limit);
  if (tab > half) return tab;
  const space = text.lastIndexOf(" ", limit);
  if (space > half) return space;
  for (let at = limit; at > half; at--) if (/[、，,；;：・]/.test(text.charAt(at - 1))) return at;
  if (space > from) return space;
  // With some text behind the limit, so that a character which goes on there is seen whole.
  const characters = new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text.slice(from, limit + 32));
  const whole = from + (characters.containing(limit - from)?.index ?? limit - from);
  if (whole > from) return whole;
  return /[\udc00-\udfff]/.test(text.charAt(limit)) ? limit + 1 : limit;
}
