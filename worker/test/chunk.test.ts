// Chunks stand word for word on their page, keep to their size, and leave out nothing but running heads.
import type { PageLine, PdfPage } from "@pagewise/server/ports";
import { expect, test } from "vitest";
import { chunkPage } from "../chunk.ts";
import { checkChunks, chunkAll } from "./chunk-check.ts";

interface Row {
  text: string;
  /** From the top, in fractions of the page. */
  y: number;
  height?: number;
  x?: number;
}

function pageOf(rows: Row[], number = 1): PdfPage {
  const lines: PageLine[] = [];
  let text = "";
  for (const { text: content, y, height = 0.012, x = 0.1 } of rows) {
    if (text) text += "\n";
    const start = text.length;
    text += content;
    const box: PageLine["box"] = [x, y, Math.min(1, x + content.length * 0.008), y + height];
    lines.push({ start, end: text.length, box, height });
  }
  return { number, text, lines, width: 595, height: 842 };
}

/** Lines of prose from `y` on, in one paragraph. */
function prose(count: number, y: number, word = "word"): Row[] {
  return Array.from({ length: count }, (_, index) => ({
    text: `Sentence ${index} of ${word} is here for a reader and it ends. Another ${word} begins`,
    y: y + index * 0.015,
  }));
}

test("prose is cut at the ends of sentences, with the last sentence again in the next chunk", () => {
  const page = pageOf(prose(40, 0.1));
  const chunks = chunkPage(page);
  checkChunks([page], chunks);
  expect(chunks.length).toBeGreaterThan(2);
  for (const [index, chunk] of chunks.entries()) {
    const next = chunks[index + 1];
    if (!next) continue;
    expect(chunk.content).toMatch(/\.$/);
    expect(chunk.content.length).toBeGreaterThan(600);
    const shared = chunk.char_end - next.char_start;
    expect(shared).toBeGreaterThan(0);
    expect(shared).toBeLessThanOrEqual(0.15 * 1000);
  }
});

test("a heading opens a chunk, is carried by it, and goes on to the next page", () => {
  const first = pageOf([
    ...prose(5, 0.1),
    { text: "The second part", y: 0.4, height: 0.02 },
    ...prose(5, 0.45, "other"),
  ]);
  const second = pageOf(prose(5, 0.2, "last"), 2);
  const chunks = chunkAll([first, second]);
  checkChunks([first, second], chunks);
  expect(chunks.map(({ page, heading }) => [page, heading])).toEqual([
    [1, null],
    [1, "The second part"],
    [2, "The second part"],
  ]);
  expect(chunks[1]?.content).toMatch(/^The second part\n/);
  expect(chunks[0]?.content).not.toContain("second part");
});

test("numbered headings of the body's size are known by the white above them", () => {
  const page = pageOf([...prose(4, 0.1), { text: "2.1 Method of work", y: 0.2 }, ...prose(4, 0.22, "other")]);
  expect(chunkPage(page).map(({ heading }) => heading)).toEqual([null, "2.1 Method of work"]);
  const list = pageOf([
    { text: "2.1 Method of work 17", y: 0.1 },
    { text: "2.2 Results 18", y: 0.13 },
  ]);
  expect(chunkPage(list).map(({ heading }) => heading)).toEqual([null]);
});

test("running heads and page numbers are left out but where they first stand", () => {
  const pages = Array.from({ length: 12 }, (_, index) =>
    pageOf(
      [
        { text: "ANNUAL REPORT 2023", y: 0.03 },
        ...prose(10, 0.2, `topic${index}`),
        { text: `Page ${index + 1} of 12`, y: 0.96 },
      ],
      index + 1,
    ),
  );
  const chunks = chunkAll(pages);
  checkChunks(pages, chunks);
  expect(chunks.filter(({ content }) => content.includes("ANNUAL REPORT")).map(({ page }) => page)).toEqual([1]);
  expect(chunks.some(({ content }) => content.includes("of 12"))).toBe(false);
  expect(new Set(chunks.map(({ page }) => page)).size).toBe(12);
});

test("what is alike on many pages but stands elsewhere, or is figures of a table, stays", () => {
  const pages = Array.from({ length: 6 }, (_, index) =>
    pageOf(
      [
        { text: `1,${index}00.00\t2,${index}50.00`, y: 0.05 },
        { text: "The same words", y: 0.3 + index * 0.05 },
      ],
      index + 1,
    ),
  );
  const text = chunkAll(pages).map(({ content }) => content);
  expect(text).toHaveLength(6);
  for (const content of text) expect(content).toMatch(/00\.00\t.*\nThe same words$/s);
});

test("a row of a table is not cut", () => {
  const rows = Array.from({ length: 60 }, (_, index) => ({
    text: `07/17/2015 Company ${index}, Inc. Los Angeles 1${index} Layoff 12/31/2015`,
    y: 0.1 + index * 0.014,
  }));
  const chunks = chunkPage(pageOf(rows));
  expect(chunks.length).toBeGreaterThan(2);
  for (const { content } of chunks) expect(content).toMatch(/^07\/17\/2015.*12\/31\/2015$/s);
});

test("a text without sentences or spaces is cut all the same, and never inside a character", () => {
  const long = pageOf([{ text: "𝒳".repeat(3000), y: 0.1 }]);
  const chunks = chunkPage(long);
  checkChunks([long], chunks);
  expect(chunks.map(({ content }) => content).join("")).toBe(long.text);
  for (const { content } of chunks) expect(content).toMatch(/^(?:𝒳)+$/u);
});

test("a page without text has no chunks", () => {
  expect(chunkPage({ number: 1, text: " \n ", lines: [], width: 1, height: 1 })).toEqual([]);
});

test("a chunk of Han characters or kana is as large in tokens as one of Latin letters", () => {
  const sentence = "吾輩は猫である名前はまだ無いどこで生れたか頓と見当がつかぬ何でも薄暗い所で泣いていた。";
  const page = pageOf(Array.from({ length: 40 }, (_, index) => ({ text: sentence, y: 0.05 + index * 0.02 })));
  const chunks = chunkPage(page);
  checkChunks([page], chunks);
  for (const { content } of chunks.slice(0, -1)) {
    expect(content.length).toBeGreaterThan(250);
    expect(content.length).toBeLessThan(470);
    expect(content).toMatch(/。$/);
  }
});

test("sentences end where their language ends them", () => {
  const cut = (sentence: string) => {
    const page = pageOf(Array.from({ length: 40 }, (_, index) => ({ text: sentence, y: 0.05 + index * 0.02 })));
    const chunks = chunkPage(page);
    checkChunks([page], chunks);
    expect(chunks.length).toBeGreaterThan(2);
    return chunks.map(({ content }) => content);
  };
  for (const content of cut("Το βιβλίο γράφτηκε πριν από πολλά χρόνια στην πόλη; Ναι και μετά."))
    expect(content).toMatch(/[;.]$/);
  for (const content of cut("هل كتب هذا الكتاب قبل سنوات كثيرة في المدينة؟ نعم وبعدها كذلك."))
    expect(content).toMatch(/[؟.]$/);
  for (const content of cut("यह किताब बहुत साल पहले शहर में लिखी गई थी। हाँ और बाद में भी।")) expect(content).toMatch(/।$/);
  for (const content of cut("Die Sache wurde am 3. Oktober von Dr. Weber und z. B. von Prof. Berg geprüft.")) {
    expect(content).toMatch(/^Die .* geprüft\.$/s);
  }
});

test("a row longer than a chunk is cut between its cells", () => {
  const cells = Array.from({ length: 120 }, (_, index) => `cell number ${index} of it`);
  const page = pageOf([{ text: cells.join("\t"), y: 0.1 }]);
  const chunks = chunkPage(page);
  checkChunks([page], chunks);
  expect(chunks.flatMap(({ content }) => content.split("\t"))).toEqual(cells);
});

test("marks stay with the letter that they stand on", () => {
  const page = pageOf([{ text: "x\u0301\u0323".repeat(2000), y: 0.1 }]);
  const chunks = chunkPage(page);
  checkChunks([page], chunks);
  for (const { content } of chunks) expect(content).toMatch(/^(?:x\u0301\u0323)+$/);
});
