// What is kept of texts is what reading them anew tells, however little room there is.
import { expect, test } from "vitest";
import type { RankedPage } from "../ranking.ts";
import { createSurfaceTable } from "../surface-table.ts";
import { createTextCache, createTexts } from "../text-cache.ts";
import { createWordReader } from "../words.ts";

const samples = [
  "Warranties, wards and Ware-\nhouses; A 1,234 of I’m 12 wärmer.",
  "Total assets\t1,204\t987\nNet sales\t55\t44",
  "北京は首都です。 The 2 capitals",
  "الكتاب والكتابة",
  "",
];

test("words are those of a reader, of any language, again and again", () => {
  const texts = createTexts();
  for (const language of ["en", "de", null, "ar", "en"]) {
    for (const text of samples) {
      const { starts, ends, terms } = texts.read(text, language);
      const words = [...terms].map((number, at) => ({ term: texts.termOf(number), start: starts[at], end: ends[at] }));
      expect(words).toEqual(createWordReader(language)(text));
    }
  }
});

test("the rows of a text are labelled whether or not it has been read", () => {
  const texts = createTexts();
  const text = samples[1] ?? "";
  expect(texts.labels(text)).toEqual(["total assets", "net sales"]);
  texts.read(text, "en");
  expect(texts.labels(text)).toEqual(["total assets", "net sales"]);
  expect(texts.labels(text)).toEqual(["total assets", "net sales"]);
});

const pageOf = (text: string): RankedPage => ({
  ...{ documentId: "one", page: 1, text, lines: [], ranges: [], language: "en" },
});

test("what was asked for last stays, and the rest goes when there is no more room", () => {
  const texts = createTexts(12_000);
  const [first, second, third] = ["first", "second", "third"].map((word) => pageOf(word.repeat(100)));
  for (const page of [first, second]) if (page) texts.keep(page.text, page);
  expect(texts.page(first?.text ?? "")).toBe(first);
  if (third) texts.keep(third.text, third);
  expect(texts.page(second?.text ?? "")).toBeUndefined();
  expect(texts.page(first?.text ?? "")).toBe(first);
  expect(texts.page(third?.text ?? "")).toBe(third);
  texts.keep("large", pageOf("x".repeat(9_000)));
  expect(texts.page("large")).toBeUndefined();
  expect(texts.page(third?.text ?? "")).toBe(third);
});

test("a chunk is kept under its id, with the version of its index", () => {
  const texts = createTexts(12_000);
  const chunkOf = (content: string) => ({ documentId: "one", page: 1, content, heading: null, language: "en" });
  const kept = { chunk: chunkOf("a mill"), version: 3 };
  texts.keepChunk(7, kept);
  expect(texts.chunk(7)).toBe(kept);
  const other = (id: number) => texts.keepChunk(id, { chunk: chunkOf("x".repeat(900)), version: 3 });
  for (const id of [8, 9]) other(id);
  expect([7, 8, 9].map((id) => texts.chunk(id) !== undefined)).toEqual([true, false, true]);
  // All were asked for: the newest stays, and of the others one goes.
  other(10);
  expect([7, 9, 10].map((id) => texts.chunk(id) !== undefined)).toEqual([true, false, true]);
  for (const id of [11, 12, 13]) other(id);
  expect([7, 13].map((id) => texts.chunk(id) !== undefined)).toEqual([false, true]);
});

test("every word is made once and told apart from every other, however many there are", () => {
  const made = new Map<string, number>();
  const find = createSurfaceTable((surface) => {
    made.set(surface, (made.get(surface) ?? 0) + 1);
    return surface.length === 3 ? undefined : `${surface}!`;
  });
  const words = Array.from({ length: 5_000 }, (_, index) => [
    index.toString(36),
    `w${index}`,
    "X".repeat(index % 60),
  ]).flat();
  const text = words.join(" ");
  for (const _ of [1, 2]) {
    let at = 0;
    for (const word of words) {
      const found = find(text, at, at + word.length);
      expect(found).toBe(word.length === 3 ? undefined : `${word}!`);
      at += word.length + 1;
    }
  }
  expect(made.size).toBe(new Set(words).size);
  expect(new Set(made.values())).toEqual(new Set([1]));
});

test("a question keeps its numbers while others begin anew", () => {
  const cache = createTextCache(1_000, 3);
  const texts = cache.open();
  const number = texts.numberOf("mill");
  expect(cache.open()).toBe(texts);
  texts.read("four words and more", "en");
  expect(cache.open()).not.toBe(texts);
  expect(texts.numberOf("mill")).toBe(number);
});

test("terms are found by how they begin, also those that came after the last look", () => {
  const texts = createTexts();
  const [mill, miller, milk] = ["mill", "miller", "milk"].map(texts.numberOf);
  expect(texts.beginningWith("mill")).toEqual([mill, miller]);
  const millet = texts.numberOf("millet");
  expect(texts.beginningWith("mill")).toEqual([mill, miller, millet]);
  expect(texts.beginningWith("mille")).toEqual([miller, millet]);
  expect(texts.beginningWith("milk")).toEqual([milk]);
  expect(texts.beginningWith("oats")).toEqual([]);
});
