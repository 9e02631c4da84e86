// A table in an answer; one that is too wide scrolls by itself.
import type { ComponentChildren } from "preact";
import { useTalk } from "../talk-context.ts";
import type { Align, Block, Inline } from "./tree.ts";

interface TableProps {
  table: Extract<Block, { kind: "table" }>;
  draw(nodes: readonly Inline[]): ComponentChildren;
}

export function TableView({ table, draw }: TableProps) {
  const { t } = useTalk();
  const side = (align: Align | undefined) => (align ? `is-${align}` : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table" aria-label={t.chat.table} tabIndex={0}>
      <table dir="auto">
        <thead>
          <tr>
            {labelled(table.head).map((cell, column) => (
              <th key={column} scope="col" class={side(table.aligns[column])}>
                {draw(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {labelled(row).map((cell, column) => (
                <td key={column} class={side(table.aligns[column])}>
                  {draw(cell)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Before every range of the text: a chip that was moved ends none of them. */
const nowhere = -1000;

/** What a row stands on is cited beside its label, which stays in sight; figures keep to their edge. */
function labelled(row: readonly Inline[][]): Inline[][] {
  const [label = [], ...others] = row;
  const cited = others.flat().flatMap((node) => (node.kind === "citations" ? { ...node, at: nowhere } : []));
  // In its place stays where a doubt would be marked.
  const left = (node: Inline): Inline =>
    node.kind === "citations" ? { ...node, indexes: [], text: "", at: node.at + node.text.length - 1 } : node;
  return [[...label, ...cited], ...others.map((cell) => cell.map(left))];
}
