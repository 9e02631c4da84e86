// What holds of every chunk, over every document at hand and over pages that no typesetter would make.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { PageLine, PdfPage } from "@pagewise/server/ports";
import { afterAll, describe, expect, test } from "vitest";
import { corpusFiles, makePdf as makeLinePdf, line as pdfLine } from "../../server/adapters/test/pdf-files.ts";
import { onDisk, openReader, readGood } from "../../server/adapters/test/pdf-reader.ts";
import { makePdf, prose } from "../../server/test/pdf.ts";
import { randomOf } from "../../server/test/seeded-random.ts";
import { createChunkIndexer } from "../chunk-index.ts";
import { checkChunks, chunkAll } from "./chunk-check.ts";
import { joinedForms, makeRightToLeftPdf, makeWidePdf } from "./script-pdf.ts";

const reader = openReader({ processes: 2 });
afterAll(() => reader.close());

async function checkFile(path: string): Promise<number> {
  const pages = await readGood(reader, path);
  const chunks = chunkAll(pages);
  checkChunks(pages, chunks);
  return chunks.length;
}

const evaluation = ["real-dev", "squad-dev"].flatMap((set) => {
  const dir = fileURLToPath(new URL(`../../../shared/eval/${set}/pdfs/`, import.meta.url));
  return existsSync(dir) ? readdirSync(dir).map((name) => ({ name, path: join(dir, name) })) : [];
});
const real = [...corpusFiles().filter(({ expected }) => expected.startsWith("ok")), ...evaluation];

describe.skipIf(real.length === 0)("real PDFs (skipped where it is not present)", () => {
  test.each(real)(
    "$name",
    async ({ path }) => {
      expect(await checkFile(path)).toBeGreaterThan(0);
    },
    60_000,
  );
});

const wideLines = Array.from({ length: 38 }, (_, n) => `第${n}行には橋と船と博物館について書かれている。ＡＢＣも。`);
const arabicLines = Array.from({ length: 38 }, (_, n) => `في السطر ${n} كلام عن الجسر والسفن والمتحف القديم.`);
const head = (n: number) => pdfLine("A running head of the report", 60, 810, 9) + pdfLine(`Page ${n} of 9`, 280, 20, 9);
const column = (x: number, n: number) =>
  Array.from({ length: 50 }, (_, row) => pdfLine(`Line ${row} of column ${n} goes on.`, x, 760 - 14 * row, 9)).join("");

test.each<[string, Buffer]>([
  ["prose", makePdf(Array.from({ length: 5 }, (_, n) => prose(`engine ${n}`, 50)))],
  ["Japanese", makeWidePdf("ja", [wideLines, wideLines])],
  ["Arabic", makeRightToLeftPdf([arabicLines, arabicLines])],
  ["Arabic in joined forms", makeRightToLeftPdf([arabicLines], joinedForms)],
  [
    "two columns under running heads",
    makeLinePdf(Array.from({ length: 9 }, (_, n) => ({ content: head(n + 1) + column(60, 1) + column(320, 2) }))),
  ],
  [
    "turned pages",
    makeLinePdf(
      Array.from({ length: 4 }, (_, n) => ({ content: head(n) + column(60, n), entries: `/Rotate ${90 * n}` })),
    ),
  ],
  ["text off the page", makeLinePdf([{ content: pdfLine("off the page", 700, 900) + pdfLine("on it", 60, 700) }])],
])("%s", async (_kind, file) => {
  expect(await checkFile(await onDisk(file))).toBeGreaterThan(0);
});

const pieces = [
  "word",
  "Word",
  "A sentence ends here. ",
  "Dr. ",
  "3. ",
  "12,345.67",
  "\t",
  " ",
  "  ",
  "-",
  "。",
  "、",
  "？",
  "猫",
  "東京都",
  "カタカナ",
  "ｶﾞ",
  "한국어",
  "ไทยที่",
  "العربية",
  "ﻛﺘﺎﺏ",
  "é",
  "e\u0301",
  "x\u0301\u0323",
  "𝒳",
  "👩‍👩‍👧",
  "🇩🇪",
  "\u200b",
  "\u00ad",
  "\u3000",
  "…",
  "•",
  "?",
  "!",
  "Antidisestablishmentarianism",
  "\u00a0",
  "\ufeff",
  "1.2 Title",
  "Page 3",
];

function randomPage(random: () => number, number: number): PdfPage {
  const pick = <T>(list: T[]): T => list[Math.floor(random() * list.length)] as T;
  const lines: PageLine[] = [];
  const count = Math.floor(random() ** 2 * 60);
  // Pages of one piece over and over, some without any space.
  const alone = random() < 0.25 ? pick(pieces) : null;
  const spaces = alone && random() < 0.7 ? 0 : 0.4;
  const long = alone ? 0.2 : 0.05;
  let text = "";
  for (let n = 0; n < count; n++) {
    if (n > 0) text += random() < 0.9 ? "\n" : "\n \n";
    const start = text.length;
    const length = Math.floor(random() ** 4 * (random() < long ? 2500 : 60));
    for (let piece = 0; piece <= length; piece++) text += (alone ?? pick(pieces)) + (random() < spaces ? " " : "");
    const [x, y, height] = [random() * 0.5, random() < 0.5 ? n / 60 : random(), pick([0, 0.01, 0.012, 0.012, 0.02])];
    if (text.slice(start).trim() === "") continue;
    lines.push({ start, end: text.length, box: [x, y, Math.min(1, x + random()), Math.min(1, y + height)], height });
  }
  return { number, text, lines, width: 595, height: 842 };
}

test("random pages", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = randomOf(seed);
    const pages = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) => randomPage(random, index + 1));
    try {
      const chunks = chunkAll(pages);
      checkChunks(pages, chunks);
      const { index } = createChunkIndexer(null);
      for (const { content } of chunks) {
        const { words, pairs } = index(content);
        if (pairs.some((pair) => pair.trim() === "" || pair.length > 100)) throw new Error(`a wrong pair: ${pairs}`);
        if (words.length > 4 * content.length + 100) throw new Error("far more words than there are");
      }
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
}, 120_000);
