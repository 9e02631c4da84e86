// Line boxes packed and cut: the places of a quote on its page.
import { expect, test } from "vitest";
import type { PageLine } from "../ports.ts";
import { lineAt, packLines, rectsOf, unpackLines } from "../rects.ts";

const lines: PageLine[] = [
  { start: 0, end: 10, box: [0.1, 0.1, 0.5, 0.12], height: 0.015 },
  { start: 11, end: 31, box: [0.1, 0.13, 0.9, 0.15], height: 0.015 },
  { start: 32, end: 36, box: [0.1, 0.16, 0.2, 0.18], height: 0.015 },
];

test("packed lines come back as they were, to a ten-thousandth", () => {
  expect(unpackLines(packLines({ lines }))).toEqual(lines);
  const [packed] = packLines({ lines: [{ start: 3, end: 9, box: [0.123456, 0, 1, 0.99999], height: 0.01 }] });
  expect(packed).toEqual([3, 9, 1235, 0, 10_000, 10_000, 100]);
});

test("a range has the boxes of its lines, the first and last cut by their characters", () => {
  expect(rectsOf(lines, 0, 36)).toEqual(lines.map(({ box }) => box));
  const rects = rectsOf(lines, 5, 34);
  expect(rects).toHaveLength(3);
  expect(rects[0]).toEqual([expect.closeTo(0.3), 0.1, 0.5, 0.12]);
  expect(rects[1]).toEqual([0.1, 0.13, 0.9, 0.15]);
  expect(rects[2]).toEqual([0.1, 0.16, expect.closeTo(0.15), 0.18]);
});

test("a line that runs down the page is cut along its length", () => {
  const [rect] = rectsOf([{ start: 0, end: 10, box: [0.1, 0.2, 0.12, 0.8], height: 0.02 }], 0, 5);
  expect(rect).toEqual([0.1, 0.2, 0.12, expect.closeTo(0.5)]);
});

test("there is nothing to mark outside the lines, or off the page as shown", () => {
  expect(rectsOf(lines, 36, 50)).toEqual([]);
  expect(rectsOf(lines, 10, 11)).toEqual([]);
  expect(rectsOf([{ start: 0, end: 4, box: [1, 0.2, 1, 0.3], height: 0.01 }], 0, 4)).toEqual([]);
});

test("the line of a place is found among many, or the next one", () => {
  const lines = Array.from({ length: 9 }, (_, index) => ({
    start: index * 10,
    end: index * 10 + 9,
    box: [0, 0, 1, 1] as [number, number, number, number],
    height: 0.01,
  }));
  for (const [place, line] of [
    [0, 0],
    [8, 0],
    [9, 1],
    [45, 4],
    [88, 8],
  ] as const)
    expect(lineAt(lines, place)).toBe(lines[line]);
  expect(lineAt(lines, 89)).toBeUndefined();
  expect(lineAt([], 0)).toBeUndefined();
});
