// Where in an answer's nodes the stretches end that no citation supports: there a mark explains them.
import type { Inline, Leaf } from "./tree.ts";

/** UTF-16 ranges of the answer's text, in order. */
export type Ranges = readonly (readonly [number, number])[];

/** Marks that close emphasis or a row stand between the last words and the end of a range. */
const closing = 8;

/** The leaf in which each range ends, of those that end in these nodes. */
export function endsIn(nodes: readonly Inline[], ranges: Ranges): Map<Leaf, number[]> {
  const ends = new Map<Leaf, number[]>();
  if (ranges.length === 0) return ends;
  const leaves = [...leavesOf(nodes)];
  for (const [from, to] of ranges) {
    const last = leaves.findLast(({ at, text }) => at < to && at + text.length > from);
    if (last && to - (last.at + last.text.length) <= closing) ends.set(last, [...(ends.get(last) ?? []), to]);
  }
  return ends;
}

export function* leavesOf(nodes: readonly Inline[]): Generator<Leaf> {
  for (const node of nodes) {
    if ("children" in node) yield* leavesOf(node.children);
    else if ("text" in node) yield node;
  }
}
