// Which stretches of an answer no citation supports: sentences without a mark, or whose words the cited passages lack.
import { citedIn } from "./citation-marks.ts";
import type { Passage } from "./ports.ts";
import { createWordReader } from "./words.ts";

/** Share of a sentence's longer words that its passages must hold. */
const minimumShare = 0.4;
/** With fewer content words a sentence claims nothing ("Here is what I found:"). */
const fewestWords = 4;

/** @returns UTF-16 ranges of the text, in order. */
export function unsupportedRanges(text: string, passages: Passage[]): [number, number][] {
  const read = createWordReader(null);
  const held = passages.map((passage) => new Set(read(passage.text).map((word) => word.term)));
  const ranges: [number, number][] = [];
  for (const [start, end] of sentencesWithMarks(text)) {
    const sentence = text.slice(start, end);
    const words = read(sentence.replace(/\[\d+\]/g, "")).map((word) => word.term);
    const content = words.filter((word) => word.length > 3 || /\p{N}/u.test(word));
    if (content.length < fewestWords) continue;
    const cited = citedIn(sentence).map((number) => held[number - 1]);
    const found = (word: string) => cited.some((passage) => passage?.has(word));
    const numbers = content.filter((word) => /\p{N}/u.test(word));
    const share = content.filter(found).length / content.length;
    if (share < minimumShare || !numbers.every(found)) ranges.push([start, end]);
  }
  return ranges;
}

/** Sentences and lines, each with the marks that follow its full stop. */
function sentencesWithMarks(text: string): [number, number][] {
  const ranges: [number, number][] = [];
  for (const match of text.matchAll(/\S.*?(?:[.!?。！？]["'”’)*]*(?:\s*\[\d+\])*(?=\s|$)|(?=\n)|$)/gu)) {
    ranges.push([match.index, match.index + match[0].length]);
  }
  return ranges;
}
