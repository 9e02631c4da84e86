// Real PDFs end as their index says, and their text is pdf-parse's but for the white between cells, line by line in place.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PDFParse } from "pdf-parse";
import { afterAll, describe, expect, test } from "vitest";
import { distEntry } from "../../test/dist.ts";
import { loadEngine } from "../pdf-engine.ts";
import { sanitiseText } from "../pdf-text.ts";
import { corpusFiles, hasCorpus } from "./pdf-files.ts";
import { openReader, readAll } from "./pdf-reader.ts";

const faults: Record<string, string> = {
  password: "pdf-encrypted",
  invalid: "pdf-damaged",
  "invalid-page": "pdf-damaged",
};
const resources = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));

describe.skipIf(!hasCorpus)("corpus of real PDFs (skipped where it is not present)", () => {
  const reader = openReader({ processes: 2 });
  afterAll(() => reader.close());

  test.concurrent.each(corpusFiles())("$name: $expected", async ({ name, path, pages, expected }) => {
    const fault = faults[expected];
    if (fault) {
      await expect(readAll(reader, path)).rejects.toMatchObject({ fault });
      return;
    }
    const read = await readAll(reader, path);
    expect(read.info?.pages).toBe(pages);
    expect(read.pages).toHaveLength(pages ?? 0);
    const text = await plainText(path);
    for (const [index, page] of read.pages.entries()) {
      if ("unreadable" in page) throw new Error(`Page ${page.number} could not be read`);
      const plain = spaced(sanitiseText(text[index] ?? ""));
      if (drawnApart.has(name)) expect(wordsOf(page.text)).toEqual(wordsOf(plain));
      else expect(spaced(page.text)).toBe(plain);
      expect(page.text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
      checkLines(page);
    }
    const characters = read.pages.reduce((sum, page) => sum + ("text" in page ? page.text.trim().length : 0), 0);
    if (expected === "no-text") expect(characters).toBe(0);
    else expect(characters).toBeGreaterThan(0);
    if (expected === "ok-cmap") expect(characters).toBeGreaterThan(500);
  });

  test("cells that a file draws apart from their row stand in it", async () => {
    const file = corpusFiles().find(({ name }) => drawnApart.has(name));
    const last = (await readAll(reader, file?.path ?? "")).pages.at(-1);
    expect(last && "text" in last && last.text).toContain("Total\t632\t53,454\t295\t11\t90\t212\t12\t12");
  });

  test("the engine puts the native functions back", async () => {
    await loadEngine(distEntry("pdf-worker"));
    expect(String(Array.prototype.push)).toContain("[native code]");
    expect(String(JSON.parse)).toContain("[native code]");
  });
});

/** Files that draw cells of a row apart from it: they have the same words, in the order of the page. */
const drawnApart = new Set(["WARN-Report-for-7-1-2015-to-03-25-2016.pdf"]);
const wordsOf = (text: string) => text.split(/\s+/).sort();

/** Words as they are parted there: by white of any kind and length. */
const spaced = (text: string) => text.replace(/[\t ]+/g, " ");

/** What pdf-parse itself makes of each page, with the same CMaps. */
async function plainText(path: string): Promise<string[]> {
  const parser = new PDFParse({
    data: new Uint8Array(await readFile(path)),
    cMapUrl: `${join(resources, "cmaps")}/`,
    cMapPacked: true,
    standardFontDataUrl: `${join(resources, "standard_fonts")}/`,
  });
  try {
    return (await parser.getText()).pages.map((page) => page.text);
  } finally {
    await parser.destroy();
  }
}

function checkLines(page: {
  text: string;
  lines: { start: number; end: number; box: number[]; height: number }[];
}): void {
  let last = 0;
  for (const { start, end, box, height } of page.lines) {
    const content = page.text.slice(start, end);
    if (start < last || end <= start || content.includes("\n") || content.trim() === "") {
      throw new Error(`Not one line of text: ${JSON.stringify(content)}`);
    }
    last = end;
    const [x0 = -1, y0 = -1, x1 = 2, y1 = 2] = box;
    if (!(0 <= x0 && x0 <= x1 && x1 <= 1 && 0 <= y0 && y0 <= y1 && y1 <= 1 && height > 0)) {
      throw new Error(`Not on the page: ${JSON.stringify(content)} at ${box}, ${height} high`);
    }
  }
  // Nothing but white space stands outside the lines.
  const covered = new Set(page.lines.flatMap(({ start, end }) => page.text.slice(start, end).split("\n")));
  for (const content of page.text.split("\n")) {
    if (content.trim() !== "" && !covered.has(content)) throw new Error(`A line without a place: ${content}`);
  }
}
