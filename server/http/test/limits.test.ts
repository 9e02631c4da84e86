// Limits as callers meet them: what is refused, with which words and which wait, and that nothing else is; also over two
// processes that share a Redis.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ProblemBody } from "@pagewise/sdk/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type GeminiServer, startGeminiServer } from "../../adapters/test/gemini-server.ts";
import { ConversationModel } from "../../models/conversation.ts";
import { DocumentModel } from "../../models/document.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";
import { makePdf } from "../../test/pdf.ts";
import { hasRedis, type RedisServer, startRedis } from "../../test/redis.ts";
import { addEmbed, addVisitor, hostPage, type TestVisitor } from "../../test/visitors.ts";
import { allEvents } from "./wire.ts";

/** Long enough for a busy machine. */
const soon = { timeout: 15_000, interval: 50 };
const fromAddress = (address: string) => ({ "X-Forwarded-For": address });

let made = 0;
const newPdf = () => makePdf([`page of file ${++made}`]);

async function answerOf(response: Response) {
  const body = (await response.json().catch(() => ({}))) as Partial<ProblemBody> & { document_id?: string };
  return { status: response.status, body, code: body.code, retryAfter: Number(response.headers.get("Retry-After")) };
}

function upload(api: Api, user: SignedIn, bytes: Buffer = newPdf()) {
  const form = new FormData();
  form.append("file", new Blob([bytes]), "a.pdf");
  const headers = { Authorization: `Bearer ${user.accessToken()}` };
  return fetch(`${api.url}/upload`, { method: "POST", headers, body: form }).then(answerOf);
}

/** A stream that stays open until it is left. */
async function watch(api: Api, user: SignedIn) {
  const left = new AbortController();
  const response = await api.request("/documents/events", { token: user.accessToken(), signal: left.signal });
  return { response, leave: () => left.abort() };
}

const ask = (api: Api, user: SignedIn, message = "What colour is the pump?") =>
  api.request("/chat", { body: { message }, token: user.accessToken() });

describe("one process", () => {
  let api: Api;
  let user: SignedIn;
  beforeAll(async () => {
    api = await startApi({
      env: {
        STREAMS_PER_USER: "2",
        QUESTIONS_PER_MINUTE: "3",
        DOCUMENTS_PER_USER: "3",
        REGISTRATIONS_PER_HOUR: "4",
        TRUST_PROXY: "1",
      },
    });
  });
  afterEach(() => DocumentModel.query(api.services.db).delete());
  afterAll(() => api.close());

  test("so many streams and no more, until one is left", async () => {
    user = await api.register();
    await addDocument(api.services.db, user.userId, { title: "Pump", pages: ["The pump is blue."] });
    const open = [await watch(api, user), await watch(api, user)];
    expect(open.map(({ response }) => response.status)).toEqual([200, 200]);
    const refused = await answerOf((await watch(api, user)).response);
    expect(refused).toMatchObject({ status: 429, code: "too-many-requests" });
    expect(refused.retryAfter).toBeGreaterThan(0);
    expect(refused.body.detail).toMatch(/close one, or wait\. Try again in \d+ seconds/);
    // Nothing is asked where nobody could read the answer, and it does not count.
    for (let n = 0; n < 5; n++) expect(await answerOf(await ask(api, user))).toMatchObject({ status: 429 });
    expect(await ConversationModel.query(api.services.db).resultSize()).toBe(0);

    const other = await api.register();
    const theirs = await watch(api, other);
    expect(theirs.response.status).toBe(200);
    theirs.leave();
    open[0]?.leave();
    await expect.poll(async () => (await ask(api, user)).status, soon).toBe(200);
    open[1]?.leave();
    // An answer that has ended leaves its place, whether it was asked for or followed.
    for (let n = 0; n < 2; n++) {
      let asked = await ask(api, user);
      // The server hears a moment later that a reader has left.
      const again = async () => {
        if (!asked.ok) asked = await ask(api, user);
        return asked.status;
      };
      await expect.poll(again, soon).toBe(200);
      const events = await allEvents(asked);
      const start = events[0]?.event === "start" ? events[0].data.message_id : "";
      for (let n = 0; n < 3; n++) {
        const followed = await api.request(`/chat/${start}/stream`, { token: user.accessToken() });
        expect([followed.status, (await allEvents(followed)).length]).toEqual([200, events.length]);
      }
    }
    expect(await answerOf(await ask(api, user))).toMatchObject({
      status: 429,
      body: { detail: expect.stringMatching(/^You may ask 3 questions a minute\. Try again in \d+ seconds\.$/) },
    });
  });

  test("so many accounts from an address, whatever they are called", async () => {
    const register = (email: string, address: string) =>
      api
        .request("/users/register", {
          body: { email, password: "long password of one" },
          headers: fromAddress(address),
        })
        .then(answerOf);
    const bad = await register("no email", "2001:db8::1");
    expect(bad).toMatchObject({ status: 422 });
    const answers = [];
    for (const n of [1, 2, 3]) answers.push((await register(`new-${n}@example.com`, `2001:db8::${n}`)).status);
    expect(answers).toEqual([201, 201, 201]);
    // Whoever asks which emails have accounts is counted too.
    expect(await register("new-1@example.com", "2001:db8::4")).toMatchObject({ status: 409, code: "email-taken" });
    const refused = await register("new-1@example.com", "2001:db8::5");
    expect(refused).toMatchObject({ status: 429, code: "too-many-requests" });
    expect(refused.retryAfter).toBeGreaterThan(3000);
    expect(await register("new-4@example.com", "2001:db8:0:1::5")).toMatchObject({ status: 201 });
  });

  test("a full library says so, keeps what it has and takes more when there is room", async () => {
    user = await api.register();
    const first = newPdf();
    const taken = await Promise.all([upload(api, user, first), ...Array.from({ length: 5 }, () => upload(api, user))]);
    const statuses = taken.map(({ status }) => status).sort();
    expect(statuses).toEqual([202, 202, 202, 409, 409, 409]);
    const refused = taken.find(({ status }) => status === 409);
    expect(refused).toMatchObject({ code: "library-full" });
    expect(refused?.body.detail).toMatch(/holds 3 documents.*not kept.*Delete/);
    const files = await readdir(join(api.services.config.dataDir, "files", "documents"));
    const ids = taken.flatMap(({ body }) => body.document_id ?? []);
    expect(files.map((name) => name.replace(/\.pdf$/, "")).sort()).toEqual(ids.sort());
    expect(await user.client.users.usage()).toMatchObject({ documents: 3, max_documents: 3 });

    const [standing = ""] = ids;
    const bytes = await user.client.documents.get(standing).then(({ file_url }) => fetch(api.url + file_url));
    const again = await upload(api, user, Buffer.from(await bytes.arrayBuffer()));
    expect(again).toMatchObject({ status: 200, body: { document_id: standing } });
    await user.client.documents.delete(standing);
    expect(await upload(api, user)).toMatchObject({ status: 202 });
    expect(await upload(api, await api.register())).toMatchObject({ status: 202 });
  });
});

describe("visitors", () => {
  let api: Api;
  let gemini: GeminiServer;
  beforeAll(async () => {
    gemini = await startGeminiServer();
    api = await startApi({
      env: {
        STREAMS_PER_VISITOR: "2",
        STREAMS_PER_ADDRESS: "3",
        TRUST_PROXY: "1",
        GEMINI_API_KEY: "key",
        GEMINI_MODEL: "m",
        GEMINI_BASE_URL: gemini.baseUrl,
      },
    });
  });
  afterAll(async () => {
    await api.close();
    await gemini.close();
  });

  test("follow so many answers each; those without a name so many from an address, those with one as many as they are", async () => {
    const owner = await api.register();
    const document = await addDocument(api.services.db, owner.userId, { title: "Pump", pages: ["The pump is blue."] });
    const embed = await addEmbed(api.services, owner.userId, { document_ids: [document] });
    const add = (subject: string | null) => addVisitor(api.services, embed, { subject });
    const slow = () => gemini.reply({ kind: "answer", texts: Array(1_000).fill("word "), framesPerSecond: 5 });
    let left = new AbortController();
    const held: Response[] = [];
    const begin = async ({ token }: TestVisitor, address: string) => {
      slow();
      const headers = { Origin: hostPage, ...fromAddress(address) };
      const body = { message: "What colour is the pump?" };
      const response = await api.request("/chat", { body, token, headers, signal: left.signal });
      // A response that nobody holds is collected, and its reader with it.
      held.push(response);
      return response.status;
    };
    const [one, two, ada, bob] = [await add(null), await add(null), await add("ada"), await add("bob")];
    const [here, elsewhere] = ["2001:db8:0:7::1", "2001:db8:0:8::1"];
    expect([await begin(one, here), await begin(one, "2001:db8:0:7::2"), await begin(one, here)]).toEqual([
      200, 200, 429,
    ]);
    expect([await begin(two, here), await begin(two, here)]).toEqual([200, 429]);
    expect(await begin(two, elsewhere)).toBe(200);
    for (const person of [ada, bob])
      expect([await begin(person, here), await begin(person, here), await begin(person, here)]).toEqual([
        200, 200, 429,
      ]);
    left.abort();
    left = new AbortController();
    await expect.poll(() => begin(two, here), soon).toBe(200);
    left.abort();
    expect(held.length).toBeGreaterThan(10);
  });
});

describe("bytes", () => {
  const mb = 1024 * 1024;
  /** A PDF by its first line, as large as is asked. */
  const sized = (bytes: number) => Buffer.concat([newPdf(), Buffer.alloc(bytes)]).subarray(0, bytes);
  let api: Api;
  beforeAll(async () => {
    api = await startApi({ env: { MAX_UPLOAD_MB: "1", STORED_MB_PER_USER: "2", UPLOAD_MB_PER_DAY: "4" } });
  });
  afterAll(() => api.close());

  test("kept and uploaded ones have limits of their own, and each says which it was", async () => {
    const user = await api.register();
    for (const size of [0.8, 0.8]) expect(await upload(api, user, sized(size * mb))).toMatchObject({ status: 202 });
    const full = await upload(api, user, sized(0.8 * mb));
    expect(full).toMatchObject({ status: 409, code: "library-full" });
    expect(full.body.detail).toMatch(/takes 1\.6 MB of 2\.0 MB; this file has 0\.8 MB\..*not kept/);
    // What is refused for itself takes nothing of the day.
    for (let n = 0; n < 4; n++) expect(await upload(api, user, Buffer.alloc(0.9 * mb))).toMatchObject({ status: 415 });
    expect(await user.client.users.usage()).toMatchObject({
      documents: 2,
      max_bytes: 2 * mb,
      max_documents: 10_000,
    });
    const { bytes } = await user.client.users.usage();
    expect(bytes).toBeCloseTo(1.6 * mb, -1);

    expect(await upload(api, user, sized(0.3 * mb))).toMatchObject({ status: 202 });
    await upload(api, user, sized(0.9 * mb));
    const day = await upload(api, user, sized(0.9 * mb));
    expect(day).toMatchObject({ status: 429, code: "too-many-requests" });
    expect(day.body.detail).toMatch(/4 MB a day.*Try again in 24 hours/);
    expect(day.retryAfter).toBeGreaterThan(80_000);
    // Of less there is still some, and of another's all.
    expect((await upload(api, user, sized(0.1 * mb))).status).toBe(202);
    expect((await upload(api, await api.register(), sized(0.9 * mb))).status).toBe(202);
  });
});

describe.skipIf(!hasRedis)("two processes (needs redis-server)", () => {
  let redis: RedisServer;
  let first: Api;
  let second: Api;
  beforeAll(async () => {
    redis = await startRedis();
    const env = {
      REDIS_URL: redis.url,
      TRUST_PROXY: "1",
      LOGIN_ATTEMPTS: "5",
      QUESTIONS_PER_MINUTE: "3",
      UPLOADS_PER_HOUR: "3",
      REGISTRATIONS_PER_HOUR: "4",
      STREAMS_PER_USER: "3",
    };
    first = await startApi({ env });
    const { db, keys, storage } = first.services;
    second = await startApi({ env, services: { db, keys, storage } });
    // Each counts there once its own connection stands.
    const limit = { points: 1, seconds: 1 };
    await vi.waitFor(async () => {
      await first.services.limits.take("probe", "a", limit);
      expect(await second.services.limits.take("probe", "a", limit)).not.toBeNull();
    }, soon);
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
    await redis?.close();
  });
  const apis = () => [first, second] as const;
  const spread = <T>(count: number, run: (api: Api, n: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, n) => run(apis()[n % 2] as Api, n)));
  const statusesOf = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();
  const times = (status: number, count: number) => Array<number>(count).fill(status);

  const login = (api: Api, email: string, password: string, address: string) =>
    api.request("/users/login", { body: { email, password }, headers: fromAddress(address) }).then(answerOf);

  test("a burst of guesses at both has as many tries as at one, and the owner comes in from elsewhere", async () => {
    const { email, password } = await first.register();
    const guesses = await spread(40, (api, n) => login(api, email, `guess ${n}`, "203.0.113.1"));
    expect(statusesOf(guesses)).toEqual([...times(401, 5), ...times(429, 35)]);
    for (const api of apis()) {
      const refused = await login(api, email.toUpperCase(), password, "203.0.113.1");
      expect(refused).toMatchObject({ status: 429, code: "too-many-attempts" });
      expect(refused.retryAfter).toBeGreaterThan(600);
      expect(await login(api, email, password, "203.0.113.2")).toMatchObject({ status: 200 });
    }
    const many = await spread(70, (api, n) => login(api, `nobody-${n}@example.com`, "a guess", "203.0.113.3"));
    expect(statusesOf(many)).toEqual([...times(401, 50), ...times(429, 20)]);
  });

  test("good sign-ins at once at both all come in", async () => {
    const { email, password } = await first.register();
    const logins = await spread(30, (api) => login(api, email, password, "203.0.113.9"));
    expect(statusesOf(logins)).toEqual(times(200, 30));
  });

  test("questions, uploads, accounts and streams are counted together", async () => {
    const user = await first.register();
    await addDocument(first.services.db, user.userId, { title: "Pump", pages: ["The pump is blue."] });
    const asked = await spread(2, (api) => ask(api, user, "What colour is the pump?"));
    await Promise.all(asked.map((response) => response.text()));
    const third = await ask(second, user);
    await third.text();
    expect(statusesOf([...asked, third])).toEqual(times(200, 3));
    for (const api of apis()) expect((await answerOf(await ask(api, user))).code).toBe("too-many-requests");

    const uploads = await spread(6, (api) => upload(api, user));
    expect(statusesOf(uploads)).toEqual([...times(202, 3), ...times(429, 3)]);

    const register = (api: Api, n: number) =>
      api.request("/users/register", {
        body: { email: `burst-${n}@example.com`, password: "long password of one" },
        headers: fromAddress("203.0.113.4"),
      });
    expect(statusesOf(await spread(8, register))).toEqual([...times(201, 4), ...times(429, 4)]);

    const streams = await spread(6, (api) => watch(api, user));
    expect(statusesOf(streams.map(({ response }) => response))).toEqual([...times(200, 3), ...times(429, 3)]);
    for (const { leave } of streams) leave();
    await expect
      .poll(async () => {
        const { response, leave } = await watch(second, user);
        leave();
        return response.status;
      }, soon)
      .toBe(200);
  });

  test("while Redis is away each process goes on counting, and refuses nobody else", async () => {
    const { email, password } = await first.register();
    await redis.stop();
    const guesses = await spread(20, (api, n) => login(api, email, `guess ${n}`, "203.0.113.5"));
    expect(statusesOf(guesses)).toEqual([...times(401, 10), ...times(429, 10)]);
    expect(await login(first, email, password, "203.0.113.6")).toMatchObject({ status: 200 });
    await redis.start();
    await expect.poll(async () => (await login(second, email, password, "203.0.113.7")).status, soon).toBe(200);
  });
});
