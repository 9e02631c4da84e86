// The statements of an answer: its sentences, lines and rows of tables, each with the marks that follow its end.
import { citedIn } from "./citation-marks.ts";
import { isAbbreviated } from "./sentences.ts";

export interface Statement {
  /** UTF-16 offsets in the answer, without the marks of lists, headings and quotes before it. */
  start: number;
  end: number;
  text: string;
  cited: number[];
  /** Statements of one paragraph, item or row have the same number. */
  paragraph: number;
  /** Shown as a quotation as a whole. */
  isQuote: boolean;
}

/** What stands before the words of a line: lists, headings, quotes and rows each begin something new. */
const lead = /^[ \t]*(?:(?:[-*+•–]|\d{1,3}[.)]|#{1,6}|>|\|)[ \t]*(?=\S|$))*/;
/** Scripts with spaces want one after a full stop; marks may stand between. */
const stop =
  /(?:[.!?…؟۔।॥]+["'”’»›)*_~]*(?<marks>(?:[ \t]*\[\d{1,4}\])*)(?=\s|$)|[。！？｡]+[」』”’）*_~]*(?<wideMarks>(?:[ \t]*\[\d{1,4}\])*))[ \t]*/gu;

export function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let paragraph = 0;
  let at = 0;
  for (const line of text.split("\n")) {
    const before = lead.exec(line)?.[0] ?? "";
    if (before.trim() !== "" || line.trim() === "") paragraph += 1;
    for (const [from, to] of sentencesOf(line, before.length)) {
      const sentence = line.slice(from, to);
      const place = { start: at + from, end: at + to, text: sentence };
      statements.push({ ...place, cited: citedIn(sentence), paragraph, isQuote: before.includes(">") });
    }
    // A row is complete in itself.
    if (before.includes("|")) paragraph += 1;
    at += line.length + 1;
  }
  return statements;
}

function* sentencesOf(line: string, begin: number): Generator<[from: number, to: number]> {
  let from = begin;
  stop.lastIndex = 0;
  for (const match of line.matchAll(stop)) {
    const end = match.index + match[0].length;
    const marked = Boolean(match.groups?.marks || match.groups?.wideMarks);
    if (match.index < from || (!marked && isAbbreviated(line.slice(from, match.index + 1), line.slice(end, end + 40))))
      continue;
    yield [from, match.index + match[0].trimEnd().length];
    from = end;
  }
  const rest = line.trimEnd().length;
  if (rest > from) yield [from, rest];
}
