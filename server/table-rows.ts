// Rows of tables: how a line is told from running text, its cells, and the row that names its columns.

/** Which stand alone in a cell of their own and belong to the figure beside them. */
const opensFigure = /^[($€£¥+−–-]+$/;
const closesFigure = /^[)%]+$/;
const number = /^[($€£¥]*[-−–+±]?\d(?:[\d.,]*\d)?[)%*]*(?:\([\d.,±]+\))?$|^[–—-]$/;
const year = /^(?:fy\s?)?(?:19|20)\d\d[a-z*]?$/i;
/** Cells of a line of a table say little each: a longer line with a gap in it is set text. */
const mostWords = 16;
const wordsOfCell = 7;

/** @param line without its line break. */
export function isRow(line: string): boolean {
  if (isSetWide(line)) return false;
  const words = line.match(/\S+/g) ?? [];
  const numbers = words.filter((word) => number.test(word)).length;
  const ended = /[.!?。！？:;,]["'”’)\]]*$/u.test(line.trimEnd().replace(/\d[.,]\d*$/, ""));
  if (figuresAtEnd(words) >= 2) return true;
  if (!line.trim().includes("\t")) {
    return numbers >= 2 && numbers >= words.length * 0.3 && number.test(words.at(-1) ?? "") && !ended;
  }
  if (numbers >= 1 && words.length <= mostWords && (numbers >= 2 || !ended)) return true;
  const cells = cellsOf(line);
  return (
    cells.length >= 2 && !ended && words.length <= mostWords && cells.every((cell) => cell.split(/\s+/).length <= wordsOfCell)
  );
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

/** Running text whose words are set far apart to fill the line. */
function isSetWide(line: string): boolean {
  const parts = line.trim().split(/\s*\t\s*/);
  const words = parts.filter((part) => /^[\p{L}’'-]+[,;.]?$/u.test(part)).length;
  return words >= 4 && words >= parts.length * 0.6 && parts.some((part) => /^\p{Ll}+$/u.test(part));
}

/** The cells of a row, without the gaps between them: a currency stands with its figure. */
export function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let opening = "";
  for (const part of line.includes("\t") ? line.split("\t") : figuresApart(line)) {
    const cell = part.replace(/\s+/g, " ").trim();
    if (!cell) continue;
    const spaced = /[$€£¥]$/.test(opening) ? " " : "";
    if (opensFigure.test(cell) && cells.length > 0 && !/^[–—-]$/.test(cell)) opening += cell;
    else if (closesFigure.test(cell) && cells.length > 0) cells.push(`${cells.pop()}${cell}`);
    else {
      cells.push(opening ? `${opening}${spaced}${cell}` : cell);
      opening = "";
    }
  }
  if (opening) cells.push(opening);
  return cells;
}

/** A line without gaps: each figure is a cell, and so are the words between two of them. */
function figuresApart(line: string): string[] {
  const parts: string[] = [];
  let words: string[] = [];
  for (const word of line.match(/\S+/g) ?? []) {
    if (!number.test(word) && !opensFigure.test(word) && !closesFigure.test(word)) words.push(word);
    else {
      if (words.length) parts.push(words.join(" "));
      parts.push(word);
      words = [];
    }
  }
  return words.length ? [...parts, words.join(" ")] : parts;
}

/** Whether a row names columns: years, dates or words in each cell, and no figure. */
export function namesColumns(cells: string[]): boolean {
  const [, ...figures] = cells;
  return figures.length > 0 && cells.every((cell, index) => year.test(cell) || (index === 0 ? !/^\d/.test(cell) : !number.test(cell))) && figures.some((cell) => !/^[–—%-]$/.test(cell));
}

/** @returns a name for each cell of the row, the first may be empty; null where the two do not fit. */
export function columnsOf(head: string[], cells: string[]): string[] | null {
  if (cells.length < 2) return null;
  if (head.length === cells.length) return head;
  return head.length === cells.length - 1 ? ["", ...head] : null;
}
