// Joins the text items of a page as pdf-parse's getText does, and keeps where each line stands on the page: pure.
import type { PageLine } from "../ports.ts";

/** pdf.js's text item: `transform` maps glyph space to the page's user space, (e, f) being the start of the baseline. */
export interface TextItem {
  str: string;
  transform: number[];
  width: number;
  height: number;
  fontName: string;
  hasEOL: boolean;
}

export interface TextStyle {
  ascent: number;
  descent: number;
  vertical?: boolean;
}

/** The page as shown: rotation and crop box are in `transform`, which leads to top-left coordinates. */
export interface TextFrame {
  width: number;
  height: number;
  transform: number[];
}

type Box = [number, number, number, number];

/** pdf-parse's defaults, in points. */
const lineThreshold = 4.6;
const cellThreshold = 7;
/** White of this many times the font's height parts cells; what fills a line of set text is narrower. */
const wideGap = 1.3;

/** @returns the page's text with its lines; `text.slice(line.start, line.end)` stands in the line's box. */
export function layOut(
  items: Iterable<TextItem>,
  styles: Record<string, TextStyle>,
  frame: TextFrame,
): { text: string; lines: PageLine[] } {
  const page = openLines(frame);
  for (const part of join(items, frame)) {
    const { str, item } = part;
    page.add(str, item && str.trim() !== "" ? itemBox(item, styles[item.fontName], frame) : null);
  }
  return sanitise(page.text(), page.lines());
}

interface Part {
  str: string;
  /** Absent for a line break between items. */
  item?: TextItem;
}

/**
 * pdf-parse 2.4.5, `getPageText`, with its default parameters: a tab between distant items, a break between lines. Beyond
 * it, white that pdf.js found between items is a tab where it is wide, else the cells of many tables run together.
 */
function* join(items: Iterable<TextItem>, frame: TextFrame): Generator<Part> {
  let lastX: number | undefined;
  let lastY: number | undefined;
  let lastStr: string | undefined;
  let lineHeight = 0;
  let fontHeight = 0;
  for (const item of items) {
    const [x, y] = apply(frame.transform, item.transform[4] ?? 0, item.transform[5] ?? 0);
    let { str } = item;
    if (lastY !== undefined && Math.abs(lastY - y) > lineThreshold) {
      const breaksItself = str.startsWith("\n") || (str.trim() === "" && item.hasEOL);
      if (lastStr?.endsWith("\n") === false && !breaksItself && Math.abs(lastY - y) - 1 > lineHeight) {
        yield { str: "\n" };
        lineHeight = 0;
      }
    }
    if (lastY !== undefined && Math.abs(lastY - y) < lineThreshold) {
      if (lastX !== undefined && Math.abs(lastX - x) > cellThreshold) str = `\t${str}`;
    }
    if (str.trim() !== "") fontHeight = Math.hypot(item.transform[2] ?? 0, item.transform[3] ?? 0);
    else if (str === " " && !item.hasEOL && fontHeight > 0 && item.width > wideGap * fontHeight) str = "\t";
    yield { str, item };
    lastX = x + item.width;
    lastY = y;
    lastStr = str;
    lineHeight = Math.max(lineHeight, item.height);
    if (item.hasEOL) {
      yield { str: "\n" };
      lastStr = "\n";
    }
    if (item.hasEOL || str.endsWith("\n")) lineHeight = 0;
  }
}

function openLines(frame: TextFrame) {
  const parts: string[] = [];
  const lines: PageLine[] = [];
  let offset = 0;
  let start = 0;
  let box: Box | null = null;
  let heights = new Map<number, number>();
  const endLine = () => {
    if (box) lines.push({ start, end: offset, box: fractions(box, frame), height: usual(heights) / frame.height });
    box = null;
    heights = new Map();
  };
  const append = (str: string, item: { box: Box; height: number } | null) => {
    parts.push(str);
    offset += str.length;
    if (!item || str.trim() === "") return;
    box = box ? union(box, item.box) : item.box;
    const height = Math.round(item.height * 100) / 100;
    heights.set(height, (heights.get(height) ?? 0) + str.length);
  };
  return {
    add(str: string, item: { box: Box; height: number } | null) {
      if (!str.includes("\n")) return append(str, item);
      const [first = "", ...rest] = str.split("\n");
      append(first, item);
      for (const piece of rest) {
        endLine();
        append("\n", null);
        start = offset;
        append(piece, item);
      }
    },
    text: () => parts.join(""),
    lines() {
      endLine();
      return lines;
    },
  };
}

/** The box around an item and its font height, in the frame's units. */
function itemBox(item: TextItem, style: TextStyle | undefined, frame: TextFrame): { box: Box; height: number } {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = item.transform;
  const m = frame.transform;
  const [x, y] = apply(m, e, f);
  // Directions of the baseline and of the font's height on the page as shown.
  const [bx, by] = [a * at(m, 0) + b * at(m, 2), a * at(m, 1) + b * at(m, 3)];
  const [hx, hy] = [c * at(m, 0) + d * at(m, 2), c * at(m, 1) + d * at(m, 3)];
  const scale = Math.hypot(at(m, 0), at(m, 1));
  const height = Math.hypot(hx, hy);
  const length = Math.hypot(bx, by) || 1;
  // From the start of the baseline: along it, and across it in the direction of the font's height.
  let along: Range = [0, item.width * scale];
  let across: Range = [
    height * within(style?.descent, -0.5, -0.05, -0.2),
    height * within(style?.ascent, 0.4, 1.2, 0.8),
  ];
  if (style?.vertical) {
    // Glyphs hang below the origin, centred on it.
    along = [-0.5 * height, 0.5 * height];
    across = [-item.height * scale, 0];
  }
  const [x0, x1] = spread(x, along, bx / length, across, hx / (height || 1));
  const [y0, y1] = spread(y, along, by / length, across, hy / (height || 1));
  return { box: [x0, y0, x1, y1], height };
}

type Range = [number, number];

/** The least and the greatest of what two ranges reach from a point, in one dimension. */
function spread(from: number, one: Range, oneStep: number, two: Range, twoStep: number): Range {
  const [a, b, c, d] = [one[0] * oneStep, one[1] * oneStep, two[0] * twoStep, two[1] * twoStep];
  return [from + Math.min(a, b) + Math.min(c, d), from + Math.max(a, b) + Math.max(c, d)];
}

const wrongCharacters =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what PostgreSQL and JSON readers stumble over
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** What a control character or a lone surrogate becomes: white space stays white space, the rest goes. */
function replacement(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0xd800) return "\ufffd";
  return code >= 0x0b && code <= 0x0d ? " " : "";
}

/** Makes the text well-formed and free of control characters but \t and \n. */
export function sanitiseText(text: string): string {
  return text.replace(wrongCharacters, replacement);
}

function sanitise(text: string, lines: PageLine[]): { text: string; lines: PageLine[] } {
  const removed: number[] = [];
  for (const match of text.matchAll(wrongCharacters)) {
    if (replacement(match[0]) === "") removed.push(match.index);
  }
  const clean = sanitiseText(text);
  if (removed.length === 0) return { text: clean, lines };
  let before = 0;
  // Lines are in order, and so are their ends.
  const shift = (offset: number) => {
    while (before < removed.length && (removed[before] as number) < offset) before++;
    return offset - before;
  };
  const shifted: PageLine[] = [];
  for (const line of lines) {
    const start = shift(line.start);
    const end = shift(line.end);
    if (clean.slice(start, end).trim() !== "") shifted.push({ ...line, start, end });
  }
  return { text: clean, lines: shifted };
}

function fractions(box: Box, frame: TextFrame): Box {
  const x = (value: number) => within(value / frame.width, 0, 1, 0);
  const y = (value: number) => within(value / frame.height, 0, 1, 0);
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}

/** The height that most characters of a line have. */
function usual(heights: Map<number, number>): number {
  let best = 0;
  let most = -1;
  for (const [height, characters] of heights) {
    if (characters > most) {
      best = height;
      most = characters;
    }
  }
  return best;
}

function union(one: Box, two: Box): Box {
  return [Math.min(one[0], two[0]), Math.min(one[1], two[1]), Math.max(one[2], two[2]), Math.max(one[3], two[3])];
}

/** Clamped; `fallback` for what is no number or nought (fonts that do not say). */
function within(value: number | undefined, low: number, high: number, fallback: number): number {
  if (value === undefined || !Number.isFinite(value) || value === 0) return fallback;
  return Math.min(high, Math.max(low, value));
}

function apply(m: number[], x: number, y: number): [number, number] {
  return [x * at(m, 0) + y * at(m, 2) + at(m, 4), x * at(m, 1) + y * at(m, 3) + at(m, 5)];
}

function at(m: number[], index: number): number {
  return m[index] ?? 0;
}
