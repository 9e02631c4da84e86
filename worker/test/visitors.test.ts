// What embeds leave behind goes in the sweep: deleted embeds with all that hangs on them, and nothing that is still used.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEmbed, deleteEmbed } from "../../server/embeds.ts";
import { ConversationModel, MessageModel } from "../../server/models/conversation.ts";
import { EmbedModel, IdentityTokenModel, VisitorModel } from "../../server/models/embed.ts";
import { dataKey } from "../../server/test/embeds.ts";
import { type Bench, openBench, until } from "./bench.ts";

let bench: Bench;
const dayMs = 24 * 3_600_000;
const clock = { now: () => new Date() };
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench?.close());

async function addEmbed() {
  const user = await bench.addUser();
  const { embed } = await createEmbed({ db: bench.db, clock, keys: { jwt: [], data: [dataKey("a")] } }, user, {
    name: "Help",
  });
  const addVisitor = async (daysAgo: number, subject: string | null = null) => {
    const id = randomUUID();
    const seen = new Date(Date.now() - daysAgo * dayMs);
    const token_hash = subject === null ? id : null;
    const row = { id, embed_id: embed.id, token_hash, subject, created_at: seen, seen_at: seen };
    await VisitorModel.query(bench.db).insert(row);
    return id;
  };
  const addConversation = async (visitor: string | null) => {
    const id = randomUUID();
    await bench.db("conversations").insert({
      ...{ id, user_id: user, visitor_id: visitor, title: "?", document_ids: "[]", all_documents: true },
      ...{ created_at: new Date(), updated_at: new Date() },
    });
    const message = { id: randomUUID(), conversation_id: id, role: "user" as const, status: "complete" as const };
    await MessageModel.query(bench.db).insert({ ...message, text: "Why?" });
    return id;
  };
  const addToken = (minutesAgo: number) =>
    IdentityTokenModel.insertNew(bench.db, {
      embed_id: embed.id,
      jti_hash: randomUUID(),
      expires_at: new Date(Date.now() - minutesAgo * 60_000),
    });
  return { user, embed, addVisitor, addConversation, addToken };
}

const idsOf = async (rows: PromiseLike<{ id: string }[]>) => new Set((await rows).map(({ id }) => id));

test("a deleted embed takes its visitors, their conversations, tokens and counts; the account's own and other embeds' stay", async () => {
  const [gone, kept] = [await addEmbed(), await addEmbed()];
  for (const { embed, addVisitor, addConversation, addToken } of [gone, kept]) {
    for (let n = 0; n < 30; n++) await addConversation(await addVisitor(0, n % 2 ? `person ${n}` : null));
    await addToken(-5);
    await bench.db("embed_usage").insert({ embed_id: embed.id, day: "2026-01-01", questions: 3 });
  }
  const own = await gone.addConversation(null);
  await deleteEmbed({ db: bench.db, clock }, gone.user, gone.embed.id);
  const worker = await bench.startWorker({ sweepEveryMs: 50 });
  await until(
    async () => (await EmbedModel.query(bench.db)).map(({ id }) => id),
    (ids) => ids.length === 1 && ids[0] === kept.embed.id,
  );
  await worker.stop({ graceMs: 0 });
  for (const table of ["visitors", "identity_tokens", "embed_usage"]) {
    const rows = await bench.db(table).distinct("embed_id");
    expect(rows, table).toEqual([{ embed_id: kept.embed.id }]);
  }
  expect(await idsOf(ConversationModel.query(bench.db).where("user_id", gone.user))).toEqual(new Set([own]));
  expect(await ConversationModel.query(bench.db).where("user_id", kept.user).resultSize()).toBe(30);
  expect(await MessageModel.query(bench.db).resultSize()).toBe(31);
});

test("visitors who asked nothing and stayed away are forgotten, tokens once they have expired, and nobody else", async () => {
  const { embed, addVisitor, addConversation, addToken } = await addEmbed();
  const kept = [await addVisitor(29), await addVisitor(400, "ann"), await addVisitor(400), await addVisitor(0)];
  await addConversation(kept[2] ?? "");
  // More than are looked at in one step, around one who stays.
  for (let n = 0; n < 5; n++) await addVisitor(31 + 100 * n);
  const many = Array.from({ length: 1200 }, (_, n) => ({
    ...{ id: randomUUID(), embed_id: embed.id, token_hash: `hash ${n}`, created_at: new Date() },
    seen_at: new Date(Date.now() - (n % 2 ? 40 : 500) * dayMs),
  }));
  await bench.db("visitors").insert(many);
  await addToken(60);
  await addToken(5);
  await addToken(-5);
  const worker = await bench.startWorker({ sweepEveryMs: 50 });
  await until(
    () => VisitorModel.query(bench.db).where("embed_id", embed.id).resultSize(),
    (rows) => rows === kept.length,
  );
  await worker.stop({ graceMs: 0 });
  expect(await idsOf(VisitorModel.query(bench.db).where("embed_id", embed.id))).toEqual(new Set(kept));
  expect(await IdentityTokenModel.query(bench.db).where("embed_id", embed.id).resultSize()).toBe(2);
});
