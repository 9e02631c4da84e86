// Which passages an answer stands on, in the forms that its reader meets them: sources, quotes, and text to paste.
import type { Citation } from "@pagewise/sdk/contract";
import type { AnswerModel } from "./answer-model.ts";
import type { ChatStrings } from "./chat-strings.ts";

/** What one can step through beside the chat, as the strip of pages shows it: the used ones, or those met so far; `opened` is always among them. */
export function citationsSoFar(answer: AnswerModel, opened: Citation): Citation[] {
  const used = answer.used.peek();
  const text = answer.text.peek();
  const met = used.length > 0 ? used : answer.citations.peek().filter((one) => text.includes(`[${one.index}]`));
  const all = met.includes(opened) ? met : [...met, opened].toSorted((a, b) => a.index - b.index);
  return groupSources(all).flatMap(({ sources }) => sources.flatMap(({ citations }) => citations));
}

/** Without the backslashes that keep a sign from being a mark ("11\\."); code is as it is. */
function unescaped(text: string): string {
  return text.replace(/(`+)[^`]+\1|\\([!-/:-@[-`{-~])/g, (all, _, sign?: string) => sign ?? all);
}

export interface Source {
  /** Passages of one page. */
  citations: [Citation, ...Citation[]];
}

export interface SourceGroup {
  documentId: string;
  title: string;
  sources: Source[];
}

/** The cited pages, each once, under their documents; in the order in which the answer cites them. */
export function groupSources(used: readonly Citation[]): SourceGroup[] {
  const groups: SourceGroup[] = [];
  for (const citation of used) {
    const documentId = citation.document_id;
    const known = groups.find((one) => one.documentId === documentId);
    const group = known ?? { documentId, title: citation.title, sources: [] };
    if (!known) groups.push(group);
    const source = group.sources.find((one) => one.citations[0].page === citation.page);
    if (source) source.citations.push(citation);
    else group.sources.push({ citations: [citation] });
  }
  return groups;
}

/** One citation for each page that is being read. */
export function pagesOf(citations: readonly Citation[]): Citation[] {
  const seen = new Set<string>();
  return citations.filter(({ document_id, page }) => {
    const key = `${document_id} ${page}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** An answer as text with its sources under it, as one would paste it into a letter. */
export function copiedAnswer(text: string, used: readonly Citation[], t: ChatStrings): string {
  if (used.length === 0) return unescaped(text);
  const lines = used.map(
    ({ index, title, page, quote }) => `[${index}] ${t.titlePage(title, page)}: “${oneLine(quoted(quote))}”`,
  );
  return `${unescaped(text.trim())}\n\n${t.sources}\n${lines.join("\n")}\n`;
}

/** Between cells and sentences that do not stand together on the page. */
const gap = " … ";
const longestCell = 40;
const isFigure = (piece: string) => !/\p{L}{2}/u.test(piece);
const isCell = (piece: string) => isFigure(piece) || (piece.length <= longestCell && !/[.!?]$/.test(piece));

/** A passage as one reads it: the cells of a row side by side, each row on a line of its own, and no leading dots. */
export function quoted(quote: string): string {
  const pieces = innerMarks(oneLine(quote))
    .split(gap)
    .map((piece) => piece.replace(/(?: ?\.){4,}|…{2,}/g, "").trim())
    .map((piece) => (isFigure(piece) ? piece.replaceAll(" ", "\u00a0") : piece))
    .filter((piece) => piece !== "");
  return pieces.reduce((text, piece, at) => {
    if (at === 0) return piece;
    const last = pieces[at - 1] ?? "";
    const isLabel = !isFigure(piece) && isFigure(last) && isFigure(pieces[at + 1] ?? "—");
    const inRow = isFigure(piece) || (isCell(last) && isCell(piece));
    return text + (isLabel ? "\n" : inRow ? " · " : gap) + piece;
  }, "");
}

/** It stands in quotation marks of ours: its own become single, and those around all of it go. An inch stays one. */
function innerMarks(quote: string): string {
  return quote
    .replace(/[“„]|(?<=^|[\s(])"(?=\S)(?=[^"]*[^\s\d]")/g, "‘")
    .replace(/”|(?<=[^\s\d])"/g, "’")
    .replace(/^‘([^‘’]*)’$/, "$1");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
