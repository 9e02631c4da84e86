// The passage of a page that a citation quotes: the best sentences that stand together, word for word.
import type { ScoredSegment } from "./segment-scores.ts";

/** Characters that a quote aims for at most; one sentence alone may be longer. */
const targetLength = 400;

export interface Quote {
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  segments: ScoredSegment[];
}

/** The best segment, widened within its paragraph or table while it stays short. @returns null on an empty page. */
export function quoteOf(segments: ScoredSegment[]): Quote | null {
  let best = 0;
  for (const [index, segment] of segments.entries()) if (segment.score > (segments[best]?.score ?? 0)) best = index;
  const centre = segments[best];
  if (!centre) return null;
  let from = best;
  let to = best;
  for (;;) {
    const { start } = segments[from] ?? centre;
    const { end } = segments[to] ?? centre;
    const before = fitting(segments[from - 1], centre, (segment) => end - segment.start);
    const after = fitting(segments[to + 1], centre, (segment) => segment.end - start);
    if (!before && !after) return { start, end, segments: segments.slice(from, to + 1) };
    // What follows an answer explains it more often than what precedes it.
    if (after && (!before || after.score + 0.05 >= before.score)) to++;
    else from--;
  }
}

function fitting(
  segment: ScoredSegment | undefined,
  centre: ScoredSegment,
  lengthWith: (segment: ScoredSegment) => number,
): ScoredSegment | undefined {
  if (!segment || lengthWith(segment) > targetLength) return undefined;
  if (centre.kind === "row") return segment.kind === "row" && segment.score >= centre.score / 2 ? segment : undefined;
  return segment.block === centre.block ? segment : undefined;
}

/** Scripts whose lines end anywhere in a word, with their punctuation. */
const wide =
  "[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\u3000-\\u303f\\u30fc\\uff00-\\uffef]";
const wideLineEnd = new RegExp(`(?<=${wide})[ \\t]*\\n[ \\t]*(?=${wide})`, "gu");

/** The words of a slice of a page in a row: line breaks become spaces, words cut at a line's end are joined. */
export function inOneLine(text: string): string {
  return text
    .replace(wideLineEnd, "")
    .replace(/(\p{Ll})[-\u00ad\u2010]\n(?=\p{Ll})/gu, "$1")
    .replace(/\s+/g, " ")
    .trim();
}
