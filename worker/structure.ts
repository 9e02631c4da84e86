// Sees the structure of a page in its lines: running heads, headings, table rows and paragraphs. Pure.
import type { PageLine, PdfPage } from "@pagewise/server/ports";

type BlockKind = "heading" | "row" | "text";

/** Lines that belong together: a heading, one row of a table, or a paragraph. */
export interface Block {
  kind: BlockKind;
  start: number;
  end: number;
  lines: PageLine[];
}

/** What the pages around a page tell of it. */
export interface Surroundings {
  /** Height of most of the text, as a fraction of a page. */
  bodyHeight: number;
  /** Whether a line is a running head or foot: it says the same at the same place on many pages. */
  isRunning(page: PdfPage, line: PageLine): boolean;
}

/** A larger line this long is no heading but large text. */
const maxHeadingLength = 120;
const maxHeadingLines = 3;
const headingScale = 1.15;
/** Where running heads and feet stand. */
const margin = 0.15;
/** A line on more than this share of pages is running; the share counts pages near by, so it may change by chapter. */
const runningShare = 0.4;
const minRunning = 3;
const samePlace = 0.015;

/** What the pages around a page need to know of it. */
export interface Sketch {
  page: number;
  /** Characters by height of their line. */
  heights: Map<number, number>;
  /** Lines where running heads stand. */
  margins: { key: string; y: number }[];
}

export function sketchOf(page: PdfPage): Sketch {
  const heights = new Map<number, number>();
  const margins: Sketch["margins"] = [];
  for (const line of page.lines) {
    const height = Math.round(line.height * 2000) / 2000;
    heights.set(height, (heights.get(height) ?? 0) + line.end - line.start);
    if (inMargin(line)) margins.push({ key: runningKey(page, line), y: line.box[1] });
  }
  return { page: page.number, heights, margins };
}

/** @param sketches of the pages near by, the page in question among them. */
export function surroundingsOf(sketches: Sketch[]): Surroundings {
  const places = new Map<string, { page: number; y: number }[]>();
  const heights = new Map<number, number>();
  for (const sketch of sketches) {
    for (const [height, characters] of sketch.heights) heights.set(height, (heights.get(height) ?? 0) + characters);
    for (const { key, y } of sketch.margins) {
      const found = places.get(key);
      if (found) found.push({ page: sketch.page, y });
      else places.set(key, [{ page: sketch.page, y }]);
    }
  }
  return {
    bodyHeight: weightedMedian(heights),
    isRunning(page, line) {
      if (!inMargin(line)) return false;
      const alike = (places.get(runningKey(page, line)) ?? []).filter(({ y }) => Math.abs(y - line.box[1]) < samePlace);
      const count = new Set(alike.map((place) => place.page)).size;
      return count >= minRunning && count > runningShare * sketches.length;
    },
  };
}

function inMargin({ box }: PageLine): boolean {
  return box[3] < margin || box[1] > 1 - margin;
}

/** The line's text modulo digits and spaces: page numbers and dates count up. */
function runningKey({ text }: PdfPage, line: PageLine): string {
  return text.slice(line.start, line.end).replace(/\d+/g, "#").replace(/\s+/g, " ").trim();
}

function weightedMedian(weights: Map<number, number>): number {
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  let passed = 0;
  for (const [value, weight] of [...weights].sort((one, two) => one[0] - two[0])) {
    passed += weight;
    if (passed * 2 >= total) return value;
  }
  return 0;
}

interface Measure {
  bodyHeight: number;
  /** The usual white between lines. */
  gap: number;
}

/** @param lines of `page`, without running heads. */
export function blocksOf(page: PdfPage, lines: PageLine[], bodyHeight: number): Block[] {
  const gap = usualGap(lines);
  const blocks: Block[] = [];
  for (const [index, line] of lines.entries()) {
    const kind = kindOf(page, lines, index, { bodyHeight, gap });
    const last = blocks.at(-1);
    if (last && last.kind === kind && continues(last, line, gap)) {
      last.lines.push(line);
      last.end = line.end;
    } else blocks.push({ kind, start: line.start, end: line.end, lines: [line] });
  }
  return blocks;
}

function kindOf({ text }: PdfPage, lines: PageLine[], index: number, { bodyHeight, gap }: Measure): BlockKind {
  const line = lines[index] as PageLine;
  const content = text.slice(line.start, line.end).trim();
  const tabs = (content.match(/\t/g) ?? []).length;
  if (tabs <= 1 && isHeading(content, lines, index, { bodyHeight, gap })) return "heading";
  const hasTab = (neighbour: PageLine | undefined) =>
    neighbour !== undefined && text.slice(neighbour.start, neighbour.end).includes("\t");
  if (isFigures(content) || tabs > 1 || (tabs === 1 && (hasTab(lines[index - 1]) || hasTab(lines[index + 1]))))
    return "row";
  return "text";
}

/** A row of a table whose cells stand too near each other for tabs: a quarter of its words are numbers. */
function isFigures(content: string): boolean {
  const words = content.split(/\s+/);
  const numbers = words.filter((word) => /\d/.test(word) && !/\p{L}/u.test(word)).length;
  return numbers >= 2 && numbers * 4 >= words.length;
}

const numbered =
  /^(\d{1,2}(\.\d{1,2}){0,3}\.?|(item|chapter|section|part|appendix|kapitel|abschnitt|chapitre)\s+\w{1,4}[.:]?)\s+\p{Lu}/iu;

/** Larger than the body; or numbered as sections are, standing off from what is above. */
function isHeading(content: string, lines: PageLine[], index: number, { bodyHeight, gap }: Measure): boolean {
  const line = lines[index] as PageLine;
  if (content.length > maxHeadingLength || !/\p{L}{2}/u.test(content)) return false;
  if (bodyHeight > 0 && line.height >= headingScale * bodyHeight) return true;
  // Ends in a figure: a line of a table of contents.
  if (content.length > 80 || /[.,;:?!\d]$/.test(content) || content.includes(",") || !numbered.test(content))
    return false;
  const above = lines[index - 1];
  if (above && above.box[1] < line.box[1] && line.box[1] - above.box[3] < gap + 0.3 * line.height) return false;
  // One number alone may be an item of a list: a section's is at least a little larger.
  return /^\d{1,2}\.?\s/.test(content) ? line.height > 1.03 * bodyHeight : line.height > 0.95 * bodyHeight;
}

function continues(block: Block, line: PageLine, usual: number): boolean {
  const last = block.lines.at(-1) as PageLine;
  if (block.kind === "row") return false;
  if (block.kind === "heading") {
    const near = line.box[1] - last.box[3] < 1.2 * line.height && line.box[1] >= last.box[1];
    return near && block.lines.length < maxHeadingLines && Math.abs(line.height / last.height - 1) < 0.1;
  }
  const ratio = line.height / (last.height || 1);
  if (ratio > 1.12 || ratio < 0.88) return false;
  // Text that goes on at the top of the next column is the same paragraph as far as can be told.
  return line.box[1] - last.box[3] <= usual + 0.5 * line.height;
}

/** The white between one line and the next below it. */
function usualGap(lines: PageLine[]): number {
  const gaps: number[] = [];
  for (const [index, line] of lines.entries()) {
    const next = lines[index + 1];
    if (next && next.box[1] > line.box[1]) gaps.push(next.box[1] - line.box[3]);
  }
  return gaps.sort((one, two) => one - two)[gaps.length >> 1] ?? 0;
}
