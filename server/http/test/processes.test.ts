// Two API processes on one database and one Redis: what begins in one goes on in the other, also while Redis is away.
import type { ChatEvent } from "@pagewise/sdk";
import { createClient } from "redis";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type GeminiServer, startGeminiServer } from "../../adapters/test/gemini-server.ts";
import { createAnswerLog } from "../../answer-log.ts";
import { createAnswerStatements } from "../../answer-statements.ts";
import { createGate } from "../../gate.ts";
import { generate } from "../../generation.ts";
import { MessageModel } from "../../models/conversation.ts";
import { EmbedModel } from "../../models/embed.ts";
import { removeDeletedEmbeds } from "../../models/embed-removal.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";
import { hasRedis, type RedisServer, startRedis } from "../../test/redis.ts";
import { everyEntry } from "../../test/redis-content.ts";
import { addEmbed, addVisitor, hostPage } from "../../test/visitors.ts";
import { createTextCache } from "../../text-cache.ts";
import { allEvents, eventsOf, textOf } from "./wire.ts";

describe.skipIf(!hasRedis)("two API processes (needs redis-server)", () => {
  let redis: RedisServer;
  let gemini: GeminiServer;
  let first: Api;
  let second: Api;
  let user: SignedIn;

  beforeAll(async () => {
    [redis, gemini] = await Promise.all([startRedis(), startGeminiServer()]);
    const env = {
      REDIS_URL: redis.url,
      UNREAD_ANSWER_SECONDS: "2",
      GEMINI_API_KEY: "key",
      GEMINI_MODEL: "gemini-test",
      GEMINI_BASE_URL: gemini.baseUrl,
    };
    first = await startApi({ env });
    const { db, keys, storage } = first.services;
    second = await startApi({ env, services: { db, keys, storage } });
    user = await first.register();
    await addDocument(db, user.userId, { title: "Pump", pages: ["The pump is blue.", "It stands in the cellar."] });
  });
  beforeEach(async () => {
    for (const { services } of [first, second]) {
      await expect.poll(() => services.events.last("any").catch(() => -1), { timeout: 15_000 }).toBe(0);
    }
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
    await gemini?.close();
    await redis?.close();
  });

  const call = (api: Api, path: string, init: { method?: string; body?: unknown } = {}) =>
    api.request(path, { ...init, token: user.accessToken() });
  const slowly = (words: number) =>
    gemini.reply({ kind: "answer", texts: Array.from({ length: words }, (_, n) => `word${n} `), framesPerSecond: 50 });

  /** Asks, and goes on reading beside the test. */
  async function ask(api: Api) {
    const events: ChatEvent[] = [];
    const response = await call(api, "/chat", { body: { message: "What colour is the pump?" } });
    const ended = (async () => {
      for await (const event of eventsOf(response)) events.push(event);
      return events;
    })();
    await expect
      .poll(() => events.filter(({ event }) => event === "delta").length, { timeout: 15_000 })
      .toBeGreaterThan(2);
    const [start] = events;
    return { ended, id: start?.event === "start" ? start.data.message_id : "" };
  }
  const ids = (events: ChatEvent[]) => events.map(({ id }) => id);
  const fromOne = (events: ChatEvent[]) => Array.from(events, (_, index) => index + 1);
  const words = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(" ");

  /** Of 150 words. */
  const whole = (events: ChatEvent[]) => {
    expect(textOf(events).trim()).toBe(words(150));
    expect(ids(events)).toEqual(fromOne(events));
    expect(events.at(-1)).toMatchObject({ event: "done" });
  };

  test("an answer asked for at one is followed at the other, live and afterwards", async () => {
    slowly(40);
    const { ended, id } = await ask(first);
    const beyond = [first, second].map((api) => call(api, `/chat/${id}/stream?after=500`).then(allEvents));
    const live = await allEvents(await call(second, `/chat/${id}/stream`));
    for (const events of await Promise.all(beyond)) expect(events).toEqual(live.slice(-1));
    expect(textOf(live).trim()).toBe(words(40));
    // Addresses are signed afresh, so that the citations may differ.
    const rest = (events: ChatEvent[]) => JSON.stringify(events.filter(({ event }) => event !== "citations"));
    expect(rest(live)).toBe(rest(await ended));
    expect(rest(await allEvents(await call(second, `/chat/${id}/stream`)))).toBe(rest(live));
  });

  test("a question that reaches both at once is asked once", async () => {
    const headers = { "Idempotency-Key": "both" };
    const body = { message: "What colour is the pump?" };
    const sent = Array.from({ length: 10 }, (_, n) =>
      [first, second][n % 2]?.request("/chat", { body, headers, token: user.accessToken() }),
    );
    const answers = await Promise.all(sent.map(async (response) => allEvents((await response) as Response)));
    const made = answers.map(([start]) => (start?.event === "start" ? start.data.message_id : "none"));
    expect(new Set(made).size).toBe(1);
    expect(answers.map((events) => events.at(-1)?.event)).toEqual(Array(10).fill("done"));
  });

  test("a stop reaches the process that writes the answer", async () => {
    slowly(5_000);
    const { ended, id } = await ask(first);
    const stops = await Promise.all(
      Array.from({ length: 6 }, () => call(second, `/chat/${id}/stop`, { method: "POST" })),
    );
    expect(stops.map(({ status }) => status)).toEqual(Array(6).fill(204));
    expect((await ended).at(-1)).toMatchObject({ event: "done", data: { finish_reason: "stopped" } });
    // Nobody writes it any more, and nothing is left that waits to be asked.
    expect((await call(second, `/chat/${id}/stop`, { method: "POST" })).status).toBe(204);
  });

  test("an answer is read as long as somebody reads it at the other, and ends when nobody does", async () => {
    slowly(5_000);
    const left = new AbortController();
    const asked = await first.request("/chat", {
      body: { message: "What colour is the pump?" },
      token: user.accessToken(),
      signal: left.signal,
    });
    let id = "";
    for await (const event of eventsOf(asked)) {
      if (event.event === "start") id = event.data.message_id;
      if (event.id > 3) break;
    }
    left.abort();
    const reading = new AbortController();
    const path = `/chat/${id}/stream`;
    const reader = await second.request(path, { token: user.accessToken(), signal: reading.signal });
    const statusAfter = async (ms: number) => {
      const until = performance.now() + ms;
      for await (const _ of eventsOf(reader)) if (performance.now() > until) break;
      return (await MessageModel.query(first.services.db).findById(id))?.status;
    };
    expect(await statusAfter(4_000)).toBe("streaming");
    reading.abort();
    const row = () => MessageModel.query(first.services.db).findById(id);
    await expect.poll(row, { timeout: 15_000 }).toMatchObject({ status: "stopped", finish_reason: "stopped" });
    await expect.poll(() => gemini.open()).toBe(0);
  });

  test("a refresh token that reaches both at once yields two pairs, and a third use none", async () => {
    const { tokens } = await first.register();
    const body = { refresh_token: tokens.get()?.refresh_token };
    const refresh = (api: Api) => api.request("/users/refresh", { body });
    const answers = await Promise.all([first, second].map(refresh));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    const pairs = (await Promise.all(answers.map((answer) => answer.json()))) as { access_token: string }[];
    const me = (api: Api, token?: string) => api.request("/users/me", { token }).then(({ status }) => status);
    expect(await me(first, pairs[1]?.access_token)).toBe(200);
    expect((await refresh(second)).status).toBe(401);
    for (const { access_token } of pairs) expect(await me(first, access_token)).toBe(200);
  });

  test("an account that is deleted at one ends its answers and streams at the other, and leaves no word in Redis", async () => {
    const { userId, password, accessToken } = await first.register();
    const token = accessToken();
    await addDocument(first.services.db, userId, { title: "Valve", pages: ["The valve is red."] });
    slowly(5_000);
    const asked = await second.request("/chat", { body: { message: "What colour is the valve?" }, token });
    const events: ChatEvent[] = [];
    const reading = (async () => {
      for await (const event of eventsOf(asked)) events.push(event);
    })();
    await expect.poll(() => events.length, { timeout: 15_000 }).toBeGreaterThan(4);
    const changes = await second.request("/documents/events", { token });
    const deleted = await first.request("/users/me", { method: "DELETE", body: { password }, token });
    expect(deleted.status).toBe(204);
    expect(await changes.text()).toContain("event: snapshot");
    await reading;
    // Whoever wrote the answer has let go of its model.
    await expect.poll(() => gemini.open(), { timeout: 15_000 }).toBe(0);
    const [start] = events;
    const answerId = start?.event === "start" ? start.data.message_id : "";
    for (const key of [`documents:${userId}`, `message:${answerId}`]) {
      expect(await entriesIn(key)).toEqual([{ event: "", data: "" }]);
    }
  });

  test("conversations and embeds that are deleted leave no answer in Redis, whether it is finished or being written", async () => {
    await redis.flush();
    const { services } = first;
    const pump = await addDocument(services.db, user.userId, { title: "Pump", pages: ["The pump is blue."] });
    const answersHeld = async () =>
      Object.keys(await everyEntry(redis.url)).filter((key) => key.startsWith("pagewise:log:message:")).length;
    const question = { body: { message: "What colour is the pump?" } };
    const conversationOf = (events: ChatEvent[]) =>
      events[0]?.event === "start" ? events[0].data.conversation_id : "none";
    const answered = async (token = user.accessToken(), headers = {}) => {
      gemini.reply({ kind: "answer", texts: ["Blue ", "[1]."] });
      return conversationOf(await allEvents(await first.request("/chat", { ...question, token, headers })));
    };

    const finished = await answered();
    expect(await answersHeld()).toBe(1);
    expect((await call(second, "/conversations/none", { method: "DELETE" })).status).toBe(404);
    expect(await answersHeld()).toBe(1);
    expect((await call(second, `/conversations/${finished}`, { method: "DELETE" })).status).toBe(204);
    expect(await answersHeld()).toBe(0);

    slowly(5_000);
    const { ended, id } = await ask(second);
    const writing = (await MessageModel.query(services.db).findById(id))?.conversation_id;
    expect(await answersHeld()).toBe(1);
    expect((await call(first, `/conversations/${writing}`, { method: "DELETE" })).status).toBe(204);
    expect(await answersHeld()).toBe(0);
    await ended;
    await expect.poll(() => second.services.chat.isWriting(id), { timeout: 15_000 }).toBe(false);
    expect(await answersHeld()).toBe(0);

    const visited = async () => {
      const embed = await addEmbed(services, user.userId, { document_ids: [pump] });
      const { token } = await addVisitor(services, embed);
      await answered(token, { Origin: hostPage });
      return embed;
    };
    const [kept, gone, left] = [await visited(), await visited(), await visited()];
    expect(await answersHeld()).toBe(3);
    expect((await call(first, `/embeds/${gone.id}`, { method: "DELETE" })).status).toBe(204);
    expect(await answersHeld()).toBe(2);
    // Of an answer that came in meanwhile the sweep's removal takes the log along.
    await left.$query(services.db).patch({ enabled: false, deleted_at: new Date() });
    await removeDeletedEmbeds(services, new AbortController().signal);
    expect(await answersHeld()).toBe(1);
    expect(await EmbedModel.query(services.db).select("id")).toEqual([{ id: kept.id }]);
    await removeDeletedEmbeds(services, new AbortController().signal);
    expect(await answersHeld()).toBe(1);
  });

  test("an answer whose conversation goes before its log begins leaves none behind", async () => {
    const messageId = uuid();
    const { db, events } = first.services;
    const log = createAnswerLog(first.services, messageId);
    await log.append("start", { message_id: messageId });
    expect(await events.last(`message:${messageId}`)).toBe(1);
    const parts = { ...first.services, vectors: null, texts: createTextCache(), historyTokens: 0 };
    const turn = { gate: createGate(1, 1), statements: createAnswerStatements(db) };
    const generation = {
      messageId,
      question: "?",
      turns: [],
      documents: [],
      embedId: null,
      log,
      kept: Promise.resolve(),
    };
    gemini.reply({ kind: "answer", texts: ["Blue."] });
    await generate({ ...parts, ...turn }, generation, new AbortController());
    expect(await entriesIn(`message:${messageId}`)).toEqual([{ event: "", data: "" }]);
  });

  /** What stands in Redis itself. */
  async function entriesIn(key: string) {
    const redisClient = await createClient({ url: redis.url }).connect();
    const stored = await redisClient.xRange(`pagewise:log:${key}`, "-", "+");
    const lifeMs = await redisClient.pTTL(`pagewise:log:${key}`);
    redisClient.destroy();
    expect(lifeMs).toBeLessThanOrEqual(60_000);
    return stored?.map(({ message }) => ({ ...message }));
  }

  test("an answer survives a Redis that goes away under it: every word once, in order, for every reader", {
    timeout: 60_000,
  }, async () => {
    slowly(150);
    const { ended, id } = await ask(first);
    const other = allEvents(await call(second, `/chat/${id}/stream`));
    await redis.stop();
    for (const events of [await ended, await other]) whole(events);
    // Asked without Redis at all: the answer comes from the row.
    gemini.reply({ kind: "answer", texts: ["Blue ", "[1]."] });
    const alone = await allEvents(await call(first, "/chat", { body: { message: "What colour is the pump?" } }));
    expect(textOf(alone)).toBe("Blue [1].");
    expect(ids(alone)).toEqual(fromOne(alone));
    await redis.start();
  });

  test("an answer whose log lost its beginning is whole all the same, also for who comes afterwards", {
    timeout: 60_000,
  }, async () => {
    slowly(150);
    const { ended, id } = await ask(first);
    const other = allEvents(await call(second, `/chat/${id}/stream`));
    await redis.stop();
    // Keeps nothing on disk: what it begins with is empty.
    await redis.start();
    for (const events of [await ended, await other]) whole(events);
    for (const api of [first, second]) whole(await allEvents(await call(api, `/chat/${id}/stream`)));
  });

  test("an answer whose log was emptied is whole for who comes while it is written, and afterwards", async () => {
    slowly(150);
    const { ended, id } = await ask(first);
    const other = allEvents(await call(second, `/chat/${id}/stream`));
    await redis.flush();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const late = [first, second].map(async (api) => allEvents(await call(api, `/chat/${id}/stream`)));
    for (const events of [await ended, await other, ...(await Promise.all(late))]) whole(events);
    for (const api of [first, second]) whole(await allEvents(await call(api, `/chat/${id}/stream`)));
  });

  /** A row that is being written, in a conversation of its own, under a lease of 3 seconds. */
  async function beginRow(id: string, fields: Partial<MessageModel> = {}): Promise<MessageModel> {
    slowly(5);
    const asked = await ask(first);
    await asked.ended;
    const { db } = first.services;
    const { conversation_id, replies_to } = await MessageModel.query(db).findById(asked.id).throwIfNotFound();
    const lease_until = new Date(Date.now() + 3_000);
    const row = { id, conversation_id, replies_to, role: "assistant", status: "streaming", lease_until } as const;
    return MessageModel.query(db).insertAndFetch({ ...row, ...fields });
  }

  test("an answer whose process died ends with an error at the other; one that waits for its turn is kept", {
    timeout: 60_000,
  }, async () => {
    const waiting = "01a20626-0000-7000-8000-000000000008";
    await beginRow(waiting);
    const gate = createGate(1, 1);
    await gate.enter(new AbortController().signal);
    const abort = new AbortController();
    const statements = createAnswerStatements(first.services.db);
    const parts = { ...first.services, vectors: null, texts: createTextCache(), historyTokens: 0, gate, statements };
    const kept = Promise.resolve();
    const generation = { messageId: waiting, question: "?", turns: [], documents: [], embedId: null, kept };
    const written = generate(parts, { ...generation, log: createAnswerLog(first.services, waiting) }, abort);

    // As a killed process leaves it: a row under a lease that ends, and a log without an end.
    const { db, events } = first.services;
    const left = "01a20626-0000-7000-8000-000000000009";
    const row = await beginRow(left, { text: "Half ", delta_ends: [5] });
    for (const [event, data] of [
      ["start", { conversation_id: row.conversation_id, message_id: left, user_message_id: row.replies_to }],
      ["citations", { citations: [] }],
      ["delta", { text: "Half " }],
      ["delta", { text: "of it" }],
    ] as const) {
      await events.append(`message:${left}`, event, data);
    }
    const seen = await allEvents(await call(second, `/chat/${left}/stream`));
    expect(ids(seen)).toEqual([1, 2, 3, 4, 5]);
    expect(seen.at(-1)).toMatchObject({ event: "error", data: { code: "unavailable", text_length: 5 } });
    // Again, and at once: the row says all there is.
    const again = await allEvents(await call(second, `/chat/${left}/stream?after=5`));
    expect(again).toMatchObject([{ id: 4, event: "error", data: { text_length: 5 } }]);
    await expect
      .poll(async () => (await MessageModel.query(db).findById(waiting))?.lease_until?.getTime(), { timeout: 15_000 })
      .toBeGreaterThan(Date.now() + 3_000);
    expect(await second.services.chat.recover("expired")).toBe(0);
    abort.abort("stop");
    await written;
    expect(await MessageModel.query(db).findById(waiting)).toMatchObject({ status: "stopped", text: "" });
  });

  test("a stop that nobody hears is refused while the answer may be written, and ends it when its lease has run out", async () => {
    const left = "01a20626-0000-7000-8000-00000000000a";
    await beginRow(left);
    const stop = () => call(second, `/chat/${left}/stop`, { method: "POST" });
    const unheard = await stop();
    expect(unheard.status).toBe(503);
    expect(await unheard.json()).toMatchObject({ code: "unavailable" });
    await expect.poll(async () => (await stop()).status, { timeout: 15_000 }).toBe(204);
    const row = await MessageModel.query(first.services.db).findById(left);
    expect(row).toMatchObject({ status: "failed", error: { code: "unavailable" } });
  });

  test("an upload at one is told of at the other, and a sign-out ends the streams of every process", async () => {
    const events = second.request("/documents/events", { token: user.accessToken() });
    const response = await events;
    let text = "";
    const whole = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
    })();
    await expect.poll(() => text, { timeout: 15_000 }).toContain("snapshot");
    const form = new FormData();
    form.append("file", new Blob(["%PDF-1.4\n%%EOF\n"]), "new.pdf");
    const headers = { Authorization: `Bearer ${user.accessToken()}` };
    expect((await fetch(`${first.url}/upload`, { method: "POST", headers, body: form })).status).toBe(202);
    await expect.poll(() => text, { timeout: 15_000 }).toContain("new.pdf");
    await user.client.users.logout();
    await whole;
  });
});
