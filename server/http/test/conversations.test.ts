import type { ChatEvent, Message } from "@pagewise/sdk";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConversationModel, MessageModel } from "../../models/conversation.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";
import { allEvents, textOf } from "./wire.ts";

let api: Api;
let ada: SignedIn;
let documentId: string;
const titles = ["Where does the red heron nest?", "What does the heron eat?", "How old is a heron?"];

beforeAll(async () => {
  api = await startApi();
  ada = await api.register();
  documentId = await addDocument(api.services.db, ada.userId, {
    title: "Herons",
    pages: ["The red heron nests in reeds.\nIt eats fish and frogs.\nA heron lives for fifteen years."],
  });
  for (const message of titles) await ada.client.chat.ask({ message }).final();
});
afterAll(() => api?.close());

test("conversations are listed by their last message, newest first, page by page", async () => {
  const { data, next_cursor } = await ada.client.conversations.list();
  expect(data.map(({ title }) => title)).toEqual([...titles].reverse());
  expect(next_cursor).toBeNull();
  expect(data[0]).toMatchObject({ document_ids: [documentId] });

  const oldest = data[2]?.id ?? "";
  await ada.client.chat.ask({ message: "And what else?", conversation_id: oldest }).final();
  const order: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await ada.client.conversations.list({ limit: 1, cursor });
    order.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(order).toEqual([oldest, data[0]?.id, data[1]?.id]);
});

test("they are found by words of their title and of what was said, and a cursor belongs to its words", async () => {
  const found = await ada.client.conversations.list({ q: "HERON EAT" });
  expect(found.data.map(({ title }) => title)).toEqual([titles[1]]);
  const answered = await ada.client.conversations.list({ q: "fifteen YEARS" });
  expect(answered.data.map(({ title }) => title)).toContain(titles[2]);
  const asked = await ada.client.conversations.list({ q: "and what ELSE" });
  expect(asked.data).toHaveLength(1);
  await expect(ada.client.conversations.list({ q: "x".repeat(201) })).rejects.toMatchObject({ status: 422 });
  expect((await ada.client.conversations.list({ q: "100%" })).data).toEqual([]);
  const { next_cursor } = await ada.client.conversations.list({ limit: 1 });
  const other = ada.client.conversations.list({ limit: 1, q: "heron", cursor: next_cursor ?? "" });
  await expect(other).rejects.toMatchObject({ status: 422, code: "invalid-request" });
});

test("a cursor of one's own making is refused where no conversation can stand", async () => {
  const { next_cursor } = await ada.client.conversations.list({ limit: 1 });
  const [bound, key] = JSON.parse(Buffer.from(next_cursor ?? "", "base64url").toString());
  for (const updatedAt of [
    "0000-01-01T00:00:00.000Z",
    `2020-01-01T00:00:00.${"1".repeat(3000)}Z`,
    "2020-01-01T00:00Z",
  ]) {
    const cursor = Buffer.from(JSON.stringify([bound, { ...key, updatedAt }])).toString("base64url");
    const page = ada.client.conversations.list({ cursor });
    await expect(page).rejects.toMatchObject({ status: 422, code: "invalid-request" });
  }
});

test("messages come oldest first, page by page", async () => {
  const { data } = await ada.client.conversations.list({ q: "nest" });
  const id = data[0]?.id ?? "";
  const whole = await ada.client.conversations.messages(id);
  expect(whole.data.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
  expect(whole.data[0]).toMatchObject({ text: titles[0], status: "complete", citations: [], finish_reason: null });
  const [answer] = whole.data.filter(({ role }) => role === "assistant");
  expect(answer?.text).toContain("nests in reeds");
  expect(answer?.citations[0]?.page_image_url).toMatch(/^\/documents\//);
  const first = await ada.client.conversations.messages(id, { limit: 3 });
  const rest = await ada.client.conversations.messages(id, { limit: 3, cursor: first.next_cursor ?? "" });
  expect([...first.data, ...rest.data].map((message) => message.id)).toEqual(whole.data.map((message) => message.id));
  expect(rest.next_cursor).toBeNull();
});

test("a conversation is renamed and deleted", async () => {
  const { data } = await ada.client.conversations.list({ q: "old" });
  const id = data[0]?.id ?? "";
  expect(await ada.client.conversations.rename(id, " Age\r\nof\u0007 her\u202eons\u007f\u2069 ")).toMatchObject({
    id,
    title: "Age of herons",
  });
  await expect(ada.client.conversations.rename(id, " \u202e ")).rejects.toMatchObject({ status: 422 });
  await expect(ada.client.conversations.rename(id, "x".repeat(201))).rejects.toMatchObject({ status: 422 });
  await ada.client.conversations.delete(id);
  const gone = { status: 404, code: "conversation-not-found" };
  await expect(ada.client.conversations.get(id)).rejects.toMatchObject(gone);
  await expect(ada.client.conversations.delete(id)).rejects.toMatchObject(gone);
  await expect(ada.client.conversations.messages(id)).rejects.toMatchObject(gone);
});

test("another person's conversation does not exist, and no list shows it", async () => {
  const { data } = await ada.client.conversations.list();
  const id = data[0]?.id ?? "";
  const { client } = await api.register();
  const gone = { status: 404, code: "conversation-not-found" };
  expect((await client.conversations.list()).data).toEqual([]);
  await expect(client.conversations.get(id)).rejects.toMatchObject(gone);
  await expect(client.conversations.messages(id)).rejects.toMatchObject(gone);
  await expect(client.conversations.rename(id, "Mine")).rejects.toMatchObject(gone);
  await expect(client.conversations.delete(id)).rejects.toMatchObject(gone);
  await expect(client.conversations.export(id, "json")).rejects.toMatchObject(gone);
  expect((await client.conversations.list({ q: "heron" })).data).toEqual([]);
  await expect(client.conversations.get("no-id")).rejects.toMatchObject(gone);
});

test("a long question's title is cut at a word", async () => {
  const message = `${"heron ".repeat(40)}?`;
  await ada.client.chat.ask({ message }).final();
  const [newest] = (await ada.client.conversations.list()).data;
  expect(newest?.title.length).toBeLessThanOrEqual(80);
  expect(newest?.title).toMatch(/heron…$/);
});

test("what was said long ago is found among many conversations, page by page", async () => {
  const eve = await api.register();
  const { db } = api.services;
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
  const rows = Array.from({ length: 450 }, (_, n) => ({
    ...{ id: uuid(), user_id: eve.userId, title: `Number ${n}`, document_ids: [] },
    ...{ all_documents: true, created_at: at(n), updated_at: at(n) },
  }));
  await ConversationModel.query(db).insert(rows);
  // In three of them: the oldest, one in the middle, and one whose title says it.
  const said = [rows[0], rows[230]].map((row) => ({
    ...{ id: uuid(), conversation_id: row?.id ?? "", role: "user" as const, status: "complete" as const },
    text: "Is a 50% [zebra] a horse? (.*)",
  }));
  await MessageModel.query(db).insert(said);
  await eve.client.conversations.rename(rows[400]?.id ?? "", "About the ZEBRA");
  const wanted = [rows[400], rows[230], rows[0]].map((row) => row?.id);
  expect((await eve.client.conversations.list({ q: "zebra" })).data.map(({ id }) => id)).toEqual(wanted);
  const first = await eve.client.conversations.list({ q: "zebra", limit: 2 });
  const rest = await eve.client.conversations.list({ q: "zebra", limit: 2, cursor: first.next_cursor ?? "" });
  expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(wanted);
  expect(rest.next_cursor).toBeNull();
  // Words are words, whatever else they mean to a pattern.
  expect((await eve.client.conversations.list({ q: "50% [ZEBRA] a horse? (.*)" })).data).toHaveLength(2);
  expect((await eve.client.conversations.list({ q: "z.bra" })).data).toEqual([]);
});

/** What was streamed, as far as a message keeps it; addresses are signed afresh. */
const unsigned = (citations: Message["citations"]) => citations.map((one) => ({ ...one, page_image_url: "" }));
const streamed = (events: ChatEvent[]) => {
  const done = events.at(-1);
  const citations = events.flatMap((event) => (event.event === "citations" ? event.data.citations : []));
  if (done?.event !== "done") throw new Error("the answer did not end");
  const { cited, unsupported, finish_reason, confidence } = done.data;
  return { text: textOf(events), citations: unsigned(citations), cited, unsupported, finish_reason, confidence };
};

test("messages hold exactly what was streamed, and every version of an answer stays readable", async () => {
  const post = (path: string, body?: unknown) =>
    api.request(path, { method: "POST", token: ada.accessToken(), ...(body ? { body } : {}) });
  const events = await allEvents(
    await post("/chat", { message: "Where does the red heron nest, and what does it eat?" }),
  );
  const [start] = events;
  if (start?.event !== "start") throw new Error("an answer begins with start");
  const { conversation_id, message_id, user_message_id } = start.data;
  const second = await allEvents(await post(`/chat/${message_id}/regenerate`));
  const { data } = await ada.client.conversations.messages(conversation_id);
  expect(data.map(({ id }) => id).slice(0, 2)).toEqual([user_message_id, message_id]);
  expect(data[2]).toMatchObject({ replaces: message_id, status: "complete" });
  for (const [index, seen] of [events, second].entries()) {
    const message = data[index + 1] as Message;
    const { text, cited, unsupported, finish_reason, confidence } = message;
    const kept = { text, citations: unsigned(message.citations), cited, unsupported, finish_reason, confidence };
    expect(kept).toEqual(streamed(seen));
    const replayed = await allEvents(await api.request(`/chat/${message.id}/stream`, { token: ada.accessToken() }));
    expect(replayed.map(({ id, event }) => [id, event])).toEqual(seen.map(({ id, event }) => [id, event]));
    expect(streamed(replayed)).toEqual(streamed(seen));
  }
  // A version of its own in every way.
  await ada.client.messages.feedback(message_id, { rating: "down", comment: "Too short" });
  const rated = (await ada.client.conversations.messages(conversation_id)).data.map(({ feedback }) => feedback);
  expect(rated).toEqual([null, { rating: "down", comment: "Too short" }, null]);
});

test("a conversation is taken along as a file: Markdown with footnotes, JSON with everything but signed addresses", async () => {
  const [newest] = (await ada.client.conversations.list()).data;
  const id = newest?.id ?? "";
  await ada.client.conversations.rename(id, 'Herons: "red" / grey?');
  const markdown = await ada.client.conversations.export(id, "markdown");
  expect([markdown.name, markdown.type]).toEqual(["Herons red grey.md", "text/markdown;charset=utf-8"]);
  const text = await markdown.text();
  expect(text).toContain("## Question 1\n\n> Where does the red heron nest");
  expect(text.match(/^### (?:Earlier answer|Answer)$/gm)).toEqual(["### Earlier answer", "### Answer"]);
  expect(text).toMatch(/\[\^1-1\][\s\S]*\n\[\^1-1\]: Herons\\\.pdf, page 1: “The red heron nests in reeds/);

  const json = await ada.client.conversations.export(id, "json");
  expect(json.name).toBe("Herons red grey.json");
  const { conversation, messages } = JSON.parse(await json.text());
  expect(conversation).toEqual(await ada.client.conversations.get(id));
  const { data } = await ada.client.conversations.messages(id);
  const bare = data.map(({ citations, ...message }) => ({
    ...message,
    citations: citations.map(({ page_image_url: _, ...citation }) => citation),
  }));
  expect(messages).toEqual(bare);

  const bad = await api.request(`/conversations/${id}/export?format=pdf`, { token: ada.accessToken() });
  expect(bad.status).toBe(422);
  await ada.client.conversations.rename(id, "../..");
  expect((await ada.client.conversations.export(id, "json")).name).toBe("Conversation.json");
  await ada.client.conversations.rename(id, "鷺について / المالك");
  expect((await ada.client.conversations.export(id, "markdown")).name).toBe("鷺について المالك.md");
});

test("a long conversation is exported whole, in the order of its questions", async () => {
  const carol = await api.register();
  await addDocument(api.services.db, carol.userId, { title: "Herons", pages: ["A heron eats fish."] });
  let conversation_id: string | undefined;
  const first: { id?: string } = {};
  for (let n = 0; n < 12; n++) {
    const stream = carol.client.chat.ask({
      message: `What does a heron eat (${n})?`,
      ...(conversation_id && { conversation_id }),
    });
    await stream.final();
    first.id ??= stream.messageId ?? "";
    conversation_id ??= (await carol.client.conversations.list()).data[0]?.id;
  }
  await carol.client.chat.regenerate(first.id ?? "").final();
  const text = await (await carol.client.conversations.export(conversation_id ?? "", "markdown")).text();
  expect(text.match(/^> .*\((\d+)\)/gm)).toHaveLength(12);
  const headings = text.match(/^##+ .*$/gm)?.slice(0, 4);
  expect(headings).toEqual(["## Question 1", "### Earlier answer", "### Answer", "## Question 2"]);
  const { messages } = JSON.parse(
    await (await carol.client.conversations.export(conversation_id ?? "", "json")).text(),
  );
  const ids = messages.map(({ id }: Message) => id);
  expect(ids).toHaveLength(25);
  expect(ids).toEqual([...ids].sort());
});
