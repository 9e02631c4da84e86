// The marked places of a page: the rectangles of one quote, joined to one stroke of the marker for each line.
import type { Rect } from "@pagewise/sdk/contract";

/** Gaps narrower than this, as a fraction of the page's width, are spaces between words of one line. */
const gap = 0.02;

/** Joins what stands on one line; top to bottom, then from the left. Rectangles without an area are left out. */
export function mergeRects(rects: readonly Rect[]): Rect[] {
  const lines: Rect[][] = [];
  const sorted = rects.map(inside).filter(([x0, y0, x1, y1]) => x1 > x0 && y1 > y0);
  sorted.sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  for (const rect of sorted) {
    const line = lines.find((one) => sameLine(one[0] as Rect, rect));
    if (line) line.push(rect);
    else lines.push([rect]);
  }
  return lines.flatMap(joinLine);
}

function inside(rect: Rect): Rect {
  return rect.map((value) => Math.min(1, Math.max(0, value))) as Rect;
}

/** At least half of the lower one's height stands beside the other. */
function sameLine(a: Rect, b: Rect): boolean {
  const shared = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return shared >= 0.5 * Math.min(a[3] - a[1], b[3] - b[1]);
}

function joinLine(line: readonly Rect[]): Rect[] {
  const joined: Rect[] = [];
  for (const rect of line.toSorted((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && rect[0] - last[2] <= gap) {
      joined[joined.length - 1] = [
        last[0],
        Math.min(last[1], rect[1]),
        Math.max(last[2], rect[2]),
        Math.max(last[3], rect[3]),
      ];
    } else joined.push(rect);
  }
  return joined;
}

/** The box around them all; the whole page where there are none. */
export function bounds(rects: readonly Rect[]): Rect {
  if (rects.length === 0) return [0, 0, 1, 1];
  return [
    Math.min(...rects.map((rect) => rect[0])),
    Math.min(...rects.map((rect) => rect[1])),
    Math.max(...rects.map((rect) => rect[2])),
    Math.max(...rects.map((rect) => rect[3])),
  ];
}
