// Long documents for measurements: real ones where they stand beside the repository, and longer ones made of them.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { root } from "../scripts/build.mjs";

const folders = ["../shared/eval/real-dev/pdfs", "../shared/corpus/pdfs"].map((path) => join(root, path));
/** Of more than fifty pages. */
const longNames = [
  "AMCOR_2023Q2_10Q.pdf",
  "NETFLIX_2015_10K.pdf",
  "BESTBUY_2023_10K.pdf",
  "ADOBE_2022_10K.pdf",
  "GeoTopo-komprimiert.pdf",
  "AMCOR_2023_10K.pdf",
];

async function realFiles() {
  const found = new Map();
  for (const folder of folders) {
    if (!existsSync(folder)) throw new Error(`real documents are needed in ${folder}`);
    for (const name of await readdir(folder)) if (name.endsWith(".pdf")) found.set(name, join(folder, name));
  }
  return found;
}

/** @returns `{ name, bytes }` of each real document of more than fifty pages. */
export async function longDocuments() {
  const files = await realFiles();
  return Promise.all(longNames.map(async (name) => ({ name, bytes: await readFile(files.get(name)) })));
}

/** Joins real documents until there are so many pages. @param pdfLib the module pdf-lib. */
export async function joinedDocument({ PDFDocument }, pages) {
  const files = await realFiles();
  // Long ones first.
  const names = [...new Set([...longNames.toReversed(), ...files.keys()])];
  const joined = await PDFDocument.create();
  for (const name of names) {
    const left = pages - joined.getPageCount();
    if (left <= 0) break;
    // pdf-lib cannot copy out of encrypted files, nor out of those that it would have to mend.
    const bytes = await readFile(files.get(name));
    const source = await PDFDocument.load(bytes, { throwOnInvalidObject: true }).catch(() => null);
    if (!source) continue;
    const numbers = source.getPageIndices().slice(0, left);
    for (const page of await joined.copyPages(source, numbers)) joined.addPage(page);
  }
  return { name: `${joined.getPageCount()} joined pages.pdf`, bytes: Buffer.from(await joined.save()) };
}

/** A document with the text of real pages on each of its own, again and again until there are so many. */
export async function textDocument(pages, name = `${pages} pages.pdf`) {
  const path = join(root, "../shared/eval/real-dev/pages.jsonl");
  const texts = (await readFile(path, "utf8"))
    .trim()
    .split("\n")
    .map((row) => JSON.parse(row).text);
  const contents = Array.from({ length: pages }, (_, index) => {
    const lines = texts[index % texts.length].split("\n").slice(0, 70);
    return lines.map((line, row) => lineAt(line.slice(0, 150), 800 - row * 11)).join("");
  });
  return { name, bytes: pdfOf(contents) };
}

function lineAt(text, y) {
  const safe = text.replace(/[^\x20-\x7e]/g, " ").replace(/[\\()]/g, "\\$&");
  return `BT /F1 8 Tf 1 0 0 1 40 ${y} Tm (${safe}) Tj ET\n`;
}

/** Pages stand in a tree of a hundred to a branch, as programs that write long documents make it. */
function pdfOf(contents) {
  const objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>"];
  const branches = [];
  for (let first = 0; first < contents.length; first += 100) {
    const branch = objects.push("");
    branches.push(`${branch} 0 R`);
    const kids = contents.slice(first, first + 100).map((content) => {
      const stream = deflateSync(content);
      const body = Buffer.concat([
        Buffer.from(`<< /Length ${stream.length} /Filter /FlateDecode >>\nstream\n`),
        stream,
        Buffer.from("\nendstream"),
      ]);
      const number = objects.push(body);
      const resources = "/Resources << /Font << /F1 3 0 R >> >>";
      const page = `<< /Type /Page /Parent ${branch} 0 R /MediaBox [0 0 595 842] ${resources} /Contents ${number} 0 R >>`;
      return `${objects.push(page)} 0 R`;
    });
    objects[branch - 1] = `<< /Type /Pages /Parent 2 0 R /Count ${kids.length} /Kids [${kids.join(" ")}] >>`;
  }
  objects[1] = `<< /Type /Pages /Count ${contents.length} /Kids [${branches.join(" ")}] >>`;
  return written(objects);
}

function written(objects) {
  const parts = [Buffer.from("%PDF-1.7\n")];
  let size = parts[0].length;
  const rows = [];
  for (const [index, object] of objects.entries()) {
    rows.push(`${String(size).padStart(10, "0")} 00000 n \n`);
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(object), Buffer.from("\nendobj\n")]);
    parts.push(part);
    size += part.length;
  }
  const count = objects.length + 1;
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${rows.join("")}`;
  parts.push(Buffer.from(`${table}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${size}\n%%EOF\n`));
  return Buffer.concat(parts);
}
