// The sentences and rows of a quote as an answerer is given them, and the part of the page around them.
import type { PassageSentence } from "./model-ports.ts";
import { inOneLine } from "./one-line.ts";
import type { Quote } from "./quote.ts";
import type { Segment } from "./segments.ts";
import type { NamedRow } from "./stacked-names.ts";
import { carried, columnsOf, onlyNames, spreadOver } from "./table-columns.ts";
import { cellsOf, isTextWithGaps } from "./table-rows.ts";

/**
 * @param text of the quote's page.
 * @param pageScore what the page is worth beside the others.
 */
export function sentencesOf({ segments }: Quote, text: string, pageScore: number): PassageSentence[] {
  const isTelling = ({ start, end, kind }: Segment) => kind !== "row" || !onlyNames(cellsOf(text.slice(start, end)));
  const told = segments.filter(isTelling);
  return told.map(
    ({ start, end, kind, head, about = [], score, block, step, announces, announced }, index): PassageSentence => {
      const content = text.slice(start, end);
      const sentence = {
        text: inOneLine(content, text),
        row: kind === "row",
        score: score * pageScore,
        ...(step ? { step } : {}),
        ...(announces ? { announces } : {}),
        ...(announced ? { announced } : {}),
      };
      if (kind === "row" && isTextWithGaps(content)) return sentence;
      if (kind === "row") {
        const cells = cellsOf(content);
        return { ...sentence, cells, ...(head ? namesOf(head, cells, text) : said(about, text)) };
      }
      const before = told[index - 1];
      const follows = before?.block === block && !text.slice(before.end, start).trim();
      return { ...sentence, ...(follows ? { follows } : {}) };
    },
  );
}

/** What says of figures that nothing names whose they are, and of when. */
function said(about: NonNullable<Segment["about"]>, text: string): Pick<PassageSentence, "captions"> {
  const captions = about.map(({ start, end }) => inOneLine(text.slice(start, end), text));
  return captions.length ? { captions } : {};
}

/** What the page says of a row's columns, and of its table: what is of all of its columns, once above them. */
function namesOf(
  head: NonNullable<Segment["head"]>,
  cells: string[],
  text: string,
): Pick<PassageSentence, "columns" | "over" | "captions"> {
  const columns = columnsOf(head.cells, cells);
  if (!columns) return {};
  const isOfAll = (row: NamedRow) => row.cells.length === 1;
  const over = head.over.flatMap((row) => {
    const spread = isOfAll(row) ? null : spreadOver(row.cells, cells.length, columns);
    return spread ? [carried(spread)] : [];
  });
  const captions = [
    ...head.captions.map(({ start, end }) => ({ start, said: inOneLine(text.slice(start, end), text) })),
    ...head.over.filter(isOfAll).map(({ start, cells: [said = ""] }) => ({ start, said })),
  ].toSorted((one, other) => one.start - other.start);
  return {
    columns,
    ...(over.length ? { over } : {}),
    ...(captions.length ? { captions: captions.map(({ said }) => said) } : {}),
  };
}

/**
 * The part of a page that an answerer is given: all of the quote where that is no longer than `maxLength`, else its best
 * sentence, with as much before as after it.
 */
export function excerptOf(quote: Quote, text: string, maxLength: number): { start: number; end: number } {
  const from = Math.min(quote.start, ...quote.pieces.map(({ start }) => start));
  const to = Math.max(quote.end, ...quote.pieces.map(({ end }) => end));
  const shown = to - from <= maxLength ? { start: from, end: to } : quote;
  const spare = Math.max(0, maxLength - (shown.end - shown.start));
  const start = Math.max(0, Math.min(Math.floor(shown.start - spare / 2), text.length - maxLength));
  return { start, end: Math.max(shown.end, start + maxLength) };
}
