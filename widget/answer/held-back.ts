// How much of a growing answer's end is not shown yet, because the next characters decide what it is.

/** Longer than any mark that is waited for; keeps the search independent of the answer's length. */
const window = 240;

/** Half a citation, a run of marks, a mark at a line's start, a fence's first line. */
const halfMark =
  /(?:\[\d{0,3}(?:[ \t]?,[ \t]?\d{0,3}){0,9}|[*_~`]{1,3}|(?:^|\n)[ \t]*(?:[-+*_]{1,2}|[-+*][ \t]+|#{1,6}|>|\d{1,2}[.)]?|\d{1,2}[.)][ \t]+|(?:```|~~~)[^\n]*)[ \t]*)$/;

/** Characters at the end of `text` that should wait. */
export function heldBack(text: string): number {
  const table = halfTable(text);
  if (table > 0) return table;
  const tail = text.slice(-window);
  const found = halfMark.exec(tail);
  if (!found) return 0;
  // A line break before the mark is settled; without one in the window, ^ would be the middle of a line.
  if (found.index === 0 && text.length > window && !/^[[*_~`\n]/.test(found[0])) return 0;
  return found[0].startsWith("\n") ? found[0].length - 1 : found[0].length;
}

/** A row of bars is a table only once the row of dashes under it is complete. */
function halfTable(text: string): number {
  const last = text.lastIndexOf("\n") + 1;
  const lastLine = text.slice(last);
  if (lastLine.length > 2_000) return 0;
  if (/^ {0,3}\|/.test(lastLine) && !isRow(text, last)) return lastLine.length;
  const before = text.lastIndexOf("\n", last - 2) + 1;
  if (last === 0 || before === last || !/^[ \t]*[|:\- \t]*$/.test(lastLine)) return 0;
  const head = text.slice(before, last - 1);
  return head.length < 2_000 && /^ {0,3}\|/.test(head) && !isRow(text, before) ? text.length - before : 0;
}

/** Whether the line before offset `at` is a row too. */
function isRow(text: string, at: number): boolean {
  if (at === 0) return false;
  const before = text.lastIndexOf("\n", at - 2) + 1;
  return /^ {0,3}\|/.test(text.slice(before, Math.min(at, before + 8)));
}
