import { expect, test } from "vitest";
import type { PageLine } from "../ports.ts";
import { inOneLine, quoteOf } from "../quote.ts";
import { type SegmentedPage, segmentsOf } from "../segments.ts";

/** A page whose lines stand evenly one below the other; `above` sets lines apart by more white. */
function pageOf(text: string, above: Record<number, number> = {}): SegmentedPage {
  let start = 0;
  let y = 0.1;
  const lines = text.split("\n").map((line, index): PageLine => {
    y += 0.02 + (above[index] ?? 0);
    const end = start + line.length;
    const placed: PageLine = { start, end, box: [0.1, y, 0.9, y + 0.015], height: 0.012 };
    start = end + 1;
    return placed;
  });
  return { text, lines, ranges: [{ start: 0, end: text.length }] };
}

const cut = (text: string, above?: Record<number, number>) =>
  segmentsOf(pageOf(text, above)).map(({ kind, start, end }) => [kind, inOneLine(text.slice(start, end))]);

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
  const segments = segmentsOf(pageOf(text));
  let last = 0;
  for (const { start, end } of segments) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end - start).toBeLessThanOrEqual(600);
    last = end;
  }
  expect(segmentsOf(pageOf(""))).toEqual([]);
  expect(segmentsOf(pageOf(" \n\t\n"))).toEqual([]);
});

test("a paragraph ends where white sets the next apart, and what is no content is left out", () => {
  const text = "Running head\nOne sentence stands here.\nAnother one follows.\nA third stands apart.";
  const page = pageOf(text, { 3: 0.03 });
  const content = { ...page, ranges: [{ start: 13, end: text.length }] };
  expect(segmentsOf(content).map(({ start, end, block }) => [block, text.slice(start, end)])).toEqual([
    [0, "One sentence stands here."],
    [0, "Another one follows."],
    [1, "A third stands apart."],
  ]);
});

test("a quote stays in its paragraph", () => {
  const text = "One sentence stands here.\nAnother one follows.\nA third stands apart.";
  const segments = segmentsOf(pageOf(text, { 2: 0.03 })).map((segment, index) => ({
    ...segment,
    score: index === 1 ? 1 : 0,
    terms: new Set<number>(),
  }));
  const quote = quoteOf(segments);
  expect(text.slice(quote?.start, quote?.end)).toBe("One sentence stands here.\nAnother one follows.");
  expect(quoteOf([])).toBeNull();
});
