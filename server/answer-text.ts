// Writes chosen sentences and rows as an answer in Markdown, each ending in the mark of its citation.
import type { Chosen } from "./answer-choice.ts";
import { gap } from "./quote.ts";

/** @param asList items of a list that follow each other stand one below the other. */
export function answerText(chosen: Chosen[], asList: boolean): string {
  const blocks: string[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length) blocks.push(asList && paragraph.length > 1 ? listOf(paragraph) : paragraph.join(" "));
    paragraph = [];
  };
  for (let index = 0; index < chosen.length; index++) {
    const one = chosen[index] as Chosen;
    if (!one.row) {
      paragraph.push(withMark(plain(one.text), one.passage));
      continue;
    }
    endParagraph();
    const rows = [one];
    for (let next = chosen[index + 1]; next?.row && next.passage === one.passage; next = chosen[index + 1]) {
      rows.push(next);
      index++;
    }
    blocks.push(...tablesOf(rows));
  }
  endParagraph();
  return blocks.join("\n\n");
}

const withMark = (text: string, passage: number) => `${text} [${passage}]`;

const listOf = (items: string[]) => items.map((item) => `- ${item}`).join("\n");

/** Rows under the names of their columns; rows whose page has none stand as lines. */
function tablesOf(rows: Chosen[]): string[] {
  const tables: string[] = [];
  let lines: string[] = [];
  let columns = "";
  for (const row of rows) {
    const names = row.columns && row.cells ? lineOf(row.columns, row.passage) : "";
    if (names !== columns || !names) {
      if (lines.length) tables.push(lines.join("\n"));
      lines = [];
    }
    if (names && row.columns) {
      if (lines.length === 0) lines.push(names, `|${" --- |".repeat(row.columns.length)}`);
      lines.push(lineOf(row.cells ?? [], row.passage));
    } else lines.push(withMark(plain(row.cells?.join(gap) ?? row.text), row.passage));
    columns = names;
  }
  if (lines.length) tables.push(lines.join("\n"));
  return tables;
}

function lineOf(cells: string[], passage: number): string {
  const written = cells.map((cell) => plain(cell).replaceAll("|", "\\|"));
  return `| ${written.map((cell, index) => (index === cells.length - 1 ? withMark(cell, passage) : cell)).join(" | ")} |`;
}

/** A page's text as text: its own "[12]" is no citation of ours, and none of its characters is Markdown. */
function plain(text: string): string {
  return text
    .replace(/\[(\s*\d+(?:\s*[,;–-]\s*\d+)*\s*)\]/g, "($1)")
    .replace(/[*`\\]|~~|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|<(?=[\p{L}/!])|\](?=\()/gu, "\\$&")
    .replace(/^(?:#{1,6}(?=\s)|>|[-+](?=\s)|(?:-\s*){3,}$)/, "\\$&")
    .replace(/^(\d{1,9})([.)])(?=\s)/, "$1\\$2");
}
