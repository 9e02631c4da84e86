// Gives the rows of a page's tables what they need to be read alone: names of their columns, title, period and unit. Pure.
import { type Fit, standsOver } from "./head-places.ts";
import { lineAt } from "./rects.ts";
import type { Segment, SegmentedPage } from "./segments.ts";
import { type NamedRow, stackedNames } from "./stacked-names.ts";
import { aboutNameless, byPlace, isPeriod, linesAbout, type Range, unit, within } from "./table-captions.ts";
import { areDates, columnsOf, mayNameColumns, namesDates, spreadOver, tellsApart } from "./table-columns.ts";
import { cellsOf, holdsFigure } from "./table-rows.ts";

/** The row that names the columns of a table's row. */
export interface TableHead extends NamedRow {
  /** Rows above it that say what several columns have in common, the topmost first. */
  over: NamedRow[];
  /** The table's title, and its unit where the names do not say it, in the order of the page. */
  captions: Range[];
}

/** A longer block between the rows of a table ends it; its title is no longer either. */
const longest = 120;
const longestLabel = 300;
/** What a row of notes begins with. */
const note = /^(?:\(\d{1,2}\)|[*†‡]+|\d{1,2}\))$/;

/** A page of more lines is no page that anybody reads: each row is held against all lines before it. */
const mostLinesOfPage = 1_000;

/** Sets `head` of rows to the nearest above that names as many columns, in the same table. */
export function nameColumns(page: Pick<SegmentedPage, "text" | "lines">, blocks: Segment[]): void {
  if (page.lines.length > mostLinesOfPage) return;
  let table = openTable(page, [], 0);
  for (const block of inPlace(page, blocks)) {
    const content = page.text.slice(block.start, block.end);
    if (block.kind !== "row") {
      if (content.length > longest && !isLabel(content)) table = openTable(page, [], block.end);
      else if (table.hasData() && beginsTable(content)) table = openTable(page, table.linesBelow(), table.end());
      if (content.length <= longest || /:\s*$/.test(content)) table.addLine(block);
      continue;
    }
    const cells = cellsOf(content);
    if (mayNameColumns(cells) && !table.isDataOfWords(cells)) {
      if (table.hasData()) table = openTable(page, table.linesBelow(), table.end());
      table.addHead(block, cells);
    } else table.addData(block, cells);
  }
}

/** Lines of so many characters, and so many of them, may stand last in a file and above a table on its page. */
const longestLast = 60;
const mostLast = 6;

/** The blocks with periods and dates that a file has last before the rows above which they stand. */
function inPlace({ text, lines }: Pick<SegmentedPage, "text" | "lines">, blocks: Segment[]): Segment[] {
  const first = blocks.findIndex(({ kind }) => kind === "row");
  if (first < 0) return blocks;
  const lineOf = ({ start }: Segment) => lineAt(lines, start);
  const top = lineOf(blocks[first] as Segment)?.box[1] ?? 0;
  let from = blocks.length;
  while (from > first + 1 && blocks.length - from < mostLast) {
    const block = blocks[from - 1] as Segment;
    const bottom = lineOf(block)?.box[3] ?? 1;
    if (bottom > top || block.end - block.start > longestLast || !tellsTime(text.slice(block.start, block.end))) break;
    from--;
  }
  if (from === blocks.length) return blocks;
  const topOf = (block: Segment) => lineOf(block)?.box[1] ?? 0;
  const last = blocks.slice(from).toSorted((one, other) => topOf(one) - topOf(other));
  return [...blocks.slice(0, first), ...last, ...blocks.slice(first, from)];
}

const tellsTime = (line: string) => isPeriod(line.trim()) || namesDates(cellsOf(line));

/** What no sentence ends in is what some row is called, however long. */
const isLabel = (content: string) => content.length <= longestLabel && !/[.!?:](?:\s|$)/.test(content);

/** Below rows: a period of its own, a unit, or what leads to a table is of the next one. */
function beginsTable(content: string): boolean {
  const line = content.trim();
  return /^\([^()]*\)$/.test(line) ? unit.test(line) : isPeriod(line) ? !section.test(line) : leads.test(line);
}

/** Of some rows among others: "2017", "Fiscal 2022". */
const section = /^(?:(?:fiscal|fy|year|geschäftsjahr)\s*)?(?:19|20)\d\d:?$/i;
const leads = /\b(?:tables?|follows|following)\b.*:\s*$|^table\s\d/i;

interface HeadRow extends NamedRow {
  block?: Segment;
  /** Dates that stand above amounts with their shares. */
  areOfPairs?: boolean;
}

function openTable({ text, lines }: Pick<SegmentedPage, "text" | "lines">, before: Segment[], from: number) {
  const heads: HeadRow[] = [];
  const periods: HeadRow[] = [];
  const above = [...before];
  let below: Segment[] = [];
  let years: Segment | undefined;
  let first: number | null = null;
  let widest = 0;
  let end = from;
  /** Names that stand between two places, each in lines of its own. */
  const stacked = (after: number, until: number, width: number) => stackedNames(text, lines, after, until, width);
  const namesFor = (cells: string[]): { names: HeadRow; over: HeadRow[] } | null => {
    // Some of the lines that name more columns would name fewer.
    const stack = cells.length < widest ? null : stacked(from, first ?? 0, cells.length - 1);
    const names = stack ?? heads.findLast((head) => columnsOf(head.cells, cells)) ?? namesOfPairs(heads, cells);
    if (!names) return null;
    const columns = columnsOf(names.cells, cells) ?? [];
    const at = heads.findIndex(({ start }) => start === names.start);
    const before = at < 0 ? heads.filter(({ end }) => end <= names.start) : heads.slice(0, at);
    const over = before.filter((head) => spreadOver(head.cells, cells.length, columns));
    const between = stack ? null : stacked(over.at(-1)?.end ?? from, names.start, cells.length - 1);
    return { names, over: between ? [...over, between] : over };
  };
  return {
    hasData: () => first !== null,
    end: () => end,
    /** Since the last row: they stand above what follows. */
    linesBelow: () => below,
    /** A row without figures right below rows, under the same names. */
    isDataOfWords(cells: string[]) {
      const isBelowRows = first !== null && below.length === 0 && !namesDates(cells);
      return isBelowRows && heads.some((head) => columnsOf(head.cells, cells));
    },
    addLine(block: Segment) {
      if (section.test(text.slice(block.start, block.end).trim())) years = block;
      else if (first === null) above.push(block);
      else below.push(block);
    },
    addHead(block: Segment, cells: string[]) {
      const head = { start: block.start, end: block.end, cells, block };
      heads.push(head);
      periods.push(head);
      if (namesDates(cells)) block.names = true;
    },
    addData(block: Segment, cells: string[]) {
      const isBelowRows = first !== null && below.length === 0;
      first ??= block.start;
      end = block.end;
      below = [];
      widest = Math.max(widest, cells.length);
      if (note.test(cells[0] ?? "") || !(isBelowRows || cells.slice(1).some(holdsFigure))) return;
      block.about = aboutNameless(above, periods, block.start, text);
      const found = namesFor(cells);
      // A row of more columns than are named is of another table, and so is what follows it.
      if (!found && heads.every((head) => head.cells.length < cells.length - 1)) heads.length = 0;
      if (!found) return;
      const { names } = found;
      const fit = fitOf(names.cells, cells);
      // What several names share is not said of some of them.
      const over = fit.isWhole ? found.over : [];
      if (!standsOver(lines, names, block, fit)) return;
      const shared = over.map((row) => row.cells);
      if (!tellsApart(names.cells, shared, cells.length)) return;
      const parts = heads.filter((head) => within(head, [names]));
      for (const { block: head } of [names, ...over, ...parts]) if (head) head.names = true;
      const about = linesAbout(above, names, cells.length, over, text);
      // The year of a date whose lines run through several columns is no section's.
      const of = years && !within(years, [names, ...over]) ? [years] : [];
      block.head = { ...rowOf(names), ...about, captions: [...about.captions, ...of].toSorted(byPlace) };
    },
  };
}

function fitOf(names: string[], cells: string[]): Fit {
  const [, ...figures] = cells;
  const columns = columnsOf(names, cells) ?? [];
  // "Cost of sales" beside what the row is called is a part of it.
  const isUnit = /^\(.*\)$/.test(names[0] ?? "") && !/\d/.test(figures[0] ?? "");
  return {
    isLabelled: columns[0] !== "" || isUnit,
    isWhole: !columns.at(-1) || columns.at(-1) === names.at(-1),
    isDated: areDates(names.slice(1)) && figures.every(holdsFigure),
    isSaid: names.length < cells.length && areDates(names),
  };
}

/** Dates above pairs of an amount and its share, which the first row alone may write with its sign: each names two columns. */
function namesOfPairs(heads: HeadRow[], cells: string[]): HeadRow | null {
  const dates = heads.findLast((head) => namesDates(head.cells));
  if (!dates || cells.length < 5) return null;
  dates.areOfPairs ||= cells.every((cell, index) => index === 0 || /%\)?$/.test(cell) === (index % 2 === 0));
  const count = dates.cells.length - (areDates(dates.cells) ? 0 : 1);
  const isPaired = dates.areOfPairs && 2 * count === cells.length - 1 && cells.slice(1).every(holdsFigure);
  const spread = isPaired ? spreadOver(dates.cells, cells.length) : null;
  return spread ? { ...dates, cells: spread } : null;
}

const rowOf = ({ start, end, cells }: NamedRow): NamedRow => ({ start, end, cells });
