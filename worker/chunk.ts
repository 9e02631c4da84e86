// Cuts the pages of a document into chunks that stand word for word on their page: pure, page after page.
import type { PdfPage } from "@pagewise/server/ports";
import { type Block, blocksOf, type Surroundings, surroundingsOf } from "./structure.ts";

export interface PageChunk {
  page: number;
  /** UTF-16 offsets: `text.slice(char_start, char_end) === content`. */
  char_start: number;
  char_end: number;
  /** The heading above it, if need be from an earlier page. */
  heading: string | null;
  content: string;
}

export interface Chunker {
  /** @returns the chunks of pages that are done: running heads are known from the pages that follow. */
  add(page: PdfPage): PageChunk[];
  end(): PageChunk[];
}

/** Characters: about 250 tokens, the size that other chunkers settle on for passages. */
const target = 1000;
const most = 1400;
/** A chunk shorter than this joins the one before it. */
const least = 200;
/** A sentence is repeated at the start of the next chunk when it is no longer. */
const overlap = 150;
const pageNumber = /^\P{L}?\s*(page|seite|p\.)?\s*\d{1,4}(\s*(\/|of|von|-|–)\s*\d{1,4})?\s*\P{L}?$/iu;
/** Pages looked at on either side. */
const reach = 8;

export function createChunker(): Chunker {
  const near: PdfPage[] = [];
  const seen = new Set<string>();
  let heading: string | null = null;
  /** Place in `near` of the next page to cut. */
  let next = 0;
  const cut = (): PageChunk[] => {
    const page = near[next] as PdfPage;
    const chunks = chunkPage(page, surroundingsOf(near), { heading, seen });
    heading = chunks.at(-1)?.heading ?? heading;
    next++;
    if (next > reach) {
      near.shift();
      next--;
    }
    return chunks;
  };
  return {
    add(page) {
      near.push(page);
      return near.length - next > reach ? cut() : [];
    },
    end() {
      const chunks: PageChunk[] = [];
      while (next < near.length) chunks.push(...cut());
      return chunks;
    },
  };
}

/**
 * @param before.heading the heading that goes on from the page before.
 * @param before.seen running heads met so far: each is kept where it first stands. Added to.
 */
export function chunkPage(
  page: PdfPage,
  around: Surroundings = surroundingsOf([page]),
  before: { heading: string | null; seen: Set<string> } = { heading: null, seen: new Set() },
): PageChunk[] {
  const lines = page.lines.filter((line) => {
    if (!around.isRunning(page, line)) return true;
    const content = page.text.slice(line.start, line.end).trim();
    if (pageNumber.test(content)) return false;
    const words = content.replace(/[^\p{L}]+/gu, " ").trim();
    // Figures alone that stand at the same place are a table's.
    if (words === "") return true;
    const known = before.seen.has(words);
    before.seen.add(words);
    return !known;
  });
  const sections = sectionsOf(page, blocksOf(page, lines, around.bodyHeight), before.heading);
  return sections.flatMap(({ heading, blocks }) =>
    pack(unitsOf(page.text, blocks)).map((range) => chunkOf(page, range, heading)),
  );
}

interface Range {
  start: number;
  end: number;
}

/** The smallest piece that a chunk is made of. */
interface Unit extends Range {
  /** Where the paragraph ends that it begins; undefined when it does not begin one. */
  paragraphEnd?: number;
  /** A sentence, which may be repeated in the next chunk. */
  sentence: boolean;
}

function chunkOf({ number, text }: PdfPage, range: Range, heading: string | null): PageChunk {
  const raw = text.slice(range.start, range.end);
  const start = range.start + raw.length - raw.trimStart().length;
  const content = raw.trim();
  return { page: number, char_start: start, char_end: start + content.length, heading, content };
}

/** A heading opens a section and stands in it; headings that follow each other open one together. */
function sectionsOf(page: PdfPage, blocks: Block[], carried: string | null) {
  const sections: { heading: string | null; blocks: Block[] }[] = [];
  for (const block of blocks) {
    const last = sections.at(-1);
    const open = last?.blocks.every(({ kind }) => kind === "heading");
    if (block.kind === "heading" && !open) sections.push({ heading: titleOf(page, block), blocks: [block] });
    else if (last) {
      last.blocks.push(block);
      if (block.kind === "heading") last.heading = titleOf(page, block);
    } else sections.push({ heading: carried, blocks: [block] });
  }
  return sections;
}

function titleOf({ text }: PdfPage, block: Block): string {
  return text.slice(block.start, block.end).replace(/\s+/g, " ").trim();
}

function unitsOf(text: string, blocks: Block[]): Unit[] {
  const sentences = new Intl.Segmenter("en", { granularity: "sentence" });
  const units: Unit[] = [];
  for (const block of blocks) {
    const first = units.length;
    // A line's end is no sentence's end.
    const flat = block.kind === "text" ? text.slice(block.start, block.end).replace(/\n/g, " ") : "";
    if (block.kind !== "text") units.push(...cutLong(text, block, block, false));
    for (const { segment, index } of sentences.segment(flat)) {
      const start = block.start + index;
      units.push(...cutLong(text, { start, end: start + segment.length }, block, true));
    }
    const opening = units[first];
    if (opening) opening.paragraphEnd = block.end;
  }
  return units;
}

/** A piece longer than a chunk is cut at line ends, a longer line at spaces, and what has none anywhere. */
function cutLong(text: string, { start, end }: Range, block: Block, sentence: boolean): Unit[] {
  const units: Unit[] = [];
  let from = start;
  while (end - from > most) {
    const lineEnd = block.lines.findLast((line) => line.end <= from + most && line.end > from)?.end;
    const space = text.lastIndexOf(" ", from + target);
    let to = lineEnd ?? (space > from ? space : from + target);
    // Not inside a surrogate pair.
    if (/[\udc00-\udfff]/.test(text.charAt(to))) to++;
    units.push({ start: from, end: to, sentence: false });
    from = to;
  }
  if (end > from) units.push({ start: from, end, sentence: sentence && from === start });
  return units;
}

function pack(units: Unit[]): Range[] {
  const ranges: Range[] = [];
  let taken: Unit[] = [];
  /** Where the units begin that are not repeated ones. */
  let fresh = 0;
  const close = () => {
    const range = rangeOf(taken);
    const last = ranges.at(-1);
    if (last && range.end - fresh < least && range.end - last.start <= most) last.end = range.end;
    else ranges.push(range);
  };
  for (const unit of units) {
    if (taken.length > 0 && isFull(rangeOf(taken), unit)) {
      close();
      const repeated = taken.at(-1);
      const fits = taken.length > 1 && repeated?.sentence && repeated.end - repeated.start <= overlap;
      taken = fits && unit.end - repeated.start <= most ? [repeated] : [];
      fresh = unit.start;
    } else if (taken.length === 0) fresh = unit.start;
    taken.push(unit);
  }
  if (taken.length > 0) close();
  return ranges;
}

function rangeOf(units: Unit[]): Range {
  return { start: units[0]?.start ?? 0, end: units.at(-1)?.end ?? 0 };
}

/** Full at the most, at the target, and before a paragraph that would not fit whole when most of the target is there. */
function isFull({ start, end }: Range, unit: Unit): boolean {
  if (unit.end - start > most || end - start >= target) return true;
  return unit.paragraphEnd !== undefined && unit.paragraphEnd - start > most && end - start >= 0.6 * target;
}
