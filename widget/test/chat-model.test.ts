// The open conversation against a local server that speaks the contract: asked, cut, stopped, lost, taken up again.
import { effect, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createAnswer } from "../chat/answer-model.ts";
import { type ChatDeps, type ChatModel, createChat } from "../chat/chat-model.ts";
import { type Fault, faultWords } from "../chat/chat-problems.ts";
import { chatEnglish } from "../chat/chat-strings.ts";
import {
  type ChatServer,
  citations,
  conversation,
  delta,
  done,
  message,
  start,
  startChatServer,
  whole,
} from "./chat-server.ts";

let server: ChatServer;
let chat: ChatModel;
let complaints: string[];
const online = signal(true);
const visible = signal(true);

function open(more: Partial<ChatDeps> = {}): ChatModel {
  return createChat({
    client: server.client,
    online,
    visible,
    schedule: (callback) => setTimeout(callback, 1),
    chosen: () => [],
    choose: () => {},
    complain: (what) => complaints.push(what),
    onConversation: () => {},
    remember: () => {},
    ...more,
  });
}

beforeEach(async () => {
  server = await startChatServer();
  server.conversations = [conversation("conversation-1", "A title")];
  complaints = [];
  online.value = true;
  visible.value = true;
  chat = open();
});
afterEach(async () => {
  chat.dispose();
  await server.close();
});

const answerOf = (index = 0) => {
  const turn = chat.turns.value[index];
  if (!turn) throw new Error(`There is no turn ${index}`);
  return turn.answer.value;
};
const idle = () => vi.waitFor(() => expect(chat.busy.value).toBe(false));
const asked = () => server.calls.filter((call) => call === "POST /chat").length;

test("an answer comes, is cited, and gives its conversation a title", async () => {
  server.next.push(whole("It saved ", "fuel.", " [1]"));
  const said: string[] = [];
  const stop = effect(() => void said.push(chat.said.value));
  expect(chat.ask("  Why?  ")).toBe(true);
  expect(chat.busy.value).toBe(true);
  await idle();
  const answer = answerOf();
  expect(chat.turns.value[0]?.question).toBe("Why?");
  expect(answer.text.value).toBe("It saved fuel. [1]");
  expect(answer.phase.value).toBe("complete");
  expect(answer.used.value.map((one) => one.page)).toEqual([3]);
  await vi.waitFor(() => expect(chat.conversation.value?.title).toBe("A title"));
  expect(said).toEqual(["nothing", "answering", "ready"]);
  stop();
});

test("asking goes on in the same conversation, about the chosen documents", async () => {
  chat.dispose();
  chat = open({ chosen: () => ["document-1"] });
  server.next.push(whole("one"), whole("two"));
  chat.ask("One?");
  await idle();
  chat.ask("Two?");
  await idle();
  const bodies = server.bodies.filter((_, index) => server.calls[index] === "POST /chat");
  expect(bodies).toEqual([
    { message: "One?", document_ids: ["document-1"] },
    { message: "Two?", document_ids: ["document-1"], conversation_id: "conversation-1" },
  ]);
});

test("a double click, an empty question and one that is too long ask nothing", async () => {
  server.next.push(whole("one"));
  expect([chat.ask("Why?"), chat.ask("Why?")]).toEqual([true, false]);
  await idle();
  expect(chat.ask("  ")).toBe(false);
  expect(chat.ask("x".repeat(8_001))).toBe(false);
  expect(asked()).toBe(1);
  expect(chat.turns.value).toHaveLength(1);
});

test("many deltas change the text once a frame", async () => {
  const frames: (() => void)[] = [];
  chat.dispose();
  chat = open({ schedule: (callback) => frames.push(callback) });
  server.next.push((answer) => answer.say(start(answer.id), ...Array.from({ length: 50 }, (_, i) => delta(`${i} `))));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().id.value).toBe("message-1"));
  let changes = -1;
  const stop = effect(() => {
    void answerOf().text.value;
    changes += 1;
  });
  await vi.waitFor(() => expect(frames).toHaveLength(1));
  expect(changes).toBe(0);
  server.answers.get("message-1")?.say(done());
  await idle();
  expect(changes).toBe(1);
  expect(answerOf().text.value.endsWith("48 49 ")).toBe(true);
  stop();
});

test("a refusal before the answer keeps the question, and trying again asks it again", async () => {
  server.refusals.push({ status: 409, code: "no-documents" });
  chat.ask("Why?");
  await idle();
  expect(answerOf().fault.value).toMatchObject({ code: "no-documents", begun: false, requestId: "request-1" });
  expect(chat.said.value).toBe("failed");
  server.next.push(whole("Now."));
  chat.retry(chat.turns.value[0] as never);
  await idle();
  expect(answerOf().text.value).toBe("Now.");
  expect(chat.turns.value).toHaveLength(1);
});

test("a busy server says how long to wait", async () => {
  server.refusals.push({ status: 429, code: "too-many-requests", headers: { "retry-after": "12" } });
  chat.ask("Why?");
  await idle();
  const wait = (answerOf().fault.value?.notBefore ?? 0) - Date.now();
  expect(wait).toBeGreaterThan(10_000);
  expect(wait).toBeLessThanOrEqual(12_000);
  // Which limit it was only the server knows.
  const words = faultWords(answerOf().fault.value as Fault, chatEnglish);
  expect(words).toMatchObject({ detail: `too-many-requests ${chatEnglish.questionKept}`, remedy: "again" });
});

test("an answer that fails keeps the text that holds, and trying again makes another one", async () => {
  const failure = {
    type: "",
    title: "",
    status: 502,
    detail: "",
    code: "model-failed",
    request_id: "r",
    text_length: 4,
  };
  server.next.push((answer) => answer.say(start(answer.id), delta("kept lost"), { event: "error", data: failure }));
  chat.ask("Why?");
  await idle();
  expect(answerOf().text.value).toBe("kept");
  expect(answerOf().fault.value).toMatchObject({ code: "model-failed", begun: true });
  server.next.push(whole("Whole."));
  chat.retry(chat.turns.value[0] as never);
  await idle();
  expect(server.calls).toContain("POST /chat/message-1/regenerate");
  expect(answerOf().text.value).toBe("Whole.");
});

test("stop ends the answer on the server and keeps its text", async () => {
  server.next.push((answer) => answer.say(start(answer.id), citations(3), delta("So far")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So far"));
  chat.stop();
  chat.stop();
  expect(answerOf().stopping.value).toBe(true);
  await idle();
  expect(answerOf().phase.value).toBe("stopped");
  expect(server.calls.filter((call) => call.endsWith("/stop"))).toEqual(["POST /chat/message-1/stop"]);
});

test("stop before the answer has a name is sent as soon as it has one", async () => {
  let begin = () => {};
  server.next.push((answer) => {
    begin = () => answer.say(start(answer.id));
  });
  chat.ask("Why?");
  chat.stop();
  await vi.waitFor(() => expect(asked()).toBe(1));
  begin();
  await idle();
  expect(answerOf().phase.value).toBe("stopped");
});

test("a stop that fails is said, and the answer goes on", async () => {
  server.failing.add("POST /chat/message-1/stop");
  server.next.push((answer) => answer.say(start(answer.id), delta("a")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("a"));
  chat.stop();
  await vi.waitFor(() => expect(complaints).toEqual(["stop"]));
  server.answers.get("message-1")?.say(delta("b"), done());
  await idle();
  expect(answerOf().text.value).toBe("ab");
});

test.each([1, 2, 3, 4, 5, 6])(
  "cut after event %d, the answer comes whole and the question is asked once",
  async (cut) => {
    server.cuts.push(cut, 1, 1);
    server.beforeCut = () => vi.waitFor(() => expect(answerOf().id.value).toBe("message-1"));
    server.next.push(whole("Ä ", "日本 ", "[1]", "."));
    chat.ask("Why?");
    await idle();
    expect(answerOf().text.value).toBe("Ä 日本 [1].");
    expect(answerOf().phase.value).toBe("complete");
    expect(asked()).toBe(1);
  },
);

test("a lost connection ends kindly, and the answer is taken up when there is a line again", async () => {
  server.next.push((answer) => answer.say(start(answer.id), delta("So ")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So "));
  server.down = true;
  await vi.waitFor(() => expect(answerOf().fault.value?.code).toBe("connection-lost"), { timeout: 5_000 });
  expect(answerOf().text.value).toBe("So ");
  server.down = false;
  server.answers.get("message-1")?.say(delta("far."), done());
  online.value = false;
  online.value = true;
  await vi.waitFor(() => expect(answerOf().phase.value).toBe("complete"));
  expect(answerOf().text.value).toBe("So far.");
  expect(asked()).toBe(1);
});

test("a server that was away is looked for, while somebody looks at the page, and the answer is taken up", async () => {
  chat.dispose();
  chat = open({ slowMs: 20 });
  server.next.push((answer) => answer.say(start(answer.id), delta("So ")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So "));
  server.down = true;
  await vi.waitFor(() => expect(answerOf().fault.value?.code).toBe("connection-lost"), { timeout: 5_000 });
  const lost = answerOf();
  visible.value = false;
  server.down = false;
  server.answers.get("message-1")?.say(delta("far."), done());
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.calls.filter((call) => /^GET \/conversations(\?|$)/.test(call))).toEqual([]);
  expect(answerOf()).toBe(lost);
  visible.value = true;
  await vi.waitFor(() => expect(answerOf().phase.value).toBe("complete"));
  expect(answerOf().text.value).toBe("So far.");
  expect(asked()).toBe(1);
});

test.each([
  ["It is red. It was", [[0, 10]]],
  [
    "It is red. It was so. [1]",
    [
      [0, 10],
      [11, 25],
    ],
  ],
])("of the stopped answer %j the half sentence is not doubted", (text, doubted) => {
  const answer = createAnswer((callback) => callback());
  answer.apply({ id: 1, event: "delta", data: { text } });
  const unsupported: [number, number][] = [
    [0, 10],
    [11, text.length],
  ];
  const usage = { prompt_tokens: 0, completion_tokens: 0 };
  const data = { finish_reason: "stopped" as const, confidence: 0, cited: [], unsupported, model: "", usage };
  answer.apply({ id: 2, event: "done", data });
  expect(answer.unsupported.value).toEqual(doubted);
});

test("what was shown stays while the server stays away", async () => {
  chat.dispose();
  chat = open({ slowMs: 5 });
  server.next.push((answer) => answer.say(start(answer.id), delta("So ")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So "));
  server.down = true;
  await vi.waitFor(() => expect(answerOf().fault.value?.code).toBe("connection-lost"), { timeout: 5_000 });
  const lost = answerOf();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(answerOf()).toBe(lost);
  server.down = false;
  server.answers.get("message-1")?.say(delta("far."), done());
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So far."), { timeout: 5_000 });
});

test("a question that may not have arrived is sent again as the same one: by itself once there is a line, or when told", async () => {
  for (const again of ["online", "told"]) {
    server.down = true;
    chat.fresh();
    chat.ask("Why?");
    await idle();
    expect(answerOf().fault.value).toMatchObject({ code: "connection-lost", begun: false });
    server.down = false;
    const before = server.calls.length;
    server.next.push(whole("Yes."));
    online.value = false;
    if (again === "told") chat.retry(chat.turns.value[0] as never);
    online.value = true;
    await vi.waitFor(() => expect(answerOf().phase.value).toBe("complete"));
    expect(answerOf().text.value).toBe("Yes.");
    expect(chat.turns.value[0]?.versions.value).toEqual([answerOf()]);
    expect(server.keys[before]).toBe(server.lostKeys.at(-1));
  }
  expect(new Set(server.lostKeys).size).toBe(2);
});

test("offline, one question is kept and sent once the line is back", async () => {
  online.value = false;
  expect([chat.ask("Why?"), chat.ask("And?")]).toEqual([true, false]);
  expect(answerOf().phase.value).toBe("queued");
  expect(asked()).toBe(0);
  server.next.push(whole("Because."));
  online.value = true;
  await vi.waitFor(() => expect(answerOf().phase.value).toBe("complete"));
  expect(asked()).toBe(1);
});

test("a second answer stands beside the first; where none comes all is as before", async () => {
  server.next.push(whole("First."), whole("Second."));
  chat.ask("Why?");
  await idle();
  chat.regenerate(chat.turns.value[0] as never);
  await idle();
  expect(answerOf().text.value).toBe("Second.");
  const versions = () => chat.turns.value[0]?.versions.value.map((one) => one.text.value);
  expect(versions()).toEqual(["First.", "Second."]);
  server.refusals.push({ status: 409, code: "conversation-busy" });
  chat.regenerate(chat.turns.value[0] as never);
  await vi.waitFor(() => expect(complaints).toEqual(["again"]));
  expect(answerOf().text.value).toBe("Second.");
  expect(answerOf().phase.value).toBe("complete");
  expect(versions()).toEqual(["First.", "Second."]);
});

test("while the connection is made again the reader is told so", async () => {
  server.next.push((answer) => answer.say(start(answer.id), delta("So ")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So "));
  expect(answerOf().reconnecting.value).toBe(false);
  const seen: boolean[] = [];
  const stop = effect(() => void seen.push(answerOf().reconnecting.value));
  server.down = true;
  await vi.waitFor(() => expect(answerOf().reconnecting.value).toBe(true));
  server.down = false;
  server.answers.get("message-1")?.say(delta("far."), done());
  await idle();
  stop();
  expect(seen.slice(0, 3)).toEqual([false, true, false]);
  expect(answerOf().text.value).toBe("So far.");
});

test("leaving a conversation stops nothing and lets nothing in", async () => {
  server.next.push((answer) => answer.say(start(answer.id), delta("a")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("a"));
  const left = answerOf();
  chat.fresh();
  server.answers.get("message-1")?.say(delta("b"), done());
  server.next.push(whole("New."));
  chat.ask("Another?");
  await idle();
  expect(left.text.value).toBe("a");
  expect(server.calls.some((call) => call.endsWith("/stop"))).toBe(false);
  expect(chat.turns.value.map((turn) => turn.question)).toEqual(["Another?"]);
  const bodies = server.bodies.filter((_, index) => server.calls[index] === "POST /chat");
  expect(bodies.at(-1)).toEqual({ message: "Another?" });
});

test("a stored conversation shows each question with its newest answer", async () => {
  const chosen: string[][] = [];
  chat.dispose();
  chat = open({ choose: (ids) => chosen.push(ids) });
  server.messages = [
    message("q1", "user"),
    message("a1", "assistant"),
    message("q2", "user"),
    message("a2", "assistant", { status: "stopped", finish_reason: "stopped" }),
    message("a3", "assistant", { replaces: "a1", feedback: { rating: "up", comment: null } }),
    message("q3", "user"),
    message("a4", "assistant", { status: "failed", error: { code: "model-failed", title: "", detail: "" } }),
    message("q4", "user"),
  ];
  await chat.open("conversation-1");
  const questions = ["text of q1", "text of q2", "text of q3", "text of q4"];
  expect(chat.turns.value.map((turn) => turn.question)).toEqual(questions);
  expect(answerOf(3).fault.value?.code).toBe("no-answer");
  expect(answerOf(0).text.value).toBe("text of a3");
  const versions = chat.turns.value.map((turn) => turn.versions.value.map(({ text }) => text.value));
  expect(versions).toEqual([["text of a1", "text of a3"], ["text of a2"], ["text of a4"], [""]]);
  expect(answerOf(0).rating.value).toBe("up");
  expect(answerOf(1).phase.value).toBe("stopped");
  expect(answerOf(2).fault.value?.code).toBe("model-failed");
  expect(chosen).toEqual([["document-1"]]);
});

test("opened while its answer is written, it is followed to the end", async () => {
  server.next.push((answer) => answer.say(start(answer.id), citations(3), delta("So ")));
  chat.ask("Why?");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So "));
  chat.dispose();

  server.messages = [message("q", "user"), message("message-1", "assistant", { status: "streaming", text: "S" })];
  chat = open();
  await chat.open("conversation-1");
  await vi.waitFor(() => expect(answerOf().text.value).toBe("So "));
  server.answers.get("message-1")?.say(delta("far."), done("stop", [1]));
  await idle();
  expect(answerOf().text.value).toBe("So far.");
  expect(answerOf().used.value).toHaveLength(1);
  expect(asked()).toBe(1);
});

test("one that is gone says so", async () => {
  await chat.open("nowhere");
  expect(chat.opening.value?.failed?.code).toBe("conversation-not-found");
  expect(chat.ask("Why?")).toBe(false);
  chat.fresh();
  expect(chat.opening.value).toBe(null);
});

test("a rating that cannot be saved is taken back", async () => {
  server.next.push(whole("a"));
  chat.ask("Why?");
  await idle();
  expect(await chat.rate(answerOf(), "down", "wrong page")).toBe(true);
  expect(server.bodies.at(server.calls.indexOf("PUT /messages/message-1/feedback"))).toEqual({
    rating: "down",
    comment: "wrong page",
  });
  server.failing.add("PUT /messages/message-1/feedback");
  expect(await chat.rate(answerOf(), "up")).toBe(false);
  expect(answerOf().rating.value).toBe("down");
  expect(complaints).toEqual(["rating"]);
});
