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

/** A row of names that columns share, each as often as it has columns, as cells of a row of `width`; null where it does not fit. */
export function spreadOver(names: string[], width: number): string[] | null {
  for (const [label, shared] of [["", names] as const, [names[0] ?? "", names.slice(1)] as const]) {
    const each = (width - 1) / shared.length;
    if (shared.length > 0 && Number.isInteger(each)) {
      return [label, ...shared.flatMap((name) => [name, ...Array<string>(each - 1).fill("")])];
    }
  }
  return null;
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
  const paired = withChangesPaired(head, cells);
  if (paired) return paired;
  const names = [...(isUnlabelled ? [""] : []), ...head.slice(0, head.findLastIndex((name) => !change.test(name)) + 1)];
  return cells.length > 2 && names.length === cells.length ? names : null;
}

/** A row ends below the dates where what stands beside them is said of other rows. */
function datesOver(head: string[], cells: string[]): string[] | null {
  const count = head.findIndex((name) => !date.test(name));
  return count >= 2 && count === cells.length - 1 ? ["", ...head.slice(0, count)] : null;
}

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
  const shown = [
    ...over.map((row) => carried(spreadOver(row, width) ?? [])),
    names.length < width ? ["", ...names] : names,
  ];
  const columns = Array.from({ length: width - 1 }, (_, index) => shown.map((row) => row[index + 1] ?? ""));
  // The share beside an amount has no name of its own.
  const named = columns.filter((column) => column.at(-1)).map((column) => column.join("\n"));
  return new Set(named).size === named.length;
}

/** Each name in every column that it is shared by. */
function carried(row: string[]): string[] {
  let name = "";
  return row.map((cell, index) => {
    if (index === 0) return cell;
    name = cell || name;
    return name;
  });
}
