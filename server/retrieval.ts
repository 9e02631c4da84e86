// From a question and the documents it may be answered from to ranked, quoted, page-cited passages.
import { asksForSeveral } from "./answer-types.ts";
import { asksAuthors, bylineOf } from "./asked-authors.ts";
import { pagesOfTopic, topicOfDocuments } from "./asked-documents.ts";
import { holdersAsked } from "./asked-holders.ts";
import { listedPages } from "./asked-sections.ts";
import { citationOf, citedPages, maxCitations, passageOf, titlesApart } from "./cited-pages.ts";
import { partsOf } from "./comparison.ts";
import { confidenceOf } from "./confidence.ts";
import { overviewOfOne } from "./doing-overview.ts";
import { mainFiguresQuestion } from "./finance-terms.ts";
import type { Remembered } from "./follow-up.ts";
import { asGuide, isGuide, purposeQuestion } from "./guide-overview.ts";
import type { Passage } from "./model-ports.ts";
import type { StoredCitation } from "./models/conversation.ts";
import type { DocumentModel } from "./models/document.ts";
import { sureOfNamed } from "./named-told.ts";
import { type OverviewKind, overviewOf, overviewOfEach, withMainFigures } from "./overview.ts";
import { readPages } from "./page-reading.ts";
import { type Query, queryOf } from "./query.ts";
import { quoteText } from "./quote.ts";
import {
  documentsNumbered,
  type FoundPages,
  keyOf,
  pagesNamed,
  type RetrievalDeps,
  rankedPages,
  type ScoredPages,
} from "./ranked-pages.ts";
import type { RankedPage } from "./ranking.ts";
import { rectsOf } from "./rects.ts";
import { smallTalkOf } from "./small-talk.ts";
import { createTextCache } from "./text-cache.ts";
import { untold } from "./untold.ts";
import { wholeAsked } from "./whole-asked.ts";

export interface Retrieved {
  /** Best first; the passage at the same place belongs to it. */
  citations: StoredCitation[];
  passages: Passage[];
  /** How sure it is that the passages answer the question, 0..1. */
  confidence: number;
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
  const ofWhole = whole && (await openingPages(deps, whole.documents, query, whole.kind, asked?.ofOne));
  const isTold = ofWhole !== null && (!asked?.ofOne || ofWhole.pages.length > 0);
  const found = isTold ? ofWhole : await pagesOfEach(deps, documents, query, remembered);
  const pages = told === null ? found.pages : untold(found.pages, told);
  const forSeveral = holdersAsked(question)
    ? "all"
    : asksForSeveral(question) || (whole !== null && !asked?.ofOne) || hasSteps(pages);
  const quoted = citedPages(pages, 1, forSeveral).map((each) => {
    const document = documents.find(({ id }) => id === each.page.documentId);
    const texts = () => [quoteText(each.quote, each.page.text), document?.title ?? "", document?.filename ?? ""];
    return { ...each, document, texts, terms: new Set(each.quote.segments.flatMap(({ terms }) => [...terms])) };
  });
  const confidence = isTold ? found.confidence : sureOfNamed(found.confidence, query, quoted);
  const titles = titlesApart(quoted.flatMap(({ document }) => document ?? []));
  const cited = quoted.map(({ page, quote, score, document }, index) => {
    const named = { title: titles.get(page.documentId) ?? "", filename: document?.filename ?? "" };
    return {
      citation: citationOf(
        index + 1,
        page,
        quote,
        document,
        quote.pieces.flatMap(({ start, end }) => rectsOf(page.lines, start, end)),
      ),
      passage: passageOf(page, quote, confidence * score, named, found.headings.get(keyOf(page)) ?? null),
    };
  });
  const passages = cited.map(({ passage }) => passage);
  // So many documents are told one by one that there is no room for the others.
  const present = new Set(quoted.map(({ page }) => page.documentId));
  const left = whole && !asked?.ofOne ? whole.documents.length - present.size : 0;
  return {
    citations: cited.map(({ citation }) => citation),
    passages: left > 0 ? passages.map((each, index) => (index ? each : { ...each, documentsLeft: left })) : passages,
    confidence,
  };
}

const hasSteps = (pages: ScoredPages) => pages[0]?.segments.some(({ step }) => step) ?? false;

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
  ofOne?: string[],
): Promise<FoundPages> {
  const lengthOfSeveral = ofOne || documents.length <= fewDocuments ? openingPagesOfFew : openingPagesOfEach;
  const lengthOfAny =
    documents.length === 1 || (ofOne && documents.length <= fewDocuments) ? openingPagesOfOne : lengthOfSeveral;
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
    const bylines = documents.flatMap(
      ({ id }) =>
        bylineOf(
          pages.filter(({ documentId }) => documentId === id),
          texts.segments,
        ) ?? [],
    );
    return { pages: bylines, headings: new Map(), confidence: bylines.length > 0 ? listedConfidence : 0 };
  }
  const titles = new Map(documents.map(({ id, title }) => [id, title]));
  const tell = documents.length > 1 && !isNumbered ? overviewOfEach : overviewOf;
  const titleOf = ({ documentId }: RankedPage) => titles.get(documentId) ?? "";
  const told = { headings: new Map(), confidence: openingConfidence };
  if (ofOne) {
    const ofAll = overviewOfOne(pages, ofOne, titleOf, texts.segments);
    // A single report says it somehow on its first pages; several tell mostly of what has happened.
    if (ofAll.length > 0 || documents.length > 1) return { ...told, pages: ofAll };
  }
  const overview = tell(pages, kind, titleOf, texts.segments);
  if (documents.length > 1 || isNumbered) return { ...told, pages: overview };
  const ranked = async (question: string) => (await rankedPages(deps, documents, queryOf(question))).pages;
  if (kind === "about" && isGuide(documents[0]?.title ?? "", pages))
    return { ...told, pages: asGuide(overview, pages, await ranked(purposeQuestion), texts.segments) };
  const isWhole = kind === "figures" || asksForSeveral(query.text);
  return { ...told, pages: isWhole ? withMainFigures(overview, kind, await ranked(mainFiguresQuestion)) : overview };
}
