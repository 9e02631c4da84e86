// What holds of every page's chunks, whatever stands on the page.
import type { PageLine, PdfPage } from "@pagewise/server/ports";
import { rectsOf } from "../../server/rects.ts";
import { createChunker, type PageChunk } from "../chunk.ts";

const most = 1400;
const overlap = 150;

export function chunkAll(pages: PdfPage[]): PageChunk[] {
  const chunker = createChunker();
  return [...pages.flatMap((page) => chunker.add(page)), ...chunker.end()];
}

/** Throws at the first chunk or line of which something does not hold. */
export function checkChunks(pages: PdfPage[], chunks: PageChunk[]): void {
  const byPage = groupByPage(chunks);
  for (const page of pages) {
    const own = byPage.get(page.number) ?? [];
    for (const [index, chunk] of own.entries()) {
      checkChunk(page, chunk);
      checkNeighbours(page, chunk, own[index + 1]);
    }
    byPage.delete(page.number);
  }
  if (byPage.size) throw new Error(`chunks of pages that are not there: ${[...byPage.keys()]}`);
  checkNothingMissing(pages, chunks);
}

function groupByPage(chunks: PageChunk[]): Map<number, PageChunk[]> {
  const groups = new Map<number, PageChunk[]>();
  for (const chunk of chunks) groups.set(chunk.page, [...(groups.get(chunk.page) ?? []), chunk]);
  return groups;
}

/** Latin characters count one, wide ones three. */
const sizeOf = (text: string) =>
  text.length + 2 * (text.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/gu)?.length ?? 0);

function checkChunk({ number, text, lines }: PdfPage, chunk: PageChunk): void {
  const { char_start, char_end, content } = chunk;
  const fail = (what: string): never => {
    throw new Error(`page ${number}, ${char_start} to ${char_end}: ${what}: ${JSON.stringify(content.slice(0, 200))}`);
  };
  if (text.slice(char_start, char_end) !== content) fail("does not stand there");
  if (content === "" || content !== content.trim()) fail("is empty or has white space around it");
  if (sizeOf(content) > most) fail(`is too large (${sizeOf(content)})`);
  for (const place of [char_start, char_end]) {
    const before = text.slice(Math.max(0, place - 1), place);
    const after = text.slice(place, place + 2);
    if (/[\ud800-\udbff]$/.test(before) && /^[\udc00-\udfff]/.test(after)) fail("cuts a surrogate pair");
    if (/^\p{M}/u.test(after) && /\S/.test(before)) fail("cuts a letter from its mark");
  }
  const rects = rectsOf(lines, char_start, char_end);
  if (rects.length === 0 && touched(lines, chunk).some(hasPlace)) fail("has no place on the page");
  for (const rect of rects) if (rect.some((side) => !(side >= 0 && side <= 1))) fail(`lies off the page (${rect})`);
  for (const line of touched(lines, chunk)) {
    const row = text.slice(line.start, line.end);
    if ((row.trim().match(/\t/g) ?? []).length < 2 || sizeOf(row) > most) continue;
    const cut = char_start > line.start ? text.slice(line.start, char_start) : text.slice(char_end, line.end);
    if (cut.trim() !== "") fail("cuts a row of a table");
  }
}

const touched = (lines: PageLine[], { char_start, char_end }: PageChunk) =>
  lines.filter(({ start, end }) => start < char_end && end > char_start);

/** Printer's marks lie off the page as shown. */
const hasPlace = ({ box }: PageLine) => box[2] > box[0] && box[3] > box[1];

function checkNeighbours({ text }: PdfPage, chunk: PageChunk, next: PageChunk | undefined): void {
  if (!next) return;
  if (next.char_start <= chunk.char_start || next.char_end <= chunk.char_end)
    throw new Error("chunks are out of order");
  const shared = text.slice(next.char_start, chunk.char_end);
  if (next.char_start < chunk.char_end && sizeOf(shared) > overlap)
    throw new Error(`too much is said twice: ${shared}`);
}

const lettersOf = (text: string) => text.replace(/[^\p{L}]+/gu, " ").trim();

/** A line that no chunk holds is a running head: it is near an edge, and stands in a chunk where it first stood. */
function checkNothingMissing(pages: PdfPage[], chunks: PageChunk[]): void {
  let kept: string | undefined;
  for (const page of pages) {
    const own = chunks.filter((chunk) => chunk.page === page.number);
    for (const line of page.lines) {
      const content = page.text.slice(line.start, line.end).trim();
      if (!/\p{L}/u.test(content)) continue;
      if (own.some(({ char_start, char_end }) => char_start < line.end && char_end > line.start)) continue;
      const letters = lettersOf(content);
      if (/^(?:page|seite|p|of|von)?(?: (?:of|von))?$/i.test(letters)) continue;
      kept ??= chunks.map((chunk) => lettersOf(chunk.content)).join("\n");
      const head = line.box[3] < 0.15 || line.box[1] > 0.85;
      if (!head || !kept.includes(letters)) throw new Error(`page ${page.number} has lost “${content}”`);
    }
  }
}
