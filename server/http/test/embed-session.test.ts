// How a page begins a visitor's session, and what it gets: from allowed origins alone, not too often, by name or without.
import { request } from "node:http";
import type { EmbedSession, EmbedWithSecret } from "@pagewise/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createLogger } from "../../adapters/log.ts";
import { type GeminiServer, startGeminiServer } from "../../adapters/test/gemini-server.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { identityToken } from "../../test/embeds.ts";
import { addDocument } from "../../test/library.ts";
import { eventsOf } from "./wire.ts";

const page = "https://shop.example";
let gemini: GeminiServer;
let api: Api;
let ada: SignedIn;
let embed: EmbedWithSecret;
/** What would stand on standard error. */
const logged: string[] = [];
let addresses = 0;
/** The address that the proxy says a request comes from: each test has its own. */
let address: string;

beforeAll(async () => {
  gemini = await startGeminiServer();
  const log = createLogger("debug", { write: (line) => void logged.push(line) });
  const model = { GEMINI_API_KEY: "key", GEMINI_MODEL: "gemini-test", GEMINI_BASE_URL: gemini.baseUrl };
  api = await startApi({ env: { ...model, TRUST_PROXY: "1", SESSIONS_PER_MINUTE: "20" }, services: { log } });
  ada = await api.register();
});
beforeEach(async () => {
  const document = await addDocument(api.services.db, ada.userId, { title: "Pump", pages: ["The pump is blue."] });
  embed = await ada.client.embeds.create({ name: "Shop", allowed_origins: [page], document_ids: [document] });
  addresses += 1;
  address = `10.0.${addresses}.1`;
});
afterAll(async () => {
  await api?.close();
  await gemini?.close();
});

interface Opening {
  key?: string;
  origin?: string | null;
  headers?: Record<string, string>;
}

function open(body: unknown = {}, { key = embed.public_key, origin = page, headers = {} }: Opening = {}) {
  const all = { ...(origin !== null && { Origin: origin }), "X-Forwarded-For": address, ...headers };
  return api.request(`/embeds/${key}/session`, { body, headers: all });
}
async function opened(body: unknown = {}, how: Opening = {}): Promise<EmbedSession> {
  const response = await open(body, how);
  expect(response.status).toBe(200);
  return (await response.json()) as EmbedSession;
}
async function refused(response: Response) {
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return { status: response.status, code, detail, cors: response.headers.get("access-control-allow-origin") };
}
/** `fetch` names the host that it goes to, whatever it is given. */
const statusByHost = (host: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const headers = { Host: host, Origin: `http://${host}`, "X-Forwarded-For": address };
    request(`${api.url}/embeds/${embed.public_key}/session`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
const visit = (token: string, path: string, init: { method?: string; body?: unknown; origin?: string } = {}) =>
  api.request(path, { ...init, token, headers: { Origin: init.origin ?? page } });

test("an allowed page gets a token that it may read, and what the chat looks like", async () => {
  const { embeds } = ada.client;
  await embeds.update(embed.id, { starters: ["Why?"], greeting: "Hi.", locale: "de", theme: { scheme: "dark" } });
  const response = await open();
  expect(response.status).toBe(200);
  expect(response.headers.get("access-control-allow-origin")).toBe(page);
  expect(response.headers.get("access-control-expose-headers")).toContain("Retry-After");
  expect(response.headers.get("vary")).toContain("Origin");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const session = (await response.json()) as EmbedSession;
  expect(session).toEqual({
    ...{ access_token: expect.any(String), expires_in: 900, visitor_id: expect.stringMatching(/^v_[\w-]{43}$/) },
    embed: {
      ...{ name: "Shop", greeting: "Hi.", starters: ["Why?"], locale: "de" },
      theme: { scheme: "dark", accent: null, marker: null },
    },
  });
  expect((await visit(session.access_token, "/conversations")).status).toBe(200);
  expect((await visit(session.access_token, "/documents")).status).toBe(403);
  expect((await embeds.usage(embed.id, { days: 1 })).data[0]).toMatchObject({ sessions: 1, questions: 0 });
});

test("every other page is refused, and one that names no origin", async () => {
  const other = await ada.client.embeds.create({ name: "Forum", allowed_origins: ["https://forum.example"] });
  const tricks = [
    ...[null, "", "null", "https://evil.example", "http://shop.example", "https://shop.example:444"],
    ...["https://shop.example.evil.example", "https://evilshop.example", "https://sub.shop.example"],
    ...["https://SHOP.example", "https://shop.example/", "https://forum.example"],
  ];
  for (const origin of tricks) {
    const answer = await refused(await open({}, { origin }));
    expect(answer, String(origin)).toMatchObject({ status: 403, code: "origin-not-allowed" });
    // That it was refused may be told to a page on which some embed stands.
    expect(answer.cors).toBe(origin === "https://forum.example" ? origin : null);
  }
  expect((await open({}, { key: other.public_key })).status).toBe(403);
  // An embed without origins stands nowhere but in the owner's preview.
  await ada.client.embeds.update(embed.id, { allowed_origins: [] });
  expect((await open()).status).toBe(403);
  expect((await open({}, { origin: api.url })).status).toBe(200);
  expect((await ada.client.embeds.usage(embed.id, { days: 1 })).data[0]?.sessions).toBe(1);
});

test("a key that is unknown, malformed, disabled or deleted is no embed", async () => {
  const missing = { status: 404, code: "embed-not-found" };
  for (const key of ["pk_", "pk_AAAAAAAAAAAAAAAAAAAAAAAA", embed.id, `${embed.public_key}x`, "pk_%00", "pk_%C3%A4"]) {
    expect(await refused(await open({}, { key })), key).toMatchObject({ ...missing, cors: page });
  }
  const { access_token } = await opened();
  await ada.client.embeds.update(embed.id, { enabled: false });
  expect(await refused(await open())).toMatchObject(missing);
  expect((await visit(access_token, "/conversations")).status).toBe(401);
  await ada.client.embeds.update(embed.id, { enabled: true, allowed_origins: ["https://elsewhere.example"] });
  expect((await visit(access_token, "/conversations")).status).toBe(403);
  await ada.client.embeds.update(embed.id, { allowed_origins: [page] });
  expect((await visit(access_token, "/conversations")).status).toBe(200);
  expect((await visit(access_token, "/conversations", { origin: "https://elsewhere.example" })).status).toBe(403);
  await ada.client.embeds.delete(embed.id);
  expect(await refused(await open())).toMatchObject(missing);
  expect((await visit(access_token, "/conversations")).status).toBe(401);
});

test("an anonymous visitor comes back by the id, which opens nothing elsewhere", async () => {
  gemini.reply({ kind: "answer", texts: ["It is ", "blue [1]."] });
  const first = await opened();
  await (await visit(first.access_token, "/chat", { body: { message: "What colour is the pump?" } })).text();
  const titles = async ({ access_token }: EmbedSession) => {
    const list = (await (await visit(access_token, "/conversations")).json()) as { data: { title: string }[] };
    return list.data.map(({ title }) => title);
  };
  const again = await opened({ visitor_id: first.visitor_id });
  expect([again.visitor_id, await titles(again)]).toEqual([first.visitor_id, ["What colour is the pump?"]]);
  const other = await opened({ visitor_id: `v_${"x".repeat(43)}` });
  expect([other.visitor_id === first.visitor_id, await titles(other)]).toEqual([false, []]);
  // The token is no id, nor is what stands in it.
  const { sub } = JSON.parse(Buffer.from(first.access_token.split(".")[1] ?? "", "base64url").toString());
  for (const visitor_id of [sub, first.access_token.slice(0, 200), ""]) {
    expect(await titles(await opened({ visitor_id }))).toEqual([]);
  }
});

test("a person is the same on two devices, by a token that is used once", async () => {
  const sign = (claims: object = {}) => identityToken(api.services, embed, { secret: embed.secret, ...claims });
  gemini.reply({ kind: "answer", texts: ["It is ", "blue [1]."] });
  const phone = await opened({ identity_token: sign() });
  await (await visit(phone.access_token, "/chat", { body: { message: "What colour is the pump?" } })).text();
  const desk = await opened({ identity_token: sign() });
  const count = async ({ access_token }: EmbedSession) =>
    ((await (await visit(access_token, "/conversations")).json()) as { data: object[] }).data.length;
  expect([desk.visitor_id, await count(desk)]).toEqual([phone.visitor_id, 1]);
  const ben = await opened({ identity_token: sign({ sub: "ben" }) });
  expect([ben.visitor_id === phone.visitor_id, await count(ben)]).toEqual([false, 0]);
  const nobody = await opened({ visitor_id: phone.visitor_id });
  expect([nobody.visitor_id === phone.visitor_id, await count(nobody)]).toEqual([false, 0]);

  const once = sign();
  await opened({ identity_token: once });
  const spent = await refused(await open({ identity_token: once }));
  expect(spent).toMatchObject({ status: 401, code: "identity-invalid", cors: page });
  expect(spent.detail).toContain("used before");
  const { secret } = await ada.client.embeds.rotateSecret(embed.id, { revoke_now: true });
  expect((await refused(await open({ identity_token: sign() }))).code).toBe("identity-invalid");
  await opened({ identity_token: identityToken(api.services, embed, { secret }) });
});

test("what a page sends is checked, and faults are told to it", async () => {
  const bodies = [{ visitor_id: 7 }, { visitor_id: "x".repeat(201) }, { identity_token: ["a"] }, [], "text", 7];
  for (const body of bodies) {
    const sent = typeof body === "string" ? JSON.stringify(body) : body;
    expect(await refused(await open(sent)), JSON.stringify(body)).toMatchObject({ status: 422, cors: page });
  }
  expect((await open("{", {})).status).toBe(400);
  const asForm = await open("a=b", { headers: { "Content-Type": "application/x-www-form-urlencoded" } });
  expect(asForm.status).toBe(415);
  const session = await opened(undefined);
  expect(session.visitor_id).toMatch(/^v_/);
});

test("one address begins so many sessions of an embed in a minute, under whatever id", async () => {
  const other = await ada.client.embeds.create({ name: "Other", allowed_origins: [page] });
  const all = await Promise.all(Array.from({ length: 30 }, () => open()));
  expect(all.filter(({ status }) => status === 200)).toHaveLength(20);
  const last = await open({ visitor_id: `v_${"x".repeat(43)}` });
  expect(last.headers.get("access-control-expose-headers")).toContain("Retry-After");
  expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await refused(last)).toMatchObject({ status: 429, code: "too-many-requests", cors: page });
  // What the caller writes before the address that the proxy saw makes no difference.
  expect((await open({}, { headers: { "X-Forwarded-For": `10.9.9.9, ${address}` } })).status).toBe(429);
  expect((await open({}, { key: other.public_key })).status).toBe(200);
  address = "10.200.0.1";
  expect((await open()).status).toBe(200);
});

test("what other pages have refused, they have refused to themselves: the address still begins its sessions", async () => {
  const other = await ada.client.embeds.create({ name: "Other", allowed_origins: ["https://forum.example"] });
  const attempts = Array.from({ length: 60 }, (_, n) => {
    if (n % 3 === 0) return open({}, { origin: "https://evil.example" });
    if (n % 3 === 1) return open({}, { key: "pk_AAAAAAAAAAAAAAAAAAAAAAAA", origin: "https://evil.example" });
    return open({}, { key: other.public_key });
  });
  const statuses = (await Promise.all(attempts)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 403 || status === 404)).toHaveLength(20);
  expect(statuses.filter((status) => status === 429)).toHaveLength(40);
  for (let n = 0; n < 20; n++) expect((await open()).status).toBe(200);
  expect((await open()).status).toBe(429);
  expect((await open({}, { key: other.public_key, origin: "https://forum.example" })).status).toBe(200);
});

test("an identity token that cannot be read is refused as one, and no piece of it is told or logged", async () => {
  const encoded = (text: string) => Buffer.from(text).toString("base64url");
  const head = encoded('{"alg":"HS256","typ":"JWT"}');
  const payloads = ["SECRET not json", "null", "7", "[]", '"SECRET"', "", "€"];
  const tokens = payloads.map((payload) => `${head}.${encoded(payload)}.c2ln`);
  tokens.push(
    `${encoded("SECRET not json")}.${encoded("{}")}.c2ln`,
    `${encoded("null")}.e30.c2ln`,
    "..",
    ".e30.",
    "€.€.€",
  );
  tokens.push("", "a", `${head}..`, `${head}.e30.`);
  logged.length = 0;
  for (const identity_token of tokens) {
    const response = await open({ identity_token });
    const { status, code, detail } = await refused(response);
    expect([status, code], identity_token).toEqual([401, "identity-invalid"]);
    expect(detail).not.toContain("SECRET");
  }
  expect((await open({ identity_token: "x".repeat(100_000) })).status).toBe(422);
  expect(logged.join("")).not.toContain("SECRET");
  expect(logged.join("")).not.toContain('"level":50');
});

test("without PUBLIC_URL our own page is where no stranger's domain can be, and the owner is told of any other", async () => {
  const at = (host: string) => open({}, { origin: `http://${host}`, headers: { "X-Forwarded-Host": host } });
  for (const host of [
    ...["10.1.2.3:8080", "[fd00::7]:8080", "localhost", "box:8080", "chat.localhost", "box.local", "pages.internal"],
    ...["nas.lan", "pages.home.arpa"],
  ]) {
    expect([host, (await at(host)).status]).toEqual([host, 200]);
  }
  for (const host of ["evil.example", "evil.example:8080", "10.1.2.3.evil.example", "local.evil", "evil.example."]) {
    const answer = await refused(await at(host));
    expect([host, answer.status, answer.code, answer.cors]).toEqual([host, 403, "origin-not-allowed", null]);
  }
  const told = await refused(await at("chat.example"));
  expect(told.detail).toContain("PUBLIC_URL=http://chat.example ");
  // What no proxy says, the request itself does.
  expect(await statusByHost("evil.example")).toBe(403);
  expect(await statusByHost("box.local")).toBe(200);
  // A page of another name learns nothing of settings.
  expect((await refused(await open({}, { origin: "https://evil.example" }))).detail).not.toContain("PUBLIC_URL");
  // A token that was given there would be worth nothing either.
  const { access_token } = await opened({}, { origin: api.url });
  const visited = (headers: Record<string, string>) =>
    api.request("/conversations", { token: access_token, headers: { Origin: api.url, ...headers } });
  expect((await visited({})).status).toBe(200);
  expect((await visited({ "X-Forwarded-Host": "evil.example" })).status).toBe(403);
});

test("behind PUBLIC_URL the own origin is that one alone, and an embed begins so many sessions from all addresses", async () => {
  const env = { PUBLIC_URL: "https://chat.example/base", TRUST_PROXY: "1", SESSIONS_PER_MINUTE: "1" };
  const behind = await startApi({ env });
  try {
    const { client } = await behind.register();
    const { public_key } = await client.embeds.create({ name: "Help" });
    const from = async (Origin: string, ip: string, more: Record<string, string> = {}) => {
      const headers = { Origin, "X-Forwarded-For": ip, ...more };
      return (await behind.request(`/embeds/${public_key}/session`, { method: "POST", headers })).status;
    };
    expect(await from(behind.url, "10.2.0.1")).toBe(403);
    const posing = { "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https" };
    expect(await from("https://evil.example", "10.2.0.2", posing)).toBe(403);
    const own = Array.from({ length: 25 }, (_, n) => from("https://chat.example", `10.1.${n}.1`));
    expect((await Promise.all(own)).sort()).toEqual([...Array(20).fill(200), ...Array(5).fill(429)]);
  } finally {
    await behind.close();
  }
});

test("an answer that is being written ends with its embed", async () => {
  const texts = Array.from({ length: 400 }, (_, index) => `word${index} `);
  gemini.reply({ kind: "answer", texts, framesPerSecond: 20 });
  const { access_token } = await opened();
  const events = eventsOf(await visit(access_token, "/chat", { body: { message: "What colour is the pump?" } }));
  const { value } = await events.next();
  const messageId = value?.event === "start" ? value.data.message_id : "";
  expect(api.services.chat.isWriting(messageId)).toBe(true);
  await ada.client.embeds.delete(embed.id);
  await expect.poll(() => api.services.chat.isWriting(messageId), { timeout: 10_000 }).toBe(false);
  for await (const { event } of events) expect(event).not.toBe("done");
});
