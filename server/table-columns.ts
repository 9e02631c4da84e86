// The names of a table's columns: which rows are such, and how they stand over the cells of others.

import { person } from "./asked-things.ts";
import { namesOffice } from "./signatures.ts";
import { isFigure, year } from "./table-rows.ts";

const date =
  /^(?:fy\s?)?(?:19|20)\d\d[a-z*]?$|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|q[1-4])\p{L}*\.?\s[\d, ]{1,9}$/iu;

/** Whether a row may name columns: years, dates or words in each cell, and no figure. */
export function mayNameColumns(cells: string[]): boolean {
  const [label = "", ...names] = cells;
  const figure = (cell: string) => !year.test(cell) && cell.split(" ").every(isFigure);
  if (names.filter((cell) => /[\p{L}\d]/u.test(cell)).length < names.length) return false;
  if (isDatedName(cells) || /^\p{Ll}[^(]*\)/u.test(label)) return false;
  return names.length > 0 && !/^\d/.test(label.replace(year, "").replace(span, "")) && !cells.some(figure);
}

const wholeName = new RegExp(`^${person}$`, "u");

/** Who signed as what, and when: each such row looks like names of columns. */
function isDatedName(cells: string[]): boolean {
  const isDate = (cell: string) => /\d{1,2}, (?:19|20)\d\d$/.test(cell);
  return cells.some(isDate) && cells.some(namesOffice) && cells.some((cell) => wholeName.test(cell));
}

/** "13 Weeks Ended" names columns though it begins with a figure. */
const span = /^\d{1,2}\s(?=(?:days?|weeks?|months?|years?|quarters?)\b)/i;

/** "18-29", "65+", as the axis of a chart has them. */
const range = /^[<>≤≥]?\s?\d{1,3}(?:\s?[-–]\s?\d{1,3}|\+)?$/;

/** Nothing but names of groups, or of the marks of an axis. */
export function onlyRanges(cells: string[]): boolean {
  const named = cells.filter((cell) => cell !== "");
  return (
    named.length > 1 && named.every((cell) => range.test(cell)) && named.some((cell) => /\d\s?[-–]\s?\d/.test(cell))
  );
}

/** Nothing but names of columns: groups, periods, and what changed between them. */
export function onlyNames(cells: string[]): boolean {
  if (onlyRanges(cells)) return true;
  const named = cells.filter((cell) => cell !== "");
  const isName = (cell: string) =>
    date.test(cell) || change.test(cell) || /^\(.*\)$|^\d{1,2} \p{L}+ ended$/iu.test(cell);
  return (
    named.some((cell) => date.test(cell)) && named.every(isName) && !named.slice(1).some((cell) => /^\(\d/.test(cell))
  );
}

/**
 * A row of names that columns share as cells of a row of `width`; null where it does not fit.
 * @param columns the names of the columns themselves: groups that are told apart by them may be of several widths.
 */
export function spreadOver(names: string[], width: number, columns: string[] = []): string[] | null {
  if (names.every((name) => partOfName.test(name))) return null;
  for (const [label, shared] of [["", names] as const, [names[0] ?? "", names.slice(1)] as const]) {
    const sizes = groupsOf(columns, shared) ?? equalGroups(shared.length, width - 1);
    if (sizes) return [label, ...spread(shared, sizes)];
  }
  return null;
}

const spread = (names: string[], sizes: number[]) =>
  sizes.flatMap((size, index) => [names[index] ?? "", ...Array<string>(size - 1).fill("")]);

function equalGroups(count: number, columns: number): number[] | null {
  const each = columns / count;
  return count > 0 && Number.isInteger(each) ? Array<number>(count).fill(each) : null;
}

/**
 * How many columns each of the names is of, as "Year ended" and "Change" are of years and of what compares them, or
 * as years are where below each the same names stand again.
 */
function groupsOf([, ...columns]: string[], names: string[]): number[] | null {
  const sizes: number[] = [];
  let last: boolean | null = null;
  for (const column of columns) {
    const changed: boolean | null = column === "" ? last : change.test(column);
    if (changed !== last) sizes.push(0);
    sizes[sizes.length - 1] = (sizes.at(-1) ?? 0) + 1;
    last = changed;
  }
  const [first = "", second = ""] = names;
  const isChange = names.length === 2 && sizes.length === 2 && last && change.test(second) && !change.test(first);
  return isChange ? sizes : repeatedGroups(columns, names);
}

/** Words of names in two lines, and no group's name. */
const partOfName = /^(?:percent(?:age)?|increase|decrease|change|amounts?|%)$/i;

function repeatedGroups(columns: string[], names: string[]): number[] | null {
  const size = columns.indexOf(columns[0] ?? "", 1);
  if (size < 2) return null;
  let count = 1;
  while (columns.slice(0, size).every((name, index) => name !== "" && columns[count * size + index] === name)) count++;
  const rest = columns.length - count * size;
  const isOfGroups = count > 1 && names.length === count + rest;
  return isOfGroups ? [...Array<number>(count).fill(size), ...Array<number>(rest).fill(1)] : null;
}

/** Columns of years or dates are named so by no other row. */
export function namesDates(cells: string[]): boolean {
  return cells.filter((cell) => date.test(cell)).length >= Math.max(2, cells.length - 1);
}

export const areDates = (cells: string[]) => cells.every((cell) => date.test(cell));

/** A last column of changes is left empty by some rows. */
const change = /change|growth|variance|∆|\bvs\b/i;
const comparesDates = /(?:19|20)\d\d\s*(?:vs\.?|versus|to|-|–)\s*(?:19|20)\d\d/i;

/** What names a column of figures, and no column of labels. */
const ofFigures = /^(?:amounts?|percent(?:age)?|number)$|^[%∆]|[%∆]$/i;

/** Whether the first of the names stands over figures, and none over what rows are called. */
function lacksLabel([first = "", ...others]: string[]): boolean {
  return date.test(first) || ofFigures.test(first) || (first !== "" && others.includes(first));
}

/** @returns a name for each cell of the row, the first may be empty; null where the two do not fit. */
export function columnsOf(head: string[], cells: string[]): string[] | null {
  if (cells.length < 2) return null;
  // A row below names of figures alone has as many cells only where it lacks one, nobody knows which.
  const isUnlabelled = lacksLabel(head) && /\p{L}{2}/u.test(cells[0] ?? "") && !date.test(cells[0] ?? "");
  if (head.length === cells.length) return isUnlabelled ? datesOver(head, cells) : head;
  if (head.length === cells.length - 1) return isAmountUnderShare(head, cells) ? null : ["", ...head];
  const paired = withChangesPaired(head, cells) ?? lastDates(head, cells);
  if (paired) return paired;
  const names = [...(isUnlabelled ? [""] : []), ...head.slice(0, head.findLastIndex((name) => !change.test(name)) + 1)];
  return cells.length > 2 && names.length === cells.length ? names : null;
}

/** A row ends below the dates where what stands beside them is said of other rows. */
function datesOver(head: string[], cells: string[]): string[] | null {
  const count = head.findIndex((name) => !date.test(name));
  return count >= 2 && count === cells.length - 1 ? ["", ...head.slice(0, count)] : null;
}

/** A total says nothing in the columns of words that stand before those of dates. */
function lastDates(head: string[], [, ...figures]: string[]): string[] | null {
  const dates = head.slice(head.findLastIndex((name) => !date.test(name)) + 1);
  const isTotal = dates.length > 1 && dates.length === figures.length && head.length > dates.length + 1;
  return isTotal && figures.every(isAmount) ? [head[0] ?? "", ...dates] : null;
}

const isAmount = (cell: string) => cell.split(" ").every(isFigure);

const isAmountUnderShare = (head: string[], [, ...cells]: string[]) =>
  head.some((name, index) => /^percent|%$/i.test(name) && /^[$€£¥]/.test(cells[index] ?? ""));

/** "2017 vs. 2016" above an amount and its share names both. */
function withChangesPaired(head: string[], cells: string[]): string[] | null {
  const changes = head.filter((name) => comparesDates.test(name)).length;
  const lack = cells.length - head.length - changes;
  if (changes === 0 || (lack !== 0 && lack !== 1)) return null;
  const names = [...(lack ? [""] : []), ...head.flatMap((name) => (comparesDates.test(name) ? [name, ""] : [name]))];
  const isPaired = names.every((name, index) => name !== "" || index === 0 || /%$|^[–—-]$/.test(cells[index] ?? ""));
  return isPaired ? names : null;
}

/** Whether every column of a table is told apart by its name and what stands above it. */
export function tellsApart(names: string[], over: string[][], width: number): boolean {
  const own = names.length < width ? ["", ...names] : names;
  const shown = [...over.map((row) => carried(spreadOver(row, width, own) ?? [])), own];
  const columns = Array.from({ length: width - 1 }, (_, index) => shown.map((row) => row[index + 1] ?? ""));
  // Between two dates stands what happened in between.
  let dates = 0;
  const places = columns.map((column) => (date.test(column.at(-1) ?? "") ? ++dates : dates));
  const isBetween =
    dates > 1 && new Set(columns.map((column) => column.join("\n")).filter((name) => date.test(name))).size === dates;
  // The share beside an amount has no name of its own.
  const named = columns.flatMap((column, index) => {
    const name = column.join("\n");
    return column.at(-1) ? [isBetween && !date.test(name) ? `${name}\n${places[index]}` : name] : [];
  });
  return new Set(named).size === named.length;
}

/** Each name in every column that it is shared by. */
export function carried(row: string[]): string[] {
  let name = "";
  return row.map((cell, index) => {
    if (index === 0) return cell;
    name = cell || name;
    return name;
  });
}
