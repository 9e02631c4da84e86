import { afterAll, beforeAll, expect, test } from "vitest";
import { createAnswerStatements } from "../answer-statements.ts";
import { createGathering } from "../gathering.ts";
import { ConversationModel, MessageModel } from "../models/conversation.ts";
import { UserModel } from "../models/user.ts";
import { type TestDatabase, testDatabase } from "./database.ts";

let database: TestDatabase;
const userId = "01a20626-0000-7000-8000-000000000001";
const idOf = (number: number) => `01a20626-0000-7000-8000-0000000001${String(number).padStart(2, "0")}`;

beforeAll(async () => {
  database = await testDatabase();
  const { db } = database;
  await UserModel.query(db).insert({ id: userId, email: "reader@example.com", hashed_password: "-" });
  for (const number of [1, 2, 3, 4]) {
    const conversation = { id: idOf(10 + number), user_id: userId, title: "", document_ids: [], all_documents: true };
    await ConversationModel.query(db).insert(conversation);
    await MessageModel.query(db).insert({
      ...{ id: idOf(number), conversation_id: conversation.id, role: "assistant", status: "streaming" },
      ...{ text: "Before", delta_ends: [6], lease_until: new Date() },
    });
  }
});
afterAll(() => database.close());

test("whoever asks while work is under way shares the next, which begins after the asking", async () => {
  const begun: number[][] = [];
  const double = createGathering(async (numbers: number[]) => {
    begun.push(numbers);
    await new Promise(setImmediate);
    if (numbers.includes(0)) throw new Error("no");
    return numbers.map((number) => 2 * number);
  }, 2);
  const told = await Promise.allSettled([1, 2, 3, 0].map(double));
  expect(begun).toEqual([[1], [2, 3], [0]]);
  expect(told.map((one) => (one.status === "fulfilled" ? one.value : "failed"))).toEqual([2, 4, 6, "failed"]);
  expect(await double(5)).toBe(10);
});

test("answers that are saved together keep what was not given, and one that spoils the statement spoils its own alone", async () => {
  const { db } = database;
  const { save } = createAnswerStatements(db);
  const end = { status: "complete", lease_until: null, cited: [1], usage: { prompt_tokens: 1, completion_tokens: 2 } };
  const until = new Date("2026-01-02T03:04:05.678Z");
  const together = () => [
    save(idOf(1), { text: "One “é” \\ 😀", delta_ends: [5, 12], lease_until: until }),
    save(idOf(2), { ...(end as Partial<MessageModel>), finish_reason: "stop", confidence: 0.5, model: "m" }),
    save(idOf(3), { text: "No\u0000" }),
    save(idOf(99), { text: "Nobody" }),
  ];
  const saved = await Promise.allSettled([save(idOf(4), { text: "First" }), ...together()]);
  expect(saved.map((one) => (one.status === "fulfilled" ? one.value : "failed"))).toEqual([
    true,
    true,
    true,
    "failed",
    false,
  ]);
  expect(await save(idOf(2), { text: "Late" })).toBe(false);
  const rows = await MessageModel.query(db).orderBy("id");
  expect(rows).toMatchObject([
    { text: "One “é” \\ 😀", delta_ends: [5, 12], lease_until: until, status: "streaming", usage: null, cited: [] },
    { text: "Before", delta_ends: [6], ...end, finish_reason: "stop", confidence: 0.5, model: "m", error: null },
    { text: "Before", status: "streaming" },
    { text: "First", status: "streaming" },
  ]);
});

// The embedded database has one connection, so nobody else.
test.runIf(process.env.TEST_DATABASE_URL)(
  "a row that somebody holds keeps nobody else waiting (needs TEST_DATABASE_URL)",
  async () => {
    const { db } = database;
    const { save } = createAnswerStatements(db);
    const held = await db.transaction();
    await held.raw("select from messages where id = ? for update", [idOf(1)]);
    const waiting = save(idOf(1), { text: "Waits" });
    expect(await Promise.all([save(idOf(3), { text: "Third" }), save(idOf(4), { text: "Fourth" })])).toEqual([
      true,
      true,
    ]);
    await held.commit();
    expect(await waiting).toBe(true);
  },
);
