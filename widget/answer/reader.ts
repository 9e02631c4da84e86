// What the inline reader carries along one paragraph: its text, the nodes so far, and what is still open.
import type { Inline, Line } from "./tree.ts";

/** While the answer is written, marks opened this near its end count as already closed. */
export const hopeful = 400;

export interface Opener {
  mark: string;
  node: number;
  at: number;
}

export interface Reader {
  text: string;
  at(index: number): number;
  nodes: Inline[];
  /** Start of the text that is not in a node yet. */
  from: number;
  openers: Opener[];
  /** Last place of a run of backticks, by its length. */
  ticks: Map<number, number> | null;
  growing: boolean;
}

export function createReader(lines: readonly Line[], growing: boolean): Reader {
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.text.length + 1;
  }
  let cursor = 0;
  return {
    text: lines.map((line) => line.text).join("\n"),
    at(index) {
      while (cursor > 0 && (starts[cursor] as number) > index) cursor -= 1;
      while (cursor + 1 < starts.length && (starts[cursor + 1] as number) <= index) cursor += 1;
      return (lines[cursor]?.at ?? 0) + index - (starts[cursor] ?? 0);
    },
    nodes: [],
    from: 0,
    openers: [],
    ticks: null,
    growing,
  };
}

/** Everything before `to` that is not in a node yet becomes text. */
export function flush(reader: Reader, to: number): void {
  if (to > reader.from) {
    reader.nodes.push({ kind: "text", text: reader.text.slice(reader.from, to), at: reader.at(reader.from) });
  }
  reader.from = to;
}

export function runLength(text: string, index: number, char: string): number {
  let end = index;
  while (text[end] === char) end += 1;
  return end - index;
}
