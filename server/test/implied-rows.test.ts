// Rows of statements by the names that different companies give them.
import { expect, test } from "vitest";
import { isOfPart } from "../asked-periods.ts";
import { lineItemsImplied } from "../finance-terms.ts";
import { createImplied } from "../implied-rows.ts";
import { queryOf } from "../query.ts";
import { plainLabel } from "../table-labels.ts";

function wordsMeant(question: string, row: string): string[] | null {
  const query = queryOf(question);
  const impliedBy = createImplied(
    query,
    query.lineItems.map((names) => new Set(names.map(plainLabel))),
  );
  return impliedBy(row)?.map((term) => query.words[term]?.surface ?? "") ?? null;
}

test("a figure asked for by one name is told by a row of another", () => {
  expect(wordsMeant("What was the revenue of Northwind in 2021?", "Net sales\t$\t12\t34")).toEqual(["revenue"]);
  expect(wordsMeant("How much was the net income?", "Net earnings\t12\t34")).toEqual(["net", "income"]);
  expect(wordsMeant("What was the revenue?", "Deferred revenue\t12\t34")).toBeNull();
  expect(wordsMeant("What was the revenue?", "Cost of revenue\t12\t34")).toBeNull();
});

test("what a line is asked for beside, and what has that name but asks for no figure, implies none", () => {
  expect(lineItemsImplied("Who leads the revenue team?")).toEqual([]);
  expect(lineItemsImplied("What is the policy of revenue recognition?")).toEqual([]);
  expect(wordsMeant("What was the gross margin?", "Net sales\t12\t34")).toEqual([]);
});

test("a segment's row is a part, unless the question asks for one or the row is of all", () => {
  expect(isOfPart("What was the revenue?", "Revenue 12", "International segment")).toBe(true);
  expect(isOfPart("What was the international revenue?", "Revenue 12", "International segment")).toBe(false);
  expect(isOfPart("What was the revenue?", "Total revenue 12", "Segment information")).toBe(false);
});
