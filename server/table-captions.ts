// What the lines above a table say of it: its title, its unit, and the period of all of its columns. Pure.
import { inOneLine } from "./one-line.ts";
import type { Segment } from "./segments.ts";
import type { NamedRow } from "./stacked-names.ts";
import type { TableHead } from "./table-heads.ts";

export interface Range {
  start: number;
  end: number;
}

/** Blocks above a table among which its title, period and unit stand. */
const nearBlocks = 4;
const mostOver = 3;
const longPeriod = 60;
const longTitle = 90;

export const unit =
  /\b(?:in|of)\s+(?:u\.?s\.?\s+)?(?:dollars|euros?|pounds|thousands?|millions?|billions?|lakhs?|crores?|percent)\b|[$€£¥]\s*(?:in\s+)?(?:thousands?|millions?|billions?|m|bn)\b|^\(?(?:rs|inr|usd|eur|gbp)\b|\b(?:Mio|Mrd|Tsd|TEUR|T€)\b/iu;
const period =
  /\b(?:ended|ending|as (?:of|at)|years?|fiscal|quarters?|months|weeks|december|march|june|september|geschäftsjahr|exercice)\b/i;
/** What the lines above a table say of it: a period that all columns share, the title, and the unit. */
export function linesAbout(
  lines: Segment[],
  names: NamedRow,
  width: number,
  over: NamedRow[],
  text: string,
): Pick<TableHead, "over" | "captions"> {
  const label = names.cells.length === width ? (names.cells[0] ?? "") : "";
  const named = [names, ...over].flatMap(({ cells }) => cells);
  const isTitled = label.replace(/\(.*?\)/g, "").length > 3 && !unit.test(label) && !period.test(label);
  const outside = lines.filter((line) => !within(line, [names, ...over])).slice(-nearBlocks);
  const apart = outside.map((line) => lastSentence(line, text));
  const contentOf = ({ start, end }: Range) => text.slice(start, end).trim();
  const units = apart.filter((line) => unit.test(contentOf(line)));
  const periods = apart.filter((line) => isPeriod(contentOf(line)) && !units.includes(line));
  const below = units.at(-1)?.start ?? names.start;
  const title = apart.findLast(
    (line) => line.start < below && isTitle(contentOf(line)) && !periods.includes(line) && !units.includes(line),
  );
  const captions = [
    ...(title && !isTitled ? [title] : []),
    ...(named.some((cell) => unit.test(cell)) ? [] : units.slice(-1)),
  ];
  const rows = [
    ...periods.slice(-1).map((line) => ({ ...line, cells: [inOneLine(contentOf(line))] })),
    ...over.map(({ start, end, cells }) => ({ start, end, cells })),
  ];
  return { over: rows.toSorted(byPlace).slice(-mostOver), captions: captions.toSorted(byPlace) };
}

/** "We have three segments. Their revenue was as follows:" */
function lastSentence({ start, end }: Range, text: string): Range {
  const cut = text.slice(start, end).search(/(?<=[.!?]\s+)\p{Lu}[^.!?]*:\s*$/u);
  return { start: cut > 0 ? start + cut : start, end };
}

export const within = ({ start }: Range, rows: Range[]) => rows.some((row) => row.start <= start && start < row.end);

export const byPlace = (one: Range, other: Range) => one.start - other.start;

export const isPeriod = (line: string) => line.length <= longPeriod && period.test(line) && !/[.:;]$/.test(line);

const isTitle = (line: string) =>
  (line.length <= longTitle && /\p{L}{3}/u.test(line) && !/[.,;?!]$|^\(.*\)$/.test(line)) || /:$/.test(line);

const day = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*\.? \d{1,2}, (?:19|20)\d\d$/iu;

/**
 * What they say of rows whose columns nothing names: the title, the unit, and a period or day where there is but one.
 * @param heads rows above them that name columns of others.
 */
export function aboutNameless(lines: Segment[], heads: NamedRow[], at: number, text: string): Range[] {
  const contentOf = ({ start, end }: Range) => text.slice(start, end).trim();
  const days = lines.filter((line) => day.test(contentOf(line)));
  const isOneDay = new Set(days.map(contentOf)).size === 1;
  // "Fourth Quarter" above the first column and the last.
  const shared = heads.flatMap(({ start, cells: [first = "", ...others] }) => {
    const from = text.indexOf(first, start);
    const isShared = first !== "" && from >= 0 && isPeriod(first) && others.every((cell) => cell === first);
    return isShared ? [{ start: from, end: from + first.length }] : [];
  });
  // What stands below a day or a period is the name of a column rather than a title.
  const from = Math.min(at, ...[...days, ...shared].map(({ start }) => start));
  const about = linesAbout(lines, { start: from, end: from, cells: [] }, 0, [], text);
  const captions = about.captions.filter((line) => !isFragment(contentOf(line)));
  const found = [...captions, ...about.over, ...shared.slice(-1), ...(isOneDay ? days.slice(-1) : [])];
  return found.map((line) => saidOnce(line, text)).toSorted(byPlace);
}

/** Of a line that says the same above each of several columns, what it says. */
function saidOnce({ start, end }: Range, text: string): Range {
  const [first = "", ...others] = text.slice(start, end).split("\t");
  return { start, end: others.every((other) => other.trim() === first.trim()) ? start + first.trimEnd().length : end };
}

/** A part of a column's name, and no title. */
const isFragment = (line: string) => !unit.test(line) && (/\t/.test(line) || line.split(/\s+/).length < 3);
