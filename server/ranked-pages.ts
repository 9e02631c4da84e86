// From a question to the pages that hold most of it, best first: candidates, their pages read, ranked by words and nearness.
import { asksSection } from "./asked-sections.ts";
import { createBreath } from "./breath.ts";
import { findCandidates } from "./candidates.ts";
import { confidenceOf } from "./confidence.ts";
import type { Database } from "./models/database.ts";
import { type DocumentModel, readyRuns } from "./models/document.ts";
import { readPages } from "./page-reading.ts";
import type { Query } from "./query.ts";
import { termsOf, withFamilies } from "./query-terms.ts";
import { createRanker, type ScoredPage } from "./ranking.ts";
import { createTextCache, type TextCache } from "./text-cache.ts";
import { fuseNearness, nearnessOf, spoken, withNear } from "./vector-fusion.ts";
import type { VectorSearch } from "./vector-search.ts";

/** Pages whose texts are read and ranked, which is most of a question's time; 48 answered no better. */
const maxPages = 16;
/** Of these at least so many that are near in meaning, whatever their words. */
const nearPages = 6;
/** Of so few documents it is asked at once whether they are there still; of more, when it is known which are found. */
const documentsLooked = 20;

export interface RetrievalDeps {
  db: Database;
  /** Absent: by words alone. */
  vectors?: VectorSearch | null;
  /** Absent: every text is read anew. */
  texts?: TextCache;
}

export type ScoredPages = Pick<ScoredPage, "page" | "segments" | "score">[];

export interface FoundPages {
  /** Best first. */
  pages: ScoredPages;
  /** The heading of each page's best chunk, by `keyOf`. */
  headings: Map<string, string | null>;
  confidence: number;
}

export const keyOf = ({ documentId, page }: { documentId: string; page: number }) => `${documentId} ${page}`;

export async function rankedPages(
  deps: RetrievalDeps,
  documents: DocumentModel[],
  asked: Query,
): Promise<FoundPages & { pages: ScoredPage[] }> {
  const query = withFamilies(asked, documents);
  const texts = (deps.texts ?? createTextCache()).open();
  const [standing, candidates, found] = await Promise.all([
    // First, so that the database answers while chunks are looked through.
    documents.length <= documentsLooked
      ? readyRuns(
          deps.db,
          documents.map(({ id }) => id),
        )
      : undefined,
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
  const pages = await readPages(deps, documents, [...wanted.values()], texts, standing);
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

/** In more documents a page's number says little. */
export const documentsNumbered = 3;

/** Pages that the question names, whatever they hold; `moved`: with those that a cover may have moved. */
export function pagesNamed(
  query: Query,
  documents: DocumentModel[],
  moved: boolean,
): { documentId: string; page: number }[] {
  if (documents.length > documentsNumbered) return [];
  return documents.flatMap(({ id, pages: count }) =>
    query.pages
      .map((page) => (page > 0 ? page : (count ?? 0) + 1 + page))
      .flatMap((page, index) => (moved && (query.pages[index] ?? 0) > 0 ? [page, page + 1] : [page]))
      .filter((page) => page >= 1 && page <= (count ?? 0))
      .map((page) => ({ documentId: id, page })),
  );
}
