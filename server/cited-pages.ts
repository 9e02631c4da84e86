// Pages that were found as what a reader gets: citations with their quotes, and the passages that an answer is written from.
import type { Rect } from "@pagewise/sdk/contract";
import type { Passage } from "./model-ports.ts";
import type { StoredCitation } from "./models/conversation.ts";
import type { DocumentModel } from "./models/document.ts";
import { excerptOf, sentencesOf } from "./passage-sentences.ts";
import { type Quote, quoteOf, quoteText } from "./quote.ts";
import type { RankedPage, ScoredPage } from "./ranking.ts";
import { wellFormed } from "./well-formed.ts";

export const maxCitations = 10;
/** Characters of a page that a language model is given around the quote. */
const maxPassage = 3000;

/** The pages to cite, best first, each with the passage to quote and a score between 0 and 1. */
export function citedPages(
  pages: Pick<ScoredPage, "page" | "segments" | "score">[],
  confidence: number,
  forSeveral: boolean,
): { page: RankedPage; quote: Quote; score: number }[] {
  const best = pages[0]?.score || 1;
  return pages.slice(0, maxCitations).flatMap(({ page, segments, score }) => {
    const quote = quoteOf(segments, page, forSeveral);
    return quote ? [{ page, quote, score: (confidence * score) / best }] : [];
  });
}

export function citationOf(
  index: number,
  page: RankedPage,
  quote: Quote,
  document: DocumentModel | undefined,
  rects: Rect[],
): StoredCitation {
  return {
    index,
    document_id: page.documentId,
    filename: document?.filename ?? "",
    title: document?.title ?? "",
    page: page.page,
    quote: quoteText(quote, page.text),
    rects,
  };
}

export function passageOf(
  page: RankedPage,
  quote: Quote,
  score: number,
  document: DocumentModel | undefined,
  heading: string | null,
): Passage {
  const { start, end } = excerptOf(quote, page.text, maxPassage);
  return {
    documentTitle: document?.title ?? "",
    filename: document?.filename ?? "",
    page: page.page,
    text: wellFormed(page.text.slice(start, end)),
    heading,
    score,
    sentences: sentencesOf(quote, page.text, score),
    pageText: page.text,
  };
}
