// From a question and the documents it may be answered from to ranked, quoted, page-cited passages.
import { asksForSeveral } from "./answer-types.ts";
import { asksAuthors, bylineOf } from "./asked-authors.ts";
import { pagesOfTopic, topicOfDocuments } from "./asked-documents.ts";
import { holdersAsked } from "./asked-holders.ts";
import { asksSection, listedPages } from "./asked-sections.ts";
import { createBreath } from "./breath.ts";
import { findCandidates } from "./candidates.ts";
import { citationOf, citedPages, maxCitations, passageOf } from "./cited-pages.ts";
import { partsOf } from "./comparison.ts";
import { confidenceOf } from "./confidence.ts";
import { mainFiguresQuestion } from "./finance-terms.ts";
import type { Remembered } from "./follow-up.ts";
import { asGuide, isGuide, purposeQuestion } from "./guide-overview.ts";
import type { Passage } from "./model-ports.ts";
import type { StoredCitation } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { sureOfNamed } from "./named-told.ts";
import { type OverviewKind, overviewOf, overviewOfEach, withMainFigures } from "./overview.ts";
import { readPages } from "./page-reading.ts";
import { type Query, queryOf } from "./query.ts";
import { termsOf, withFamilies } from "./query-terms.ts";
import { quoteText } from "./quote.ts";
import { createRanker, type RankedPage, type ScoredPage } from "./ranking.ts";
import { rectsOf } from "./rects.ts";
import { smallTalkOf } from "./small-talk.ts";
import { createTextCache, type TextCache } from "./text-cache.ts";
import { untold } from "./untold.ts";
import { fuseNearness, nearnessOf, spoken, withNear } from "./vector-fusion.ts";
import type { VectorSearch } from "./vector-search.ts";
import { wholeAsked } from "./whole-asked.ts";

/** Pages whose texts are read and ranked, which is most of a question's time; 48 answered no better. */
const maxPages = 16;
/** Of these at least so many that are near in meaning, whatever their words. */
const nearPages = 6;

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
  if (smallTalkOf(question)) return { citations: [], passages: [], confidence: 0 };
  const query = queryOf(question, remembered);
  const asked = query.overview || remembered.length === 0 ? wholeAsked(question, documents) : null;
  const whole = asked ?? (asksAuthors(question) ? { kind: "authors" as const, documents } : null);
  const found = whole
    ? await openingPages(deps, whole.documents, query, whole.kind)
    : await pagesOfEach(deps, documents, query, remembered);
  const pages = told === null ? found.pages : untold(found.pages, told);
  const forSeveral = holdersAsked(question) ? "all" : asksForSeveral(question) || whole !== null || hasSteps(pages);
  const quoted = citedPages(pages, 1, forSeveral).map((each) => {
    const document = documents.find(({ id }) => id === each.page.documentId);
    const texts = [quoteText(each.quote, each.page.text), document?.title ?? "", document?.filename ?? ""];
    return { ...each, document, texts, terms: new Set(each.quote.segments.flatMap(({ terms }) => [...terms])) };
  });
  const confidence = whole ? found.confidence : sureOfNamed(found.confidence, query, quoted);
  const cited = quoted.map(({ page, quote, score, document }, index) => {
    return {
      citation: citationOf(
        index + 1,
        page,
        quote,
        document,
        quote.pieces.flatMap(({ start, end }) => rectsOf(page.lines, start, end)),
      ),
      passage: passageOf(page, quote, confidence * score, document, found.headings.get(keyOf(page)) ?? null),
    };
  });
  return {
    citations: cited.map(({ citation }) => citation),
    passages: cited.map(({ passage }) => passage),
    confidence,
  };
}

type ScoredPages = Pick<ScoredPage, "page" | "segments" | "score">[];

const hasSteps = (pages: ScoredPages) => pages[0]?.segments.some(({ step }) => step) ?? false;

interface FoundPages {
  /** Best first. */
  pages: ScoredPages;
  /** The heading of each page's best chunk, by `keyOf`. */
  headings: Map<string, string | null>;
  confidence: number;
}

const keyOf = ({ documentId, page }: { documentId: string; page: number }) => `${documentId} ${page}`;

export async function rankedPages(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  asked: Query,
): Promise<FoundPages & { pages: ScoredPage[] }> {
  const query = withFamilies(asked, documents);
  const texts = (deps.texts ?? createTextCache()).open();
  const [candidates, found] = await Promise.all([
    findCandidates(deps, documents, query, texts),
    deps.vectors?.nearest(documents, spoken(query)) ?? [],
  ]);
  const nearness = nearnessOf(found, keyOf);
  const ranker = createRanker(query, termsOf(query, candidates, documents, texts), documents, texts);
  const chunks = ranker
    .chunks(withNear(candidates.chunks, found))
    .filter(({ chunk, terms, items }) => terms.size > 0 || items > 0 || nearness.has(keyOf(chunk)))
    .map((scored) => ({ ...scored, key: keyOf(scored.chunk) }));
  const near = [...nearness].slice(0, nearPages).map(([key, { chunk }]) => [key, chunk] as const);
  const keys = new Map<string, { documentId: string; page: number }>([
    ...near,
    ...chunks.map(({ key, chunk }) => [key, chunk] as const),
  ]);
  const wanted = new Map([...keys].slice(0, asksSection(query.text) ? 2 * maxPages : maxPages));
  for (const page of pagesNamed(query, documents, true)) wanted.set(keyOf(page), page);
  const pages = await readPages(deps, documents, [...wanted.values()], texts);
  const breathe = createBreath();
  for (const page of pages) {
    ranker.read(page);
    await breathe();
  }
  const byWords = ranker.pages(pages, chunks);
  const headings = new Map(chunks.toReversed().map(({ key, chunk }) => [key, chunk.heading]));
  // Nearness orders what is found; whether it answers at all, only words have been seen to tell.
  const confidence = confidenceOf(byWords, documents.length);
  return { pages: fuseNearness(byWords, found, nearness, keyOf), headings, confidence };
}

/** Where documents are compared, the pages of each in turn: the best of one would leave no room for the other's. */
async function pagesOfEach(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  query: Query,
  remembered: Remembered[],
): Promise<FoundPages> {
  const topic = documents.length > 1 ? topicOfDocuments(query.text) : null;
  if (topic !== null) {
    const found = await rankedPages(deps, documents, queryOf(topic, remembered));
    const pages = pagesOfTopic(found.pages, (own) => confidenceOf(own, documents.length));
    return { ...found, pages, confidence: pages.length > 0 ? found.confidence : 0 };
  }
  const parts = partsOf(query.text, documents);
  if (!parts) {
    const ranked = await rankedPages(deps, documents, query);
    const { pages, isList } = listedPages(ranked.pages, query);
    return { ...ranked, pages, confidence: isList ? listedConfidence : ranked.confidence };
  }
  const found = await Promise.all(
    parts.map((part) => rankedPages(deps, part.documents, queryOf(part.question, remembered))),
  );
  const confidence = Math.max(...found.map((each) => each.confidence));
  // A document that tells nothing is left out of no comparison: its pages are less sure than the others'.
  const scaled = found.map((each) =>
    each.pages.map((page) => ({
      ...page,
      score: ((page.score / (each.pages[0]?.score || 1)) * each.confidence) / (confidence || 1),
    })),
  );
  const longest = Math.max(...scaled.map(({ length }) => length));
  return {
    pages: Array.from({ length: longest }, (_, place) => scaled.flatMap((pages) => pages[place] ?? [])).flat(),
    headings: new Map(found.flatMap(({ headings }) => [...headings])),
    confidence,
  };
}

/** How sure it is that what has the form of the list asked for is that list. */
const listedConfidence = 0.9;

/** In more documents a page's number says little. */
const documentsNumbered = 3;

/** Pages that the question names, whatever they hold; `moved`: with those that a cover may have moved. */
function pagesNamed(query: Query, documents: DocumentModel[], moved: boolean): { documentId: string; page: number }[] {
  if (documents.length > documentsNumbered) return [];
  return documents.flatMap(({ id, pages: count }) =>
    query.pages
      .map((page) => (page > 0 ? page : (count ?? 0) + 1 + page))
      .flatMap((page, index) => (moved && (query.pages[index] ?? 0) > 0 ? [page, page + 1] : [page]))
      .filter((page) => page >= 1 && page <= (count ?? 0))
      .map((page) => ({ documentId: id, page })),
  );
}

/** How sure it is that the first pages tell what a document is about. */
const openingConfidence = 0.6;
/** Pages looked at for that: of a single document, and of each of several. */
const openingPagesOfOne = 12;
const openingPagesOfFew = 6;
const fewDocuments = 3;
const openingPagesOfEach = 4;
/** Where it is told who wrote them. */
const titlePages = 3;
const mostTitlePages = 30;

async function openingPages(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  query: Query,
  kind: OverviewKind | "authors",
): Promise<FoundPages> {
  const lengthOfSeveral = documents.length <= fewDocuments ? openingPagesOfFew : openingPagesOfEach;
  const lengthOfAny = documents.length === 1 ? openingPagesOfOne : lengthOfSeveral;
  const [length, most] = kind === "authors" ? [titlePages, mostTitlePages] : [lengthOfAny, maxCitations];
  const opening = documents
    .slice(0, most)
    .flatMap(({ id }) => Array.from({ length }, (_, index) => ({ documentId: id, page: index + 1 })));
  const isNumbered = query.pages.length > 0 && documents.length <= documentsNumbered;
  const wanted = isNumbered ? pagesNamed(query, documents, false) : opening;
  const order = new Map(wanted.map((page, index) => [keyOf(page), index]));
  const place = (page: RankedPage) => order.get(keyOf(page)) ?? 0;
  const texts = (deps.texts ?? createTextCache()).open();
  const pages = (await readPages(deps, documents, wanted, texts)).sort((left, right) => place(left) - place(right));
  if (kind === "authors") {
    const bylines = documents.flatMap(({ id }) => bylineOf(pages.filter(({ documentId }) => documentId === id)) ?? []);
    return { pages: bylines, headings: new Map(), confidence: bylines.length > 0 ? listedConfidence : 0 };
  }
  const titles = new Map(documents.map(({ id, title }) => [id, title]));
  const tell = documents.length > 1 && !isNumbered ? overviewOfEach : overviewOf;
  const overview = tell(pages, kind, ({ documentId }) => titles.get(documentId) ?? "");
  const told = { headings: new Map(), confidence: openingConfidence };
  if (documents.length > 1 || isNumbered) return { ...told, pages: overview };
  const ranked = async (question: string) => (await rankedPages(deps, documents, queryOf(question))).pages;
  if (kind === "about" && isGuide(documents[0]?.title ?? "", pages))
    return { ...told, pages: asGuide(overview, pages, await ranked(purposeQuestion)) };
  const isWhole = kind === "figures" || asksForSeveral(query.text);
  return { ...told, pages: isWhole ? withMainFigures(overview, kind, await ranked(mainFiguresQuestion)) : overview };
}
