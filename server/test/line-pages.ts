// Pages of which each line stands below the one before, as a test writes them.
import type { RankedPage } from "../ranking.ts";

export function page(documentId: string, number: number, ...lines: string[]): RankedPage {
  const text = lines.map((line) => `${line}\n`).join("");
  let start = 0;
  const placed = lines.map((line, index) => {
    const top = 0.1 + index * 0.04;
    const at = start;
    start += line.length + 1;
    return { start: at, end: at + line.length, box: [0.1, top, 0.9, top + 0.012] as const, height: 0.012 };
  });
  const range = { start: 0, end: text.length };
  return { documentId, page: number, text, lines: placed as never, ranges: [range], language: "en" };
}
