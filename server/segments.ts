// Cuts a page's text into what can be quoted whole: sentences, list items, table rows and headings.
import { textBesideLabel } from "./label-cells.ts";
import {
  isClose,
  isFolio,
  isNextNote,
  isTorn,
  isUnfinished,
  type Line,
  type Shape,
  shapeOf,
  standsApart,
  standsClosed,
  usualLength,
} from "./line-signs.ts";
import { isWithin, listingsOf } from "./listings.ts";
import type { PageLine } from "./ports.ts";
import { isAbbreviated, opensWithDate } from "./sentences.ts";
import { joinSignatures } from "./signatures.ts";
import { nameColumns, type TableHead } from "./table-heads.ts";
import { endsInFigures, isRow, isRowOfCells, isRowOfWords, isTextWithGaps } from "./table-rows.ts";
import { joinLabels } from "./wrapped-labels.ts";

export interface Segment {
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  kind: "sentence" | "row" | "heading";
  /** Segments of one paragraph have the same number; each row and heading has its own. */
  block: number;
  /** Of a table's row: the row that names its columns. */
  head?: TableHead;
  /** Of one whose columns nothing names: the title of its table, its unit and period. */
  about?: { start: number; end: number }[];
  /** It names columns of rows below it. */
  names?: boolean;
  /** It says where something stands: an entry of a table of contents, or of a list of exhibits. */
  listed?: boolean;
  /** The page ends within it, and hardly anything of it stands here. */
  torn?: boolean;
  /** Of a picture, or its source: in several lines, but no sentence. */
  title?: boolean;
}

export interface SegmentedPage {
  text: string;
  lines: PageLine[];
  /** What of the page is its content: running heads and page numbers stand outside. */
  ranges: { start: number; end: number }[];
}

/** A longer one is cut at its semicolons where it can be read so; what ends nowhere is no sentence. */
const [longSentence, shortClause, maxLength] = [400, 60, 1200];
/** Lines that begin further apart, as a share of the page's width, do not stand in one column. */
const sameLeft = 0.01;

const bullet = /^\s*[•·▪●◦‣■□➢✓\uf0b7\uf0a7–—*-]\s+/;
const listLabel =
  /^\s*(?:\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2}){1,3}(?=\s*\t)|\d{1,3} \.\d{1,2}(?= )|\d{1,3}(?=\s*\t[A-Z]))\s+/;
const listItem = new RegExp(`${bullet.source}|${listLabel.source}`, "u");
const sentenceEnd = /[.!?。！？｡؟۔।…]["'”’)\]」』]*$/;

export function segmentsOf(page: SegmentedPage): Segment[] {
  const segments: Segment[] = [];
  const all = blocks(page);
  const isTitle = createTitleCheck(page);
  for (const block of all) {
    if (isHeading(page.text.slice(block.start, block.end), block.kind)) block.kind = "heading";
    else if (isTitle(block)) block.title = true;
  }
  nameColumns(page, all);
  for (const block of joinLabels(page, joinSignatures(page, all))) {
    if (block.kind === "sentence" && !block.title) segments.push(...sentences(page.text, block));
    else segments.push(block);
  }
  const listings = listingsOf(page);
  const cut = segments.map((segment) => trim(page.text, segment)).filter((segment) => segment.end > segment.start);
  for (const segment of cut) if (isWithin(segment, listings)) segment.listed = true;
  const last = cut.at(-1);
  if (last?.kind === "sentence" && !last.title && isTorn(page.text.slice(last.start, last.end))) last.torn = true;
  return cut;
}

/** Joins lines of running text; table rows, headings and list items begin anew. */
function blocks(page: SegmentedPage): Segment[] {
  const lines = contentLines(page);
  const shape = shapeOf(lines);
  const result: Segment[] = [];
  const begin = (start: number, end: number, kind: Segment["kind"]) => {
    const block: Segment = { start, end, kind, block: result.length };
    result.push(block);
    return block;
  };
  let open: Segment | undefined;
  let last: Line | undefined;
  let column: Line[] = [];
  for (const [index, line] of lines.entries()) {
    const goesOn = open && last && isClose(last, line, shape.gap) ? goesOnAfter(last, line, shape, column) : "no";
    const mayBeRow = goesOn !== "unfinished" || endsInFigures(line.content);
    const row = mayBeRow && (isRow(line.content) || standsInTable(lines, index));
    if (open && last && !row && goesOn !== "no") {
      const beside = textBesideLabel(last, line);
      if (beside !== null) {
        open.end = last.start + beside;
        open = begin(open.end, line.end, "sentence");
      }
      open.end = line.end;
    } else {
      // What leads to a table's figures without a mark is the names of its columns.
      if (row && open && last && goesOn !== "no" && last.start > open.start && !/[.:;?!]\s*$/.test(last.content)) {
        open.end = last.start;
        begin(last.start, last.end, "sentence");
      }
      const block = begin(line.start, line.end, row ? "row" : "sentence");
      open = row ? undefined : block;
    }
    if (Math.abs(line.box[0] - (last?.box[0] ?? 0)) > sameLeft) column = [];
    column.push(line);
    last = line;
  }
  return result;
}

function standsInTable(lines: Line[], index: number): boolean {
  const like = (place: number) => {
    const content = lines[place]?.content ?? "";
    return isRow(content) || isRowOfWords(content);
  };
  const own = lines[index]?.content ?? "";
  return isRowOfCells(own) || (isRowOfWords(own) && (like(index - 1) || like(index + 1)));
}

/** The lines of the page's content, with what is written in them. */
function contentLines({ text, lines, ranges }: SegmentedPage): Line[] {
  const result: Line[] = [];
  for (const line of lines) {
    const content = text.slice(line.start, line.end);
    const inside = ranges.some(({ start, end }) => line.start < end && line.end > start);
    if (inside && content.trim() && !isFolio(line, content)) result.push({ ...line, content });
  }
  return result;
}

/** `unfinished`: the line before is running text that breaks off, so whatever this line looks like belongs to it. */
function goesOnAfter(before: Line, line: Line, shape: Shape, column: Line[]): "no" | "yes" | "unfinished" {
  if (bullet.test(line.content) || isNextNote(before, line, shape)) return "no";
  const content = before.content.trimEnd();
  if (standsClosed(content, shape)) return "no";
  const ended = sentenceEnd.test(content);
  const words = content.match(/\p{L}{2,}/gu)?.length ?? 0;
  if (
    content.length >= shape.full * 0.75 &&
    words >= 5 &&
    !ended &&
    !/[:;]$/.test(content) &&
    (isTextWithGaps(before.content) || !/\t/.test(before.content + line.content))
  )
    return "unfinished";
  if (listLabel.test(line.content) && !opensWithDate(line.content)) return "no";
  if (/[-\u00ad]$/.test(before.content) || /^\s*\p{Ll}/u.test(line.content)) return "yes";
  if (standsApart(line.content) || standsApart(content)) return "no";
  if (isUnfinished(content, words)) return "yes";
  // At the top of the next column a whole sentence is taken for the end of its paragraph.
  if (ended && line.box[1] < before.box[1]) return "no";
  const short = content.length < (ended ? shape.full : Math.min(shape.full, usualLength(column))) * 0.6;
  return short && (ended || /^\s*[\p{Lu}\p{N}"“(]/u.test(line.content)) ? "no" : "yes";
}

/** A condition begins in it, which a formula or a list below goes on with. */
const breaksOff = /, (?:wenn|falls|sodass|so dass|if|so that|such that) /i;

function isHeading(block: string, kind: Segment["kind"]): boolean {
  const content = block.trim();
  if (kind !== "sentence" || content.length > 90 || content.includes("\n")) return false;
  return !/[.!?:;,。！？؟۔।、，：]$/.test(content) && !listItem.test(content) && !breaksOff.test(content);
}

/** A title of several lines is no longer than this, and of another size than running text. */
const longTitle = 140;
const mostTitleLines = 3;
const otherSize = 0.1;

/** Titles of pictures and what stands below them of their source: several lines, but no sentence. */
function createTitleCheck({ text, lines }: SegmentedPage): (block: Segment) => boolean {
  const heights = new Map<number, number>();
  for (const { start, end, height } of lines) heights.set(height, (heights.get(height) ?? 0) + end - start);
  const [usual = 0] = [...heights].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
  const heightAt = new Map(lines.map(({ start, height }) => [start, height]));
  return ({ start, end, kind }) => {
    const content = text.slice(start, end).trim();
    if (kind !== "sentence" || content.length > longTitle || !/^["“(]?[\p{Lu}\p{N}%]/u.test(content)) return false;
    const rows = content.split("\n").length;
    const isOther = Math.abs((heightAt.get(start) ?? usual) / (usual || 1) - 1) > otherSize;
    const isOpen = /…$/.test(content) || !(sentenceEnd.test(content) || /[:;,]$/.test(content));
    return isOther && rows > 1 && rows <= mostTitleLines && isOpen;
  };
}

/** A full stop with what closes it; and a bullet within a line, of a list beside the cell that names it. */
const cutPlace =
  /[.!?؟۔।]["'”’)\]]*(?:\[[^\][]{1,24}\])*\s+|[。！？｡]+["'”’」』）]*\s*|(?<!\s)\s+(?=[•▪●◦‣■□➢✓\uf0b7\uf0a7]\s+(?:[^\s•▪●]+\s+){2})/gu;

function sentences(text: string, { start, end, block }: Segment): Segment[] {
  const result: Segment[] = [];
  const whole = text.slice(start, end);
  let from = 0;
  for (const match of whole.matchAll(cutPlace)) {
    const at = match.index + match[0].length;
    const atBullet = match[0].trim() === "";
    if (!atBullet && !endsSentence(whole.slice(from, at), match[0], whole.slice(at, at + 12))) continue;
    result.push(...bounded(text, { start: start + from, end: start + at, block }));
    from = at;
  }
  if (from < whole.length) result.push(...bounded(text, { start: start + from, end, block }));
  return result;
}

function endsSentence(before: string, mark: string, after: string): boolean {
  if (/^[。！？｡]/.test(mark)) return true;
  if (!/^["'“‘([]?[\p{Lu}\p{N}\p{Lo}•]/u.test(after)) return false;
  return !isAbbreviated(before, after);
}

function bounded(text: string, { start, end, block }: Omit<Segment, "kind">): Segment[] {
  const result: Segment[] = [];
  let from = start;
  const cutAt = (at: number) => {
    result.push({ start: from, end: at, kind: "sentence", block });
    from = at;
  };
  if (end - start > longSentence) {
    for (const { index } of text.slice(start, end).matchAll(/;\s/g)) {
      if (start + index + 1 - from > shortClause && end - start - index > shortClause) cutAt(start + index + 1);
    }
  }
  while (end - from > maxLength) {
    const window = text.slice(from, from + maxLength);
    cutAt(from + (window.search(/\s\S*$/) + 1 || maxLength));
  }
  cutAt(end);
  return result;
}

/** Without the bullet or number of a list's item, and without the white around it. */
function trim(text: string, segment: Segment): Segment {
  let { start, end } = segment;
  const label = segment.kind === "row" ? null : listItem.exec(text.slice(start, Math.min(end, start + 24)));
  if (label && !opensWithDate(text.slice(start, end))) start += label[0].length;
  while (start < end && /\s/.test(text[start] ?? "")) start++;
  while (end > start && /\s/.test(text[end - 1] ?? "")) end--;
  return { ...segment, start, end };
}
