import { expect, test } from "vitest";
import { queryOf } from "../query.ts";
import { createWordReader } from "../words.ts";

const terms = (text: string, language: string | null = "en") =>
  createWordReader(language)(text).map(({ term }) => term);

test.each([
  ["warranties", "warranty"],
  ["connected", "connection"],
  ["relational", "relate"],
  ["hopping", "hop"],
  ["Adjustments", "adjustable"],
])("%s and %s are the same word in English", (left, right) => {
  expect(terms(left)).toEqual(terms(right));
});

test("words are folded: case, accents, possessives, line-end hyphens, thousands", () => {
  expect(terms("Café’s")).toEqual(terms("CAFE"));
  expect(terms("stra\u00dfe", "de")).toEqual(terms("STRASSE", "de"));
  expect(terms("1,234.00")).toEqual(["1234"]);
  expect(terms("Häuser", "de")).toEqual(terms("hauser", "de"));
});

test("a hyphen at a line's end may belong to the word or not; a soft one never does", () => {
  expect(terms("ware-\nhouse")).toEqual([...terms("ware"), ...terms("warehouse"), ...terms("house")]);
  expect(terms("well-\nknown")).toEqual(expect.arrayContaining(terms("well-known")));
  expect(terms("ware\u00ad\nhou\u00adse")).toEqual(terms("warehouse"));
  expect(terms("ware\u2010\nhouse")).toEqual(terms("ware-\nhouse"));
  // No word goes on here.
  expect(terms("ware- house\n- item")).toEqual(terms("ware house item"));
});

test("raised figures are no part of a word", () => {
  expect(terms("warranty¹ of CO₂")).toEqual(terms("warranty 1 of CO2"));
});

test("scripts without spaces are read two characters at a time within each script, over line ends", () => {
  expect(terms("東京都の天気", "ja")).toEqual(["東京", "京都", "の", "天気"]);
  expect(terms("東\n京タワー", "ja")).toEqual(["東京", "タワ", "ワー"]);
  expect(terms("서울은 수도", "ko")).toEqual(["서울", "울은", "수도"]);
  // A mark stays with its letter.
  expect(terms("ที่ดีมาก", "th")).toEqual(["ที่ดี", "ดีม", "มา", "าก"]);
});

test("Latin words and figures inside such a text are words of their own", () => {
  expect(terms("ABC社は2020年、東京でXY-9を発売", "ja")).toEqual([
    "abc",
    "社",
    "は",
    "2020",
    "年",
    "東京",
    "で",
    "xy",
    "9",
    "を",
    "発売",
  ]);
});

test("forms made for printing are the letters that they stand for", () => {
  expect(terms("ｶﾞﾗｽ ＡＢＣ１２", "ja")).toEqual(terms("ガラス ABC12", "ja"));
  expect(terms("⼈⼝", "zh")).toEqual(terms("人口", "zh"));
  expect(terms("ﻛﺘﺎﺏ", "ar")).toEqual(terms("كتاب", "ar"));
});

test("Arabic is read without vowels, lengthening, articles and endings", () => {
  for (const form of ["الكِتَابُ", "كتـــاب", "والكتاب", "بالكتاب", "كتابها"]) expect(terms(form, "ar")).toEqual(["كتاب"]);
  expect(terms("أحمد", "ar")).toEqual(terms("احمد", "ar"));
  expect(terms("٢٠٢٠ ۱۹", "ar")).toEqual(["2020", "19"]);
  expect(terms("می‌آیند", "fa")).toEqual(terms("میآیند", "fa"));
});

test("offsets give back the words as written", () => {
  const text = "Ünder the 1,200 ware-\nhouses 今日は";
  const words = createWordReader("en")(text);
  expect(words.map(({ start, end }) => text.slice(start, end))).toEqual([
    "Ünder",
    "the",
    "1,200",
    "ware",
    "ware-\nhouses",
    "houses",
    "今日",
    "は",
  ]);
});

test("what is asked for is told from how it is asked", () => {
  expect(queryOf("In what year was the bridge built?").kinds).toEqual(["date"]);
  expect(queryOf("How many people live there?").kinds).toEqual(["number"]);
  expect(queryOf("Who designed it?").kinds).toEqual(["person"]);
  expect(queryOf("Wo steht das Haus?").kinds).toEqual(["place"]);
});
