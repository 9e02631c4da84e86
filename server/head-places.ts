// Whether names of columns stand over the cells of a row, as far as where their lines begin and end tells. Pure.
import type { PageLine } from "./ports.ts";

interface Range {
  start: number;
  end: number;
}

/** Shares of the page's width by which rows of one table begin and end elsewhere: indents, and names wider than figures. */
const indent = 0.02;
const centred = 0.15;
const mostBeyond = 0.15;
const mostShort = 0.2;
const aligned = 0.05;

export interface Fit {
  /** Whether the first name is that of what rows are called. */
  isLabelled: boolean;
  /** Whether the row has a cell for the last name. */
  isWhole: boolean;
  /** Whether all names but the first are dates, over figures. */
  isDated: boolean;
  /** Whether the names themselves say that they are of figures alone: their place need not. */
  isSaid: boolean;
}

/** A name too many or too few shifts all others: such stand elsewhere than the cells they would name. */
export function standsOver(
  lines: PageLine[],
  head: Range,
  row: Range,
  { isLabelled, isWhole, isDated, isSaid }: Fit,
): boolean {
  const names = within(lines, head);
  const cells = within(lines, row);
  const [first, begin] = [names[0], cells[0]];
  if (!first || !begin || cells.length > 1) return true;
  const beyond = begin.box[2] - Math.max(...names.map(({ box }) => box[2]));
  if (beyond > mostBeyond || (isWhole ? beyond < -mostShort : beyond > -aligned)) return false;
  // Names of several lines, or that begin within one, do not tell where they begin.
  if (isSaid || names.length > 1 || first.start < head.start) return true;
  const right = first.box[0] - begin.box[0];
  // "Location" over a column that the row leaves empty shifts no date.
  return isLabelled ? right <= centred || (isDated && Math.abs(beyond) < aligned) : right > indent;
}

const within = (lines: PageLine[], { start, end }: Range) =>
  lines.filter((line) => line.start < end && line.end > start);
