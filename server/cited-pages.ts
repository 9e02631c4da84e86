// Pages that were found as what a reader gets: citations with their quotes, and the passages that an answer is written from.
import type { Rect } from "@pagewise/sdk/contract";
import type { Passage } from "./model-ports.ts";
import type { StoredCitation } from "./models/conversation.ts";
import type { DocumentModel } from "./models/document.ts";
import { excerptOf, sentencesOf } from "./passage-sentences.ts";
import { type Breadth, closeToBest, type Quote, quoteOf, quoteText } from "./quote.ts";
import type { RankedPage, ScoredPage } from "./ranking.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import { letters } from "./standing.ts";
import { wellFormed } from "./well-formed.ts";

export const maxCitations = 10;
/** Characters of a page that a language model is given around the quote. */
const maxPassage = 3000;

/** The pages to cite, best first, each with the passage to quote and a score between 0 and 1. */
export function citedPages(
  pages: Pick<ScoredPage, "page" | "segments" | "score">[],
  confidence: number,
  forSeveral: Breadth,
): { page: RankedPage; quote: Quote; score: number }[] {
  const best = Math.max(0, ...pages.map(({ score }) => score)) || 1;
  const weighed = weighRefrains(pages);
  return pages.slice(0, maxCitations).flatMap(({ page, score }, index) => {
    const quote = quoteOf(weighed[index] ?? [], page, forSeveral);
    return quote ? [{ page, quote, score: (confidence * score) / best }] : [];
  });
}

/** What stands on so many of the pages that were found, word for word, tells none of them apart, and counts less. */
const refrainPages = 3;
const refrainShare = 0.3;

/** The segments of each page: what its document says again and again, as the source of every picture, is no answer. */
function weighRefrains(pages: Pick<ScoredPage, "page" | "segments">[]): ScoredSegment[][] {
  const counts = new Map<string, number>();
  const keys = pages.map(({ page, segments }) => {
    // Others are quoted nowhere.
    const least = closeToBest * Math.max(0.01, ...segments.map(({ score }) => score));
    return segments.map(({ start, end, kind, score }) =>
      kind !== "sentence" || score < least ? null : `${page.documentId} ${letters(page.text.slice(start, end))}`,
    );
  });
  for (const key of keys.flatMap((own) => [...new Set(own)])) if (key) counts.set(key, (counts.get(key) ?? 0) + 1);
  return pages.map(({ segments }, page) =>
    segments.map((segment, index) => {
      const key = keys[page]?.[index];
      return key && (counts.get(key) ?? 0) >= refrainPages
        ? { ...segment, score: segment.score * refrainShare }
        : segment;
    }),
  );
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

/** What an answerer calls each document: of several with the same title, their files beside it, and else a number. */
export function titlesApart(documents: Pick<DocumentModel, "id" | "title" | "filename">[]): Map<string, string> {
  const taken = new Set<string>();
  const known = [...new Map(documents.map((document) => [document.id, document])).values()];
  const isShared = (title: string) => known.filter((other) => other.title === title).length > 1;
  return new Map(
    known.map(({ id, title, filename }) => {
      const whole = isShared(title) && filename !== title ? `${title} (${filename})` : title;
      let called = whole;
      for (let number = 2; taken.has(called); number++) called = `${whole} (${number})`;
      taken.add(called);
      return [id, called];
    }),
  );
}

export function passageOf(
  page: RankedPage,
  quote: Quote,
  score: number,
  { title: documentTitle, filename }: Pick<DocumentModel, "title" | "filename">,
  heading: string | null,
): Passage {
  const { start, end } = excerptOf(quote, page.text, maxPassage);
  return {
    documentTitle,
    filename,
    page: page.page,
    text: wellFormed(page.text.slice(start, end)),
    heading,
    score,
    sentences: sentencesOf(quote, page.text, score),
    pageText: page.text,
  };
}
