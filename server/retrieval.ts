// From a question and the documents it may be answered from to ranked, quoted, page-cited passages.
import type { Rect } from "@pagewise/sdk/contract";
import type { Candidates } from "./candidates.ts";
import { findCandidates } from "./candidates.ts";
import { confidenceOf } from "./confidence.ts";
import { ChunkModel, PageModel } from "./models/chunk.ts";
import type { StoredCitation } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import type { Passage } from "./ports.ts";
import { type Query, queryOf } from "./query.ts";
import { inOneLine, type Quote, quoteOf } from "./quote.ts";
import { createRanker, type RankedPage, type ScoredChunk, type ScoredPage } from "./ranking.ts";
import { rectsOf, unpackLines } from "./rects.ts";
import type { Term } from "./term-matching.ts";
import { wellFormed } from "./well-formed.ts";

/** Pages whose texts are read and ranked. */
const maxPages = 48;
const maxCitations = 10;
/** Characters of a page that a language model is given around the quote. */
const maxPassage = 3000;

export interface Retrieved {
  /** Best first; the passage at the same place belongs to it. */
  citations: StoredCitation[];
  passages: Passage[];
  /** How sure it is that the passages answer the question, 0..1. */
  confidence: number;
}

/** @param earlier the person's questions before this one in the conversation, oldest first. */
export async function retrieve(
  deps: { db: Database },
  documents: DocumentModel[],
  question: string,
  earlier: string[],
): Promise<Retrieved> {
  const query = queryOf(question, earlier);
  const candidates = await findCandidates(deps, documents, query);
  const terms = termsOf(query, candidates);
  const ranker = createRanker(query, terms, documents);
  const chunks = ranker.chunks(candidates.chunks);
  const pages = ranker.pages(await readPages(deps, documents, chunks), chunks);
  const confidence = confidenceOf(pages);
  const cited = citedPages(pages, confidence).map(({ page, quote, score }, index) => {
    const document = documents.find(({ id }) => id === page.documentId);
    const heading = chunks.find(({ chunk }) => chunk.documentId === page.documentId && chunk.page === page.page);
    return {
      citation: citationOf(index + 1, page, quote, document, rectsOf(page.lines, quote.start, quote.end)),
      passage: passageOf(page, quote, score, document, heading?.chunk.heading ?? null),
    };
  });
  return {
    citations: cited.map(({ citation }) => citation),
    passages: cited.map(({ passage }) => passage),
    confidence,
  };
}

/** Chunks that every scope is taken to have besides its own: frequencies in a two-page document tell little. */
const backgroundChunks = 40;

/** The question's words with what each is worth among the chunks in scope. */
export function termsOf(query: Query, { total, frequencies }: Pick<Candidates, "total" | "frequencies">): Term[] {
  return query.words.map(({ surface, weight }) => {
    const df = frequencies.get(surface);
    const idf = df === undefined ? 0 : Math.log(1 + (total + backgroundChunks - df + 0.5) / (df + 0.5));
    return { surface, value: weight * idf };
  });
}

/** The pages to cite, best first, each with the passage to quote and a score between 0 and 1. */
export function citedPages(
  pages: ScoredPage[],
  confidence: number,
): { page: RankedPage; quote: Quote; score: number }[] {
  const best = pages[0]?.score || 1;
  return pages.slice(0, maxCitations).flatMap(({ page, segments, score }) => {
    const quote = quoteOf(segments);
    return quote ? [{ page, quote, score: (confidence * score) / best }] : [];
  });
}

/** The pages of the best chunks, with the ranges of all their chunks: what of them is content. */
async function readPages(
  deps: { db: Database },
  documents: DocumentModel[],
  chunks: ScoredChunk[],
): Promise<RankedPage[]> {
  const runs = new Map(documents.map(({ id, ready_run }) => [id, ready_run]));
  const wanted = new Map<string, [string, string | null, number]>();
  for (const { chunk } of chunks) {
    if (wanted.size === maxPages) break;
    const { documentId, page } = chunk;
    wanted.set(`${documentId} ${page}`, [documentId, runs.get(documentId) ?? null, page]);
  }
  if (wanted.size === 0) return [];
  const keys = [...wanted.values()];
  const rows = await PageModel.query(deps.db).whereInComposite(["document_id", "run", "number"], keys);
  const ranges = await ChunkModel.query(deps.db)
    .select("document_id", "page", "char_start", "char_end")
    .whereInComposite(["document_id", "run", "page"], keys);
  return rows.map(({ document_id, number, text, lines }) => ({
    documentId: document_id,
    page: number,
    text,
    lines: unpackLines(lines),
    ranges: ranges
      .filter((range) => range.document_id === document_id && range.page === number)
      .map(({ char_start, char_end }) => ({ start: char_start, end: char_end })),
  }));
}

function citationOf(
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
    quote: inOneLine(page.text.slice(quote.start, quote.end)),
    rects,
  };
}

function passageOf(
  page: RankedPage,
  quote: Quote,
  score: number,
  document: DocumentModel | undefined,
  heading: string | null,
): Passage {
  const spare = Math.max(0, maxPassage - (quote.end - quote.start));
  const start = Math.max(0, Math.min(quote.start - spare / 2, page.text.length - maxPassage));
  return {
    documentTitle: document?.title ?? "",
    page: page.page,
    text: wellFormed(page.text.slice(start, Math.max(quote.end, start + maxPassage))),
    heading,
    score,
    sentences: quote.segments.map((segment) => ({
      text: inOneLine(page.text.slice(segment.start, segment.end)),
      row: segment.kind === "row",
      score: segment.score * score,
    })),
  };
}
