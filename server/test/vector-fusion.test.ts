// Joining nearness in meaning to what holds the words: pure, and nothing at all without vectors.
import { expect, test } from "vitest";
import type { NearChunk } from "../models/embedding.ts";
import type { RankedPage } from "../ranking.ts";
import { fuseNearness, nearnessOf } from "../vector-fusion.ts";
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
  return { documentIds: [documentId], chunks, all: true, ...all };
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

test("without vectors the very same pages come back", () => {
  const pages = [page("a", 1, 2), page("a", 2, 1)];
  expect(fuse(pages, [])).toBe(pages);
});

test("a page that is near in meaning comes before one that holds a word more, not before one that holds all", () => {
  const nearest = [found("a", [0.3, 0.9, 0.25])];
  expect(order(fuse([page("a", 1, 1), page("a", 2, 0.9), page("a", 3, 0.7)], nearest))).toEqual(["a2", "a1", "a3"]);
  expect(order(fuse([page("a", 1, 1), page("a", 2, 0.2)], nearest))).toEqual(["a1", "a2"]);
});

test("chunks that are no nearer than most count nothing, and chunks not listed no more than the last listed", () => {
  const nearness = nearnessOf([found("a", [0.8, 0.6, 0.1, 0.1])], keyOf);
  expect([...nearness].map(([key, near]) => [key, near.nearness])).toEqual([
    ["a 1", 1],
    ["a 2", expect.closeTo(0.5)],
  ]);
  const cut = nearnessOf([found("a", [0.8, 0.6, 0.4], { all: false })], keyOf);
  expect([...cut.values()].map((near) => near.nearness)).toEqual([1, expect.closeTo(0.5)]);
});

test("similarities of different models are never compared with each other", () => {
  const nearest = [found("a", [0.9, 0.6]), found("b", [0.35, 0.3])];
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

test("what is nearest is among the first pages even where it shares no word, and takes no place of the very first", () => {
  const pages = [...Array.from({ length: 20 }, (_, index) => page("a", index + 4, 1 - index / 50)), page("a", 1, 0)];
  expect(order(fuse(pages, [found("a", [0.9, 0.3, 0.2])]))).toEqual([
    ...["a4", "a5", "a6", "a7", "a8", "a9", "a10", "a1"],
    ...Array.from({ length: 13 }, (_, index) => `a${index + 11}`),
  ]);
});
