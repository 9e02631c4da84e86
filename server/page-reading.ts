// Reads pages of ready documents as ranking needs them: their text and lines, and what of them is content.
import { createBreath } from "./breath.ts";
import type { PageModel } from "./models/chunk.ts";
import type { Database } from "./models/database.ts";
import { type DocumentModel, readyRuns } from "./models/document.ts";
import type { RankedPage } from "./ranking.ts";
import { unpackLines } from "./rects.ts";
import { createTexts, type Texts } from "./text-cache.ts";

interface PagePlace {
  documentId: string;
  page: number;
}

/** A page's row with its chunks: where each begins and ends, and its language. */
interface PageRow extends Pick<PageModel, "document_id" | "number" | "text" | "lines"> {
  chunks: [number, number, string | null][] | null;
}

/**
 * Pages with the ranges of their chunks: what of them is content. Those of a run never change, but it is looked whether
 * the documents are there still, and read as they were.
 * @param looked what `readyRuns` told a moment ago, where it was asked.
 */
export async function readPages(
  { db }: { db: Database },
  documents: DocumentModel[],
  wanted: PagePlace[],
  texts: Texts = createTexts(),
  looked?: Awaited<ReturnType<typeof readyRuns>>,
): Promise<RankedPage[]> {
  const runs = new Map(documents.map(({ id, ready_run }) => [id, ready_run]));
  const places = placesOf(documents, wanted);
  const pages = new Map(places.map(({ key }) => [key, texts.page(key)]));
  const missing = places.filter(({ key }) => !pages.get(key));
  const languages = new Map(documents.map(({ id, language }) => [id, language]));
  const breathe = createBreath();
  const ids = [...new Set(places.map(({ documentId }) => documentId))];
  const [standing, stored] = await Promise.all([looked ?? readyRuns(db, ids), storedPages(db, missing)]);
  for (const page of stored) {
    // Here rather than when they are ranked, which is one stretch.
    texts.read(page.text, page.language ?? languages.get(page.documentId) ?? null);
    texts.segments(page);
    await breathe();
    const key = `${page.documentId} ${runs.get(page.documentId)} ${page.page}`;
    texts.keep(key, page);
    pages.set(key, page);
  }
  return [...pages.values()].flatMap((page) =>
    page && standing.get(page.documentId) === runs.get(page.documentId) ? [page] : [],
  );
}

/** Those of the pages that are not kept. */
export function missingPages(documents: DocumentModel[], wanted: PagePlace[], texts: Texts): PagePlace[] {
  return placesOf(documents, wanted).filter(({ key }) => !texts.page(key));
}

/** In the documents' ready runs. */
function placesOf(documents: DocumentModel[], wanted: PagePlace[]): (PagePlace & { run: string; key: string })[] {
  const runs = new Map(documents.map(({ id, ready_run }) => [id, ready_run]));
  return wanted.flatMap(({ documentId, page }) => {
    const run = runs.get(documentId);
    return run ? [{ documentId, run, page, key: `${documentId} ${run} ${page}` }] : [];
  });
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
