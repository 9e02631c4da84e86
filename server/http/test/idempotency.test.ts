// Requests that are sent twice: doubled, cut off, at the same moment, with another body, a day later.
import { connect, createServer, type Socket } from "node:net";
import { type ChatEvent, createClient } from "@pagewise/sdk";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { type GeminiServer, startGeminiServer } from "../../adapters/test/gemini-server.ts";
import { MessageModel } from "../../models/conversation.ts";
import { IdempotencyKeyModel, purgeIdempotencyKeys } from "../../models/idempotency-key.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";
import { makePdf } from "../../test/pdf.ts";
import { allEvents, textOf } from "./wire.ts";

let gemini: GeminiServer;
let api: Api;
let user: SignedIn;
/** Moves the server's clock on. */
let later = 0;
const asked = { message: "What colour is the pump?" };

beforeAll(async () => {
  gemini = await startGeminiServer();
  api = await startApi({
    env: { GEMINI_API_KEY: "key", GEMINI_MODEL: "gemini-test", GEMINI_BASE_URL: gemini.baseUrl },
    services: { clock: { now: () => new Date(Date.now() + later) } },
  });
});
beforeEach(async () => {
  later = 0;
  gemini.reply({ kind: "answer", texts: ["The pump ", "is blue [1]."] });
  user = await api.register();
  await addDocument(api.services.db, user.userId, { title: "Pump", pages: ["The pump is blue."] });
});
afterAll(async () => {
  await api?.close();
  await gemini?.close();
});

const post = (path: string, key: string | null, body?: unknown, who = user) =>
  api.request(path, {
    method: "POST",
    ...(body !== undefined && { body }),
    token: who.accessToken(),
    headers: key === null ? {} : { "Idempotency-Key": key },
  });
const ask = (key: string | null, body: unknown = asked, who = user) => post("/chat", key, body, who);
const eventsOf = async (response: Response) => {
  expect(response.status).toBe(200);
  return allEvents(response);
};
const problemOf = async (response: Response) => {
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return { status: response.status, code, detail };
};
const startOf = ([first]: ChatEvent[]) => {
  if (first?.event !== "start") throw new Error("an answer begins with start");
  return first.data;
};
const questions = async () => {
  const { data } = await user.client.conversations.list();
  const all = await Promise.all(data.map(({ id }) => user.client.conversations.messages(id)));
  return all.flatMap((page) => page.data).filter(({ role }) => role === "user").length;
};

test("the same request again gets the same message from its start: live, ended, and made again from the row", async () => {
  gemini.reply({ kind: "answer", texts: ["The ", "pump ", "is ", "blue [1]."], framesPerSecond: 30 });
  const [first, second] = await Promise.all([ask("a"), new Promise((go) => setTimeout(go, 60)).then(() => ask("a"))]);
  const live = await eventsOf(first);
  expect(await eventsOf(second as Response)).toEqual(live);
  expect(textOf(live)).toBe("The pump is blue [1].");
  // What the server does not look at makes no other request of it.
  const body = '{\n  "document_ids": null,  "message": "What colour is the pump?" }'.replace(
    '"document_ids": null,',
    "",
  );
  expect(await eventsOf(await ask("a", body))).toEqual(live);
  later += 10 * 60_000;
  expect(JSON.stringify((await eventsOf(await ask("a"))).slice(2))).toBe(JSON.stringify(live.slice(2)));
  expect((await eventsOf(await post("/chat/", "a", asked))).slice(2)).toEqual(live.slice(2));
  expect(await questions()).toBe(1);
  expect(gemini.requests.filter(({ path }) => path.includes("stream")).length).toBeGreaterThan(0);
});

test("many at the same moment make one message, also in a conversation that is there", async () => {
  const first = startOf(await eventsOf(await ask("first")));
  for (const body of [asked, { ...asked, conversation_id: first.conversation_id }]) {
    const key = `many ${JSON.stringify(body).length}`;
    const before = await questions();
    const all = await Promise.all(Array.from({ length: 8 }, () => ask(key, body).then(eventsOf)));
    expect(new Set(all.map((events) => startOf(events).message_id)).size).toBe(1);
    expect(new Set(all.map(textOf))).toEqual(new Set(["The pump is blue [1]."]));
    expect(await questions()).toBe(before + 1);
  }
  // Without keys the conversation is busy for all but one.
  const body = { ...asked, conversation_id: first.conversation_id };
  const bare = await Promise.all([ask(null, body), ask(null, body), ask("of its own", body)]);
  expect(bare.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  await Promise.all(bare.map((response) => response.text()));
});

test("a question that is sent twice counts once, also at the limit; one that is refused does not count", async () => {
  const small = await startApi({
    env: { QUESTIONS_PER_MINUTE: "2", GEMINI_API_KEY: "key", GEMINI_MODEL: "m", GEMINI_BASE_URL: gemini.baseUrl },
  });
  onTestFinished(() => small.close());
  const person = await small.register();
  await addDocument(small.services.db, person.userId, { title: "Pump", pages: ["The pump is blue."] });
  const send = (key: string | null, body: object = asked) =>
    small.request("/chat", {
      body,
      token: person.accessToken(),
      headers: key === null ? {} : { "Idempotency-Key": key },
    });
  for (let n = 0; n < 3; n++) {
    const elsewhere = { ...asked, conversation_id: "01a20626-0000-7000-8000-000000000001" };
    expect(await problemOf(await send(`refused ${n}`, elsewhere))).toMatchObject({ status: 404 });
  }
  for (const key of ["first", "second"]) {
    const all = await Promise.all([send(key), send(key), send(key)]);
    const made = (await Promise.all(all.map(eventsOf))).map((events) => startOf(events).message_id);
    expect(new Set(made).size).toBe(1);
  }
  expect(await problemOf(await send("third"))).toMatchObject({ status: 429, code: "too-many-requests" });
  expect(startOf(await eventsOf(await send("first")))).toBeTruthy();
});

test("another body, path or method with the same key is a mismatch; another person's key is another key", async () => {
  const first = startOf(await eventsOf(await ask("k")));
  const mismatch = { status: 422, code: "idempotency-mismatch" };
  expect(await problemOf(await ask("k", { message: "Why?" }))).toMatchObject(mismatch);
  expect(await problemOf(await ask("k", { ...asked, conversation_id: first.conversation_id }))).toMatchObject(mismatch);
  expect(await problemOf(await post(`/chat/${first.message_id}/regenerate`, "k"))).toMatchObject(mismatch);
  expect(await questions()).toBe(1);
  const other = await api.register();
  expect(await problemOf(await ask("k", asked, other))).toMatchObject({ status: 409, code: "no-documents" });
  await addDocument(api.services.db, other.userId, { title: "Pump", pages: ["The pump is blue."] });
  expect(startOf(await eventsOf(await ask("k", asked, other))).message_id).not.toBe(first.message_id);
});

test("a request that made nothing may be tried again with its key", async () => {
  user = await api.register();
  expect(await problemOf(await ask("k"))).toMatchObject({ status: 409, code: "no-documents" });
  await addDocument(api.services.db, user.userId, { title: "Pump", pages: ["The pump is blue."] });
  const first = await eventsOf(await ask("k"));
  expect(textOf(first)).toBe("The pump is blue [1].");
  expect(await eventsOf(await ask("k"))).toEqual(first);
  expect(await questions()).toBe(1);
});

test("an answer that failed after it began is that request's result; what was deleted since is not made again", async () => {
  gemini.reply({ kind: "failure", status: 400, body: { error: { code: 400, status: "INVALID_ARGUMENT" } } });
  const failed = await eventsOf(await ask("k"));
  expect(failed.at(-1)).toMatchObject({ event: "error", data: { code: "model-failed" } });
  gemini.reply({ kind: "answer", texts: ["Blue."] });
  expect((await eventsOf(await ask("k"))).at(-1)).toMatchObject({ event: "error" });
  await user.client.conversations.delete(startOf(failed).conversation_id);
  expect(await problemOf(await ask("k"))).toMatchObject({ status: 404, code: "not-found" });
  expect(await questions()).toBe(0);
});

test.each(["", "x".repeat(256), "ключ", "a\tb"])("the key %j is none", async (key) => {
  const encoded = Buffer.from(key).toString("latin1");
  expect(await problemOf(await ask(encoded))).toMatchObject({ status: 422, code: "invalid-request" });
  expect(await questions()).toBe(0);
});

test("a key is kept for 24 hours, and then swept", async () => {
  const { db, clock } = api.services;
  const first = startOf(await eventsOf(await ask("k")));
  later = 24 * 3_600_000 - 60_000;
  expect(await purgeIdempotencyKeys(db, clock.now())).toBe(0);
  expect(await IdempotencyKeyModel.query(db).where("user_id", user.userId).resultSize()).toBe(1);
  later += 2 * 60_000;
  await user.client.users.login(user);
  const next = startOf(await eventsOf(await ask("k")));
  expect(next.message_id).not.toBe(first.message_id);
  later += 24 * 3_600_000;
  expect(await purgeIdempotencyKeys(db, clock.now())).toBeGreaterThan(0);
  expect(await IdempotencyKeyModel.query(db).where("user_id", user.userId).resultSize()).toBe(0);
});

test("asking again twice makes one version, and a document is tried again and uploaded once", async () => {
  const { db } = api.services;
  const first = startOf(await eventsOf(await ask("k")));
  const again = () => post(`/chat/${first.message_id}/regenerate`, "again").then(eventsOf);
  const both = await Promise.all([again(), again()]);
  expect(new Set([...both, await again()].map((events) => startOf(events).message_id)).size).toBe(1);
  const answers = (await user.client.conversations.messages(first.conversation_id)).data.slice(1);
  expect(answers.map(({ replaces }) => replaces)).toEqual([null, first.message_id]);

  const failed = await addDocument(db, user.userId, { title: "B", pages: [], status: "failed" });
  const retry = (key: string | null) => post(`/documents/${failed}/retry`, key);
  const tried = await Promise.all([retry("retry"), retry("retry")]);
  expect([...tried, await retry("retry")].map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(await problemOf(await retry("other"))).toMatchObject({ status: 409, code: "not-failed" });

  const upload = async (key: string, bytes: Buffer) => {
    const body = new FormData();
    body.append("file", new Blob([bytes]), "pump.pdf");
    const headers = { Authorization: `Bearer ${user.accessToken()}`, "Idempotency-Key": key };
    return fetch(`${api.url}/upload`, { method: "POST", headers, body });
  };
  const sent = [await upload("up", makePdf(["one"])), await upload("up", makePdf(["one"]))];
  expect(sent.map(({ status }) => status)).toEqual([202, 202]);
  const ids = await Promise.all(
    sent.map(async (response) => ((await response.json()) as { document_id: string }).document_id),
  );
  expect(new Set(ids).size).toBe(1);
  expect(await problemOf(await upload("up", makePdf(["two"])))).toMatchObject({ code: "idempotency-mismatch" });
  expect((await user.client.documents.list()).data).toHaveLength(3);
});

test("cut at the socket before the first byte of its answer, a question is asked once and answered whole", async () => {
  let cuts = 0;
  const proxy = createServer((socket: Socket) => {
    const upstream = connect(Number(new URL(api.url).port), "127.0.0.1");
    for (const one of [socket, upstream]) one.on("error", () => {});
    socket.on("close", () => upstream.destroy());
    socket.pipe(upstream);
    upstream.on("data", (bytes) => {
      // The server has taken the question and answers: nothing of that arrives.
      if (cuts > 0) {
        cuts -= 1;
        socket.destroy();
      } else socket.write(bytes);
    });
    upstream.on("end", () => socket.end());
  });
  await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as { port: number };
  const client = createClient({ baseUrl: `http://127.0.0.1:${port}`, tokens: user.tokens, backoffMs: 5 });
  const connected: boolean[] = [];
  const onConnection = (now: boolean) => void connected.push(now);
  cuts = 3;
  const stream = client.chat.ask(asked, { onConnection });
  expect(await stream.final()).toMatchObject({ text: "The pump is blue [1]." });
  expect(connected).toEqual([false, true]);
  expect(await questions()).toBe(1);
  cuts = 2;
  const again = client.chat.regenerate(stream.messageId ?? "");
  expect(await again.final()).toMatchObject({ text: "The pump is blue [1]." });
  expect(await MessageModel.query(api.services.db).where("replaces", stream.messageId)).toHaveLength(1);
});
