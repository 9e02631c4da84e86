// Cuts the pages of a document into chunks that stand word for word on their page: pure, page after page.
import type { PdfPage } from "@pagewise/server/ports";
import { type Block, blocksOf, type Sketch, type Surroundings, sketchOf, surroundingsOf } from "./structure.ts";
import { createSentences, type Measure, measureOf, type Range, type Unit, unitsOf } from "./units.ts";

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

/** Latin characters (see `Measure`): about 250 tokens, the size that other chunkers settle on for passages. */
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
  const near: { page: PdfPage; sketch: Sketch }[] = [];
  const seen = new Set<string>();
  const sentences = createSentences();
  let heading: string | null = null;
  /** Place in `near` of the next page to cut. */
  let next = 0;
  const cut = (): PageChunk[] => {
    const around = surroundingsOf(near.map(({ sketch }) => sketch));
    const chunks = near
      .slice(next, next + 1)
      .flatMap(({ page }) => chunkPage(page, around, { heading, seen, sentences }));
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
      near.push({ page, sketch: sketchOf(page) });
      return near.length - next > reach ? cut() : [];
    },
    end() {
      const chunks: PageChunk[] = [];
      while (next < near.length) chunks.push(...cut());
      return chunks;
    },
  };
}

/** What the pages before a page leave to it. */
interface Before {
  heading: string | null;
  seen: Set<string>;
  sentences: (text: string) => string[];
}

/**
 * @param before.heading the heading that goes on from the page before.
 * @param before.seen running heads met so far: each is kept where it first stands. Added to.
 * @param before.sentences made once for all pages: it costs as much as reading one.
 */
export function chunkPage(
  page: PdfPage,
  around: Surroundings = surroundingsOf([sketchOf(page)]),
  before: Before = { heading: null, seen: new Set(), sentences: createSentences() },
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
  const size = measureOf(page.text);
  const limits = { size, most, target, sentences: before.sentences };
  return sections.flatMap(({ heading, blocks }) =>
    pack(unitsOf(page.text, blocks, limits), size).map((range) => chunkOf(page, range, heading)),
  );
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

function pack(units: Unit[], size: Measure): Range[] {
  const ranges: Range[] = [];
  let taken: Unit[] = [];
  /** Where the units begin that are not repeated ones. */
  let fresh = 0;
  const close = () => {
    const range = rangeOf(taken);
    const last = ranges.at(-1);
    if (last && size(fresh, range.end) < least && size(last.start, range.end) <= most) last.end = range.end;
    else ranges.push(range);
  };
  for (const unit of units) {
    if (taken.length > 0 && isFull(rangeOf(taken), unit, size)) {
      close();
      const repeated = taken.at(-1);
      const fits = taken.length > 1 && repeated?.sentence && size(repeated.start, repeated.end) <= overlap;
      taken = fits && size(repeated.start, unit.end) <= most ? [repeated] : [];
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
function isFull({ start, end }: Range, unit: Unit, size: Measure): boolean {
  if (size(start, unit.end) > most || size(start, end) >= target) return true;
  return unit.paragraphEnd !== undefined && size(start, unit.paragraphEnd) > most && size(start, end) >= 0.6 * target;
}
