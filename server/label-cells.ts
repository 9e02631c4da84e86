// The label that stands in a cell beside running text, where white alone sets the two apart: pure.

import type { Line } from "./line-signs.ts";

/** Where a sentence may begin, not a name; after a gap any capital letter. A label breaks off nowhere, and is no number alone. */
const beginning =
  /(?<=\S\s+)(?<!(?:^|\s)(?:\p{Ll}{1,3}|\S*[,;:\u2013-])\s+)(?<!^\s*\d[\d.\s]*)["“‘(]?\p{Lu}[\p{L}’'/-]*,?\s+\p{Ll}|(?<=\S\s*\t\s*)["“‘(]?\p{Lu}/gu;

/** Share of the page's width by which the text stands further right than its label. */
const leastHang = 0.06;
/** Widths of lines tell where a word stands only so well, in characters and as a share of those measured. */
const slack = 2;
const slackShare = 0.08;
/** A line of fewer characters does not tell how wide one is. */
const leastMeasured = 12;

/**
 * The first line of a cell's text shares its line with the label beside it ("10 hours Current students may …"); the
 * line below begins where the text began.
 * @returns where in `line` the text begins, null where it is no such line.
 */
export function textBesideLabel(line: Line, below: Line): number | null {
  const [left, top, right] = line.box;
  const [textLeft, belowTop, belowRight] = below.box;
  const isHanging = textLeft - left >= leastHang && textLeft < right && belowTop > top;
  const measured = below.content.trim().length;
  if (!isHanging || measured < leastMeasured || isCentred(line, below)) return null;
  const content = line.content.trimEnd();
  const length = ((right - textLeft) * measured) / (belowRight - textLeft);
  const about = content.length - length;
  if (about > content.length / 2) return null;
  let best: number | null = null;
  for (const { index } of content.matchAll(beginning)) {
    const off = Math.abs(index - about);
    if (off <= slack + slackShare * length && (best === null || off < Math.abs(best - about))) best = index;
  }
  return best;
}

/** Lines of a title, each in the middle. */
function isCentred({ box: one }: Line, { box: other }: Line): boolean {
  return Math.abs(one[0] + one[2] - other[0] - other[2]) < 0.02;
}
