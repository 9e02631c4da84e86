// Rows of tables: how a line is told from running text, and its cells.

/** What stands alone in a cell of its own and belongs to the figure beside it. */
const opensFigure = /^[($€£¥+−–-]+$/;
const closesFigure = /^[)%]+$/;
const number = /^[($€£¥]*[-−–+±~]?\d(?:[\d.,]*\d)?[)%*]*(?:\([\d.,±]+\))?$|^[–—-]$/;
export const year = /^(?:fy\s?)?(?:19|20)\d\d[a-z*]?$/i;
/** Cells of a line of a table say little each: a longer line with a gap in it is set text. */
const mostWords = 16;
const wordsOfCell = 7;

const opensItem = /^[•·▪●◦‣■□➢✓\uf0b7\uf0a7]\s*/u;

/** @param line without its line break. */
export function isRow(line: string): boolean {
  if (isSetWide(line) || noteLine.test(line) || isTextWithGaps(line)) return false;
  const words = line.match(/\S+/g) ?? [];
  const numbers = words.filter((word) => number.test(word)).length;
  if (figuresAtEnd(words) >= 2) return true;
  // What opens an item of a list is no cell.
  if (line.includes("\t") && line.trim().replace(opensItem, "").includes("\t")) {
    return numbers >= 1 && words.length <= mostWords && (numbers >= 2 || (!hasEnd(line) && isInCells(line)));
  }
  return numbers >= 2 && numbers >= words.length * 0.3 && number.test(words.at(-1) ?? "") && !hasEnd(line);
}

/** A cell of figures alone, or none that is as long as running text. */
function isInCells(line: string): boolean {
  const cells = line.split("\t").map((cell) => cell.match(/\S+/g) ?? []);
  return (
    cells.some((words) => words.length && words.every(isFigure)) || cells.every(({ length }) => length <= wordsOfCell)
  );
}

/** A note below a table, set apart from its sign. */
const noteLine = /^\s*(?:\(\d{1,2}\)|[*†‡]+|\d{1,2}\))\s*\t\s*\p{Lu}/u;

/** A row of words: it is one beside other rows alone. */
export function isRowOfWords(line: string): boolean {
  if (noteLine.test(line) || !line.trim().includes("\t") || isSetWide(line) || hasEnd(line)) return false;
  const cells = cellsOf(line).map((cell) => cell.split(/\s+/).length);
  const words = cells.reduce((sum, length) => sum + length, 0);
  return cells.length >= 2 && words <= mostWords && cells.every((length) => length <= wordsOfCell);
}

/** A row whatever stands above and below it: its cells are many, and short. */
export function isRowOfCells(line: string): boolean {
  const gaps = line.split("\t").filter((part) => part.trim() !== "").length - 1;
  if (gaps < 2 || isSetWide(line) || isTextWithGaps(line) || (gaps === 2 && hasEnd(line))) return false;
  const cells = cellsOf(line);
  return cells.length >= 3 && (line.match(/\S+/g)?.length ?? 0) <= cells.length * 3;
}

/** Three figures or years with nothing between them: no sentence breaks off before these. */
export function endsInFigures(line: string): boolean {
  const last = line.match(/\S+/g)?.slice(-3) ?? [];
  return last.length === 3 && last.every((word) => /\d/.test(word) && number.test(word));
}

function hasEnd(line: string): boolean {
  return /[.!?。！？:;,]["'”’)\]]*$/u.test(line.trimEnd().replace(/\d[.,]\d*$/, ""));
}

/** How many figures stand one after the other at a line's end: in running text hardly ever two. */
function figuresAtEnd(words: string[]): number {
  let figures = 0;
  for (const word of words.toReversed()) {
    if (number.test(word) && !year.test(word)) figures++;
    else if (!opensFigure.test(word) && !closesFigure.test(word)) break;
  }
  return figures;
}

/** What stands in no cell alone. */
const joining = /^(?:from|to|of|as of|and|or|by|at|in|was|were|von|auf|bis|und|de|à|et|y|,)$/;

/** No cell goes on after a comma, or ends a sentence and begins another. */
const goesOnInCell = /^[,;.]\s+\p{Ll}|\p{L}{3}[.;]\s+(?:\p{Lu}\p{Ll}*\s)?\p{Ll}+\s\p{Ll}+/u;
/** Words between figures that only running text has. */
const textInCell = /^(?:\p{Ll}[\p{L}’'-]*,?\s+){2,}[\p{L}’'-]+$/u;

/** Running text whose figures are set apart from it, as filings do. */
export function isTextWithGaps(line: string): boolean {
  const parts = line.split("\t").flatMap((part) => part.trim() || []);
  if (parts.length < 2) return false;
  if (parts.filter((part) => joining.test(part)).length >= 2 || parts.some((part) => goesOnInCell.test(part)))
    return true;
  return parts.length >= 3 && parts.slice(1).filter((part) => textInCell.test(part)).length >= 2;
}

/** Running text whose words are set far apart to fill the line. */
function isSetWide(line: string): boolean {
  const parts = line.split("\t").flatMap((part) => part.trim() || []);
  const words = parts.filter((part) => /^[\p{L}’'-]+[,;.]?$/u.test(part)).length;
  return words >= 4 && words >= parts.length * 0.6 && parts.some((part) => /^\p{Ll}+$/u.test(part));
}

/** The cells of a row, without the gaps between them: a currency stands with its figure. */
export function cellsOf(line: string): string[] {
  const lineEnd = line.indexOf("\n");
  if (lineEnd >= 0) return cellsOfLines(line, lineEnd);
  const cells: string[] = [];
  let opening = "";
  for (const cell of partsOf(line)) {
    const spaced = /[$€£¥]$/.test(opening) ? " " : "";
    if (opensFigure.test(cell) && cells.length > 0 && !/^[–—-]$/.test(cell)) opening += cell;
    else if (closesFigure.test(cell) && /[\d)]$|^[–—-]$/.test(cells.at(-1) ?? "")) cells.push(`${cells.pop()}${cell}`);
    else {
      cells.push(opening ? `${opening}${spaced}${cell}` : cell);
      opening = "";
    }
  }
  return withWholeLabel(opening ? [...cells, opening] : cells);
}

/** "At the statutory rate of" breaks off: the share after it is the label's own. */
function withWholeLabel(cells: string[]): string[] {
  const [label = "", share = "", ...figures] = cells;
  return figures.length > 0 && /\s(?:of|at)$/i.test(label) && share.endsWith("%")
    ? [`${label} ${share}`, ...figures]
    : cells;
}

/** A figure that is none of a label's own, as a year or the number of a note may be. */
const clearFigure = /^(?=.*(?:\d[.,]\d|%|\d\())\(?[$€£¥]?[-−–+±~]?\d[\d.,]*[)%]*(?:\([\d.,±]+\))?$/;

/** What begins a line or two above its figures; or a name, and the office that goes on in the lines below it. */
function cellsOfLines(lines: string, lineEnd: number): string[] {
  const last = lines.lastIndexOf("\n");
  if (lines.slice(last).trim().includes("\t")) {
    const [label = "", ...figures] = cellsOf(lines.slice(last + 1));
    return [`${lines.slice(0, last)} ${label}`.replace(/\s+/g, " ").trim(), ...figures];
  }
  const [name = "", ...held] = cellsOf(lines.slice(0, lineEnd));
  return [name, [...held, lines.slice(lineEnd)].join(" ").replace(/\s+/g, " ").trim()];
}

/** What gaps part; of a line without gaps, and of a part that holds several figures, each figure. */
function partsOf(line: string): string[] {
  const cut = line.split("\t").filter((part) => part.trim() !== "");
  const areFigures = cut.length > 1 && cut.slice(1).every((part) => (part.match(/\S+/g) ?? []).every(isFigure));
  const parts = cut.flatMap((part, index) => {
    const words = part.match(/\S+/g) ?? [];
    const figures = words.filter((word) => number.test(word)).length;
    // "34% - 37%" is one cell.
    if (cut.length > 1 && words.length === 3 && figures === 3 && /^[-–]$/.test(words[1] ?? ""))
      return [words.join(" ")];
    const apart = !line.includes("\t") || (figures > 0 && words.every(isFigure)) || /[$€£¥]$/.test(part.trim());
    // The first column of figures may stand closer to what rows are called than the others to each other.
    const closes = index === 0 && areFigures && figures === 1 && clearFigure.test(words.at(-1) ?? "");
    return apart || closes ? figuresApart(words) : [words.join(" ")];
  });
  return parts.filter((part) => part !== "");
}

export const isFigure = (word: string) => number.test(word) || opensFigure.test(word) || closesFigure.test(word);

function figuresApart(words: string[]): string[] {
  const parts: string[] = [];
  let between: string[] = [];
  for (const word of words) {
    if (!isFigure(word)) between.push(word);
    else {
      parts.push(between.join(" "), word);
      between = [];
    }
  }
  return [...parts, between.join(" ")];
}

export const holdsFigure = (cell: string) => cell.split(" ").some(isFigure);

/** A figure that is no year, alone or with its unit. */
export const holdsValue = (cell: string) => /(?<![\p{L}\d])\d/u.test(cell.replace(/(?<!\d)(?:19|20)\d\d(?!\d)/g, ""));
