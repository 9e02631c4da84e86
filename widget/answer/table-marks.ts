// The citations of a table that all say the same: they are shown once, not in every row.
import type { Block, Inline } from "./tree.ts";
import { leavesOf, type Ranges } from "./unsupported.ts";

type Table = Extract<Block, { kind: "table" }>;
type Mark = Extract<Inline, { kind: "citations" }>;

/**
 * @param before the block above; where it ends in the same citation, that one stands for the table's too.
 * @returns the table without its citations, and the one that is shown below it; as it is where they differ, or where
 * something of it is marked as unsupported.
 */
export function withOneMark(
  table: Table,
  before: Block | undefined,
  unsupported: Ranges,
): { table: Table; mark: Mark | null } {
  const marks = [table.head, ...table.rows].flat(2).filter((node) => node.kind === "citations");
  const last = marks.at(-1);
  if (!last || isDoubted(table, unsupported) || !table.rows.every(isCited) || marks.some((mark) => !isSame(mark, last)))
    return { table, mark: null };
  const bare = (row: Inline[][]) => row.map((cell) => cell.filter(({ kind }) => kind !== "citations"));
  const above = before?.kind === "paragraph" ? [...leavesOf(before.content)].at(-1) : undefined;
  const isAbove = above?.kind === "citations" && isSame(above, last);
  return { table: { ...table, head: bare(table.head), rows: table.rows.map(bare) }, mark: isAbove ? null : last };
}

/** Lines of one source above a table are its title, period and unit: the citation at their end is that of all. */
export function captionOf(
  { content, start, end }: Extract<Block, { kind: "paragraph" }>,
  unsupported: Ranges,
): readonly Inline[] {
  const marks = content.filter((node) => node.kind === "citations");
  const last = marks.at(-1);
  if (!last || content.at(-1) !== last || isDoubted({ start, end }, unsupported)) return content;
  if (marks.some((mark) => !isSame(mark, last))) return content;
  return content.map((node) => {
    return node.kind === "citations" && node !== last ? { kind: "text", text: " ·", at: node.at } : node;
  });
}

const isDoubted = ({ start, end }: { start: number; end: number }, unsupported: Ranges) =>
  unsupported.some(([from, to]) => from < end && to > start);

const isCited = (row: Inline[][]) => row.flat().some(({ kind }) => kind === "citations");

const isSame = (one: Mark, other: Mark) => one.indexes.join() === other.indexes.join();
