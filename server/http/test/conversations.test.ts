import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";

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

test("they are found by words of their title, and a cursor belongs to its words", async () => {
  const found = await ada.client.conversations.list({ q: "HERON EAT" });
  expect(found.data.map(({ title }) => title)).toEqual([titles[1]]);
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
  expect(await ada.client.conversations.rename(id, " Age of herons ")).toMatchObject({ id, title: "Age of herons" });
  await expect(ada.client.conversations.rename(id, "  ")).rejects.toMatchObject({ status: 422 });
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
  await expect(client.conversations.get("no-id")).rejects.toMatchObject(gone);
});

test("a long question's title is cut at a word", async () => {
  const message = `${"heron ".repeat(40)}?`;
  await ada.client.chat.ask({ message }).final();
  const [newest] = (await ada.client.conversations.list()).data;
  expect(newest?.title.length).toBeLessThanOrEqual(80);
  expect(newest?.title).toMatch(/heron…$/);
});
