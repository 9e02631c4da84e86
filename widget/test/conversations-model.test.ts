// The stored conversations against a local server that speaks the contract.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ConversationsModel, createConversations } from "../chat/conversations-model.ts";
import { type ChatServer, conversation, startChatServer } from "./chat-server.ts";

let server: ChatServer;
let model: ConversationsModel;
let changes: (string | null)[];

beforeEach(async () => {
  server = await startChatServer();
  server.conversations = [
    conversation("a", "Older", "2026-11-20T10:00:00Z"),
    conversation("b", "Newer", "2026-11-21T10:00:00Z"),
  ];
  changes = [];
  model = createConversations({
    client: server.client,
    undoMs: 60_000,
    onChange: (_, next) => changes.push(next?.title ?? null),
  });
  await model.load();
});
afterEach(() => server.close());

const titles = () => model.list.value.map((one) => one.title);

test("last asked first, also after one is asked in again", () => {
  expect(titles()).toEqual(["Newer", "Older"]);
  model.put(conversation("a", "Older", "2026-11-22T10:00:00Z"));
  expect(titles()).toEqual(["Older", "Newer"]);
});

test("what is looked for is what is listed, also when something is looked for meanwhile; without it all are there", async () => {
  model.query.value = "old";
  const first = model.load();
  model.query.value = "new";
  await Promise.all([first, model.load()]);
  expect(titles()).toEqual(["Newer"]);
  model.query.value = "nothing";
  await model.load();
  expect([titles(), model.status.value]).toEqual([[], "ready"]);
  model.query.value = " ";
  await model.load();
  expect(titles()).toEqual(["Newer", "Older"]);
});

test("a list that does not come says so", async () => {
  server.failing.add("GET /conversations");
  await model.load();
  expect(model.status.value).toBe("failed");
});

test("renamed here at once; the old title stands where the server would not", async () => {
  await model.rename("a", "Renamed");
  expect(changes).toEqual(["Renamed"]);
  server.failing.add("PATCH /conversations/b");
  const renaming = model.rename("b", "Never");
  expect(titles()).toContain("Never");
  await expect(renaming).rejects.toThrow();
  expect(titles()).toEqual(["Newer", "Renamed"]);
});

test("a deletion can be undone until it is done", async () => {
  const first = model.remove("a");
  expect(titles()).toEqual(["Newer"]);
  first.undo();
  await first.done;
  expect(titles()).toEqual(["Newer", "Older"]);
  const second = model.remove("a");
  await model.flush();
  await second.done;
  expect(server.conversations.map((one) => one.id)).toEqual(["b"]);
  expect(server.calls.filter((call) => call.startsWith("DELETE"))).toHaveLength(1);
});

test("a deletion that the server refuses shows the conversation again", async () => {
  server.failing.add("DELETE /conversations/a");
  const { done } = model.remove("a");
  const refused = expect(done).rejects.toThrow();
  await model.flush();
  await refused;
  await vi.waitFor(() => expect(titles()).toEqual(["Newer", "Older"]));
});
