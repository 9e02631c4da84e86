import { expect, test } from "vitest";
import { beginsWith } from "../asked-subject.ts";
import { queryOf } from "../query.ts";

const subjectOf = (question: string) => {
  const { words, subject } = queryOf(question);
  return subject === null ? null : words[subject]?.surface;
};

test.each([
  ["Is the mill driven by wind?", "mill"],
  ["Does Harwick have a mill?", "harwick"],
  ["Why are mills built on rivers?", "mills"],
  ["How is flour ground?", "flour"],
  ["Can't most millers swim?", "millers"],
  ["Is it driven by wind?", null],
  ["What drives the mill?", null],
  ["How many mills are there?", null],
])("%s is about %s", (question, subject) => expect(subjectOf(question)).toBe(subject));

test("a sentence begins with what is asked about, an article and a word before it", () => {
  expect(beginsWith([-1, 4, 2], 4, 0, 3)).toBe(true);
  expect(beginsWith([-1, -1, -1, -1, 4], 4, 0, 5)).toBe(false);
  expect(beginsWith([-1, 4], 4, 0, 1)).toBe(false);
});
