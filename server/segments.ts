// Cuts a page's text into what can be quoted whole: sentences, list items, table rows and headings.
import type { PageLine } from "./ports.ts";
import { isAbbreviated } from "./sentences.ts";

export interface Segment {
  /** UTF-16 offsets in the page's text. */
  start: number;
  end: number;
  kind: "sentence" | "row" | "heading";
  /** Segments of one paragraph have the same number; each row and heading has its own. */
  block: number;
}

export interface SegmentedPage {
  text: string;
  lines: PageLine[];
  /** What of the page is its content: running heads and page numbers stand outside. */
  ranges: { start: number; end: number }[];
}

/** A longer one is cut at a clause or a space, so that a quote stays readable. */
const maxLength = 600;
/** Lines whose heights differ more are not of one paragraph. */
const sameHeight = 0.12;

const listItem = /^\s*(?:[•▪●◦‣–—*-]\s|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]\s)/;
const sentenceEnd = /[.!?。！？｡؟۔।…]["'”’)\]」』]*$/;

export function segmentsOf(page: SegmentedPage): Segment[] {
  const segments: Segment[] = [];
  for (const block of blocks(page)) {
    if (block.kind === "sentence") segments.push(...sentences(page.text, block));
    else segments.push(block);
  }
  return segments.map((segment) => trim(page.text, segment)).filter((segment) => segment.end > segment.start);
}

type Line = PageLine & { content: string };

/** Joins lines of running text; table rows, headings and list items begin anew. */
function blocks(page: SegmentedPage): Segment[] {
  const lines = contentLines(page);
  const full = fullWidth(lines);
  const gap = usualGap(lines);
  const result: Segment[] = [];
  let open: Segment | undefined;
  let last: Line | undefined;
  for (const line of lines) {
    if (open && last && !isRow(line.content) && continues(last, line, { full, gap })) {
      open.end = line.end;
    } else {
      const kind = isRow(line.content) ? "row" : "sentence";
      const block: Segment = { start: line.start, end: line.end, kind, block: result.length };
      result.push(block);
      open = kind === "row" ? undefined : block;
    }
    last = line;
  }
  for (const block of result)
    if (isHeading(page.text.slice(block.start, block.end), block.kind)) block.kind = "heading";
  return result;
}

/** The lines of the page's content, with what is written in them. */
function contentLines({ text, lines, ranges }: SegmentedPage): Line[] {
  const result: Line[] = [];
  for (const line of lines) {
    const content = text.slice(line.start, line.end);
    const inside = ranges.some(({ start, end }) => line.start < end && line.end > start);
    if (inside && content.trim()) result.push({ ...line, content });
  }
  return result;
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

function continues(before: Line, line: Line, { full, gap }: { full: number; gap: number }): boolean {
  if (listItem.test(line.content)) return false;
  if (Math.abs(line.height / (before.height || 1) - 1) > sameHeight) return false;
  if (line.box[1] - before.box[3] > gap + 0.5 * line.height) return false;
  if (/[-\u00ad]$/.test(before.content) || /^\s*\p{Ll}/u.test(line.content)) return true;
  const ended = sentenceEnd.test(before.content.trimEnd());
  // At the top of the next column a whole sentence is taken for the end of its paragraph.
  if (ended && line.box[1] < before.box[1]) return false;
  const short = before.content.trimEnd().length < full * 0.6;
  return !(short && (ended || /^\s*[\p{Lu}\p{N}"“(]/u.test(line.content)));
}

/** Cells of numbers: at least two, and few words beside them; or cells set apart by tabs. */
function isRow(line: string): boolean {
  const cells = line.match(/\S+/g) ?? [];
  const numbers = cells.filter((cell) => /^[($€£]*-?[\d.,]*\d[\d.,]*[)%]*$|^[–—-]$/.test(cell)).length;
  if (numbers >= 2 && numbers >= cells.length * 0.3 && !sentenceEnd.test(line.replace(/[\d.]+$/, ""))) return true;
  return line.includes("\t") && numbers >= 1 && cells.length <= 14;
}

function isHeading(block: string, kind: Segment["kind"]): boolean {
  const content = block.trim();
  if (kind !== "sentence" || content.length > 90 || content.includes("\n")) return false;
  return !/[.!?:;,。！？؟۔।、，：]$/.test(content) && !listItem.test(content);
}

function sentences(text: string, { start, end, block }: Segment): Segment[] {
  const result: Segment[] = [];
  const whole = text.slice(start, end);
  let from = 0;
  for (const match of whole.matchAll(/[.!?؟۔।]["'”’)\]]*(?:\[\d+\])*\s+|[。！？｡]+["'”’」』）]*\s*/gu)) {
    const at = match.index + match[0].length;
    if (!endsSentence(whole.slice(from, at), match[0], whole.slice(at, at + 12))) continue;
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
  while (end - from > maxLength) {
    const window = text.slice(from, from + maxLength);
    const clause = Math.max(window.lastIndexOf("; "), window.lastIndexOf(": "), window.lastIndexOf("\n• ")) + 1;
    const cut = clause > maxLength / 2 ? clause : window.search(/\s\S*$/) + 1 || maxLength;
    result.push({ start: from, end: from + cut, kind: "sentence", block });
    from += cut;
  }
  result.push({ start: from, end, kind: "sentence", block });
  return result;
}

function trim(text: string, segment: Segment): Segment {
  let { start, end } = segment;
  while (start < end && /\s/.test(text[start] ?? "")) start++;
  while (end > start && /\s/.test(text[end - 1] ?? "")) end--;
  return { ...segment, start, end };
}
