// What is kept of texts is what reading them anew tells, however little room there is.
import { expect, test } from "vitest";
import type { RankedPage } from "../ranking.ts";
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
  const texts = createTexts(6_000);
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

test("a question keeps its numbers while others begin anew", () => {
  const cache = createTextCache(1_000, 3);
  const texts = cache.open();
  const number = texts.numberOf("mill");
  expect(cache.open()).toBe(texts);
  texts.read("four words and more", "en");
  expect(cache.open()).not.toBe(texts);
  expect(texts.numberOf("mill")).toBe(number);
});
