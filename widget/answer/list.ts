// Lists of an answer: items with a dash or a number, and what is indented under them.
import type { BlockOptions } from "./blocks.ts";
import type { Block, Line, ListItem } from "./tree.ts";

const marker = /^([ \t]*)([-*+]|(\d{1,9})[.)])([ \t]+|$)/;

interface Marker {
  indent: number;
  /** Columns up to the item's own text. */
  width: number;
  /** Characters up to the item's own text. */
  length: number;
  bullet: string;
  number: number | null;
}

function readMarker(line: Line): Marker | null {
  const found = marker.exec(line.text);
  if (!found) return null;
  const indent = columns(found[1] as string);
  const mark = found[2] as string;
  const gap = found[4] as string;
  // Five spaces and more after the mark would be code in an item; here they are only space.
  return {
    indent,
    width: indent + mark.length + 1,
    length: (found[1] as string).length + mark.length + gap.length,
    bullet: mark.at(-1) as string,
    number: found[3] === undefined ? null : Number(found[3]),
  };
}

/** A line that begins an item. In the middle of a paragraph only one that cannot be a sentence: not `1984. A year`. */
export function isItem(line: Line, inParagraph = false): boolean {
  const found = readMarker(line);
  if (!found || found.indent > 3) return false;
  return !inParagraph || (line.text.length > found.length && (found.number ?? 1) === 1);
}

function columns(space: string): number {
  let count = 0;
  for (const char of space) count = char === "\t" ? count + 4 - (count % 4) : count + 1;
  return count;
}

function indentOf(line: Line): number {
  return columns(/^[ \t]*/.exec(line.text)?.[0] ?? "");
}

/** Takes up to `width` columns of space off the line's start. */
function outdent(line: Line, width: number): Line {
  let count = 0;
  let taken = 0;
  while (taken < width && (line.text[count] === " " || line.text[count] === "\t")) {
    taken = columns(line.text.slice(0, count + 1));
    count += 1;
  }
  return { text: line.text.slice(count), at: line.at + count };
}

const blank = (line: Line | undefined) => line === undefined || !/\S/.test(line.text);

type ParseBlocks = (lines: readonly Line[], options: BlockOptions) => Block[];

/** Reads the list that begins at `lines[from]`; returns it and the line after it. */
export function readList(
  lines: readonly Line[],
  from: number,
  options: BlockOptions,
  parseBlocks: ParseBlocks,
): [Block, number] {
  const first = readMarker(lines[from] as Line) as Marker;
  const start = (lines[from] as Line).at;
  const earlier = options.before?.find((block) => block.start === start && block.kind === "list");
  const known = earlier?.kind === "list" ? earlier.items : [];
  const items: ListItem[] = [];
  let tight = true;
  let index = from;
  let end = start;
  for (;;) {
    const next = itemEnd(lines, index);
    let last = next;
    while (last > index + 1 && blank(lines[last - 1])) last -= 1;
    const lastLine = lines[last - 1] as Line;
    end = lastLine.at + lastLine.text.length;
    const growing = options.growing && last === lines.length;
    const old = known[items.length];
    const same = old && old.start === (lines[index] as Line).at && old.end === end && !growing;
    // The last known item may have been read while it grew, with marks closed in hope.
    if (same && items.length < known.length - 1) items.push(old);
    else items.push(readItem(lines, index, last, growing, options, parseBlocks));
    const follows = next < lines.length && continuesList(lines[next] as Line, first);
    if (lines.slice(index, follows ? next : last).some(blank)) tight = false;
    index = next;
    if (!follows) break;
  }
  const block: Block = {
    kind: "list",
    start,
    end,
    ordered: first.number !== null,
    first: first.number ?? 1,
    tight,
    items,
  };
  return [block, index];
}

function continuesList(line: Line, first: Marker): boolean {
  const found = readMarker(line);
  if (!found || found.indent > first.indent + 1 || found.indent > 3) return false;
  return found.bullet === first.bullet && (found.number === null) === (first.number === null) && !isRule(line);
}

function isRule(line: Line): boolean {
  return /^ {0,3}([-*])(?:[ \t]*\1){2,}[ \t]*$/.test(line.text);
}

/** The line after the item at `from`: its own lines are indented, or go on with its paragraph. */
function itemEnd(lines: readonly Line[], from: number): number {
  const own = readMarker(lines[from] as Line) as Marker;
  let index = from + 1;
  while (index < lines.length) {
    const line = lines[index] as Line;
    if (blank(line)) {
      index += 1;
      continue;
    }
    const indent = indentOf(line);
    const found = readMarker(line);
    // Two columns are enough to stand under an item: models often indent less than the mark is wide.
    const inside = indent >= own.width || indent >= own.indent + 2;
    if (!inside && (found || blank(lines[index - 1]) || /^ {0,3}(?:#{1,6} |>|```|~~~|\|)/.test(line.text))) break;
    index += 1;
  }
  return index;
}

function readItem(
  lines: readonly Line[],
  from: number,
  to: number,
  growing: boolean,
  options: BlockOptions,
  parseBlocks: ParseBlocks,
): ListItem {
  const line = lines[from] as Line;
  const own = readMarker(line) as Marker;
  const inside: Line[] = [{ text: line.text.slice(own.length), at: line.at + own.length }];
  for (let i = from + 1; i < to; i += 1) inside.push(outdent(lines[i] as Line, own.width));
  const last = lines[to - 1] as Line;
  return {
    start: line.at,
    end: last.at + last.text.length,
    blocks: parseBlocks(inside, { growing, depth: options.depth + 1 }),
  };
}
