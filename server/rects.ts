// Where a range of a page's text stands: line boxes packed for the page's row, and the boxes that a range touches.
import type { Rect } from "@pagewise/sdk/contract";
import type { PackedLine } from "./models/chunk.ts";
import type { PageLine } from "./ports.ts";

/** Fractions are kept in ten-thousandths: a hundredth of a millimetre or two on paper. */
const parts = 10_000;

export function packLines(page: { lines: PageLine[] }): PackedLine[] {
  return page.lines.map(({ start, end, box: [x0, y0, x1, y1], height }) => [
    start,
    end,
    Math.round(x0 * parts),
    Math.round(y0 * parts),
    Math.round(x1 * parts),
    Math.round(y1 * parts),
    Math.round(height * parts),
  ]);
}

export function unpackLines(lines: PackedLine[]): PageLine[] {
  return lines.map(([start, end, x0, y0, x1, y1, height]) => ({
    start,
    end,
    box: [x0 / parts, y0 / parts, x1 / parts, y1 / parts],
    height: height / parts,
  }));
}

/** The line in which a place of the text stands, or the next one. A page may have ten thousand. */
export function lineAt(lines: PageLine[], place: number): PageLine | undefined {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.end ?? 0) > place) high = middle;
    else low = middle + 1;
  }
  return lines[low];
}

/**
 * The boxes of the lines that `start` to `end` (UTF-16 offsets into the page's text) touches, in reading order. A line
 * that is only partly in the range is cut in proportion to its characters, along its longer side.
 */
export function rectsOf(lines: PageLine[], start: number, end: number): Rect[] {
  const rects: Rect[] = [];
  for (const line of lines) {
    const from = Math.max(start, line.start);
    const to = Math.min(end, line.end);
    if (from >= to) continue;
    const rect = cut(line, (from - line.start) / (line.end - line.start), (to - line.start) / (line.end - line.start));
    // Text off the page as shown (printer's marks) has no place on its picture.
    if (rect[2] > rect[0] && rect[3] > rect[1]) rects.push(rect);
  }
  return rects;
}

function cut({ box: [x0, y0, x1, y1], height }: PageLine, from: number, to: number): Rect {
  // A line that runs down the page: much taller than its font, and narrow.
  if (y1 - y0 > 2.5 * height && y1 - y0 > x1 - x0) return [x0, y0 + (y1 - y0) * from, x1, y0 + (y1 - y0) * to];
  return [x0 + (x1 - x0) * from, y0, x0 + (x1 - x0) * to, y1];
}
