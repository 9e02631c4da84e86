// The sentences and rows of a quote as an answerer is given them.
import type { PassageSentence } from "./ports.ts";
import { inOneLine, type Quote } from "./quote.ts";
import { cellsOf, columnsOf } from "./table-rows.ts";

/**
 * @param text of the quote's page.
 * @param pageScore what the page is worth beside the others.
 */
export function sentencesOf({ segments }: Quote, text: string, pageScore: number): PassageSentence[] {
  return segments.map(({ start, end, kind, head, score, block }, index): PassageSentence => {
    const content = text.slice(start, end);
    const sentence = { text: inOneLine(content), row: kind === "row", score: score * pageScore };
    if (kind === "row") {
      const cells = cellsOf(content);
      const columns = head ? columnsOf(cellsOf(text.slice(head.start, head.end)), cells) : null;
      return { ...sentence, cells, ...(columns ? { columns } : {}) };
    }
    const before = segments[index - 1];
    const follows = before?.block === block && !text.slice(before.end, start).trim();
    return { ...sentence, ...(follows ? { follows } : {}) };
  });
}
