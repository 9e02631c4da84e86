// The passage of a page that a citation quotes: the best sentences that stand together, word for word.
import type { ScoredSegment } from "./ranking.ts";

/** Characters that a quote aims for at most; one sentence alone may be longer. */
const targetLength = 400;

export interface Quote {
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  segments: ScoredSegment[];
}

/** The run of neighbouring segments around the best one, widened while it stays short. @returns null on an empty page. */
export function quoteOf(segments: ScoredSegment[]): Quote | null {
  let best = 0;
  for (const [index, segment] of segments.entries()) if (segment.score > (segments[best]?.score ?? 0)) best = index;
  let from = best;
  let to = best;
  for (;;) {
    const first = segments[from];
    const last = segments[to];
    if (!first || !last) return null;
    const before = fitting(segments[from - 1], last.end - (segments[from - 1]?.start ?? 0));
    const after = fitting(segments[to + 1], (segments[to + 1]?.end ?? 0) - first.start);
    if (!before && !after) return { start: first.start, end: last.end, segments: segments.slice(from, to + 1) };
    // What follows an answer explains it more often than what precedes it.
    if (after && (!before || after.score + 0.05 >= before.score)) to++;
    else from--;
  }
}

function fitting(segment: ScoredSegment | undefined, length: number): ScoredSegment | undefined {
  return segment && segment.kind !== "heading" && length <= targetLength ? segment : undefined;
}

/** The words of a slice of a page in a row: line breaks become spaces, words cut at a line's end are joined. */
export function inOneLine(text: string): string {
  return text
    .replace(/(\p{Ll})[-\u00ad\u2010]\n(?=\p{Ll})/gu, "$1")
    .replace(/\s+/g, " ")
    .trim();
}
