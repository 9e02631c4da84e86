// Where marks and pages stand: rectangles joined to lines, pages laid out around the one that is read.
import { expect, test } from "vitest";
import { fitZoom, pagesAround } from "../page/places.ts";
import { bounds, mergeRects } from "../page/rects.ts";

const close = (rects: readonly (readonly number[])[]) =>
  rects.map((rect) => rect.map((value) => Math.round(value * 1_000) / 1_000));

test("words of one line become one stroke, lines stay apart", () => {
  const words = [
    [0.1, 0.3, 0.2, 0.32],
    [0.21, 0.301, 0.4, 0.321],
    [0.1, 0.33, 0.3, 0.35],
    [0.405, 0.3, 0.5, 0.319],
  ] as [number, number, number, number][];
  expect(close(mergeRects(words))).toEqual([
    [0.1, 0.3, 0.5, 0.321],
    [0.1, 0.33, 0.3, 0.35],
  ]);
});

test("columns and far words are not bridged", () => {
  const columns = [
    [0.1, 0.3, 0.45, 0.32],
    [0.55, 0.3, 0.9, 0.32],
  ] as [number, number, number, number][];
  expect(mergeRects(columns)).toEqual(columns);
});

test("what has no area is left out, what leaves the page is cut at its edge", () => {
  expect(
    mergeRects([
      [0.5, 0.5, 0.5, 0.6],
      [-0.1, 0.9, 1.2, 1.1],
    ]),
  ).toEqual([[0, 0.9, 1, 1]]);
  expect(mergeRects([])).toEqual([]);
  expect(bounds([])).toEqual([0, 0, 1, 1]);
});

test("a narrow stage opens the passage as wide as itself", () => {
  expect(fitZoom(900, [[0.1, 0.1, 0.5, 0.2]])).toBe(1);
  expect(fitZoom(390, [])).toBe(1);
  expect(fitZoom(390, [[0.1, 0.1, 0.9, 0.2]])).toBeCloseTo(1.175);
  expect(fitZoom(390, [[0.1, 0.1, 0.2, 0.2]])).toBe(1.9);
});

const citation = (document_id: string, page: number) => ({
  index: page,
  document_id,
  filename: "",
  title: "",
  page,
  quote: "",
  rects: [],
  page_image_url: "",
});

test("all pages where their number is known, near the one that is read; else the cited ones", () => {
  const open = {
    documentId: "a",
    page: 31,
    citations: [citation("a", 31), citation("b", 2), citation("a", 12)],
    active: 1,
  };
  expect(pagesAround(open, 3, 2)).toEqual([1, 2, 3, ...Array.from({ length: 28 }, (_, i) => i + 4)]);
  expect(pagesAround(open, null, 31)).toEqual([12, 31]);
  const far = pagesAround(open, 5_000, 2_500);
  expect([far[0], far.at(-1)]).toEqual([2_440, 2_560]);
});
