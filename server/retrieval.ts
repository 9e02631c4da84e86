// From a question and the documents it may be answered from to ranked, quoted, page-cited passages.
import type { Rect } from "@pagewise/sdk/contract";
import { asksForSeveral } from "./answer-types.ts";
import type { Candidates } from "./candidates.ts";
import { findCandidates } from "./candidates.ts";
import { confidenceOf } from "./confidence.ts";
import type { Remembered } from "./follow-up.ts";
import type { PageModel } from "./models/chunk.ts";
import type { StoredCitation } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { type OverviewKind, overviewOf } from "./overview.ts";
import { excerptOf, sentencesOf } from "./passage-sentences.ts";
import type { Passage } from "./ports.ts";
import { type Query, queryOf } from "./query.ts";
import { type Quote, quoteOf, quoteText } from "./quote.ts";
import { createRanker, type RankedChunk, type RankedPage, type ScoredPage } from "./ranking.ts";
import { rectsOf, unpackLines } from "./rects.ts";
import { hasNear, nearWords } from "./spelling.ts";
import type { Term } from "./term-matching.ts";
import { createTextCache, createTexts, type TextCache, type Texts } from "./text-cache.ts";
import { untold } from "./untold.ts";
import { fuseNearness, nearnessOf, spoken, withNear } from "./vector-fusion.ts";
import type { VectorSearch } from "./vector-search.ts";
import { wellFormed } from "./well-formed.ts";
import { fold } from "./words.ts";

/** Pages whose texts are read and ranked, which is most of a question's time; 48 answered no better. */
const maxPages = 16;
/** Of these at least so many that are near in meaning, whatever their words. */
const nearPages = 6;
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

interface RetrievalDeps {
  db: Database;
  /** Absent: by words alone. */
  vectors?: VectorSearch | null;
  /** Absent: every text is read anew. */
  texts?: TextCache;
}

/**
 * @param remembered what the question leans on of the turns before it.
 * @param told an answer that more than is asked for.
 */
export async function retrieve(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  question: string,
  remembered: Remembered[],
  told: string | null = null,
): Promise<Retrieved> {
  const query = queryOf(question, remembered);
  const found = query.overview
    ? await openingPages(deps, documents, query.overview)
    : await rankedPages(deps, documents, query);
  const { confidence, headings } = found;
  const pages = told === null ? found.pages : untold(found.pages, told);
  const cited = citedPages(pages, confidence, asksForSeveral(question)).map(({ page, quote, score }, index) => {
    const document = documents.find(({ id }) => id === page.documentId);
    return {
      citation: citationOf(
        index + 1,
        page,
        quote,
        document,
        quote.pieces.flatMap(({ start, end }) => rectsOf(page.lines, start, end)),
      ),
      passage: passageOf(page, quote, score, document, headings.get(keyOf(page)) ?? null),
    };
  });
  return {
    citations: cited.map(({ citation }) => citation),
    passages: cited.map(({ passage }) => passage),
    confidence,
  };
}

interface FoundPages {
  /** Best first. */
  pages: Pick<ScoredPage, "page" | "segments" | "score">[];
  /** The heading of each page's best chunk, by `keyOf`. */
  headings: Map<string, string | null>;
  confidence: number;
}

const keyOf = ({ documentId, page }: { documentId: string; page: number }) => `${documentId} ${page}`;

export async function rankedPages(deps: RetrievalDeps, documents: DocumentModel[], query: Query): Promise<FoundPages> {
  const [candidates, found] = await Promise.all([
    findCandidates(deps, documents, query),
    deps.vectors?.nearest(documents, spoken(query)) ?? [],
  ]);
  const nearness = nearnessOf(found, keyOf);
  const texts = (deps.texts ?? createTextCache()).open();
  const ranker = createRanker(query, termsOf(query, candidates), documents, texts);
  const chunks = ranker
    .chunks(withNear(candidates.chunks, found))
    .filter(({ chunk, terms, items }) => terms.size > 0 || items > 0 || nearness.has(keyOf(chunk)))
    .map((scored) => ({ ...scored, key: keyOf(scored.chunk) }));
  const near = [...nearness].slice(0, nearPages).map(([key, { chunk }]) => [key, chunk] as const);
  const keys = new Map<string, { documentId: string; page: number }>([
    ...near,
    ...chunks.map(({ key, chunk }) => [key, chunk] as const),
  ]);
  const wanted = new Map([...keys].slice(0, maxPages));
  for (const page of pagesNamed(query, documents)) wanted.set(keyOf(page), page);
  const byWords = ranker.pages(await readPages(deps, documents, [...wanted.values()], texts), chunks);
  const headings = new Map(chunks.toReversed().map(({ key, chunk }) => [key, chunk.heading]));
  // Nearness orders what is found; whether it answers at all, only words have been seen to tell.
  const confidence = confidenceOf(byWords, documents.length);
  return { pages: fuseNearness(byWords, found, nearness, keyOf), headings, confidence };
}

/** In more documents a page's number says little. */
const documentsNumbered = 3;

/** Pages that the question names, whatever they hold, with those that a cover may have moved. */
function pagesNamed(query: Query, documents: DocumentModel[]): { documentId: string; page: number }[] {
  if (documents.length > documentsNumbered) return [];
  return documents.flatMap(({ id, pages: count }) =>
    query.pages
      .flatMap((page) => (page > 0 ? [page, page + 1] : [(count ?? 0) + 1 + page]))
      .filter((page) => page >= 1 && page <= (count ?? 0))
      .map((page) => ({ documentId: id, page })),
  );
}

/** How sure it is that the first pages tell what a document is about. */
const openingConfidence = 0.6;
/** Pages looked at for that: of a single document, and of each of several. */
const openingPagesOfOne = 12;
const openingPagesOfEach = 3;

async function openingPages(deps: RetrievalDeps, documents: DocumentModel[], kind: OverviewKind): Promise<FoundPages> {
  const length = documents.length === 1 ? openingPagesOfOne : openingPagesOfEach;
  const wanted = documents
    .slice(0, maxCitations)
    .flatMap(({ id }) => Array.from({ length }, (_, index) => ({ documentId: id, page: index + 1 })));
  const order = new Map(wanted.map((page, index) => [keyOf(page), index]));
  const place = (page: RankedPage) => order.get(keyOf(page)) ?? 0;
  const texts = (deps.texts ?? createTextCache()).open();
  const pages = (await readPages(deps, documents, wanted, texts)).sort((left, right) => place(left) - place(right));
  const titles = new Map(documents.map(({ id, title }) => [id, title]));
  return {
    pages: overviewOf(pages, kind, ({ documentId }) => titles.get(documentId) ?? ""),
    headings: new Map(),
    confidence: openingConfidence,
  };
}

/** Chunks that every scope is taken to have besides its own: frequencies in a two-page document tell little. */
const backgroundChunks = 40;

/** What no chunk holds may only be put in other words there: it counts less, unless it is a name. */
const absentShare = 0.5;

/** A word that stands in for one of the question counts less than that would. */
const insteadShare = 0.8;

/** The question's words with what each is worth among the chunks in scope. */
function termsOf(query: Query, { total, frequencies, chunks }: Candidates): Term[] {
  const names = new Set(query.names.flat());
  const absent = query.words.flatMap(({ surface }) => (frequencies.get(surface) === 0 ? [fold(surface)] : []));
  const vocabulary = createVocabulary(chunks, absent.filter(hasNear));
  return query.words.map(({ surface, weight, optional }, index) => {
    const df = frequencies.get(surface);
    if (df === undefined || (optional && df === 0)) return { surface, value: 0 };
    const idf = (frequency: number) => Math.log(1 + (total + backgroundChunks - frequency + 0.5) / (frequency + 0.5));
    if (df > 0) return { surface, value: weight * idf(df) };
    const near = nearWords(fold(surface), vocabulary().keys());
    if (near.length === 0) return { surface, value: weight * idf(0) * (names.has(index) ? 1 : absentShare) };
    const found = Math.max(...near.map((word) => vocabulary().get(word) ?? 0));
    return { surface, value: weight * idf(found) * insteadShare, instead: near };
  });
}

/**
 * The words of the candidates that begin as one of `absent` does, with the number of chunks that hold each, read only where
 * they are asked for.
 */
function createVocabulary(chunks: RankedChunk[], absent: string[]): () => Map<string, number> {
  let known: Map<string, number> | undefined;
  return () => {
    known ??= wordsOf(chunks, new Set(absent.map((word) => word[0] ?? "")));
    return known;
  };
}

function wordsOf(chunks: RankedChunk[], initials: Set<string>): Map<string, number> {
  const counts = new Map<string, number>();
  if (initials.size === 0) return counts;
  const plain = [...initials].filter((initial) => /[a-z]/.test(initial)).join("");
  // Folding may make another letter of one with an accent.
  const begins = `(?=[${plain}${plain.toUpperCase()}\\u{80}-\\u{10ffff}])`;
  const pattern = new RegExp(`(?<![\\p{L}\\p{M}])${begins}[\\p{L}\\p{M}]{4,}`, "gu");
  for (const { content } of chunks) {
    const words = new Set([...new Set(content.match(pattern))].map(fold));
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** The pages to cite, best first, each with the passage to quote and a score between 0 and 1. */
function citedPages(
  pages: FoundPages["pages"],
  confidence: number,
  forSeveral: boolean,
): { page: RankedPage; quote: Quote; score: number }[] {
  const best = pages[0]?.score || 1;
  return pages.slice(0, maxCitations).flatMap(({ page, segments, score }) => {
    const quote = quoteOf(segments, page, forSeveral);
    return quote ? [{ page, quote, score: (confidence * score) / best }] : [];
  });
}

/** A page's row with its chunks: where each begins and ends, and its language. */
interface PageRow extends Pick<PageModel, "document_id" | "number" | "text" | "lines"> {
  chunks: [number, number, string | null][] | null;
}

/** Pages with the ranges of their chunks: what of them is content. */
export async function readPages(
  { db }: { db: Database },
  documents: DocumentModel[],
  wanted: { documentId: string; page: number }[],
  texts: Texts = createTexts(),
): Promise<RankedPage[]> {
  const runs = new Map(documents.map(({ id, ready_run }) => [id, ready_run]));
  const places = wanted.flatMap(({ documentId, page }) => {
    const run = runs.get(documentId);
    return run ? [{ documentId, run, page, key: `${documentId} ${run} ${page}` }] : [];
  });
  const pages = new Map(places.map(({ key }) => [key, texts.page(key)]));
  const missing = places.filter(({ key }) => !pages.get(key));
  for (const page of await storedPages(db, missing)) {
    const key = `${page.documentId} ${runs.get(page.documentId)} ${page.page}`;
    texts.keep(key, page);
    pages.set(key, page);
  }
  return [...pages.values()].filter((page) => page !== undefined);
}

/** One statement, since each is waited for. */
async function storedPages(
  db: Database,
  places: { documentId: string; run: string; page: number }[],
): Promise<RankedPage[]> {
  if (places.length === 0) return [];
  const found = await db.raw(
    `select document_id, number, text, lines, own.chunks
     from unnest(?::uuid[], ?::uuid[], ?::int[]) wanted(document_id, run, number)
     join pages using (document_id, run, number)
     cross join lateral (
       select json_agg(json_build_array(char_start, char_end, language)) chunks from chunks c
       where c.document_id = pages.document_id and c.run = pages.run and c.page = pages.number) own`,
    [places.map(({ documentId }) => documentId), places.map(({ run }) => run), places.map(({ page }) => page)],
  );
  return (found.rows as PageRow[]).map(({ document_id, number, text, lines, chunks }) => {
    const ranges = (chunks ?? []).map(([start, end, language]) => ({ start, end, language }));
    return {
      documentId: document_id,
      page: number,
      text,
      lines: unpackLines(lines),
      ranges: ranges.map(({ start, end }) => ({ start, end })),
      language: languageOfMost(ranges),
    };
  });
}

function languageOfMost(ranges: { start: number; end: number; language: string | null }[]): string | null {
  const lengths = new Map<string | null, number>();
  for (const { language, start, end } of ranges) {
    lengths.set(language, (lengths.get(language) ?? 0) + end - start);
  }
  return [...lengths].reduce((most, each) => (each[1] > most[1] ? each : most), [null, 0] as [
    string | null,
    number,
  ])[0];
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
    quote: quoteText(quote, page.text),
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
  const { start, end } = excerptOf(quote, page.text, maxPassage);
  return {
    documentTitle: document?.title ?? "",
    page: page.page,
    text: wellFormed(page.text.slice(start, end)),
    heading,
    score,
    sentences: sentencesOf(quote, page.text, score),
    pageText: page.text,
  };
}
