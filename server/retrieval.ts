// From a question and the documents it may be answered from to ranked, quoted, page-cited passages.
import { asksForSeveral } from "./answer-types.ts";
import { createBreath } from "./breath.ts";
import { findCandidates } from "./candidates.ts";
import { citationOf, citedPages, maxCitations, passageOf } from "./cited-pages.ts";
import { partsOf } from "./comparison.ts";
import { confidenceOf } from "./confidence.ts";
import { mainFiguresQuestion } from "./finance-terms.ts";
import type { Remembered } from "./follow-up.ts";
import { chaptersOf, isGuide, purposeOf, purposeQuestion } from "./guide-overview.ts";
import type { Passage } from "./model-ports.ts";
import type { StoredCitation } from "./models/conversation.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { mainFiguresOf, type OverviewKind, type OverviewPage, overviewOf, overviewOfEach } from "./overview.ts";
import { readPages } from "./page-reading.ts";
import { type Query, queryOf } from "./query.ts";
import { termsOf, withFamilies } from "./query-terms.ts";
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
  const whole = query.overview || remembered.length === 0 ? wholeAsked(question, documents) : null;
  const found = whole
    ? await openingPages(deps, whole.documents, query, whole.kind)
    : await pagesOfEach(deps, documents, query, remembered);
  const { confidence, headings } = found;
  const pages = told === null ? found.pages : untold(found.pages, told);
  const forSeveral = asksForSeveral(question) || whole !== null;
  const cited = citedPages(pages, confidence, forSeveral).map(({ page, quote, score }, index) => {
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

export async function rankedPages(deps: RetrievalDeps, documents: DocumentModel[], asked: Query): Promise<FoundPages> {
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
  const wanted = new Map([...keys].slice(0, maxPages));
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
  const parts = partsOf(query.text, documents);
  if (!parts) return rankedPages(deps, documents, query);
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

async function openingPages(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  query: Query,
  kind: OverviewKind,
): Promise<FoundPages> {
  const lengthOfSeveral = documents.length <= fewDocuments ? openingPagesOfFew : openingPagesOfEach;
  const length = documents.length === 1 ? openingPagesOfOne : lengthOfSeveral;
  const opening = documents
    .slice(0, maxCitations)
    .flatMap(({ id }) => Array.from({ length }, (_, index) => ({ documentId: id, page: index + 1 })));
  const isNumbered = query.pages.length > 0 && documents.length <= documentsNumbered;
  const wanted = isNumbered ? pagesNamed(query, documents, false) : opening;
  const order = new Map(wanted.map((page, index) => [keyOf(page), index]));
  const place = (page: RankedPage) => order.get(keyOf(page)) ?? 0;
  const texts = (deps.texts ?? createTextCache()).open();
  const pages = (await readPages(deps, documents, wanted, texts)).sort((left, right) => place(left) - place(right));
  const titles = new Map(documents.map(({ id, title }) => [id, title]));
  const tell = documents.length > 1 && !isNumbered ? overviewOfEach : overviewOf;
  const overview = tell(pages, kind, ({ documentId }) => titles.get(documentId) ?? "");
  const isOne = documents.length === 1 && !isNumbered;
  const guided = isOne && kind === "about" && isGuide(documents[0]?.title ?? "", pages);
  const isWhole = isOne && !guided && (kind === "figures" || asksForSeveral(query.text));
  return {
    pages: guided
      ? await asGuide(deps, documents, pages, overview)
      : isWhole
        ? await withMainFigures(deps, documents, overview, kind)
        : overview,
    headings: new Map(),
    confidence: openingConfidence,
  };
}

/** Where they follow what a document is about. */
const figuresAfter = 0.7;

/** A company's report is told by its main figures too, which stand far behind its first pages. */
async function withMainFigures(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  overview: OverviewPage[],
  kind: OverviewKind,
): Promise<OverviewPage[]> {
  const figures = mainFiguresOf((await rankedPages(deps, documents, queryOf(mainFiguresQuestion))).pages);
  if (!figures) return overview;
  const best = Math.max(0.01, ...overview.flatMap(({ segments }) => segments.map(({ score }) => score)));
  const score = kind === "figures" ? 1 : figuresAfter;
  const raised = figures.segments.map((segment) => ({ ...segment, score: 1.3 * best * segment.score }));
  const others = overview.filter(({ page }) => page.page !== figures.page.page || kind === "about");
  return [...others, { ...figures, segments: raised, score }].sort((left, right) => right.score - left.score);
}

/** Steps and warnings on its first pages say little of a guide: what it is for does, and its chapters. */
async function asGuide(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  opening: RankedPage[],
  overview: OverviewPage[],
): Promise<OverviewPage[]> {
  const purpose = purposeOf([...overview, ...(await rankedPages(deps, documents, queryOf(purposeQuestion))).pages]);
  const told = [purpose, chaptersOf(opening)].flatMap((page) => page ?? []);
  return told.length > 0 ? told : overview;
}
