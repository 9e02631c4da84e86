import { expect, test } from "vitest";
import { startersFor } from "../chat/starters.ts";
import { aDocument } from "./library-server.ts";

const anyDocument = ["What is this about?", "Which figures matter?", "What are the main points?"];
const questions = (documents: Parameters<typeof startersFor>[0]) =>
  startersFor(documents, anyDocument, "en").map(({ question, document }) => [question, document?.title ?? null]);

test("documents take turns, in their order", () => {
  const one = aDocument("One", { suggestions: ["a?", "b?", "c?"] });
  const two = aDocument("Two", { suggestions: ["d?"] });
  expect(questions([one, aDocument("None"), two])).toEqual([
    ["a?", "One"],
    ["d?", "Two"],
    ["b?", "One"],
  ]);
});

test("what can be asked of any document fills the list, but never in another language", () => {
  expect(questions([aDocument("One", { suggestions: ["a?"] })])).toEqual([
    ["a?", "One"],
    ["What is this about?", null],
    ["Which figures matter?", null],
  ]);
  expect(questions([aDocument("Eins", { language: "de", suggestions: ["Was?"] })])).toEqual([["Was?", "Eins"]]);
  expect(questions([aDocument("Eins", { language: "de" })]).map(([question]) => question)).toEqual(anyDocument);
});
