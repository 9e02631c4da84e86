// Reads the blocks of an answer line by line: paragraphs, headings, lists, quotes, code, tables and rules.
import { parseInline } from "./inline.ts";
import { isItem, readList } from "./list.ts";
import { readTable, tableAligns } from "./table.ts";
import type { Block, Line } from "./tree.ts";

export interface BlockOptions {
  /** More text may follow the last line. */
  growing: boolean;
  /** How many lists and quotes stand around these lines. */
  depth: number;
  /** What an earlier reading of the same text found at the same places; whole items are taken over from it. */
  before?: readonly Block[] | undefined;
}

/** Deeper nesting stays text: nobody reads it, and the tree is walked by recursion. */
const maxDepth = 6;

const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*([\w+#.-]{0,24})/;
const heading = /^ {0,3}(#{1,6})[ \t]+(?=\S)/;
const rule = /^ {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$/;
const quote = /^ {0,3}> ?/;

function isBlank(line: Line | undefined): boolean {
  return line === undefined || !/\S/.test(line.text);
}

/** The rest of a line after its first `count` characters. */
function after(line: Line, count: number): Line {
  return { text: line.text.slice(count), at: line.at + count };
}

export function parseBlocks(lines: readonly Line[], options: BlockOptions): Block[] {
  const blocks: Block[] = [];
  let index = 0;
  while (index < lines.length) {
    if (isBlank(lines[index])) {
      index += 1;
      continue;
    }
    const [block, next] = readBlock(lines, index, options);
    blocks.push(block);
    index = next;
  }
  return blocks;
}

function readBlock(lines: readonly Line[], index: number, options: BlockOptions): [Block, number] {
  const line = lines[index] as Line;
  if (fence.test(line.text)) return readCode(lines, index);
  if (heading.test(line.text)) return [readHeading(line, options.growing && index === lines.length - 1), index + 1];
  if (rule.test(line.text)) return [{ kind: "rule", ...span(lines, index, index + 1) }, index + 1];
  if (options.depth < maxDepth) {
    if (quote.test(line.text)) return readQuote(lines, index, options);
    if (isItem(line)) return readList(lines, index, options, parseBlocks);
  }
  const aligns = tableAligns(line, lines[index + 1]);
  if (aligns) return readTable(lines, index, aligns, options.growing);
  return readParagraph(lines, index, options);
}

/** From the first to the last of these lines. */
function span(lines: readonly Line[], from: number, to: number): { start: number; end: number } {
  const last = lines[to - 1] as Line;
  return { start: (lines[from] as Line).at, end: last.at + last.text.length };
}

function readCode(lines: readonly Line[], from: number): [Block, number] {
  const open = fence.exec((lines[from] as Line).text) as RegExpExecArray;
  const mark = open[1] as string;
  const indent = open[0].indexOf(mark);
  let to = from + 1;
  while (to < lines.length && !closesFence((lines[to] as Line).text, mark)) to += 1;
  const text = lines
    .slice(from + 1, to)
    .map((line) => line.text.slice(Math.min(indent, leadingSpaces(line.text))))
    .join("\n");
  const next = Math.min(to + 1, lines.length);
  return [{ kind: "code", ...span(lines, from, next), language: open[2] ?? "", text }, next];
}

function closesFence(text: string, mark: string): boolean {
  const trimmed = text.trim();
  return trimmed.length >= mark.length && leadingSpaces(text) < 4 && trimmed === mark[0]?.repeat(trimmed.length);
}

function leadingSpaces(text: string): number {
  let count = 0;
  while (text[count] === " ") count += 1;
  return count;
}

function readHeading(line: Line, growing: boolean): Block {
  const open = heading.exec(line.text) as RegExpExecArray;
  const content = after(line, open[0].length);
  let end = content.text.trimEnd().length;
  let hashes = end;
  while (content.text[hashes - 1] === "#") hashes -= 1;
  // A row of # closes a heading only when it stands apart.
  if (hashes < end && (hashes === 0 || content.text[hashes - 1] === " "))
    end = content.text.slice(0, hashes).trimEnd().length;
  return {
    kind: "heading",
    start: line.at,
    end: line.at + line.text.length,
    level: (open[1] as string).length,
    content: parseInline([{ text: content.text.slice(0, end), at: content.at }], growing),
  };
}

function readQuote(lines: readonly Line[], from: number, options: BlockOptions): [Block, number] {
  const inside: Line[] = [];
  let to = from;
  while (to < lines.length) {
    const line = lines[to] as Line;
    const mark = quote.exec(line.text);
    if (!mark) break;
    inside.push(after(line, mark[0].length));
    to += 1;
  }
  const growing = options.growing && to === lines.length;
  const blocks = parseBlocks(inside, { growing, depth: options.depth + 1 });
  return [{ kind: "quote", ...span(lines, from, to), blocks }, to];
}

/** Whether this line ends the paragraph before it. */
function startsBlock(lines: readonly Line[], index: number, depth: number): boolean {
  const line = lines[index] as Line;
  return (
    fence.test(line.text) ||
    heading.test(line.text) ||
    rule.test(line.text) ||
    (depth < maxDepth && (quote.test(line.text) || isItem(line, true))) ||
    tableAligns(line, lines[index + 1]) !== null
  );
}

function readParagraph(lines: readonly Line[], from: number, options: BlockOptions): [Block, number] {
  let to = from + 1;
  while (to < lines.length && !isBlank(lines[to]) && !startsBlock(lines, to, options.depth)) to += 1;
  const own = lines.slice(from, to).map((line) => after(line, line.text.length - line.text.trimStart().length));
  const growing = options.growing && to === lines.length;
  return [{ kind: "paragraph", ...span(lines, from, to), content: parseInline(own, growing) }, to];
}
