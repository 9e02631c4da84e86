// Joining nearness in meaning to what holds the words: pure, and nothing at all without vectors.
import { expect, test } from "vitest";
import type { NearChunk } from "../models/embedding.ts";
import type { RankedPage } from "../ranking.ts";
import { confidenceWith, fuseNearness, nearnessOf } from "../vector-fusion.ts";
import type { Nearest } from "../vector-search.ts";

const keyOf = ({ documentId, page }: { documentId: string; page: number }) => `${documentId} ${page}`;

/** Chunks of ten characters, one a page, with these similarities. */
function found(documentId: string, similarities: number[], all: Partial<Nearest> = {}): Nearest {
  const chunks = similarities.map(
    (similarity, index): NearChunk => ({
      ...{ documentId, page: index + 1, start: 0, end: 10, content: `chunk ${index}`, heading: null, language: "en" },
      similarity,
    }),
  );
  chunks.sort((left, right) => right.similarity - left.similarity);
  return { chunks, total: chunks.length, mean: 0.2, deviation: 0.1, documentIds: [documentId], ...all };
}

function page(documentId: string, number: number, score: number) {
  const segment = { kind: "sentence" as const, block: 0, score: 0.1, terms: new Set<number>() };
  const segments = [
    { ...segment, start: 0, end: 10 },
    { ...segment, start: 10, end: 20 },
  ];
  return { page: { documentId, page: number } as RankedPage, segments, score };
}

const fuse = (pages: ReturnType<typeof page>[], nearest: Nearest[]) =>
  fuseNearness(pages, nearest, nearnessOf(nearest, keyOf), keyOf);
const order = (pages: ReturnType<typeof page>[]) =>
  pages.map(({ page: { documentId, page } }) => `${documentId}${page}`);

test("without vectors the very same pages and confidence come back", () => {
  const pages = [page("a", 1, 2), page("a", 2, 1)];
  expect(fuse(pages, [])).toBe(pages);
  expect(confidenceWith([], 0.37)).toBe(0.37);
});

test("a page that is near in meaning comes before one that holds a word more, not before one that holds all", () => {
  const nearest = [found("a", [0.3, 0.9, 0.25])];
  expect(order(fuse([page("a", 1, 1), page("a", 2, 0.8), page("a", 3, 0.7)], nearest))).toEqual(["a2", "a1", "a3"]);
  expect(order(fuse([page("a", 1, 1), page("a", 2, 0.2)], nearest))).toEqual(["a1", "a2"]);
});

test("chunks that are no nearer than most count nothing, and chunks not listed no more than the last listed", () => {
  const nearness = nearnessOf([found("a", [0.8, 0.5, 0.2, 0.1])], keyOf);
  expect([...nearness].map(([key, near]) => [key, near.nearness])).toEqual([
    ["a 1", 1],
    ["a 2", expect.closeTo(0.5)],
  ]);
  const cut = nearnessOf([found("a", [0.8, 0.6, 0.4], { total: 1000 })], keyOf);
  expect([...cut.values()].map((near) => near.nearness)).toEqual([1, expect.closeTo(0.5)]);
});

test("similarities of different models are never compared with each other", () => {
  const nearest = [found("a", [0.9, 0.6]), found("b", [0.35, 0.3], { mean: 0.25 })];
  const nearness = nearnessOf(nearest, keyOf);
  expect([nearness.get("a 1")?.nearness, nearness.get("b 1")?.nearness]).toEqual([1, 1]);
});

test("a document without vectors is neither better nor worse off than its words make it", () => {
  const nearest = [found("a", [0.9, 0.3])];
  const pages = [page("b", 1, 1), page("a", 1, 0.9), page("b", 2, 0.6), page("a", 2, 0.5)];
  expect(order(fuse(pages, nearest))).toEqual(["b1", "a1", "b2", "a2"]);
  expect(order(fuse([page("b", 1, 1), page("b", 2, 0.6)], nearest))).toEqual(["b1", "b2"]);
});

test("the sentences of the near chunk are lifted, those beside it not", () => {
  const [first] = fuse([page("a", 1, 1)], [found("a", [0.9, 0.1])]);
  expect(first?.segments.map(({ score }) => score)).toEqual([expect.closeTo(0.25), 0.1]);
});

test("confidence rises with how far the nearest stands out, within a bound, and never falls", () => {
  const standingOut = (deviations: number) => [found("a", [0.2 + deviations * 0.1])];
  const values = [1, 3, 4, 6, 50].map((deviations) => confidenceWith(standingOut(deviations), 0.1));
  expect(values).toEqual([...values].sort((left, right) => left - right));
  expect(values[0]).toBeLessThan(0.15);
  expect(values.at(-1)).toBeLessThanOrEqual(0.56);
  expect(confidenceWith(standingOut(0), 0.9)).toBeGreaterThanOrEqual(0.9);
  // All alike: nothing stands out.
  expect(confidenceWith([found("a", [0.4], { mean: 0.4, deviation: 0 })], 0)).toBeLessThan(0.01);
  expect(confidenceWith(standingOut(50), 1)).toBe(1);
});
