// How the lines of a page are set, and what tells those apart that do not belong together: pure.
import type { PageLine } from "./ports.ts";

export type Line = PageLine & { content: string };

/** How lines are set on a page. */
export interface Shape {
  /** Characters of a full line of running text. */
  full: number;
  /** The white between one line and the next. */
  gap: number;
  /** Its lines end in numbers of pages. */
  isContents: boolean;
  /** Where lines begin that a raised number stands before: many files hold the numbers of notes after all text. */
  notes: Set<number>;
}

/** Lines of a table of contents. */
const fewestEntries = 5;
/** No paragraph ends so: set beside a picture its lines are short. */
const breaksOff = /(?:,|[\s(](?:\p{Ll}{1,3}|with|from|than|that|this))$/u;

/** Nor does what a row is called, or a title. */
const leadsOn = /\s(?:of|the|an?|and|or|to|in|for|by|with|from|than|that|at|on|as|its|their)$/u;

/** @param words how many the line has. */
export const isUnfinished = (line: string, words: number) => leadsOn.test(line) || (words >= 5 && breaksOff.test(line));

/** Above and below this share of the page a number in a cell of its own is the page's. */
const margin = 0.06;

/** A title beside the number of its page: it may change with every chapter, and repeats on no page. */
export function isFolio({ box: [, top, , bottom] }: PageLine, content: string): boolean {
  if (bottom > margin && top < 1 - margin) return false;
  const cells = content.split("\t").flatMap((cell) => cell.trim() || []);
  const isNumber = (cell = "") => /^\d{1,4}$/.test(cell);
  return (
    cells.length === 2 &&
    isNumber(cells[0]) !== isNumber(cells[1]) &&
    cells.every((cell) => isNumber(cell) || /\p{L}{3}/u.test(cell))
  );
}

/** The end of a table of contents' entry. */
const entryEnd = /\p{L}[\s.]+\d{1,3}\s*$/u;

/** Whether many lines end in numbers of pages. */
function isContents(lines: Line[]): boolean {
  return lines.filter(({ content }) => entryEnd.test(content)).length >= fewestEntries;
}

/** A note of its own, or one after the note of the number before. */
export function isNextNote(before: Line, line: Line, { notes }: Shape): boolean {
  const note = ({ content }: Line) => Number(/^\s*(\d{1,2}) (?=\p{Lu})/u.exec(content)?.[1]);
  return notes.has(line.start) || note(line) === note(before) + 1;
}

/** The number of a note is at most so large beside its text, and so far from it in heights of the text. */
const raised = 0.8;
const beforeNote = 1.5;

function notesOf(lines: Line[]): Set<number> {
  const numbers = lines.filter(({ content }) => /^\s*\(?(?:\d{1,2}|[*†‡]+)\)?\s*$/.test(content));
  const isNote = ({ box: [left, top, , bottom], height }: Line) =>
    numbers.some(({ box, height: size }) => {
      const middle = (box[1] + box[3]) / 2;
      const isBefore = box[2] <= left + 0.5 * size && left - box[2] < beforeNote * height;
      return isBefore && size < raised * height && middle > top - 0.5 * height && middle < bottom;
    });
  return new Set(lines.filter(isNote).map(({ start }) => start));
}

const inParentheses = /^\s*\([^()]+\)\s*$/;

/** Whether nothing goes on after a line: units below a title, and entries of a table of contents. */
export const standsClosed = (line: string, { isContents }: Shape) =>
  inParentheses.test(line) || (isContents && entryEnd.test(line));

/** A line all in parentheses, as units stand below a title, and one in capitals. */
export function standsApart(line: string): boolean {
  return inParentheses.test(line) || (/\p{Lu}{2}.*\p{Lu}{2}/u.test(line) && !/\p{Ll}/u.test(line));
}

/** A longer beginning of a sentence says something alone. */
const shortBeginning = 160;

/** Whether the last sentence of a page only begins on it. Only where sentences end in a mark: in letters that have capitals. */
export function isTorn(sentence: string): boolean {
  if (sentence.length > shortBeginning || /[.!?:;…]["'”’)\]]*$/.test(sentence)) return false;
  return /^["“(]?\p{Lu}\p{L}*\s.*\p{Ll}/su.test(sentence);
}

export function shapeOf(lines: Line[]): Shape {
  return { full: fullWidth(lines), gap: usualGap(lines), isContents: isContents(lines), notes: notesOf(lines) };
}

/** How long a full line of running text is on this page: the upper quartile. */
function fullWidth(lines: Line[]): number {
  const lengths = lines.map(({ content }) => content.trimEnd().length).filter((length) => length > 20);
  lengths.sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length * 0.75)] ?? 80;
}

/** The white between one line and the next below it. */
function usualGap(lines: Line[]): number {
  const gaps = lines.flatMap((line, index) => {
    const next = lines[index + 1];
    return next && next.box[1] > line.box[1] ? [next.box[1] - line.box[3]] : [];
  });
  return gaps.sort((one, two) => one - two)[(gaps.length - 1) >> 1] ?? 0;
}

/** Lines of a column that tell how wide it is, and how many of them must be running text. */
const nearLines = 6;
const fewestRunning = 3;

/** How long lines of running text are at this place: beside a picture all are short. @returns Infinity where nothing tells. */
export function usualLength(column: Line[]): number {
  const near = column.slice(-nearLines);
  const running = near.filter(({ content }) => /^\s*\p{Ll}/u.test(content)).length;
  return running < fewestRunning ? Number.POSITIVE_INFINITY : Math.max(...near.map(({ content }) => content.length));
}

/** Lines whose heights differ more are not of one paragraph. */
const sameHeight = 0.12;

/** Of one height, and not set apart by white. */
export function isClose(before: Line, line: Line, gap: number): boolean {
  if (Math.abs(line.height / (before.height || 1) - 1) > sameHeight) return false;
  return line.box[1] - before.box[3] <= gap + 0.5 * line.height;
}
