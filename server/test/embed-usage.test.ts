// How many questions visitors may ask in a day, whatever they throw away, and what the owner is told of it.
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Caller } from "../caller.ts";
import { countQuestion, countRefusal, countSession, embedUsage, giveBack } from "../embed-usage.ts";
import { changeEmbed, createEmbed, type NewEmbed } from "../embeds.ts";
import type { EmbedModel } from "../models/embed.ts";
import { visitorFor } from "../visitors.ts";
import { type EmbedBench, openEmbedBench } from "./embeds.ts";
import { addUser } from "./library.ts";

let bench: EmbedBench;
let owner: string;
beforeAll(async () => {
  bench = await openEmbedBench();
  owner = await addUser(bench.db);
});
afterAll(() => bench?.close());

const add = async (limits: Partial<NewEmbed>) =>
  (await createEmbed(bench, owner, { name: "Help", visitor_message_limit: null, daily_message_limit: null, ...limits }))
    .embed;

async function visitor(embed: EmbedModel, identified = false): Promise<Caller> {
  const { visitor } = await visitorFor(bench, embed, {});
  return { userId: owner, visitor: { id: visitor.id, embed, identified } };
}

/** @returns how many of so many at once are let through */
async function ask(caller: Caller, network: string, times = 1): Promise<number> {
  const all = await Promise.allSettled(Array.from({ length: times }, () => countQuestion(bench, caller, network)));
  for (const result of all) {
    if (result.status === "fulfilled") continue;
    const { code, headers } = result.reason as { code: string; headers: Record<string, string> };
    expect(code).toBe("too-many-requests");
    const midnight = Math.ceil((86_400_000 - (bench.clock.now().getTime() % 86_400_000)) / 1000);
    expect(Math.abs(Number(headers["Retry-After"]) - midnight)).toBeLessThan(60);
  }
  return all.filter(({ status }) => status === "fulfilled").length;
}

const today = async (embed: EmbedModel) => (await embedUsage(bench, embed.id, 1)).data[0];

test("an embed answers so many questions in a day, also of many at once, and again on the next", async () => {
  const embed = await add({ daily_message_limit: 10 });
  const callers = await Promise.all(Array.from({ length: 4 }, () => visitor(embed)));
  const passed = await Promise.all(callers.map((caller, n) => ask(caller, `10.0.0.${n}`, 5)));
  expect(passed.reduce((sum, count) => sum + count, 0)).toBe(10);
  expect(await today(embed)).toMatchObject({ questions: 10 });
  bench.pass(86_400_000);
  expect(await ask(callers[0] as Caller, "10.0.0.1")).toBe(1);
  expect(await today(embed)).toMatchObject({ questions: 1 });
});

test("an anonymous visitor is counted by the id and by the network: a new id asks no more", async () => {
  const embed = await add({ visitor_message_limit: 3 });
  const first = await visitor(embed);
  expect(await ask(first, "10.1.0.1", 5)).toBe(3);
  expect(await ask(await visitor(embed), "10.1.0.1", 2)).toBe(0);
  // Nor does the same id from elsewhere.
  expect(await ask(first, "10.1.0.2")).toBe(0);
  expect(await ask(await visitor(embed), "10.1.0.2")).toBe(1);
  const other = await add({ visitor_message_limit: 3 });
  expect(await ask(await visitor(other), "10.1.0.1")).toBe(1);
  expect(await today(embed)).toMatchObject({ questions: 4 });
});

test("a network may have more than a visitor, and a named person is not counted by it", async () => {
  const embed = await add({ visitor_message_limit: 2, address_message_limit: 3 });
  expect(await ask(await visitor(embed), "10.2.0.1", 3)).toBe(2);
  const second = await visitor(embed);
  expect(await ask(second, "10.2.0.1", 2)).toBe(1);
  // What the network refused took nothing from the visitor.
  expect(await ask(second, "10.2.0.2", 3)).toBe(1);
  expect(await ask(await visitor(embed, true), "10.2.0.1", 3)).toBe(2);
});

test("what a refusal or a failure took is given back", async () => {
  const embed = await add({ visitor_message_limit: 2, daily_message_limit: 3 });
  const [one, two] = [await visitor(embed), await visitor(embed)];
  expect(await ask(one, "10.3.0.1", 2)).toBe(2);
  await giveBack(bench, one, "10.3.0.1");
  expect(await today(embed)).toMatchObject({ questions: 1 });
  expect(await ask(one, "10.3.0.1")).toBe(1);
  expect(await ask(two, "10.3.0.2", 2)).toBe(1);
  const more = await changeEmbed(bench, owner, embed.id, { daily_message_limit: 5 });
  expect(
    await ask({ ...two, visitor: { id: two.visitor?.id ?? "", embed: more, identified: false } }, "10.3.0.2"),
  ).toBe(1);
});

test("without limits nothing is refused, and an account is not counted here", async () => {
  const embed = await add({});
  expect(await ask(await visitor(embed), "10.4.0.1", 20)).toBe(20);
  await countQuestion(bench, { userId: owner, visitor: null }, "10.4.0.1");
  await giveBack(bench, { userId: owner, visitor: null }, "10.4.0.1");
  expect(await today(embed)).toMatchObject({ questions: 20 });
});

test("the owner sees every day, also those without a question", async () => {
  const embed = await add({});
  const caller = await visitor(embed);
  await ask(caller, "10.5.0.1", 2);
  await countSession(bench, embed.id);
  await countRefusal(bench, embed.id);
  const first = (await today(embed))?.day;
  bench.pass(3 * 86_400_000);
  await ask(caller, "10.5.0.1");
  const { data } = await embedUsage(bench, embed.id, 5);
  expect(data.map(({ day: _, ...counts }) => counts)).toEqual([
    { sessions: 0, questions: 0, refused: 0 },
    { sessions: 1, questions: 2, refused: 1 },
    { sessions: 0, questions: 0, refused: 0 },
    { sessions: 0, questions: 0, refused: 0 },
    { sessions: 0, questions: 1, refused: 0 },
  ]);
  expect(data[1]?.day).toBe(first);
  expect(data.at(-1)?.day).toBe(bench.clock.now().toISOString().slice(0, 10));
  expect((await embedUsage(bench, embed.id, 90)).data).toHaveLength(90);
});

test("an embed that was removed meanwhile counts nothing, and breaks nobody's answer", async () => {
  const embed = await add({});
  const caller = await visitor(embed);
  await embed.$query(bench.db).delete();
  await expect(countQuestion(bench, caller, "10.6.0.1")).rejects.toMatchObject({ code: "embed-not-found" });
  await countRefusal(bench, embed.id);
  await giveBack(bench, caller, "10.6.0.1");
});
