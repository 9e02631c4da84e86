import { expect, test } from "vitest";
import type { LanguageModelPart, Passage } from "../../model-ports.ts";
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

const errors: object[] = [];
const log = { error: (fields: object) => void errors.push(fields) };

async function answer(
  passages: Passage[],
  question = "What colour is the pump?",
  signal = new AbortController().signal,
) {
  const parts: LanguageModelPart[] = [];
  const request = { question, history: [], passages, signal };
  for await (const part of createExtractive({ log }).answer(request)) parts.push(part);
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  return { text, finish: parts.find((part) => part.type === "finish"), parts };
}

test("whole sentences, the likeliest first, each with its mark, in several pieces", async () => {
  const { text, finish, parts } = await answer([
    passage(0.9, ["The pump stands in the old cellar.", 0.5], ["The pump is blue.", 0.9]),
    passage(0.8, ["The cellar is cold in winter.", 0.1], ["Its paint is called sky blue.", 0.6]),
  ]);
  expect(text).toBe("The pump is blue. [1] Its paint is called sky blue. [2] The pump stands in the old cellar. [1]");
  expect(finish).toMatchObject({ reason: "stop", confidence: 0.9 });
  expect(parts.length).toBeGreaterThan(3);
});

test("rows stand on lines of their own, and nothing is said twice", async () => {
  const { text } = await answer([
    passage(0.9, ["Pump blue 40 kg", 0.9, true], ["Hose red 3 kg", 0.8, true]),
    passage(0.9, ["Pump blue 40 kg", 0.9, true]),
  ]);
  expect(text).toBe("- Pump blue 40 kg [1]\n- Hose red 3 kg [1]");
});

test("a label brings what it labels", async () => {
  const { text } = await answer(
    [passage(0.9, ["Fungus gnats.", 0.9], ["The flies do no harm.", 0.1], ["Let the soil dry out.", 0.1])],
    "What about fungus gnats?",
  );
  expect(text).toContain("Fungus gnats. [1] The flies do no harm. [1]");
});

test("a label shares the mark of the sentence that goes on from it, and says nothing by itself", async () => {
  const told = passage(0.9, ["Water it weekly.", 0.5], ["Fungus gnats.", 0.9], ["The flies do no harm.", 0.1]);
  told.sentences = told.sentences.map((sentence, index) => (index === 2 ? { ...sentence, follows: true } : sentence));
  const question = "What about fungus gnats?";
  expect((await answer([told], question)).text).toBe("Fungus gnats. The flies do no harm. [1] Water it weekly. [1]");
  const bare = passage(0.9, ["Gnats live in wet soil, where fungus grows.", 0.9]);
  expect((await answer([bare, passage(0.8, ["Fungus gnats.", 0.85])], question)).text).toBe(
    "Gnats live in wet soil, where fungus grows. [1]",
  );
});

test("low confidence, or nothing found, is refused in one sentence of the question's language", async () => {
  for (const passages of [[], [passage(0.1, ["The pump is blue.", 0.1])]]) {
    const { text, finish } = await answer(passages);
    expect(text).toMatch(/^[^.]+\.$/);
    expect(finish).toMatchObject({ reason: "refused" });
  }
  expect((await answer([], "Welche Farbe hat die Pumpe?")).text).toMatch(/^Diese Dokumente/);
  expect((await answer([], "ポンプは何色ですか")).text).toMatch(/文書/);
});

test("a document's own marks are no citations, and its characters no Markdown", async () => {
  expect((await answer([passage(0.9, ["It is blue [7], says [2, 3].", 0.9])])).text).toBe(
    "It is blue \\[7\\], says \\[2, 3\\]. [1]",
  );
  expect((await answer([passage(0.9, ["The interval [0, 1] is not (0, 1), nor [2](3).", 0.9])])).text).toBe(
    "The interval \\[0, 1\\] is not (0, 1), nor \\[2\\](3). [1]",
  );
  expect((await answer([passage(0.9, ["1. Press *OK* or [this](https://x.example) <b>now</b>.", 0.9])])).text).toBe(
    "1\\. Press \\*OK\\* or [this\\](https://x.example) \\<b>now\\</b>. [1]",
  );
});

test("what does not stand on the cited page is not sent, and is told to the log", async () => {
  const page = passage(0.9, ["The pump is blue.", 0.9], ["The pump is red.", 0.8]);
  const hyphenated = { ...page, pageText: "Running head\nThe pu-\nmp is blue. It stands still." };
  errors.length = 0;
  expect((await answer([hyphenated])).text).toBe("The pump is blue. [1]");
  expect(errors).toEqual([{ page: 1, length: 16 }]);
  const { text, finish } = await answer([{ ...page, pageText: "Something else stands here." }]);
  expect(text).toMatch(/^These documents/);
  expect(finish).toMatchObject({ reason: "refused" });
});

test("an abort ends it", async () => {
  const { parts } = await answer([passage(0.9, ["The pump is blue.", 0.9])], "a", AbortSignal.abort());
  expect(parts).toEqual([]);
});

test("an answer that leaves documents out says how many, and a refusal does not", async () => {
  const told = { ...passage(0.9, ["The pump is blue.", 0.9]), documentsLeft: 7 };
  expect((await answer([told])).text).toBe("The pump is blue. [1]\n\n7 further documents are not included here.");
  const { text, finish } = await answer([{ ...told, score: 0.1 }]);
  expect(text).not.toContain("further");
  expect(finish).toMatchObject({ reason: "refused" });
});
