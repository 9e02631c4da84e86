// What a document's text is kept as: its pages with their line boxes, and the chunks that retrieval finds.
import { Model } from "objection";

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
