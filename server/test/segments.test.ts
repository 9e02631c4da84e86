import { expect, test } from "vitest";
import { inOneLine } from "../quote.ts";
import { segmentsOf } from "../segments.ts";

const cut = (text: string) => segmentsOf(text).map(({ kind, start, end }) => [kind, inOneLine(text.slice(start, end))]);

test("sentences run over lines, and end at neither initials nor abbreviations", () => {
  const text =
    "The plant was described by J. F. D. Shrewsbury and Dr. Smith in\n1970, e.g. in the journal of the society. It grows slow-\nly there. “Why?” she asked.";
  expect(cut(text)).toEqual([
    [
      "sentence",
      "The plant was described by J. F. D. Shrewsbury and Dr. Smith in 1970, e.g. in the journal of the society.",
    ],
    ["sentence", "It grows slowly there."],
    ["sentence", "“Why?” she asked."],
  ]);
});

test("headings, list items and table rows stand alone", () => {
  const text =
    "Care of the pump\nCheck the seals every month, and the motor once a year at the latest.\n• Close the valve before you begin with anything else at all.\n• Open it.\nRevenue\t1,204.5\t(988.0)\t12%\nCosts 88 77 66";
  expect(cut(text).map(([kind]) => kind)).toEqual(["heading", "sentence", "sentence", "sentence", "row", "row"]);
});

test("text without spaces between words is cut at its own full stops", () => {
  expect(cut("今日は晴れです。明日は雨です。")).toEqual([
    ["sentence", "今日は晴れです。"],
    ["sentence", "明日は雨です。"],
  ]);
});

test("every segment is a slice of the page, in order, and none is endless", () => {
  const text = `${"word ".repeat(1000)}\n\n${"x".repeat(3000)}`;
  const segments = segmentsOf(text);
  let last = 0;
  for (const { start, end } of segments) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end - start).toBeLessThanOrEqual(600);
    last = end;
  }
  expect(segmentsOf("")).toEqual([]);
  expect(segmentsOf(" \n\t\n")).toEqual([]);
});
