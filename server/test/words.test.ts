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
  expect(terms("ware-\nhouse")).toEqual(terms("warehouse"));
  expect(terms("1,234.00")).toEqual(["1234"]);
  expect(terms("Häuser", "de")).toEqual(terms("hauser", "de"));
});

test("offsets give back the words as written", () => {
  const text = "Ünder the 1,200 ware-\nhouses 今日は";
  const words = createWordReader("en")(text);
  expect(words.map(({ start, end }) => text.slice(start, end))).toEqual([
    "Ünder",
    "the",
    "1,200",
    "ware-\nhouses",
    "今日",
    "日は",
  ]);
});

test("a follow-up carries the words of the question before it, a whole question does not", () => {
  const surfaces = (query: ReturnType<typeof queryOf>) => query.words.map(({ surface }) => surface);
  const earlier = ["Where is the service desk?"];
  expect(surfaces(queryOf("When is it open?", earlier))).toContain("desk");
  expect(surfaces(queryOf("Which pump has the longest warranty in Leeds?", earlier))).not.toContain("desk");
});

test("what is asked for is told from how it is asked", () => {
  expect(queryOf("In what year was the bridge built?").kinds).toEqual(["date"]);
  expect(queryOf("How many people live there?").kinds).toEqual(["number"]);
  expect(queryOf("Who designed it?").kinds).toEqual(["person"]);
  expect(queryOf("Wo steht das Haus?").kinds).toEqual(["place"]);
});
