import type { ChatEvent } from "@pagewise/sdk";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { failAbandoned } from "../../abandoned.ts";
import { type GeminiServer, overloaded, startGeminiServer, textFrame } from "../../adapters/test/gemini-server.ts";
import { MessageModel } from "../../models/conversation.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";
import { allEvents, eventsOf, textOf } from "./wire.ts";

const rejections: unknown[] = [];
process.on("unhandledRejection", (reason) => rejections.push(reason));

let gemini: GeminiServer;
let api: Api;
let user: SignedIn;
/** Moves the server's clock on, so that logs of ended answers are dropped. */
let later = 0;

beforeAll(async () => {
  gemini = await startGeminiServer();
  api = await startApi({
    env: { GEMINI_API_KEY: "key", GEMINI_MODEL: "gemini-test", GEMINI_BASE_URL: gemini.baseUrl },
    services: { clock: { now: () => new Date(Date.now() + later) } },
  });
  user = await api.register();
  await addDocument(api.services.db, user.userId, {
    title: "Pump",
    pages: ["The pump is blue and weighs forty kilograms.", "The pump stands in the cellar."],
  });
});
beforeEach(() =>
  gemini.reply({ kind: "answer", texts: ["The pump ", "is blue 😀 [1", "].", " Also [9", "9] this [1, 2]."] }),
);
afterEach(() => expect(rejections).toEqual([]));
afterAll(async () => {
  await api?.close();
  await gemini?.close();
});

const call = (path: string, init: { method?: string; body?: unknown; headers?: Record<string, string> } = {}) =>
  api.request(path, { ...init, token: user.accessToken() });
const ask = (body: object = {}) => call("/chat", { body: { message: "What colour is the pump?", ...body } });
const slowly = (words: number, framesPerSecond = 50) =>
  gemini.reply({
    kind: "answer",
    texts: Array.from({ length: words }, (_, index) => `word${index} `),
    framesPerSecond,
  });

/** Reads until `enough`, then leaves. */
async function begin(response: Response, enough: (events: ChatEvent[]) => boolean) {
  const events: ChatEvent[] = [];
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (enough(events)) break;
  }
  const [start] = events;
  if (start?.event !== "start") throw new Error("an answer begins with start");
  return { events, ...start.data };
}
const deltas = (count: number) => (events: ChatEvent[]) =>
  events.filter(({ event }) => event === "delta").length >= count;
const waysTo = (id: string) =>
  [
    [`/chat/${id}/stream`, "GET"],
    [`/chat/${id}/stop`, "POST"],
    [`/chat/${id}/regenerate`, "POST"],
  ] as const;
const rowOf = (id: string) => MessageModel.query(api.services.db).findById(id);

test("marks outside the list are dropped, also when they come in pieces; the row holds what was sent", async () => {
  const events = await allEvents(await ask());
  expect(textOf(events)).toBe("The pump is blue 😀 [1]. Also this [1][2].");
  const done = events.at(-1);
  expect(done).toMatchObject({
    event: "done",
    data: {
      finish_reason: "stop",
      cited: [1, 2],
      model: "gemini-test",
      usage: { prompt_tokens: 11, completion_tokens: 7 },
    },
  });
  const start = events[0];
  const row = await rowOf(start?.event === "start" ? start.data.message_id : "");
  expect(row).toMatchObject({ status: "complete", text: textOf(events), cited: [1, 2], lease_until: null });
});

test("from any event on, live, ended or made again from the row, the rest is the same to the byte", async () => {
  slowly(30, 100);
  const live = await begin(await ask(), deltas(3));
  const path = `/chat/${live.message_id}/stream`;
  const joined = await allEvents(await call(path, { headers: { "Last-Event-ID": "2" } }));
  const whole = await allEvents(await call(path));
  expect(joined).toEqual(whole.slice(2));
  expect(live.events.slice(2)).toEqual(whole.slice(2, live.events.length));
  expect(whole.at(-1)?.event).toBe("done");
  for (const { id } of whole) {
    expect(await allEvents(await call(path, { headers: { "Last-Event-ID": String(id) } }))).toEqual(whole.slice(id));
  }
  later += 10 * 60_000;
  expect(await api.services.events.has(`message:${live.message_id}`)).toBe(false);
  const again = await allEvents(await call(path));
  expect(JSON.stringify(again.slice(2))).toBe(JSON.stringify(whole.slice(2)));
  for (const { id } of whole) expect(await allEvents(await call(`${path}?after=${id}`))).toEqual(again.slice(id));
});

test("who comes with a number beyond the end gets the end, live, ended or made again from the row", async () => {
  slowly(20);
  const { message_id } = await begin(await ask(), deltas(1));
  const beyond = async () => allEvents(await call(`/chat/${message_id}/stream?after=5000`));
  const [live, whole] = await Promise.all([beyond(), call(`/chat/${message_id}/stream`).then(allEvents)]);
  expect(live).toEqual(whole.slice(-1));
  expect(live[0]?.event).toBe("done");
  expect(await beyond()).toEqual(live);
  later += 10 * 60_000;
  expect(await beyond()).toEqual(live);
});

test("the answer goes on when its reader leaves", async () => {
  slowly(20);
  const { message_id } = await begin(await ask(), deltas(1));
  await expect.poll(async () => (await rowOf(message_id))?.status, { timeout: 5000 }).toBe("complete");
  expect((await rowOf(message_id))?.text).toMatch(/word19 ?$/);
});

test("stop ends the writing within 300 ms, keeps the text, and closes the upstream", async () => {
  slowly(500);
  const before = gemini.aborted();
  const response = await ask();
  const events: ChatEvent[] = [];
  let stoppedAt = 0;
  let stopping: Promise<Response> | undefined;
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (events.length === 6 && events[0]?.event === "start") {
      stoppedAt = performance.now();
      stopping = call(`/chat/${events[0].data.message_id}/stop`, { method: "POST" });
    }
  }
  expect(performance.now() - stoppedAt).toBeLessThan(300);
  expect((await stopping)?.status).toBe(204);
  expect(events.at(-1)).toMatchObject({ event: "done", data: { finish_reason: "stopped" } });
  const start = events[0];
  const id = start?.event === "start" ? start.data.message_id : "";
  expect(await rowOf(id)).toMatchObject({ status: "stopped", finish_reason: "stopped", text: textOf(events) });
  await expect.poll(() => gemini.aborted()).toBe(before + 1);
  // Again, and when nothing is being written: quiet.
  expect((await call(`/chat/${id}/stop`, { method: "POST" })).status).toBe(204);
});

test("a model that fails in the middle ends in an error that says how much of the text counts", async () => {
  gemini.reply({ kind: "frames", frames: [textFrame("The pump "), textFrame("is blue "), overloaded()] });
  const events = await allEvents(await ask());
  const last = events.at(-1);
  expect(last).toMatchObject({
    event: "error",
    data: {
      code: "model-failed",
      status: 502,
      text_length: textOf(events).length,
      detail: "The language model failed in the middle of the answer. Try again in a moment.",
    },
  });
  expect(events.filter(({ event }) => event === "done" || event === "error")).toHaveLength(1);
  const start = events[0];
  const id = start?.event === "start" ? start.data.message_id : "";
  expect(await rowOf(id)).toMatchObject({ status: "failed", text: textOf(events), error: { code: "model-failed" } });
  later += 10 * 60_000;
  const again = await allEvents(await call(`/chat/${id}/stream`));
  const bare = (event: ChatEvent | undefined) => ({ ...event, data: { ...event?.data, request_id: "" } });
  expect(again.map(bare).slice(2)).toEqual(events.map(bare).slice(2));
});

test("a model that answers nothing, or cannot be reached, ends in an error", async () => {
  gemini.reply({ kind: "answer", texts: [""] });
  expect((await allEvents(await ask())).at(-1)).toMatchObject({
    event: "error",
    data: { code: "model-failed", text_length: 0, detail: "The language model gave an empty answer. Try again." },
  });
  for (const [status, detail] of [
    [401, "The language model's server refused the key that it was given."],
    [404, "The language model's server has no such model."],
  ] as const) {
    gemini.reply({ kind: "failure", status, body: { error: { code: status, message: "no" } } });
    expect((await allEvents(await ask())).at(-1)).toMatchObject({
      event: "error",
      data: { code: "model-failed", detail },
    });
  }
  gemini.reply({ kind: "failure", status: 400, body: { error: { code: 400, status: "INVALID_ARGUMENT" } } });
  expect((await allEvents(await ask())).at(-1)).toMatchObject({ event: "error", data: { code: "model-failed" } });
  // It lists its models, and yet: until an answer is good again.
  const model = async () => ((await (await call("/readyz")).json()) as { model: string }).model;
  expect(await model()).toBe("degraded");
  gemini.reply({ kind: "answer", texts: ["Blue. [1]"] });
  await allEvents(await ask());
  expect(await model()).toBe("ok");
});

test("confidence holds for as much of the text as stands on what it cites", async () => {
  const confidence = async (...texts: string[]) => {
    gemini.reply({ kind: "answer", texts });
    const last = (await allEvents(await ask())).at(-1);
    return last?.event === "done" ? last.data : null;
  };
  const supported = await confidence("The pump is blue and weighs forty kilograms [1][2].");
  const [half, none] = [
    await confidence(
      "The pump is blue and weighs forty kilograms [1][2]. ",
      "Albatross eggs hatch underneath melting glaciers.",
    ),
    await confidence("Albatross eggs hatch underneath melting glaciers [1]."),
  ];
  expect(supported).toMatchObject({ unsupported: [] });
  expect(none?.unsupported).toHaveLength(1);
  expect(none?.confidence).toBe(0);
  const share = (half?.confidence ?? 0) / (supported?.confidence ?? 0);
  expect(share).toBeGreaterThan(0.3);
  expect(share).toBeLessThan(0.7);
});

test("a writer that cannot save ends itself when its lease has run out, and tells of the text that was saved", async () => {
  slowly(2_000);
  const { db, clock } = api.services;
  const events: ChatEvent[] = [];
  const response = await ask();
  const ended = (async () => {
    for await (const event of eventsOf(response)) events.push(event);
  })();
  await expect.poll(() => events[0]?.event, { timeout: 5_000 }).toBe("start");
  const messageId = events[0]?.event === "start" ? events[0].data.message_id : "";
  await expect.poll(async () => (await rowOf(messageId))?.text, { timeout: 5_000 }).toMatch(/word/);
  const holding = await db.transaction();
  onTestFinished(async () => {
    if (!holding.isCompleted()) await holding.rollback();
  });
  await MessageModel.query(holding).findById(messageId).forUpdate();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  later += 16_000;
  await expect.poll(() => gemini.open(), { timeout: 5_000 }).toBe(0);
  expect(await failAbandoned(holding, { leaseEndedBefore: clock.now(), messageId })).toBe(1);
  await holding.commit();
  await ended;
  const row = await rowOf(messageId);
  expect(textOf(events).length).toBeGreaterThan(row?.text.length ?? 0);
  expect(events.at(-1)).toMatchObject({
    event: "error",
    data: { code: "unavailable", detail: expect.stringContaining("went away"), text_length: row?.text.length },
  });
});

test("one answer at a time in a conversation", async () => {
  slowly(100);
  const { conversation_id, message_id } = await begin(await ask(), deltas(1));
  const [second, regenerated] = await Promise.all([
    ask({ conversation_id }),
    call(`/chat/${message_id}/regenerate`, { method: "POST" }),
  ]);
  expect([second.status, regenerated.status]).toEqual([409, 409]);
  expect(await second.json()).toMatchObject({ code: "conversation-busy" });
  await call(`/chat/${message_id}/stop`, { method: "POST" });
  gemini.reply({ kind: "answer", texts: ["Blue. [1]"] });
  expect((await allEvents(await ask({ conversation_id }))).at(-1)?.event).toBe("done");
  // What was said before went with it.
  expect(JSON.stringify(gemini.requests.at(-1)?.body.contents)).toContain("word0");
});

test("two questions at the same moment: one is answered", async () => {
  const { conversation_id } = await begin(await ask(), (events) => events.at(-1)?.event === "done");
  slowly(20);
  const responses = await Promise.all([ask({ conversation_id }), ask({ conversation_id })]);
  expect(responses.map(({ status }) => status).sort()).toEqual([200, 409]);
  await Promise.all(responses.map((response) => response.text()));
});

test("a follow-up is asked of the model as it would be asked alone, and kept as it was asked", async () => {
  gemini.reply({ kind: "answer", texts: ["It is blue [1]."] });
  const before = gemini.requests.length;
  const { conversation_id } = await begin(await ask(), (events) => events.at(-1)?.event === "done");
  expect(gemini.requests.length - before).toBe(1);
  gemini.reply(
    { kind: "answer", texts: ["How heavy is the pump?"] },
    { kind: "answer", texts: ["Forty kilograms [1]."] },
  );
  const done = await allEvents(await ask({ message: "And how heavy is it?", conversation_id }));
  expect(textOf(done)).toBe("Forty kilograms [1].");
  const [rewriting, answering] = gemini.requests.slice(-2).map(({ body }) => JSON.stringify(body));
  expect(rewriting).toContain("Last question: And how heavy is it?");
  expect(answering).toContain("How heavy is the pump?");
  // An old answer's marks mean other passages now.
  expect(answering).toContain("It is blue.");
  const rows = await MessageModel.query(api.services.db).where({ conversation_id, role: "user" }).orderBy("id");
  expect(rows.map(({ text }) => text)).toEqual(["What colour is the pump?", "And how heavy is it?"]);
});

test("asking again makes a new message in place of the old one", async () => {
  const first = await begin(await ask(), (events) => events.at(-1)?.event === "done");
  gemini.reply({ kind: "answer", texts: ["Quite blue. [1]"] });
  const second = await begin(await call(`/chat/${first.message_id}/regenerate`, { method: "POST" }), () => false);
  expect(second.user_message_id).toBe(first.user_message_id);
  expect(textOf(second.events)).toBe("Quite blue. [1]");
  const { data } = await user.client.conversations.messages(first.conversation_id);
  expect(data.map(({ role, replaces }) => [role, replaces])).toEqual([
    ["user", null],
    ["assistant", null],
    ["assistant", first.message_id],
  ]);
  // The answer that was replaced is not told to the model.
  expect(JSON.stringify(gemini.requests.at(-1)?.body.contents)).not.toContain("Also this");
  expect((await call(`/chat/${first.user_message_id}/regenerate`, { method: "POST" })).status).toBe(404);
});

test("deleting a conversation ends what is written in it", async () => {
  slowly(500);
  const response = await ask();
  const events: ChatEvent[] = [];
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (events.length === 4 && events[0]?.event === "start")
      await user.client.conversations.delete(events[0].data.conversation_id);
  }
  expect(events.at(-1)).toMatchObject({ event: "error", data: { code: "not-found" } });
  await expect.poll(() => gemini.open()).toBe(0);
  const id = events[0]?.event === "start" ? events[0].data.message_id : "";
  // The log has gone with it.
  await expect.poll(() => api.services.chat.isWriting(id)).toBe(false);
  expect(await api.services.events.has(`message:${id}`)).toBe(false);
  for (const [path, method] of waysTo(id)) expect((await call(path, { method })).status).toBe(404);
});

test("another person's answer does not exist", async () => {
  const { message_id } = await begin(await ask(), (events) => events.at(-1)?.event === "done");
  const other = await api.register();
  const token = other.accessToken();
  for (const [path, method] of [...waysTo(message_id), ...waysTo("no-id")]) {
    expect((await api.request(path, { method, token })).status).toBe(404);
  }
  for (const after of ["x", "1e3", "0x2", "%2B3", "-1", "1.5"]) {
    expect((await call(`/chat/${message_id}/stream?after=${after}`)).status).toBe(422);
  }
});

test("what an account reads ends with its sign-in, and what is read by another one goes on", async () => {
  const person = await api.register();
  await addDocument(api.services.db, person.userId, { title: "Pump", pages: ["The pump is blue."] });
  const elsewhere = person.accessToken();
  await person.client.users.login({ email: person.email, password: person.password });
  const here = person.accessToken();
  slowly(600, 20);
  const reading = async (token: string) => {
    const events = eventsOf(await api.request("/chat", { token, body: { message: "What colour is the pump?" } }));
    const { value } = await events.next();
    return { id: value?.event === "start" ? value.data.message_id : "", events };
  };
  const lastOf = async (events: AsyncIterable<ChatEvent>) => {
    let last: string | undefined;
    for await (const { event } of events) last = event;
    return last;
  };
  const [there, own] = [await reading(elsewhere), await reading(here)];
  const password = "another long password";
  await person.client.users.changePassword({ current_password: person.password, new_password: password });
  expect(["delta", "citations"]).toContain(await lastOf(there.events));
  expect((await api.request(`/chat/${there.id}/stream?after=2`, { token: elsewhere })).status).toBe(401);
  // It is the account's still, by whichever sign-in.
  await person.client.chat.stop(there.id);
  expect((await own.events.next()).value?.event).toBe("citations");
  expect((await own.events.next()).value?.event).toBe("delta");
  await person.client.users.logout();
  expect(await lastOf(own.events)).toBe("delta");
  await person.client.users.login({ email: person.email, password });
  expect(api.services.chat.isWriting(own.id)).toBe(true);
  await person.client.chat.stop(own.id);
});

describe("a server of its own, on which nobody's answers are stopped after a second", () => {
  let own: Api;
  let person: SignedIn;
  beforeAll(async () => {
    own = await startApi({
      env: {
        GEMINI_API_KEY: "key",
        GEMINI_MODEL: "gemini-test",
        GEMINI_BASE_URL: gemini.baseUrl,
        UNREAD_ANSWER_SECONDS: "1",
      },
    });
    person = await own.register();
    await addDocument(own.services.db, person.userId, { title: "Pump", pages: ["The pump is blue."] });
  });
  afterAll(() => own?.close());

  const at = (path: string, body?: object) => own.request(path, { body, token: person.accessToken() });
  const askOwn = () => at("/chat", { message: "What is blue?" });
  const ownRow = (id: string) => MessageModel.query(own.services.db).findById(id);

  test("an answer goes on as long as somebody reads, and is stopped when nobody has for a while", async () => {
    slowly(130);
    const read = await askOwn().then(allEvents);
    expect(read.at(-1)).toMatchObject({ event: "done", data: { finish_reason: "stop" } });
    slowly(5_000);
    const { message_id } = await begin(await askOwn(), deltas(2));
    await expect.poll(() => ownRow(message_id), { timeout: 15_000 }).toMatchObject({ status: "stopped" });
    await expect.poll(() => gemini.open()).toBe(0);
    const events = await allEvents(await at(`/chat/${message_id}/stream`));
    expect(events.at(-1)).toMatchObject({ event: "done", data: { finish_reason: "stopped" } });
    expect((await ownRow(message_id))?.text).toBe(textOf(events));
  });

  test("a server that stops takes no questions, but brings to their end what it has time for; the rest may be asked again", async () => {
    slowly(60);
    const short = allEvents(await askOwn());
    await expect.poll(() => gemini.open()).toBe(1);
    slowly(5_000);
    const response = await askOwn();
    const long = begin(response, (events) => events.at(-1)?.event === "error");
    await expect.poll(() => gemini.open()).toBe(2);
    own.stop();
    const closed = own.services.chat.close({ graceMs: 4_000 });
    const caller = { userId: person.userId, visitor: null };
    await expect(own.services.chat.ask({ caller, message: "again" }, null)).rejects.toMatchObject({
      code: "unavailable",
    });
    expect((await short).at(-1)).toMatchObject({ event: "done", data: { finish_reason: "stop" } });
    expect(gemini.open()).toBe(1);
    await closed;
    const { events, message_id } = await long;
    expect(events.at(-1)?.data).toMatchObject({
      ...{ code: "unavailable", status: 503, text_length: textOf(events).length },
      detail: "The server was stopped before the answer was complete. Ask again.",
    });
    expect(await ownRow(message_id)).toMatchObject({ status: "failed", text: textOf(events), lease_until: null });
    expect(gemini.open()).toBe(0);
  });
});

test("a server that stops ends every answer, and one that begins fails what a dead one left", async () => {
  const own = await startApi({
    env: { GEMINI_API_KEY: "key", GEMINI_MODEL: "gemini-test", GEMINI_BASE_URL: gemini.baseUrl },
  });
  try {
    const person = await own.register();
    await addDocument(own.services.db, person.userId, { title: "Pump", pages: ["The pump is blue."] });
    slowly(500);
    const response = await own.request("/chat", { body: { message: "What is blue?" }, token: person.accessToken() });
    const { message_id, conversation_id } = await begin(response, deltas(2));
    await own.services.chat.close();
    const row = await MessageModel.query(own.services.db).findById(message_id);
    expect(row).toMatchObject({ status: "failed", error: { code: "unavailable" } });
    expect(row?.text).toContain("word0");
    const refused = await own.request("/chat", { body: { message: "again" }, token: person.accessToken() });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "10"]);

    const left = {
      id: "01a20626-0000-7000-8000-000000000001",
      conversation_id,
      role: "assistant",
      status: "streaming",
    } as const;
    const saved = { text: "Half an ans", delta_ends: [4, 11], lease_until: new Date(Date.now() + 30_000) };
    await MessageModel.query(own.services.db).insert({ ...left, ...saved });
    expect(await own.services.chat.recover("expired")).toBe(0);
    const lapsed = { ...left, id: "01a20626-0000-7000-8000-000000000002", lease_until: new Date(Date.now() - 1) };
    await MessageModel.query(own.services.db).findById(left.id).patch({ status: "failed" });
    await MessageModel.query(own.services.db).insert(lapsed);
    const found = await own.request(`/chat/${lapsed.id}/stream`, { token: person.accessToken() });
    expect((await allEvents(found)).at(-1)).toMatchObject({ event: "error", data: { code: "unavailable" } });
    await MessageModel.query(own.services.db).findById(left.id).patch({ status: "streaming" });
    expect(await own.services.chat.recover("all")).toBe(1);
    const read = async (after: number) =>
      allEvents(await own.request(`/chat/${left.id}/stream?after=${after}`, { token: person.accessToken() }));
    expect((await read(0)).map(({ event }) => event)).toEqual(["start", "citations", "delta", "delta", "error"]);
    // Whoever had read further than was saved learns the end, too, also where its last text had the end's number.
    for (const after of [40, 5]) {
      expect(await read(after)).toMatchObject([{ id: 5, event: "error", data: { text_length: 11 } }]);
    }
  } finally {
    await own.close();
  }
});
