// The chat within the app: what a sign-out, a session that ends by itself, a reload and another document do to it.
import type { Conversation, Document, User } from "@pagewise/sdk/contract";
import { computed, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type ChatParts, createChatParts } from "../chat/chat-parts.ts";
import { chatEnglish } from "../chat/chat-strings.ts";
import { createLayout } from "../layout-model.ts";
import { createSelection } from "../selection-model.ts";
import { type ChatServer, conversation, delta, message, start, startChatServer, whole } from "./chat-server.ts";

let server: ChatServer;
let parts: ChatParts;
const documents = signal<Document[]>([]);
const status = signal<"in" | "out">("in");
const user = signal<User | null>(null);
const ended = signal(false);
const layout = createLayout();
const selection = createSelection({ documents: computed(() => documents.value), view: layout.view });
let kept: string | null;
let keptDraft: string | null;

function open(): ChatParts {
  return createChatParts({
    client: server.client,
    session: { status, user, ended } as never,
    selection,
    layout,
    online: signal(true),
    visible: signal(true),
    toast: () => () => {},
    t: chatEnglish,
    memory: {
      get: () => kept,
      set: (id) => {
        kept = id;
      },
    },
    drafts: {
      get: () => keptDraft,
      set: (text) => {
        keptDraft = text;
      },
    },
    schedule: (callback) => setTimeout(callback, 1),
  });
}

const person = (id: string): User => ({ id, email: `${id}@example.com`, created_at: "" });
const ready = (id: string) => ({ id, status: "ready", title: id }) as Document;
const about = (id: string, ...document_ids: string[]): Conversation => ({ ...conversation(id), document_ids });

beforeEach(async () => {
  server = await startChatServer();
  server.conversations = [about("conversation-1", "document-1")];
  server.messages = [message("q", "user"), message("a", "assistant")];
  documents.value = [ready("document-1"), ready("document-2")];
  kept = null;
  keptDraft = null;
  status.value = "in";
  user.value = person("ann");
  ended.value = false;
  selection.clear();
  parts = open();
});
afterEach(async () => {
  parts.dispose();
  await server.close();
});

function leave(byItself: boolean) {
  ended.value = byItself;
  status.value = "out";
  user.value = null;
}

function enter(id: string) {
  status.value = "in";
  user.value = person(id);
}

async function askAndWait() {
  server.next.push(whole("Because."));
  parts.chat.ask("Why?");
  await vi.waitFor(() => expect(parts.chat.conversation.value).not.toBe(null));
}

test("after a reload the conversation of this tab is open again", async () => {
  await askAndWait();
  expect(kept).toBe("conversation-1");
  parts.dispose();
  parts = open();
  await vi.waitFor(() => expect(parts.chat.turns.value.map((turn) => turn.question)).toEqual(["text of q"]));
  expect(layout.view.value).toBe("chat");
});

test("one that has been deleted meanwhile is forgotten without a word", async () => {
  kept = "gone";
  parts.dispose();
  parts = open();
  await vi.waitFor(() => expect(kept).toBe(null));
  expect(parts.chat.opening.value).toBe(null);
});

test("signing out leaves nothing of the chat", async () => {
  await askAndWait();
  parts.chat.draft.value = "half a thought";
  leave(false);
  expect(parts.chat.turns.value).toEqual([]);
  expect(parts.chat.draft.value).toBe("");
  expect(parts.conversations.list.value).toEqual([]);
  expect(kept).toBe(null);
  enter("ann");
  expect(parts.chat.draft.value).toBe("");
});

test("a session that ends by itself gives question and conversation back to the same person", async () => {
  await askAndWait();
  server.refusals.push({ status: 401, code: "unauthorized" });
  parts.chat.ask("And then?");
  leave(true);
  expect(parts.chat.turns.value).toEqual([]);
  expect(parts.chat.draft.value).toBe("");
  enter("ann");
  expect(parts.chat.draft.value).toBe("And then?");
  await vi.waitFor(() => expect(parts.chat.turns.value).toHaveLength(1));
});

test("what is being written outlasts a reload that finds the sign-in ended, for whoever wrote it", async () => {
  parts.chat.draft.value = "half a thought, and";
  for (const [who, text] of [
    ["ann", "half a thought, and"],
    ["bob", ""],
    ["ann", ""],
  ] as const) {
    // Reloaded: it has to be learnt who it is, and they are signed in no more.
    parts.dispose();
    user.value = null;
    parts = open();
    expect(parts.chat.draft.value).toBe("");
    leave(true);
    enter(who);
    expect([who, parts.chat.draft.value]).toEqual([who, text]);
  }
  parts.chat.draft.value = "another one";
  expect(keptDraft).toBe("ann another one");
  parts.chat.draft.value = "";
  expect(keptDraft).toBeFalsy();
  parts.chat.draft.value = "the last one";
  leave(false);
  expect(keptDraft).toBeFalsy();
});

test("a sign-out before it is known whose it is takes it away too", () => {
  parts.chat.draft.value = "half a thought";
  parts.dispose();
  user.value = null;
  parts = open();
  leave(false);
  expect(keptDraft).toBeFalsy();
});

test("and shows nothing of it to anybody else", async () => {
  await askAndWait();
  parts.chat.draft.value = "a secret";
  leave(true);
  const calls = server.calls.length;
  enter("bob");
  await new Promise((done) => setTimeout(done, 20));
  expect(parts.chat.draft.value).toBe("");
  expect(parts.chat.turns.value).toEqual([]);
  expect(server.calls.length).toBe(calls);
  enter("ann");
  expect(parts.chat.draft.value).toBe("");
});

test("an answer that is being written is left, not stopped, at sign-out", async () => {
  server.next.push((answer) => answer.say(start(answer.id), delta("a")));
  parts.chat.ask("Why?");
  await vi.waitFor(() => expect(parts.chat.turns.value[0]?.answer.value.text.value).toBe("a"));
  leave(false);
  await new Promise((done) => setTimeout(done, 20));
  expect(server.calls.some((call) => call.endsWith("/stop"))).toBe(false);
});

test("other documents are another conversation, more of them are not", async () => {
  await askAndWait();
  selection.toggle("document-1");
  selection.toggle("document-2");
  expect(parts.chat.turns.value).toHaveLength(1);
  selection.open(["document-2"]);
  expect(parts.chat.turns.value).toEqual([]);
});

test("an asked conversation stands in the list", async () => {
  await askAndWait();
  expect(parts.conversations.list.value.map((one) => one.id)).toEqual(["conversation-1"]);
});
