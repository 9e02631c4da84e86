// An answer in which what the question names is told of nowhere is less sure than one that tells of it.
import { expect, test } from "vitest";
import { sureOfNamed } from "../named-told.ts";
import { queryOf } from "../query.ts";

const sure = (question: string, ...texts: string[]) =>
  sureOfNamed(1, queryOf(question), [{ texts: () => texts, terms: new Set<number>() }]);

test("a name, a year or a product that stands in nothing that is quoted takes certainty away", () => {
  expect(sure("How long is the Moss River?", "The Moss River is 12 miles long.")).toBe(1);
  expect(sure("How long is the Moss River?", "The Sand River is 12 miles long.")).toBeLessThan(0.9);
  expect(sure("What were the sales in 2021?", "Sales of the year 2021: 12")).toBe(1);
  expect(sure("What were the sales in 2021?", "Sales of the year 2020: 12")).toBeLessThan(0.9);
  expect(sure("How many xLamps were sold?", "Gift cards are sold in stores.")).toBeLessThan(0.9);
  expect(sure("What does Northwind sell?", "We sell lamps.", "NORTHWIND_2021")).toBe(1);
});

test("what is unsure anyway stays so, and is refused no sooner", () => {
  const query = queryOf("How long is the Moss River?");
  expect(sureOfNamed(0.45, query, [{ texts: () => ["Sand"], terms: new Set<number>() }])).toBe(0.45);
  expect(sureOfNamed(0.9, query, [])).toBe(0.9);
});

test("an abbreviation that is written out nowhere is not answered", () => {
  expect(sure("What does SBR stand for?", "The Small Boat Register (SBR) is kept in town.")).toBe(1);
  expect(sure("What does SBR stand for?", "The SBR is kept in town.")).toBeLessThan(0.4);
  expect(sure("What does the flag stand for?", "The flag stands for the town.")).toBe(1);
});
