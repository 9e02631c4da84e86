// A table in an answer; one that is too wide scrolls by itself.
import type { ComponentChildren } from "preact";
import { useApp } from "../app-context.ts";
import type { Align, Block, Inline } from "./tree.ts";

interface TableProps {
  table: Extract<Block, { kind: "table" }>;
  draw(nodes: readonly Inline[]): ComponentChildren;
}

export function TableView({ table, draw }: TableProps) {
  const { t } = useApp();
  const side = (align: Align | undefined) => (align ? `is-${align}` : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section class="table" aria-label={t.chat.table} tabIndex={0}>
      <table dir="auto">
        <thead>
          <tr>
            {table.head.map((cell, column) => (
              <th key={column} scope="col" class={side(table.aligns[column])}>
                {draw(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
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
