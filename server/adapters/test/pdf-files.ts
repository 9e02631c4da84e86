// Makes small PDFs, good and hostile, and finds the corpus of real ones where it is present.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";

/** An object of a PDF: a dictionary or other value, with a stream's bytes where it is one. */
export interface PdfObject {
  value: string;
  stream?: Uint8Array;
}

export interface RawPdf {
  /** Objects from number 1 on; the first is the catalog. */
  objects: (string | PdfObject)[];
  trailer?: string;
}

/** Puts objects, cross-reference table and trailer together. */
export function assemble({ objects, trailer = "" }: RawPdf): Buffer {
  const pieces: Buffer[] = [Buffer.from("%PDF-1.7\n")];
  const offsets: number[] = [];
  let size = pieces[0]?.length ?? 0;
  const push = (piece: Buffer) => {
    pieces.push(piece);
    size += piece.length;
  };
  for (const [index, object] of objects.entries()) {
    offsets.push(size);
    const { value, stream } = typeof object === "string" ? { value: object, stream: undefined } : object;
    push(Buffer.from(`${index + 1} 0 obj\n${value}\n`));
    if (stream) {
      push(Buffer.from("stream\n"));
      push(Buffer.from(stream));
      push(Buffer.from("\nendstream\n"));
    }
    push(Buffer.from("endobj\n"));
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const count = objects.length + 1;
  push(
    Buffer.from(
      `xref\n0 ${count}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${count} /Root 1 0 R ${trailer} >>\nstartxref\n${size}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(pieces);
}

export interface PageSource {
  /** Operators of the page's content. */
  content: string | PdfObject;
  /** More entries of the page's dictionary, such as /Rotate or /CropBox. */
  entries?: string;
}

const font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/** A document of A4 pages with Helvetica as /F1. */
export function makePdf(pages: PageSource[], info?: string): Buffer {
  const objects: (string | PdfObject)[] = ["<< /Type /Catalog /Pages 2 0 R >>", "", font];
  const kids: string[] = [];
  for (const { content, entries = "" } of pages) {
    const number = objects.length + 1;
    kids.push(`${number} 0 R`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${number + 1} 0 R ${entries} >>`,
      typeof content === "string" ? deflated(content) : content,
    );
  }
  objects[1] = `<< /Type /Pages /Count ${pages.length} /Kids [${kids.join(" ")}] >>`;
  if (info) objects.push(`<< ${info} >>`);
  return assemble({ objects, trailer: info ? `/Info ${objects.length} 0 R` : "" });
}

/** One line of text at a place, in points from the bottom left. */
export function line(text: string, x: number, y: number, size = 12): string {
  return `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[\\()]/g, "\\$&")}) Tj ET\n`;
}

export function deflated(content: string | Uint8Array, times = 1): PdfObject {
  let stream: Uint8Array = Buffer.from(content);
  for (let n = 0; n < times; n++) stream = deflateSync(stream, { level: 9 });
  const filters = Array(times).fill("/FlateDecode").join(" ");
  return { value: `<< /Length ${stream.length} /Filter [${filters}] >>`, stream };
}

// The corpus of real PDFs

const corpus = new URL("../../../../shared/corpus/pdfs/", import.meta.url);
export const hasCorpus = existsSync(new URL("index.tsv", corpus));

export interface CorpusFile {
  path: string;
  name: string;
  pages: number | null;
  expected: string;
}

/** @returns none where the corpus is not present. */
export function corpusFiles(): CorpusFile[] {
  if (!hasCorpus) return [];
  const [header = "", ...rows] = readFileSync(new URL("index.tsv", corpus), "utf8").trim().split("\n");
  const columns = header.split("\t");
  return rows.map((row) => {
    const cells = row.split("\t");
    const cell = (name: string) => cells[columns.indexOf(name)] ?? "";
    const pages = Number(cell("pages"));
    return {
      path: fileURLToPath(new URL(cell("file"), corpus)),
      name: cell("file"),
      pages: Number.isFinite(pages) ? pages : null,
      expected: cell("expected"),
    };
  });
}
