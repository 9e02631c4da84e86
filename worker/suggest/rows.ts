// Questions that a table's row answers: what its figure was in the last year that its columns name. English alone.
import { mainFigureOf } from "@pagewise/server/finance-terms";
import { type Segment, type SegmentedPage, segmentsOf } from "@pagewise/server/segments";
import { columnsOf } from "@pagewise/server/table-columns";
import { plainLabel } from "@pagewise/server/table-labels";
import { cellsOf } from "@pagewise/server/table-rows";
import { type Candidate, type Lexicon, reads } from "./sentence.ts";

/** What reads as a figure's name within a question. */
const name = /^\p{Lu}[\p{L}-]+(?: (?:and |of |for |in )?[\p{L}-]{2,}){1,4}$/u;
/** These say of nothing which they are, or are shares of what another row holds. */
const vague =
  /^(?:other|others|basic|diluted|balance|beginning|ending|less|see|note|change|increase|decrease|percent)\b/i;
const year = /^(?:.*\D)?((?:19|20)\d\d)$/;
const figure = /^[$€£¥]?\s?\d[\d.,]*%?$/;

/** A company's main figures are asked for before others. */
export function rowQuestionsOf(page: SegmentedPage & { page: number }, words: Lexicon): Candidate[] {
  return segmentsOf(page).flatMap((segment): Candidate[] => {
    const cells = cellsOf(page.text.slice(segment.start, segment.end));
    const at = lastYear(segment, cells);
    const [label = ""] = cells;
    if (!at || !name.test(label) || vague.test(label) || !figure.test(cells[at.column] ?? "")) return [];
    const verb = /[^s]s$/.test(label) ? "were" : "was";
    const question = `What ${verb} the ${words.within(label)} in ${at.year}?`;
    const kind = mainFigureOf(plainLabel(label)) >= 0 ? "row" : "entry";
    return reads(question) ? [{ question, kind, page: page.page, answers: [], row: cells }] : [];
  });
}

function lastYear({ kind, head }: Segment, cells: string[]): { column: number; year: string } | null {
  const columns = kind === "row" && head ? columnsOf(head.cells, cells) : null;
  const years = (columns ?? []).map((column) => Number(year.exec(column)?.[1] ?? 0));
  const last = Math.max(0, ...years.slice(1));
  // Of two columns of one year, as quarters have them, it would not be clear which is meant.
  return last > 0 && years.filter((each) => each === last).length === 1
    ? { column: years.indexOf(last, 1), year: String(last) }
    : null;
}
