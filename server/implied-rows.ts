// Rows of a company's statements that a question means without naming them as the report does. Pure.
import type { Query } from "./query.ts";
import { plainLabel } from "./table-labels.ts";
import { cellsOf } from "./table-rows.ts";

/** Of a word that only stands beside the question nothing is asked. */
const leastWeight = 0.5;

/**
 * @param items names of the lines that a question implies, each set in plain letters.
 * @returns what tells of a row the words of the question that its line goes by elsewhere: "net sales" is the revenue
 * asked for; null where the row is none of the lines.
 */
export function createImplied({ words }: Pick<Query, "words">, items: Set<string>[]) {
  const meant = items.map((names) => {
    const held = new Set([...names].flatMap((name) => name.split(/[ -]/)));
    return words.flatMap(({ surface, weight, optional }, term) =>
      !optional && weight >= leastWeight && held.has(surface) ? [term] : [],
    );
  });
  return (row: string): number[] | null => {
    if (items.length === 0) return null;
    const label = plainLabel(cellsOf(row)[0] ?? "");
    const found = meant.filter((_, index) => items[index]?.has(label));
    return found.length ? found.flat() : null;
  };
}
