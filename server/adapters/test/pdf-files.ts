// Makes small PDFs, good and hostile, and finds the corpus of real ones where it is present.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { constants, deflateRawSync, deflateSync } from "node:zlib";

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

/**
 * `unit` so many times over, compressed without ever being laid out in memory: a unit that ends in a full flush refers
 * to nothing before it, so its compressed form is repeated.
 */
export function repeated(unit: Uint8Array, count: number, times = 1): PdfObject {
  const block = deflateRawSync(unit, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  let low = 1;
  let high = 0;
  let sum = 0;
  let weighted = 0;
  for (const [index, byte] of unit.entries()) {
    sum = (sum + byte) % adlerBase;
    weighted = (weighted + (unit.length - index) * byte) % adlerBase;
  }
  for (let n = 0; n < count; n++) {
    high = (high + unit.length * low + weighted) % adlerBase;
    low = (low + sum) % adlerBase;
  }
  const checksum = Buffer.from([high >> 8, high & 255, low >> 8, low & 255]);
  // A zlib header, the blocks, an empty last block, and Adler-32 of it all.
  const whole = Buffer.concat([Buffer.from([0x78, 0xda]), ...Array(count).fill(block), Buffer.from([3, 0]), checksum]);
  if (times === 1) return { value: `<< /Length ${whole.length} /Filter [/FlateDecode] >>`, stream: whole };
  const { value, stream } = deflated(whole, times - 1);
  const object = { value: value.replace("/Filter [", "/Filter [/FlateDecode ") };
  return stream ? { ...object, stream } : object;
}

const adlerBase = 65521;

/**
 * Encrypts as PDF 1.1 does (RC4, 40 bits; ISO 32000-1, 7.6). With an empty user password anybody may open the file,
 * and only the owner's password allows more; with another one nobody reads it without.
 */
export function makeEncryptedPdf(page: PageSource, userPassword: string): Buffer {
  const md5 = (...parts: Uint8Array[]) => createHash("md5").update(Buffer.concat(parts)).digest();
  const padded = (password: string) => Buffer.concat([Buffer.from(password, "latin1"), padding]).subarray(0, 32);
  const id = Buffer.alloc(16, 7);
  const permissions = Buffer.from([0xc0, 0xff, 0xff, 0xff]);
  const owner = rc4(md5(padded("owner")).subarray(0, 5), padded(userPassword));
  const key = md5(padded(userPassword), owner, permissions, id).subarray(0, 5);
  const user = rc4(key, padding);
  const plain = makePdf([page]).toString("latin1");
  const hex = (bytes: Uint8Array) => `<${Buffer.from(bytes).toString("hex")}>`;
  const encrypt = `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${hex(owner)} /U ${hex(user)} /P -64 >> /ID [${hex(id)} ${hex(id)}]`;
  // The one stream is object 5; its key is made of the file's key and the object's number.
  const streamKey = md5(key, Buffer.from([5, 0, 0, 0, 0])).subarray(0, 10);
  const encrypted = plain.replace(
    /(stream\n)([\s\S]*?)(\nendstream)/,
    (_all, before: string, content: string, after: string) =>
      before + Buffer.from(rc4(streamKey, Buffer.from(content, "latin1"))).toString("latin1") + after,
  );
  return Buffer.from(
    encrypted.replace("/Root 1 0 R", () => `/Root 1 0 R ${encrypt}`),
    "latin1",
  );
}

const padding = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");

/** OpenSSL no longer has it. */
function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const box = Uint8Array.from({ length: 256 }, (_, index) => index);
  const swap = (one: number, two: number) => {
    [box[one], box[two]] = [box[two] ?? 0, box[one] ?? 0];
  };
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (box[i] ?? 0) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let i = 0;
  let j = 0;
  return data.map((byte) => {
    i = (i + 1) & 255;
    j = (j + (box[i] ?? 0)) & 255;
    swap(i, j);
    return byte ^ (box[((box[i] ?? 0) + (box[j] ?? 0)) & 255] ?? 0);
  });
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
