// Tables of an answer: a head row, a row of dashes, and rows of cells parted by bars.
import { parseInline } from "./inline.ts";
import type { Align, Block, Inline, Line } from "./tree.ts";

/** The cells of one line; a bar behind a backslash or inside code belongs to its cell. */
function splitCells(line: Line): Line[] {
  const { text } = line;
  const cells: Line[] = [];
  let from = 0;
  let code = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (char === "\\") i += 1;
    else if (char === "`") code = !code && text.indexOf("`", i + 1) > 0;
    else if (char === "|" && !code) {
      cells.push(trimLine({ text: text.slice(from, i), at: line.at + from }));
      from = i + 1;
    }
  }
  cells.push(trimLine({ text: text.slice(from), at: line.at + from }));
  if (cells[0]?.text === "") cells.shift();
  if (cells.length > 0 && cells.at(-1)?.text === "") cells.pop();
  return cells;
}

function trimLine(line: Line): Line {
  const text = line.text.trimStart();
  return { text: text.trimEnd(), at: line.at + line.text.length - text.length };
}

function readAligns(line: Line): Align[] | null {
  if (!line.text.includes("-") || /[^|:\-\s]/.test(line.text)) return null;
  const aligns: Align[] = [];
  for (const { text } of splitCells(line)) {
    if (!/^:?-+:?$/.test(text)) return null;
    aligns.push(text.endsWith(":") ? (text.startsWith(":") ? "center" : "end") : text.startsWith(":") ? "start" : null);
  }
  return aligns;
}

/** The columns of the table that begins with this line; `null` if none does. */
export function tableAligns(line: Line | undefined, next: Line | undefined): Align[] | null {
  if (!line?.text.includes("|") || !next) return null;
  const aligns = readAligns(next);
  if (!aligns || aligns.length === 0 || (aligns.length === 1 && !next.text.includes("|"))) return null;
  return splitCells(line).length === aligns.length ? aligns : null;
}

/** Reads the table that begins at `lines[from]`; returns it and the line after it. */
export function readTable(lines: readonly Line[], from: number, aligns: Align[], growing: boolean): [Block, number] {
  const row = (line: Line, open: boolean): Inline[][] => {
    const cells = splitCells(line);
    return aligns.map((_, i) => (cells[i] ? parseInline([cells[i]], open) : []));
  };
  const first = lines[from] as Line;
  const rows: Inline[][][] = [];
  let to = from + 2;
  while (to < lines.length && (lines[to] as Line).text.includes("|")) {
    rows.push(row(lines[to] as Line, growing && to === lines.length - 1));
    to += 1;
  }
  const last = lines[to - 1] as Line;
  const block: Block = {
    kind: "table",
    start: first.at,
    end: last.at + last.text.length,
    aligns: aligns.map((align, column) => align ?? (isNumeric(rows, column) ? "end" : null)),
    head: row(first, false),
    rows,
  };
  return [block, to];
}

const figure = /^[\s(~≈<>±+\-−–$€£¥]*\d[\d.,\s'’]*\)?\s*(?:%|‰|°?\p{L}{0,3})?$/u;

/** Figures are read from their last digit, so a column of them is set to the end, with its name where that is the first row. */
function isNumeric(rows: Inline[][][], column: number): boolean {
  let figures = 0;
  for (const [index, row] of rows.entries()) {
    const text = (row[column] ?? [])
      .map((node) => (node.kind === "text" || node.kind === "code" ? node.text : node.kind === "citations" ? "" : "0"))
      .join("")
      .trim();
    if (text === "" || /^[-–—]$|^n\/?a$/i.test(text)) continue;
    if (text.length <= 24 && figure.test(text)) figures += 1;
    else if (index > 0) return false;
  }
  return figures > 0;
}
