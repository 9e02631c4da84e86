import { expect, test } from "vitest";
import { unsupportedRanges } from "../grounding.ts";

const passage = (text: string) => ({ documentTitle: "", page: 1, text, heading: null, score: 1, sentences: [] });
const passages = [passage("The pump weighs forty kilograms and was built in 1998 in Leeds."), passage("Tea is green.")];
const unsupported = (text: string) => unsupportedRanges(text, passages).map(([start, end]) => text.slice(start, end));

test("a sentence is supported when the passages it cites hold its words and numbers", () => {
  expect(unsupported("The pump weighs forty kilograms. [1] It was built in 1998 in Leeds [1].")).toEqual([]);
  expect(unsupported("Here it is:\nThe pump weighs forty kilograms [1]")).toEqual([]);
});

test("without a mark, with the wrong one, or with a number of its own it is not", () => {
  expect(unsupported("The pump weighs forty kilograms.")).toHaveLength(1);
  expect(unsupported("The pump weighs forty kilograms. [2]")).toHaveLength(1);
  expect(unsupported("The pump was built in Leeds in 2004. [1] The pump weighs forty kilograms. [1]")).toEqual([
    "The pump was built in Leeds in 2004. [1]",
  ]);
});
