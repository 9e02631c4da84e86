// Rows of statements by the names that different companies give them.
import { expect, test } from "vitest";
import { isOfPart } from "../asked-periods.ts";
import { lineItemsImplied } from "../finance-terms.ts";
import { createImplied, createOfOther, createUnderName } from "../implied-rows.ts";
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

test("a row without a word of the line asked for is another's, unless what stands around it has one", () => {
  const isOfOther = (question: string, row: string[], around: string) => {
    const query = queryOf(question);
    const items = query.lineItems.map((names) => new Set(names.map(plainLabel)));
    const places = row.map((word) => query.words.findIndex(({ surface }) => surface === word));
    return createOfOther(query, items)(new Set(places), () => around);
  };
  const asked = "What was revenue in the fourth quarter?";
  expect(isOfOther(asked, ["fourth", "quarter"], "High\nLow")).toBe(true);
  expect(isOfOther(asked, ["fourth", "quarter"], "Revenue by quarter")).toBe(false);
  expect(isOfOther(asked, ["revenue"], "")).toBe(false);
  expect(isOfOther("Who spoke in the fourth quarter?", ["fourth", "quarter"], "")).toBe(false);
});

test("an amount within a line's name is none of its words, and an abbreviation is asked for in both its forms", () => {
  expect(wordsMeant("What were dividends per share?", "Dividends declared ($0.40 per share)\t(12)\t(34)")).toEqual([
    "dividends",
    "per",
    "share",
  ]);
  const { words } = queryOf("What was diluted EPS?");
  expect(
    words
      .filter(({ surface }) => /eps|earnings/.test(surface))
      .map(({ surface, optional = false }) => [surface, optional]),
  ).toEqual([
    ["earnings", false],
    ["eps", true],
  ]);
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

test("a row is below a name until another line stands above it, and a longer line is no name", () => {
  const [heron, sales, other] = [0, 1, 2];
  const segment = (kind: "heading" | "row" | "sentence") => ({ kind, start: 3, end: 8, block: 0 });
  const line = (kind: "heading" | "row" | "sentence", terms: number[], words = terms.length) => ({
    ...{ segment: segment(kind), terms: new Set(terms), from: 0, to: words },
  });
  const named = (before: ReturnType<typeof line>, names = [heron]) => {
    const underName = createUnderName(names);
    underName(before);
    return [...underName(line("row", [])).name];
  };
  expect(named(line("heading", [heron]))).toEqual([heron]);
  expect(named(line("heading", [heron, sales]))).toEqual([heron, sales]);
  for (const before of [line("heading", [heron], 4), line("sentence", [heron]), line("heading", [other])])
    expect(named(before)).toEqual([]);
  expect(named(line("heading", [heron]), [])).toEqual([]);
  const head = { start: 0, end: 2, cells: ["", "2022"], over: [], captions: [] };
  const underName = createUnderName([heron]);
  underName(line("heading", [heron]));
  const row = line("row", []);
  const shown = underName({ ...row, segment: { ...row.segment, head } }).segment;
  expect(shown.head?.captions).toEqual([{ start: 3, end: 8 }]);
});
