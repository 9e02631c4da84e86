import { expect, test } from "vitest";
import type { Turn } from "../follow-up.ts";
import { type CompletionRequest, type LanguageModel, LanguageModelError } from "../model-ports.ts";
import { standAlone } from "../stand-alone.ts";
import { silentLog } from "./log.ts";

const turns: Turn[] = [
  { question: "What was the revenue of Northwind in 2022?", answer: "It was 40 million dollars.", titles: ["Report"] },
];
const signal = new AbortController().signal;

/** A model that completes as told, and keeps what it was asked. */
function completing(complete: (request: CompletionRequest) => Promise<string>) {
  const asked: CompletionRequest[] = [];
  const model: LanguageModel = {
    name: "test",
    async *answer() {},
    complete(request) {
      asked.push(request);
      return complete(request);
    },
  };
  return { model, asked };
}

const understand = (model: LanguageModel, question: string, before = turns) =>
  standAlone({ model, log: silentLog }, { question, turns: before, documents: 1 }, signal);

test("the model puts into a follow-up what it refers to", async () => {
  const { model, asked } = completing(async () => "Question: What was the revenue of Northwind in 2021?\n");
  expect(await understand(model, "and in 2021?")).toEqual({
    question: "What was the revenue of Northwind in 2021?",
    asked: "What was the revenue of Northwind in 2021?",
    remembered: [],
    told: null,
    within: null,
  });
  expect(asked[0]?.prompt).toContain("Person: What was the revenue of Northwind in 2022?");
  expect(asked[0]?.prompt).toContain("Answer: It was 40 million dollars.");
});

test("a model that never looks back is told what the question goes on from", async () => {
  const model: LanguageModel = { name: "test", async *answer() {} };
  const { question, asked } = await understand(model, "and in 2021?");
  expect(question).toBe("and in 2021?");
  expect(asked).toMatch(/^and in 2021\? What was the revenue of Northwind/);
  expect((await understand(model, "How long does the warranty on a frame last?")).asked).not.toMatch(/revenue/);
});

test("without a model a question that has no word of its own stays with the documents of the answer before", async () => {
  const model: LanguageModel = { name: "test", async *answer() {} };
  const turns = [{ question: "Who founded Northwind?", answer: "Anna Berg did.", titles: ["Northwind"] }];
  const within = async (asked: LanguageModel, question: string) => (await understand(asked, question, turns)).within;
  for (const question of ["why?", "Tell me more", "Can you explain that in more detail?"])
    expect([question, await within(model, question)]).toEqual([question, ["Northwind"]]);
  for (const question of ["And Contoso?", "How long does the warranty on a bicycle frame last?"])
    expect([question, await within(model, question)]).toEqual([question, null]);
  // Only a model can write the answer anew; in no document stands what is asked for.
  for (const question of ["in German please", "Can you say that in French?", "Bitte auf Deutsch"])
    expect([question, await within(model, question)]).toEqual([question, []]);
  expect(await within(model, "And in German?")).not.toEqual([]);
  const rewriting = completing(async () => "Who founded Northwind, in German please");
  expect(await within(rewriting.model, "in German please")).toBeNull();
});

test("a first question, and one that stands alone, cost no call", async () => {
  const { model, asked } = completing(async () => "no");
  await understand(model, "Who founded it?", []);
  await understand(model, "How long does the warranty on a bicycle frame last?");
  expect(asked).toEqual([]);
});

test.each<[string, string]>([
  ["nothing", ""],
  ["an answer instead of a question", "It was 40 million dollars in 2021."],
  ["another year", "What was the revenue of Northwind in 2019?"],
  ["without the year that was asked for", "What was the revenue of Northwind?"],
  ["a name that nobody has said", "What was the revenue of Contoso in 2021?"],
  ["a page of text", `What ${"was the revenue ".repeat(80)}in 2021?`],
])("words are carried over where the model writes %s", async (_name, text) => {
  const { question, remembered } = await understand(completing(async () => text).model, "and in 2021?");
  expect(question).toBe("and in 2021?");
  expect(remembered.map((part) => part.text).join()).toContain("revenue of Northwind");
});

test("words are carried over where the model fails, or has no time for it", async () => {
  const failing = completing(() => Promise.reject(new LanguageModelError("model-unavailable", "down")));
  expect((await understand(failing.model, "and in 2021?")).remembered).not.toEqual([]);
  const silent = completing(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  expect((await understand(silent.model, "and in 2021?")).remembered).not.toEqual([]);
  expect(silent.asked).toHaveLength(1);
});
