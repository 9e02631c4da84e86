// Which passages an answer stands on, in the forms that its reader meets them: sources, quotes, and text to paste.
import type { Citation } from "@pagewise/sdk/contract";
import type { AnswerModel } from "./answer-model.ts";
import type { ChatStrings } from "./chat-strings.ts";

/** What one can step through beside the chat: the used ones, or those met so far; `opened` is always among them. */
export function citationsSoFar(answer: AnswerModel, opened: Citation): Citation[] {
  const used = answer.used.peek();
  const text = answer.text.peek();
  const met = used.length > 0 ? used : answer.citations.peek().filter((one) => text.includes(`[${one.index}]`));
  return met.includes(opened) ? [...met] : [...met, opened].toSorted((a, b) => a.index - b.index);
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
  if (used.length === 0) return text;
  const lines = used.map(
    ({ index, title, page, quote }) => `[${index}] ${t.titlePage(title, page)}: “${oneLine(quote)}”`,
  );
  return `${text.trim()}\n\n${t.sources}\n${lines.join("\n")}\n`;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
