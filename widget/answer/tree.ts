// The parsed shape of an answer: blocks and inline nodes, plain data that knows its place in the source.

/** A piece of a line. `at` is its offset in the answer's text, so that ranges of the text can be marked. */
interface TextNode {
  kind: "text";
  text: string;
  at: number;
}

/** What holds text itself. */
export type Leaf = Extract<Inline, { text: string }>;

export type Inline =
  | TextNode
  | { kind: "code"; text: string; at: number }
  | { kind: "strong" | "emphasis" | "struck"; children: Inline[] }
  /** One or more `[n]` in a row; `text` is the source, with the space before it. */
  | { kind: "citations"; indexes: number[]; text: string; at: number }
  | { kind: "break" };

export type Align = "start" | "center" | "end" | null;

interface Span {
  /** Offsets in the answer's text. The text only grows, so the same span of the same kind is the same block. */
  start: number;
  end: number;
}

export interface ListItem extends Span {
  blocks: Block[];
}

export type Block = Span &
  (
    | { kind: "paragraph"; content: Inline[] }
    | { kind: "heading"; level: number; content: Inline[] }
    | { kind: "code"; language: string; text: string }
    | { kind: "quote"; blocks: Block[] }
    | { kind: "list"; ordered: boolean; first: number; tight: boolean; items: ListItem[] }
    | { kind: "table"; aligns: Align[]; head: Inline[][]; rows: Inline[][][] }
    | { kind: "rule" }
  );

/** One line of the source, or what is left of it inside a list or quote; always a run of the source without its end. */
export interface Line {
  text: string;
  at: number;
}

/** The lines of `text` from offset `from` on. */
export function splitLines(text: string, from = 0): Line[] {
  const lines: Line[] = [];
  let at = from;
  while (at <= text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline < 0 ? text.length : newline;
    const trimmed = end > at && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    lines.push({ text: text.slice(at, trimmed), at });
    if (newline < 0) break;
    at = newline + 1;
  }
  return lines;
}

/** What a reader sees, without marks: for names, copies and tests. */
export function plainText(nodes: readonly Inline[]): string {
  let text = "";
  for (const node of nodes) {
    if (node.kind === "break") text += "\n";
    else if ("children" in node) text += plainText(node.children);
    else text += node.text;
  }
  return text;
}

/** The text of blocks, one line each, cells parted by tabs. */
export function plainBlocks(blocks: readonly Block[]): string {
  return blocks.map(plainBlock).join("\n");
}

function plainBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
    case "heading":
      return plainText(block.content);
    case "code":
      return block.text;
    case "quote":
      return plainBlocks(block.blocks);
    case "list":
      return block.items.map((item) => plainBlocks(item.blocks)).join("\n");
    case "table":
      return [block.head, ...block.rows].map((row) => row.map(plainText).join("\t")).join("\n");
    case "rule":
      return "";
  }
}
