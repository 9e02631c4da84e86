// Lines of statements that a question asks for by name, and the rows that are such lines.
import { expect, test } from "vitest";
import { isCountOfPart, isOfMovement, isOfPart, isOutlook } from "../asked-periods.ts";
import { isLine, linesAsked } from "../lines-asked.ts";
import { plainLabel, rowLabels } from "../table-labels.ts";

const first = (question: string) => linesAsked(question).map(({ names, isOfDay }) => [names[0], isOfDay]);

test.each([
  ["inventory", [["inventories", true]]],
  ["Northwind goodwill 2023", [["goodwill", true]]],
  ["What were total assets?", [["total assets", true]]],
  ["R&D expense of the year 2022", [["research and development", false]]],
  ["What was diluted EPS in 2022?", [["diluted", false]]],
  ["What were sales in the fourth quarter?", [["revenue", false]]],
  ["What was inventory turnover in 2022?", []],
  ["What is the policy of revenue recognition?", []],
  ["Why did inventory rise?", []],
  ["Who audits the inventory?", []],
] as const)("%s asks for %j", (question, lines) => expect(first(question)).toEqual(lines));

test("a line goes on with what it is net of, and is none at another time or of somebody else", () => {
  const names = (...all: string[]) => new Set(all.map(plainLabel));
  const is = (all: Set<string>, label: string) => isLine(all, plainLabel(label));
  expect(is(names("inventories"), "Inventories, net")).toBe(true);
  expect(is(names("net income"), "Net income attributable to Northwind")).toBe(true);
  expect(is(names("net income"), "Net income attributable to non-controlling interests")).toBe(false);
  const cash = names("cash and cash equivalents");
  expect(is(cash, "Cash and cash equivalents at end of year")).toBe(false);
  expect(is(cash, "Cash and cash equivalents of the group")).toBe(true);
  expect(is(names("revenue"), "Revenue growth")).toBe(false);
});

test("what is of a day is not told by what changed in it, nor what was by what is to come", () => {
  const ofDay = "What was inventory?";
  expect(isOfMovement(ofDay, "Statements of Cash Flows", "")).toBe(true);
  expect(isOfMovement(ofDay, "", "Northwind\nConsolidated Statements of Cash Flows\n")).toBe(true);
  expect(isOfMovement(ofDay, "Balance Sheets", "Balance Sheets")).toBe(false);
  expect(isOfMovement("How did the change in inventory affect cash flows?", "Cash Flows", "")).toBe(false);
  const spent = "What was capital expenditure?";
  expect(isOutlook(spent, "Capital expenditures $400 million to $475 million", "")).toBe(true);
  expect(isOutlook(spent, "Capital expenditures \t(312) \t(172)", "52 Weeks Ended")).toBe(false);
  expect(isOutlook("What is the outlook for capital expenditure?", "Capex 400 to 475", "")).toBe(false);
});

test("a guarantor's page tells of a part, and so does a plant's count of its people", () => {
  expect(isOfPart("What is goodwill?", "Goodwill 88", "Balance Sheets", "Deed of Cross Guarantee\nGoodwill")).toBe(
    true,
  );
  expect(isOfPart("What is goodwill?", "Goodwill 5,366", "Balance Sheets", "Balance Sheets\nGoodwill")).toBe(false);
  expect(isCountOfPart("How many employees are there?", "The facility employed 350 people.")).toBe(true);
  expect(isCountOfPart("How many employees are there?", "We employ 41,000 people at 200 plants.")).toBe(false);
  expect(isCountOfPart("How many does the facility employ?", "The facility employed 350 people.")).toBe(false);
});

test("a label of two lines is one, a title above a row is none", () => {
  expect(rowLabels("Purchase of property and\nother equipment\t\t(154)\t(144)\nAssets\nCash\t\t1\t2")).toEqual([
    "purchase property other equipment",
    "cash",
  ]);
});
