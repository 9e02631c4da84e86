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

/** Rows under the names of their columns; rows whose page has none stand as lines of a list. */
function tablesOf(rows: Chosen[]): string[] {
  const blocks: { names: string; lines: string[] }[] = [];
  for (const { cells, columns, text, passage } of rows) {
    const names = columns && cells ? lineOf(columns, passage) : "";
    const line = names && cells ? lineOf(cells, passage) : withMark(plain(cells?.join(gap) ?? text), passage);
    const block = blocks.at(-1);
    if (block?.names === names) block.lines.push(line);
    else blocks.push({ names, lines: [line] });
  }
  return blocks.map(({ names, lines }) => {
    if (!names) return lines.length > 1 ? listOf(lines) : (lines[0] ?? "");
    const columns = names.match(/(?<!\\)\|/g)?.length ?? 2;
    return [names, `|${" --- |".repeat(columns - 1)}`, ...lines].join("\n");
  });
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
