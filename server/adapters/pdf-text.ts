// A page's text from its items, and where each of its lines stands on the page: pure.
import type { PageLine } from "../ports.ts";
import { columnsApart, type SetLine } from "./pdf-columns.ts";
import { apply, at, join, type TextFrame, type TextItem } from "./pdf-join.ts";
import { inLines } from "./pdf-lines.ts";

export interface TextStyle {
  ascent: number;
  descent: number;
  vertical?: boolean;
}

type Box = [number, number, number, number];

/** @returns the page's text with its lines; `text.slice(line.start, line.end)` stands in the line's box. */
export function layOut(
  items: Iterable<TextItem>,
  styles: Record<string, TextStyle>,
  frame: TextFrame,
): { text: string; lines: PageLine[] } {
  const page = openLines(frame);
  for (const part of join(inLines([...items], frame), frame)) {
    const { str, item } = part;
    page.add(str, item && str.trim() !== "" ? itemBox(item, styles[item.fontName], frame) : null);
  }
  const apart = columnsApart(page.text(), page.lines());
  return sanitise(apart.text, apart.lines);
}

interface OpenCell {
  start: number;
  end: number;
  box: Box;
  heights: Map<number, number>;
}

function openLines(frame: TextFrame) {
  const parts: string[] = [];
  const lines: SetLine[] = [];
  let offset = 0;
  let start = 0;
  let cells: OpenCell[] = [];
  let isApart = true;
  const place = ({ start, end, box, heights }: OpenCell): PageLine => {
    return { start, end, box: fractions(box, frame), height: usual(heights) / frame.height };
  };
  const endLine = () => {
    const [first, ...others] = cells;
    if (first) {
      const box = others.reduce((all, cell) => union(all, cell.box), first.box);
      const heights = new Map<number, number>();
      for (const [height, length] of cells.flatMap((cell) => [...cell.heights]))
        heights.set(height, (heights.get(height) ?? 0) + length);
      lines.push({ ...place({ start, end: offset, box, heights }), cells: cells.map(place) });
    }
    cells = [];
    isApart = true;
  };
  const append = (str: string, item: { box: Box; height: number } | null) => {
    parts.push(str);
    const from = offset + str.search(/\S|$/);
    offset += str.length;
    if (/^\s*\t/.test(str)) isApart = true;
    if (!item || from === offset) return;
    if (isApart) cells.push({ start: from, end: offset, box: item.box, heights: new Map() });
    isApart = false;
    const cell = cells.at(-1) as OpenCell;
    cell.end = offset;
    cell.box = union(cell.box, item.box);
    const height = Math.round(item.height * 100) / 100;
    cell.heights.set(height, (cell.heights.get(height) ?? 0) + str.length);
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
