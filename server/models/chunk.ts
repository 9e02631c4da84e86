// What a document's text is kept as: its pages with their line boxes, and the chunks that retrieval finds.
import { Model } from "objection";
import { type Database, runDirectly } from "./database.ts";

/** start, end (UTF-16 in the page's text), x0, y0, x1, y1 and font height in ten-thousandths of the page's size. */
export type PackedLine = [number, number, number, number, number, number, number];

export class PageModel extends Model {
  static override tableName = "pages";
  static override idColumn = ["document_id", "run", "number"];
  static override jsonAttributes = ["lines"];
  declare document_id: string;
  declare run: string;
  declare number: number;
  declare text: string;
  declare width: number;
  declare height: number;
  declare lines: PackedLine[];
}

/**
 * The texts of pages as readers have them now; of documents that have gone there are none. A plain query: the first
 * passage of an answer waits for it.
 */
export async function currentTexts(
  db: Database,
  pages: { documentId: string; page: number }[],
): Promise<{ documentId: string; page: number; text: string }[]> {
  return runDirectly(
    db,
    `select pages.document_id "documentId", pages.number page, pages.text
     from unnest($1::uuid[], $2::int[]) wanted(document_id, number)
     join documents on documents.id = wanted.document_id and documents.deleted_at is null
     join pages on pages.document_id = documents.id and pages.run = documents.ready_run and pages.number = wanted.number`,
    [pages.map(({ documentId }) => documentId), pages.map(({ page }) => page)],
  );
}

export class ChunkModel extends Model {
  static override tableName = "chunks";
  declare id: string;
  declare document_id: string;
  declare run: string;
  declare ordinal: number;
  declare page: number;
  declare char_start: number;
  declare char_end: number;
  declare heading: string | null;
  /** ISO 639-1: what it is indexed by. */
  declare language: string | null;
  declare content: string;
}
