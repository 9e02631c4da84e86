// Whether a year's or a quarter's figure is asked for, and what a table's heads tell of it.
import { expect, test } from "vitest";
import { periodAsked, periodTold } from "../asked-periods.ts";

test.each([
  ["What were net sales in the fourth quarter?", "quarter"],
  ["What was net income in Q3 2022?", "quarter"],
  ["What were sales for the three months ended March 31, 2023?", "quarter"],
  ["What was revenue for the first six months?", "half"],
  ["What were total sales in 2022?", "year"],
  ["What was the revenue for fiscal 2022?", "year"],
  ["What is the annual revenue?", "year"],
  ["Wie hoch war der Umsatz im Geschäftsjahr 2022?", "year"],
  ["How much cash was held at the end of 2022?", null],
  ["What were total assets as of December 31, 2022?", null],
  ["What is the revenue?", null],
] as const)("%s asks for a %s", (question, period) => expect(periodAsked(question)).toBe(period));

test("a row of both tells of each, a row of one of that alone, and what says nothing of neither", () => {
  const both = "13 Weeks Ended\n52 Weeks Ended\nNet sales 3,226.8 10,208.6";
  expect([periodTold("year", both), periodTold("quarter", both)]).toEqual([1, 1]);
  const quarter = "Three Months Ended June 30,\nNet sales 3,909";
  expect([periodTold("year", quarter), periodTold("quarter", quarter)]).toEqual([-1, 1]);
  const year = "Years Ended\nRevenue 17,606";
  expect([periodTold("year", year), periodTold("quarter", year)]).toEqual([1, -1]);
  expect(periodTold("year", "Revenue 17,606")).toBe(0);
});
