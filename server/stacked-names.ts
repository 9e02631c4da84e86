// Names of a table's columns that are set in several lines each, as narrow columns make them. Pure.
import type { PageLine } from "./ports.ts";

/** A row that names columns, with its cells. */
export interface NamedRow {
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  cells: string[];
}

/** Lines of more characters, or wider than this share of the page, are no part of a name. */
const longest = 60;
const widest = 0.2;
const mostLines = 30;

const date =
  /(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\.?\s+\d{1,2},?(?:\s+(?:19|20)\d\d)?|\d{1,2}(?:st|nd|rd|th)?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*,?\s+(?:19|20)\d\d)(?![\p{L}\d])/giu;

/** @returns the last lines between two places where they name `count` columns, else null. */
export function stackedNames(
  text: string,
  lines: PageLine[],
  from: number,
  until: number,
  count: number,
): NamedRow | null {
  if (count < 2) return null;
  const between = lines.filter(({ start, end }) => start >= from && end <= until && text.slice(start, end).trim());
  // What leads to the rows below, and names none: a title, or the unit of all.
  while (/:\s*$|^\s*\([^()]+\)\s*$/.test(text.slice(between.at(-1)?.start, between.at(-1)?.end))) between.pop();
  const short = lastRun(between, ({ start, end }) => end - start <= longest);
  return datesOf(text, short, count) ?? columnsOf(text, short, count) ?? chainOf(text, between, count);
}

function lastRun(lines: PageLine[], isPart: (line: PageLine) => boolean): PageLine[] {
  const other = lines.findLastIndex((line) => !isPart(line));
  return lines.slice(Math.max(other + 1, lines.length - mostLines));
}

/** "December 2," above "2022", whose lines may run through several columns. */
function datesOf(text: string, lines: PageLine[], count: number): NamedRow | null {
  // The title of the rows below ("Assets") names none of their columns.
  const last = lines.findLast(({ start, end }) => /\d/.test(text.slice(start, end)));
  const first = lines[0];
  if (!first || !last || first === last) return null;
  const found = [...text.slice(first.start, last.end).matchAll(date)];
  const begin = found[0];
  if (found.length !== count || !begin) return null;
  const start = first.start + begin.index;
  // A year below all of them is said of rows.
  if (new Set(found.map(([name]) => /\s(?:19|20)\d\d$/.test(name))).size > 1) return null;
  const rest = text.slice(start, last.end).replace(date, "");
  return rest.trim() ? null : { start, end: last.end, cells: found.map(([name]) => name.replace(/\s+/g, " ")) };
}

/** Lines that stand one below the other, name beside name. */
function columnsOf(text: string, lines: PageLine[], count: number): NamedRow | null {
  const narrow = lastRun(withLastApart(text, lines, count), ({ start, end, box }) => {
    return (
      box[2] - box[0] < widest &&
      !text.slice(start, end).trim().includes("\t") &&
      !runningHead.test(text.slice(start, end))
    );
  });
  const columns: PageLine[][] = [];
  for (const line of narrow) {
    const last = columns.at(-1)?.at(-1);
    if (last && line.box[0] < last.box[2] && line.box[2] > last.box[0] && line.box[1] > last.box[1]) {
      columns.at(-1)?.push(line);
    } else columns.push([line]);
  }
  // A title of all that is as narrow as a name.
  if (columns.length === count + 1 && isAbove(columns[0], columns.slice(1))) columns.shift();
  const [first, end] = [columns[0]?.[0], narrow.at(-1)];
  if (columns.length !== count || !first || !end || columns.every(({ length }) => length < 2)) return null;
  const nameOf = (column: PageLine[]) => column.map(({ start, end }) => text.slice(start, end).trim()).join(" ");
  // Titles above each other stand beside nothing.
  const top = Math.max(...columns.map((column) => column[0]?.box[1] ?? 0));
  if (columns.some((column) => (column.at(-1)?.box[3] ?? 0) <= top)) return null;
  const isRight = columns.every((column, index) => (columns[index - 1]?.[0]?.box[0] ?? -1) < (column[0]?.box[0] ?? 0));
  return isRight ? { start: first.start, end: end.end, cells: columns.map(nameOf) } : null;
}

const year = /^\s*(?:fiscal\s*)?(?:19|20)\d\d\s*$/i;

/** "Media \tDigital" above "Experience \tTotal": each line ends in a name that the next one begins by going on with. */
function chainOf(text: string, lines: PageLine[], count: number): NamedRow | null {
  const contentOf = ({ start, end }: PageLine) => text.slice(start, end);
  const rest = lines.slice(0, lines.findLastIndex((line) => !year.test(contentOf(line))) + 1);
  const isLinked = (line: PageLine, below: PageLine) =>
    contentOf(line).trim().includes("\t") &&
    (below === rest.at(-1) || contentOf(below).trim().includes("\t")) &&
    [line, below].every((each) => each.end - each.start <= longest) &&
    below.box[0] < line.box[2] &&
    line.box[2] < below.box[2] &&
    below.box[1] < line.box[3];
  let from = rest.length - 1;
  while (from > 0 && isLinked(rest[from - 1] as PageLine, rest[from] as PageLine)) from--;
  const chain = rest.slice(Math.max(0, from));
  const [first, last] = [chain[0], chain.at(-1)];
  if (!first || !last || chain.length < 2) return null;
  const cells: string[] = [];
  for (const line of chain) {
    const [goesOn = "", ...others] = contentOf(line)
      .split(/\t+/)
      .map((cell) => cell.trim())
      .filter(Boolean);
    const open = cells.pop();
    cells.push(open ? `${open} ${goesOn}` : goesOn, ...others);
  }
  return cells.length === count || cells.length === count + 1 ? { start: first.start, end: last.end, cells } : null;
}

const isAbove = (title: PageLine[] = [], names: PageLine[][] = []) =>
  names.every(([first]) => (title.at(-1)?.box[3] ?? 0) <= (first?.box[1] ?? 0));

/** Stands on every page, and above no column. */
const runningHead = /^\s*(?:table of contents|contents|index)\s*$/i;

/** The last line in its cells, each about as wide as its share of the characters: the names of narrow columns may end in one. */
function withLastApart(text: string, lines: PageLine[], count: number): PageLine[] {
  const last = lines.at(-1);
  if (!last || !text.slice(last.start, last.end).trim().includes("\t")) return lines;
  const { start, end, box } = last;
  const each = (box[2] - box[0]) / (end - start);
  const cells = [...text.slice(start, end).matchAll(/[^\t]+/g)].map((found): PageLine => {
    const from = start + found.index;
    const to = from + found[0].length;
    return {
      ...last,
      start: from,
      end: to,
      box: [box[0] + (from - start) * each, box[1], box[0] + (to - start) * each, box[3]],
    };
  });
  const named = cells.filter((cell) => text.slice(cell.start, cell.end).trim());
  return named.length < count ? [...lines.slice(0, -1), ...named] : lines;
}
