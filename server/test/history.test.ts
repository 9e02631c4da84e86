import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { turnsBefore } from "../conversations.ts";
import type { Turn } from "../follow-up.ts";
import { historyOf, tokensOf } from "../history.ts";
import { ConversationModel, MessageModel } from "../models/conversation.ts";
import { EmbedModel } from "../models/embed.ts";
import { wellFormed } from "../well-formed.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { addDocument, addUser } from "./library.ts";

const turn = (question: string, answer: string | null = "Yes."): Turn => ({ question, answer, titles: [] });
const sizeOf = (turns: { text: string }[]) => turns.reduce((sum, { text }) => sum + tokensOf(text), 0);

test("the newest turns are kept, as many as the budget holds, whole ones only", () => {
  const turns = Array.from({ length: 30 }, (_, index) => turn(`Question ${index}?`, "word ".repeat(50)));
  const history = historyOf(turns, 400);
  expect(history.at(-2)?.text).toBe("Question 29?");
  expect(history.length).toBeGreaterThan(6);
  expect(history.map(({ role }) => role)).toEqual(history.map((_, index) => (index % 2 ? "assistant" : "user")));
  expect(sizeOf(history)).toBeLessThanOrEqual(400);
  expect(historyOf(turns, 0)).toEqual([]);
});

test.each([
  ["Latin words", "The lighthouse stands on a rock. "],
  ["Chinese", "灯塔立在岩石上。"],
  ["emoji", "🎉🎉 "],
])("one that is too long is cut in its middle: %s", (_name, text) => {
  const [asked, told] = historyOf([turn("And?", `BEGIN ${text.repeat(2000)} END`)], 300);
  expect(asked?.text).toBe("And?");
  expect(told?.text).toMatch(/^BEGIN .* \[…\] .*END$/s);
  expect(tokensOf(told?.text ?? "")).toBeLessThanOrEqual(300 * 0.45);
  expect(tokensOf(told?.text ?? "")).toBeGreaterThan(60);
  expect(told?.text).toBe(wellFormed(told?.text ?? ""));
});

test("a character of Chinese counts as a token, a word of English not as its letters", () => {
  expect(tokensOf("灯塔立在岩石上")).toBeGreaterThanOrEqual(7);
  expect(tokensOf("The lighthouse stands on a rock")).toBeLessThanOrEqual(9);
  expect(tokensOf("")).toBe(0);
});

test("marks of old citations are gone, and a question without an answer is no open one", () => {
  const history = historyOf(
    [turn("Who? [3]", "Anna [1][2], in 1951 [1, 4]. See a[i] and [note]."), turn("Where?", null)],
    500,
  );
  expect(history.map(({ text }) => text)).toEqual([
    "Who?",
    "Anna, in 1951. See a[i] and [note].",
    "Where?",
    "(This question was not answered.)",
  ]);
});

const visitorOf = (document_ids: string[]) => ({
  id: uuid(),
  identified: false,
  embed: EmbedModel.fromJson({ document_ids }, { skipValidation: true }),
});

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

test("of answers given anew the newest counts, in its question's place; failed ones do not", async () => {
  const { db } = database;
  const conversation = uuid();
  const userId = await addUser(db);
  const birds = await addDocument(db, userId, { title: "Birds", pages: ["Herons nest in reeds."] });
  await ConversationModel.query(db).insert({
    id: conversation,
    user_id: userId,
    title: "Herons",
    document_ids: [],
    all_documents: true,
    created_at: new Date(),
    updated_at: new Date(),
  });
  const add = async (values: Partial<MessageModel>) => {
    const id = uuid();
    const row = { id, conversation_id: conversation, status: "complete" as const, created_at: new Date(), ...values };
    await MessageModel.query(db).insert(row);
    return id;
  };
  const ask = (text: string) => add({ role: "user", text });
  const answer = (replies_to: string, text: string, values: Partial<MessageModel> = {}) =>
    add({ role: "assistant", replies_to, text, ...values });
  const citation = { index: 1, document_id: birds, filename: "b.pdf", title: "Birds", page: 1, quote: "", rects: [] };

  const first = await ask("Where do herons nest?");
  const old = await answer(first, "In trees. [1]");
  const second = await ask("What do they eat?");
  const failed = await answer(second, "Fish and", { status: "failed" });
  const third = await ask("How old are they?");
  await answer(third, "Fifteen", { status: "stopped" });
  const newest = await answer(first, "In reeds. [1]", { replaces: old, citations: [citation], cited: [1] });
  await answer(first, "", { replaces: newest, status: "failed" });
  await answer(second, "Frogs.", { replaces: failed, status: "streaming", text: "" });
  const fourth = await ask("And in winter?");

  const before = (questionId: string, offered?: string[]) =>
    turnsBefore(
      { db },
      { userId, visitor: offered ? visitorOf(offered) : null },
      { conversationId: conversation, questionId },
    );
  expect(await before(fourth)).toEqual([
    { question: "Where do herons nest?", answer: "In reeds.", titles: ["Birds"] },
    { question: "What do they eat?", answer: null, titles: [] },
    { question: "How old are they?", answer: "Fifteen …", titles: [] },
  ]);
  expect(await before(first)).toEqual([]);
  // To a visitor whose embed has the document no longer, nothing comes back of what was drawn from it.
  expect((await before(fourth, [birds]))[0]?.answer).toBe("In reeds.");
  expect((await before(fourth, [uuid()])).map(({ answer, titles }) => [answer, titles])).toEqual([
    [null, []],
    [null, []],
    ["Fifteen …", []],
  ]);
});
