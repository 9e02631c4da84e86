import { expect, test } from "vitest";
import type { LanguageModelPart, Passage } from "../../ports.ts";
import { createExtractive } from "../extractive.ts";

function passage(score: number, ...sentences: [text: string, score: number, row?: boolean][]): Passage {
  return {
    documentTitle: "Manual",
    page: 1,
    text: sentences.map(([text]) => text).join(" "),
    heading: null,
    score,
    sentences: sentences.map(([text, own, row = false]) => ({ text, row, score: own })),
  };
}

async function answer(
  passages: Passage[],
  question = "What colour is the pump?",
  signal = new AbortController().signal,
) {
  const parts: LanguageModelPart[] = [];
  for await (const part of createExtractive().answer({ question, history: [], passages, signal })) parts.push(part);
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  return { text, finish: parts.find((part) => part.type === "finish"), parts };
}

test("whole sentences, the best passage first, each with its mark, in several pieces", async () => {
  const { text, finish, parts } = await answer([
    passage(0.9, ["The pump stands in the old cellar.", 0.5], ["The pump is blue.", 0.9]),
    passage(0.8, ["The cellar is cold in winter.", 0.1], ["Its paint is called sky blue.", 0.6]),
  ]);
  expect(text).toBe("The pump stands in the old cellar. [1] The pump is blue. [1] Its paint is called sky blue. [2]");
  expect(finish).toMatchObject({ reason: "stop", confidence: 0.9 });
  expect(parts.length).toBeGreaterThan(3);
});

test("rows stand on lines of their own, and nothing is said twice", async () => {
  const { text } = await answer([
    passage(0.9, ["Pump blue 40 kg", 0.9, true], ["Hose red 3 kg", 0.8, true]),
    passage(0.9, ["Pump blue 40 kg", 0.9, true]),
  ]);
  expect(text).toBe("Pump blue 40 kg [1]\nHose red 3 kg [1]");
});

test("a label brings what it labels", async () => {
  const { text } = await answer(
    [passage(0.9, ["Fungus gnats.", 0.9], ["The flies do no harm.", 0.1], ["Let the soil dry out.", 0.1])],
    "What about fungus gnats?",
  );
  expect(text).toBe("Fungus gnats. [1] The flies do no harm. [1] Let the soil dry out. [1]");
});

test("low confidence, or nothing found, is refused in one sentence", async () => {
  for (const passages of [[], [passage(0.1, ["The pump is blue.", 0.1])]]) {
    const { text, finish } = await answer(passages);
    expect(text).toMatch(/^[^.]+\.$/);
    expect(finish).toMatchObject({ reason: "refused" });
  }
});

test("a document's own marks are no citations", async () => {
  const { text } = await answer([passage(0.9, ["It is blue [7], says [2, 3].", 0.9])]);
  expect(text).toBe("It is blue (7), says (2, 3). [1]");
});

test("an abort ends it", async () => {
  const { parts } = await answer([passage(0.9, ["The pump is blue.", 0.9])], "a", AbortSignal.abort());
  expect(parts).toEqual([]);
});
