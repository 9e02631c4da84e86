import { expect, test } from "vitest";
import { asksForFigures, isStatement, lineItemsImplied } from "../finance-terms.ts";
import { namedness, pagesNamed } from "../page-reference.ts";
import { nearBeginnings, nearWords } from "../spelling.ts";
import { rowLabels } from "../table-labels.ts";

test("a question's pages are read by number and by place, in several languages", () => {
  expect(pagesNamed("In the table at page 28, which signal is slowest?")).toEqual([28]);
  expect(pagesNamed("Was steht auf Seite 3 bis 5?")).toEqual([3, 5]);
  expect(pagesNamed("What court is noted on the cover page, and who signs the last page?")).toEqual([1, -1]);
  expect(pagesNamed("How many pages are there?")).toEqual([]);
});

test("the page named comes first, then the one that an uncounted cover moves", () => {
  expect(namedness(28, [28], 40)).toBe(1);
  expect(namedness(29, [28], 40)).toBeLessThan(1);
  expect(namedness(29, [28], 40)).toBeGreaterThan(0);
  expect(namedness(2, [1], 40)).toBe(0);
  expect(namedness(40, [-1], 40)).toBe(1);
});

test("a misspelled word finds its neighbours, a short or known-far one nothing", () => {
  expect(nearWords("neflix", ["netflix", "nephew", "reflex"])).toEqual(["netflix"]);
  expect(nearWords("ghandi", ["gandhi", "grand"])).toEqual(["gandhi"]);
  expect(nearWords("cheif", ["chief", "cheer", "chiefs"])).toEqual(["chief"]);
  expect(nearWords("septicemia", ["septicemic", "september"])).toEqual(["septicemic"]);
  expect(nearWords("cat", ["car"])).toEqual([]);
  expect(nearWords("2022", ["2023"])).toEqual([]);
  expect(nearBeginnings("ghandi")).toContain("gand");
});

test("labels of rows end before the first figure; sentences have none", () => {
  const text = "Total current assets\t8,996\t8,669\nCost of sales (1) 27 30\nIt rose to 40 million in 2022.\nNotes";
  expect(rowLabels(text)).toEqual(["total current assets", "cost sales"]);
});

test("a measure implies the lines that it is worked out from, other questions none", () => {
  expect(lineItemsImplied("What is the quick ratio for FY2022?").flat()).toContain("total current liabilities");
  expect(lineItemsImplied("Who built the mill?")).toEqual([]);
  expect(asksForFigures("What was it in millions?")).toBe(true);
  expect(asksForFigures("Who built the mill?")).toBe(false);
});

test("a statement is known by its title and its rows, not by being spoken of", () => {
  expect(isStatement("Northwind, Inc.\nConsolidated Balance Sheets\n$ in millions", 20)).toBe(true);
  expect(isStatement("Northwind, Inc.\nConsolidated Balance Sheets\n$ in millions", 2)).toBe(false);
  expect(
    isStatement("We have audited the consolidated balance sheets of Northwind as they stand here and there.", 20),
  ).toBe(false);
});
