// What visitors of embeds reach and what they do not: two embeds, their visitors, the owner, and another user.
import { createSecretKey } from "node:crypto";
import type { ChatEvent, Conversation, Message, Page } from "@pagewise/sdk";
import jwt from "jsonwebtoken";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { refusalMarker } from "../../adapters/prompt.ts";
import { type GeminiServer, startGeminiServer } from "../../adapters/test/gemini-server.ts";
import { embedUsage } from "../../embed-usage.ts";
import { deleteEmbed } from "../../embeds.ts";
import { ConversationModel, MessageModel } from "../../models/conversation.ts";
import { DocumentModel } from "../../models/document.ts";
import { EmbedModel, VisitorModel } from "../../models/embed.ts";
import { IdempotencyKeyModel } from "../../models/idempotency-key.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { eventually } from "../../test/eventually.ts";
import { addDocument } from "../../test/library.ts";
import { makePdf } from "../../test/pdf.ts";
import { addEmbed, addVisitor, hostPage, type TestVisitor } from "../../test/visitors.ts";
import { pageUrl } from "../present.ts";
import { allEvents, eventsOf, textOf } from "./wire.ts";

const secret = "a-secret-of-at-least-32-bytes-for-tests";
let gemini: GeminiServer;
let api: Api;
let owner: SignedIn;
let other: SignedIn;
/** The owner's documents. */
let pump: string;
let boiler: string;
let salaries: string;
let shop: EmbedModel;
let forum: EmbedModel;
let ann: TestVisitor;
let bob: TestVisitor;
let cleo: TestVisitor;

beforeAll(async () => {
  gemini = await startGeminiServer();
  api = await startApi({
    env: {
      JWT_SECRET: secret,
      // Of questions as many as there may be; what is open at once has a test of its own.
      STREAMS_PER_VISITOR: "0",
      STREAMS_PER_ADDRESS: "0",
      QUESTIONS_PER_MINUTE: "20",
      GEMINI_API_KEY: "key",
      GEMINI_MODEL: "gemini-test",
      GEMINI_BASE_URL: gemini.baseUrl,
    },
  });
  const { db } = api.services;
  owner = await api.register();
  other = await api.register();
  pump = await addDocument(db, owner.userId, { title: "Pump", pages: ["The pump is blue.", "The pump is heavy."] });
  boiler = await addDocument(db, owner.userId, { title: "Boiler", pages: ["The boiler is made of copper."] });
  salaries = await addDocument(db, owner.userId, { title: "Salaries", pages: ["The salary of Kim is 9000."] });
  await addDocument(db, other.userId, { title: "Kettle", pages: ["The kettle is red."] });
});
beforeEach(async () => {
  gemini.reply({ kind: "answer", texts: ["It ", "is blue [1]."] });
  shop = await addEmbed(api.services, owner.userId, { document_ids: [pump, boiler] });
  forum = await addEmbed(api.services, owner.userId, { document_ids: [pump] });
  ann = await addVisitor(api.services, shop);
  bob = await addVisitor(api.services, shop, { subject: "bob" });
  cleo = await addVisitor(api.services, forum);
});
afterAll(async () => {
  await api?.close();
  await gemini?.close();
});

interface Init {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

const call = (token: string, path: string, init: Init = {}) =>
  api.request(path, { ...init, token, headers: { Origin: hostPage, ...init.headers } });
const answerOf = async (response: Response) => {
  const text = await response.text();
  const { code } = text.startsWith("{") ? (JSON.parse(text) as { code?: string }) : {};
  return code ? `${response.status} ${code}` : String(response.status);
};
const get = async <T>(token: string, path: string) => (await (await call(token, path)).json()) as T;
const ask = (token: string, body: object = {}) =>
  call(token, "/chat", { body: { message: "What colour is the pump?", ...body } });
const startOf = ([first]: ChatEvent[]) => {
  if (first?.event !== "start") throw new Error("an answer begins with start");
  return first.data;
};
const citationsOf = (events: ChatEvent[]) =>
  events.flatMap((event) => (event.event === "citations" ? event.data.citations : []));
const citedDocuments = (events: ChatEvent[]) => new Set(citationsOf(events).map(({ document_id }) => document_id));
async function asked(token: string, body: object = {}) {
  const response = await ask(token, body);
  expect(response.status).toBe(200);
  const events = await allEvents(response);
  return { events, ...startOf(events) };
}
const patch = (embed: EmbedModel, fields: Partial<EmbedModel>) =>
  EmbedModel.query(api.services.db).findById(embed.id).patch(fields);

test("a visitor asks, reads, stops, asks again, judges, renames, exports and deletes what is theirs", async () => {
  const { token } = ann;
  const first = await asked(token);
  expect(textOf(first.events)).toBe("It is blue [1].");
  const path = `/conversations/${first.conversation_id}`;
  expect(await get(token, path)).toMatchObject({ title: "What colour is the pump?" });
  expect((await get<Page<Message>>(token, `${path}/messages`)).data.map(({ role }) => role)).toEqual([
    "user",
    "assistant",
  ]);
  const replayed = await allEvents(await call(token, `/chat/${first.message_id}/stream?after=1`));
  expect(textOf(replayed)).toBe("It is blue [1].");
  expect((await call(token, `/chat/${first.message_id}/stop`, { method: "POST" })).status).toBe(204);
  const again = await allEvents(await call(token, `/chat/${first.message_id}/regenerate`, { method: "POST" }));
  expect(again.at(-1)?.event).toBe("done");
  const feedback = { method: "PUT", body: { rating: "up" } };
  expect((await call(token, `/messages/${first.message_id}/feedback`, feedback)).status).toBe(204);
  expect(await (await call(token, path, { method: "PATCH", body: { title: "Colours" } })).json()).toMatchObject({
    title: "Colours",
  });
  expect(await (await call(token, `${path}/export`)).text()).toContain("# Colours");
  expect((await get<Page<Conversation>>(token, "/conversations?q=pump")).data).toHaveLength(1);
  expect((await call(token, path, { method: "DELETE" })).status).toBe(204);
  expect(await answerOf(await call(token, path))).toBe("404 conversation-not-found");
  const row = { user_id: owner.userId, visitor_id: ann.id };
  expect(await ConversationModel.query(api.services.db).where(row).resultSize()).toBe(0);
});

test("nobody reaches another caller's conversation or message by any way, and nothing changes", async () => {
  const { db } = api.services;
  const mine = new Map<string, Awaited<ReturnType<typeof asked>>>();
  const everybody: Record<string, string> = {
    owner: owner.accessToken(),
    other: other.accessToken(),
    ann: ann.token,
    bob: bob.token,
    cleo: cleo.token,
  };
  for (const [name, token] of Object.entries(everybody)) mine.set(name, await asked(token));
  const rows = async () => [
    await ConversationModel.query(db).orderBy("id"),
    await MessageModel.query(db).orderBy("id"),
    await IdempotencyKeyModel.query(db).orderBy("key"),
  ];
  const before = JSON.stringify(await rows());
  for (const [name, token] of Object.entries(everybody)) {
    for (const [whose, { conversation_id, message_id, user_message_id }] of mine) {
      if (whose === name) continue;
      const reached = async (path: string, init: Init = {}) =>
        `${name} ${whose} ${init.method ?? "GET"} ${path.replace(/[\da-f-]{36}/, ":id")} ${await answerOf(await call(token, path, init))}`;
      const told = await Promise.all([
        reached(`/conversations/${conversation_id}`),
        reached(`/conversations/${conversation_id}/messages`),
        reached(`/conversations/${conversation_id}/export?format=json`),
        reached(`/conversations/${conversation_id}`, { method: "PATCH", body: { title: "mine" } }),
        reached(`/conversations/${conversation_id}`, { method: "DELETE" }),
        reached("/chat", { method: "POST", body: { message: "And now?", conversation_id } }),
        ...[message_id, user_message_id].flatMap((id) => [
          reached(`/chat/${id}/stream`),
          reached(`/chat/${id}/stop`, { method: "POST" }),
          reached(`/chat/${id}/regenerate`, { method: "POST", headers: { "Idempotency-Key": `${name} ${id}` } }),
          reached(`/messages/${id}/feedback`, { method: "PUT", body: { rating: "down" } }),
        ]),
      ]);
      for (const line of told) expect(line).toMatch(/ 404 (?:conversation-)?not-found$/);
    }
    const { data } = await get<Page<Conversation>>(token, "/conversations");
    expect(data.map(({ id }) => id)).toContain(mine.get(name)?.conversation_id);
    const found = await get<Page<Conversation>>(token, "/conversations?q=colour");
    for (const { id } of [...data, ...found.data]) {
      expect([...mine].filter(([whose, { conversation_id }]) => whose !== name && conversation_id === id)).toEqual([]);
    }
  }
  expect(JSON.stringify(await rows())).toBe(before);
});

test("the owner's documents, uploads, embeds and account are no visitor's", async () => {
  const { db } = api.services;
  const before = JSON.stringify(await DocumentModel.query(db).orderBy("id"));
  const form = () => {
    const body = new FormData();
    body.append("file", new Blob([makePdf(["one"])]), "one.pdf");
    return body;
  };
  for (const [method, path, body] of [
    ["GET", "/users/me"],
    ["POST", "/users/me/password", { current_password: owner.password, new_password: "a new long password" }],
    ["DELETE", "/users/me", { password: owner.password }],
    ["GET", "/documents"],
    ["GET", "/documents/events"],
    ["GET", `/documents/${pump}`],
    ["PATCH", `/documents/${pump}`, { title: "mine" }],
    ["DELETE", `/documents/${pump}`],
    ["POST", `/documents/${pump}/retry`],
    ["GET", `/documents/${pump}/file`],
    ["GET", `/documents/${pump}/pages/1`],
    ["GET", `/documents/${salaries}/pages/1`],
  ] as const) {
    const answer = await answerOf(await call(ann.token, path, { method, ...(body && { body }) }));
    expect([method, path, answer]).toEqual([method, path, "403 forbidden"]);
  }
  const headers = { Authorization: `Bearer ${ann.token}`, Origin: hostPage };
  expect((await fetch(`${api.url}/upload`, { method: "POST", headers, body: form() })).status).toBe(403);
  expect(JSON.stringify(await DocumentModel.query(db).orderBy("id"))).toBe(before);
});

test("answers are drawn from the embed's ready documents alone, whatever is named", async () => {
  const { db } = api.services;
  expect(citedDocuments((await asked(ann.token, { message: "pump, boiler, salary of Kim?" })).events)).toEqual(
    new Set([pump, boiler]),
  );
  expect(citedDocuments((await asked(ann.token, { document_ids: [pump] })).events)).toEqual(new Set([pump]));
  const refused = async (document_ids: string[], token = ann.token) => answerOf(await ask(token, { document_ids }));
  expect(await refused([salaries])).toBe("404 document-not-found");
  expect(await refused([pump, salaries])).toBe("404 document-not-found");
  expect(await refused([boiler], cleo.token)).toBe("404 document-not-found");
  const [kettle] = await DocumentModel.query(db).where({ user_id: other.userId });
  await patch(shop, { document_ids: [pump, kettle?.id ?? ""] });
  // Not the owner's, however it has come into the row.
  expect(await refused([kettle?.id ?? ""])).toBe("404 document-not-found");
  const unread = await addDocument(db, owner.userId, { title: "New", pages: [], status: "processing" });
  await patch(shop, { document_ids: [unread] });
  expect(await refused([unread])).toBe("409 document-not-ready");
  expect(await answerOf(await ask(ann.token))).toBe("409 no-documents");
  await patch(shop, { document_ids: [] });
  const nothing = await ask(ann.token);
  expect(await nothing.json()).toMatchObject({ code: "no-documents", detail: expect.not.stringContaining("PDF") });
});

test("a conversation goes on with what the embed still has of its documents, and forgets what was said of the others", async () => {
  gemini.reply({ kind: "answer", texts: ["The boiler is made of SECRETCOPPER [1]."] });
  const first = await asked(ann.token, { message: "What is the boiler made of?" });
  expect(citedDocuments(first.events)).toContain(boiler);
  const conversation = { conversation_id: first.conversation_id };
  const given = () => JSON.stringify(gemini.requests.slice(-2));
  await asked(ann.token, { message: "And the pump's colour?", ...conversation });
  expect(given()).toContain("SECRETCOPPER");
  await patch(shop, { document_ids: [pump, salaries] });
  const next = await asked(ann.token, { message: "Is it heavy, what is the boiler made of?", ...conversation });
  expect(citedDocuments(next.events)).toEqual(new Set([pump]));
  expect(given()).not.toContain("SECRETCOPPER");
  await patch(shop, { document_ids: [salaries] });
  expect(await answerOf(await ask(ann.token, conversation))).toBe("409 no-documents");
  expect(await answerOf(await call(ann.token, `/chat/${first.message_id}/regenerate`, { method: "POST" }))).toBe(
    "409 no-documents",
  );
});

test.each<[string, () => PromiseLike<unknown>]>([
  ["taken from the embed", () => patch(shop, { document_ids: [pump] })],
  ["deleted", () => DocumentModel.query(api.services.db).findById(boiler).patch({ deleted_at: new Date() })],
])("an answer from a document that was %s is withdrawn from its visitor, and from nobody else", async (_, take) => {
  gemini.reply({ kind: "answer", texts: ["The boiler is made of SECRETCOPPER [1]."] });
  const headers = { "Idempotency-Key": "the boiler" };
  const body = { message: "What is the boiler made of?" };
  const events = await allEvents(await call(ann.token, "/chat", { body, headers }));
  expect(citedDocuments(events)).toContain(boiler);
  const { conversation_id, message_id } = startOf(events);
  const path = `/conversations/${conversation_id}`;
  gemini.reply({ kind: "answer", texts: ["It is blue [1]."] });
  const ofPump = { conversation_id, message: "What colour is the pump?", document_ids: [pump] };
  const kept = startOf((await asked(ann.token, ofPump)).events).message_id;
  gemini.reply({ kind: "answer", texts: ["The boiler is made of SECRETCOPPER [1]."] });
  const owners = await asked(owner.accessToken(), body);
  const forms = () =>
    Promise.all(
      ["/messages", "/export", "/export?format=json"].map(async (form) => (await call(ann.token, path + form)).text()),
    );
  const ids = async () => [
    (await get<Conversation>(ann.token, path)).document_ids,
    (await get<Page<Conversation>>(ann.token, "/conversations")).data[0]?.document_ids,
    (await get<{ conversation: Conversation }>(ann.token, `${path}/export?format=json`)).conversation.document_ids,
  ];
  const found = async (q: string) => (await get<Page<Conversation>>(ann.token, `/conversations?q=${q}`)).data.length;
  for (const form of await forms()) expect(form).toContain("SECRETCOPPER");
  expect([await found("secretcopper"), (await call(ann.token, `/chat/${message_id}/stream`)).status]).toEqual([1, 200]);
  // The first question was about all that the embed had, the last about one.
  await ConversationModel.query(api.services.db)
    .findById(conversation_id)
    .patch({ document_ids: [pump, boiler] });
  for (const named of await ids()) expect(named).toEqual([pump, boiler]);
  await take();
  try {
    for (const form of await forms()) {
      expect(form).not.toMatch(/SECRETCOPPER|copper|Boiler/);
      expect(form).toContain("This answer came from a document that is no longer here.");
      expect(form).toMatch(/It is blue \[.*1\]/);
    }
    const { data } = await get<Page<Message>>(ann.token, `${path}/messages`);
    const none = { citations: [], cited: [], unsupported: [] };
    expect(data.find(({ id }) => id === message_id)).toMatchObject({ status: "complete", ...none });
    expect(data.find(({ id }) => id === kept)?.citations).not.toEqual([]);
    for (const named of await ids()) expect(named).toEqual([pump]);
    expect([await found("secretcopper"), await found("is blue"), await found("boiler made")]).toEqual([0, 1, 1]);
    for (const from of ["", "?after=2"])
      expect(await answerOf(await call(ann.token, `/chat/${message_id}/stream${from}`))).toBe("404 not-found");
    expect(await answerOf(await call(ann.token, "/chat", { body, headers }))).toBe("404 not-found");
    expect((await call(ann.token, `/chat/${kept}/stream`)).status).toBe(200);
    const own = await call(owner.accessToken(), `/conversations/${owners.conversation_id}/messages`);
    expect(await own.text()).toContain("SECRETCOPPER");
  } finally {
    await DocumentModel.query(api.services.db).findById(boiler).patch({ deleted_at: null });
  }
});

test("a key of a request is its caller's own", async () => {
  const headers = { "Idempotency-Key": "the same" };
  const send = async (token: string) => {
    const response = await call(token, "/chat", { body: { message: "What colour is the pump?" }, headers });
    expect(response.status).toBe(200);
    return startOf(await allEvents(response)).message_id;
  };
  const tokens = [ann.token, bob.token, cleo.token, owner.accessToken()];
  const first = await Promise.all(tokens.map(send));
  expect(new Set(first).size).toBe(4);
  expect(await Promise.all(tokens.map(send))).toEqual(first);
});

/** A visitor's token, good but for what is changed. */
function forge(
  visitor: TestVisitor,
  { claims = {}, header = {}, algorithm = "HS256", key = secret, without = "" }: Forgery = {},
): string {
  const payload: Record<string, unknown> = { ...(jwt.decode(visitor.token) as object), ...claims };
  delete payload[without];
  const kid = api.services.keys.jwt[0]?.id;
  const signed = algorithm === "none" ? "" : createSecretKey(Buffer.from(key));
  return jwt.sign(payload, signed, { algorithm, header: { alg: algorithm, kid, ...header } as jwt.JwtHeader });
}
interface Forgery {
  claims?: object;
  header?: object;
  algorithm?: jwt.Algorithm;
  key?: string;
  without?: string;
}

test("a visitor's token says what the contract says, and passes as it is alone", async () => {
  const { header, payload } = jwt.decode(ann.token, { complete: true }) as jwt.Jwt;
  expect(header).toEqual({ alg: "HS256", typ: "JWT", kid: api.services.keys.jwt[0]?.id });
  const { iat } = payload as { iat: number };
  const audience = { iss: "pagewise", aud: "pagewise:visitor", sub: ann.id };
  expect(payload).toEqual({ ...audience, eid: shop.id, org: hostPage, iat, exp: iat + 900 });
  expect((await call(forge(ann), "/conversations")).status).toBe(200);
  const session = jwt.decode(owner.accessToken()) as { sid: string };
  const forgeries: Forgery[] = [
    { algorithm: "none" },
    { algorithm: "HS512" },
    { algorithm: "HS384" },
    { key: "another-secret-of-at-least-32-bytes-here" },
    { header: { kid: "unknown" } },
    { header: { kid: api.services.keys.data[0]?.id } },
    { claims: { iss: "somebody" } },
    { claims: { aud: "pagewise" } },
    { claims: { exp: Math.floor(Date.now() / 1000) - 1 } },
    { without: "exp" },
    { without: "sub" },
    { without: "eid" },
    { without: "org" },
    { claims: { eid: forum.id } },
    { claims: { org: [hostPage] } },
    { claims: { sub: uuid() } },
    { claims: { sub: owner.userId } },
    { claims: { sub: owner.userId, sid: session.sid } },
    { claims: { sub: "' or true --" } },
    { claims: { sub: cleo.id } },
    // As a user's: a visitor is no sign-in, nor is the visitor's id an account's.
    { claims: { aud: "pagewise:user" } },
    { claims: { aud: "pagewise:user", sid: ann.id } },
    { claims: { aud: "pagewise:user", sid: session.sid } },
  ];
  for (const forgery of forgeries) {
    const answer = await answerOf(await call(forge(ann, forgery), "/conversations"));
    expect([forgery, answer]).toEqual([forgery, "401 unauthorized"]);
  }
  for (const aud of [["pagewise:visitor"], ["pagewise:visitor", "pagewise:user"]]) {
    expect(await answerOf(await call(forge(ann, { claims: { aud } }), "/conversations"))).toBe("403 forbidden");
  }
});

test("what changes in the embed holds at once for tokens that were given before", async () => {
  const now = async (headers: Record<string, string> = {}) =>
    answerOf(await call(ann.token, "/conversations", { headers }));
  expect(await now()).toBe("200");
  for (const origin of ["https://evil.example", `${hostPage}.evil.example`, "http://shop.example.com", "null"]) {
    expect([origin, await now({ Origin: origin })]).toEqual([origin, "403 origin-not-allowed"]);
  }
  // Another page that the embed allows is not the one that the token was given to.
  await patch(shop, { allowed_origins: [hostPage, "https://www.example.com"] });
  expect(await now({ Origin: "https://www.example.com" })).toBe("403 origin-not-allowed");
  await patch(shop, { allowed_origins: ["https://www.example.com"] });
  expect(await now()).toBe("403 origin-not-allowed");
  expect(await answerOf(await api.request("/conversations", { token: ann.token }))).toBe("403 origin-not-allowed");
  await patch(shop, { allowed_origins: [hostPage], enabled: false });
  expect(await now()).toBe("401 unauthorized");
  await patch(shop, { enabled: true });
  expect(await now()).toBe("200");
  await VisitorModel.query(api.services.db).deleteById(ann.id);
  expect(await now()).toBe("401 unauthorized");
  expect(await answerOf(await call(bob.token, "/conversations"))).toBe("200");
  await EmbedModel.query(api.services.db).deleteById(shop.id);
  expect(await answerOf(await call(bob.token, "/conversations"))).toBe("401 unauthorized");
});

test("our own page may hold the chat too, whatever the embed allows", async () => {
  const here = new URL(api.url).origin;
  const visitor = await addVisitor(api.services, shop, { origin: here });
  expect((await call(visitor.token, "/conversations", { headers: { Origin: here } })).status).toBe(200);
  expect((await api.request("/conversations", { token: visitor.token })).status).toBe(200);
  expect((await call(visitor.token, "/conversations")).status).toBe(403);
});

test("pictures of cited pages need no header, and hold for their visitor, embed and document", async () => {
  const { db, storage } = api.services;
  await storage.put(`documents/${pump}.pdf`, makePdf(["The pump is blue.", "The pump is heavy."]));
  const answered = await asked(ann.token);
  const [citation] = citationsOf(answered.events);
  const url = citation?.page_image_url ?? "";
  const status = async (path: string, init: Init = {}) => answerOf(await api.request(path, init));
  const shown = await api.request(url);
  expect([shown.status, shown.headers.get("Content-Type")]).toEqual([200, "image/webp"]);
  expect(shown.headers.get("Cross-Origin-Resource-Policy")).toBe("cross-origin");
  const listed = await get<Page<Message>>(ann.token, `/conversations/${answered.conversation_id}/messages`);
  expect(listed.data[1]?.citations[0]?.page_image_url).toBe(url);

  for (const changed of [
    url.replace("width=960", "width=1920"),
    url.replace(pump, salaries),
    url.replace(/pages\/\d+/, "file"),
    url.replace(/pages\/\d+/, "pages/99"),
    url.replace("v=", "s="),
    url.replace(/&o=[^&]+/, ""),
    url.replace(/&o=[^&]+/, `&o=${encodeURIComponent(api.url)}`),
    url.replace(/v=[^&]+/, `v=${Buffer.from(bob.id.replaceAll("-", ""), "hex").toString("base64url")}`),
  ]) {
    expect([changed, await status(changed)]).toEqual([changed, "401 unauthorized"]);
  }
  expect(await status(url, { headers: { Origin: hostPage } })).toBe("200");
  expect(await status(url, { headers: { Origin: "https://evil.example" } })).toBe("403 origin-not-allowed");
  expect(await status(url, { headers: { Authorization: `Bearer ${ann.token}` } })).toBe("403 forbidden");
  const elsewhere = "https://www.example.com";
  await patch(shop, { allowed_origins: [hostPage, elsewhere] });
  expect(await status(url, { headers: { Origin: elsewhere } })).toBe("403 origin-not-allowed");
  await patch(shop, { allowed_origins: [elsewhere] });
  expect(await status(url)).toBe("403 origin-not-allowed");
  await patch(shop, { allowed_origins: [hostPage] });
  expect(await status(url)).toBe("200");

  await patch(shop, { document_ids: [boiler] });
  expect(await status(url)).toBe("404 document-not-found");
  await patch(shop, { document_ids: [pump], enabled: false });
  expect(await status(url)).toBe("401 unauthorized");
  await patch(shop, { enabled: true });
  await DocumentModel.query(db).findById(pump).patch({ deleted_at: new Date() });
  expect(await status(url)).toBe("404 document-not-found");
  await DocumentModel.query(db).findById(pump).patch({ deleted_at: null });
  expect(await status(url)).toBe("200");
  await VisitorModel.query(db).deleteById(ann.id);
  expect(await status(url)).toBe("401 unauthorized");
});

test("the picture of a cited page goes with the conversation that it was cited in", async () => {
  const { storage } = api.services;
  await storage.put(`documents/${pump}.pdf`, makePdf(["The pump is blue.", "The pump is heavy."]));
  const cited = async (token: string) => {
    const { events, conversation_id } = await asked(token);
    const [citation] = citationsOf(events);
    return { conversation_id, page: citation?.page, url: citation?.page_image_url ?? "" };
  };
  const [first, second, bobs] = [await cited(ann.token), await cited(ann.token), await cited(bob.token)];
  expect([second.page, bobs.page]).toEqual([first.page, first.page]);
  const statuses = () => Promise.all([first, second, bobs].map(async ({ url }) => answerOf(await api.request(url))));
  const remove = async (token: string, { conversation_id }: { conversation_id: string }) =>
    (await call(token, `/conversations/${conversation_id}`, { method: "DELETE" })).status;
  expect(await statuses()).toEqual(["200", "200", "200"]);
  expect(await remove(bob.token, first)).toBe(404);
  expect(await remove(ann.token, first)).toBe(204);
  expect(await statuses()).toEqual(["404 document-not-found", "200", "200"]);
  expect(await answerOf(await api.request(first.url, { headers: { "If-None-Match": "*" } }))).toMatch(/^404/);
  expect(await remove(ann.token, second)).toBe(204);
  expect(await statuses()).toEqual(["404 document-not-found", "404 document-not-found", "200"]);
  // Signed for one of them in the conversation of the other: nobody is given such a one.
  const reader = { visitorId: ann.id, origin: hostPage, conversationId: bobs.conversation_id };
  const mixed = pageUrl(api.services, reader, { documentId: pump, page: 1 });
  expect(await answerOf(await api.request(mixed))).toBe("404 document-not-found");
});

test.each<[string, (embed: EmbedModel) => PromiseLike<unknown>, string]>([
  ["is disabled", (embed) => patch(embed, { enabled: false }), "401 unauthorized"],
  ["is deleted", (embed) => deleteEmbed(api.services, owner.userId, embed.id), "401 unauthorized"],
  ["no longer allows the page", (embed) => patch(embed, { allowed_origins: [] }), "403 origin-not-allowed"],
])("what a visitor reads ends when the embed %s, and other readers read on", async (_, change, after) => {
  const texts = Array.from({ length: 400 }, (_, index) => `word${index} `);
  gemini.reply({ kind: "answer", texts, framesPerSecond: 20 });
  const beside = await ask(cleo.token);
  const response = await ask(ann.token);
  const events: ChatEvent[] = [];
  for await (const event of eventsOf(response)) {
    events.push(event);
    if (event.event === "delta" && events.filter(({ event: name }) => name === "delta").length === 2)
      await change(shop);
  }
  expect(["done", "error"]).not.toContain(events.at(-1)?.event);
  const { message_id } = startOf(events);
  expect(await answerOf(await call(ann.token, `/chat/${message_id}/stream?after=${events.length}`))).toBe(after);
  const reader = eventsOf(beside);
  const { value } = await reader.next();
  expect(value).toMatchObject({ event: "start" });
  const left = value?.event === "start" ? value.data.message_id : "";
  expect((await call(cleo.token, `/chat/${left}/stop`, { method: "POST" })).status).toBe(204);
  let last = value;
  for await (const event of reader) last = event;
  expect(last?.event).toBe("done");
});

test.each<[string, () => PromiseLike<unknown>]>([
  ["taken from the embed", () => patch(shop, { document_ids: [pump] })],
  ["deleted", () => DocumentModel.query(api.services.db).findById(boiler).patch({ deleted_at: new Date() })],
])("what a visitor reads ends when a document that it cites is %s, and what cites others goes on", async (_, take) => {
  const texts = Array.from({ length: 400 }, (_, index) => `word${index} `);
  gemini.reply({ kind: "answer", texts, framesPerSecond: 20 });
  try {
    const ofPump = eventsOf(await ask(bob.token, { document_ids: [pump] }));
    const begun = (await ofPump.next()).value;
    const events: ChatEvent[] = [];
    for await (const event of eventsOf(await ask(ann.token, { message: "What is the boiler made of?" }))) {
      events.push(event);
      if (event.event === "delta" && events.filter(({ event: name }) => name === "delta").length === 2) await take();
    }
    expect(citedDocuments(events)).toContain(boiler);
    expect(["done", "error"]).not.toContain(events.at(-1)?.event);
    const again = await call(ann.token, `/chat/${startOf(events).message_id}/stream?after=${events.length}`);
    expect(await answerOf(again)).toBe("404 not-found");
    const left = begun ? startOf([begun]).message_id : "";
    expect((await call(bob.token, `/chat/${left}/stop`, { method: "POST" })).status).toBe(204);
    let last = begun;
    for await (const event of ofPump) last = event;
    expect(last?.event).toBe("done");
  } finally {
    await DocumentModel.query(api.services.db).findById(boiler).patch({ deleted_at: null });
  }
});

test.each<[string, () => PromiseLike<unknown>]>([
  ["its embed is turned off", () => owner.client.embeds.update(shop.id, { enabled: false })],
  ["its document is taken from the embed", () => owner.client.embeds.update(shop.id, { document_ids: [pump] })],
  ["it has told nothing yet, and its document is deleted", () => owner.client.documents.delete(boiler)],
])("an answer is written no further when %s, and others are", async (when, take) => {
  const { db } = api.services;
  const texts = Array.from({ length: 2000 }, (_, index) => `word${index} `);
  gemini.reply({ kind: "answer", texts, framesPerSecond: 20 });
  // Nothing is read of them: it is not a reader that ends one.
  const begin = async (token: string, body: object) => {
    const reader = eventsOf(await ask(token, body));
    const { value } = await reader.next();
    while ((await reader.next()).value?.event !== "delta");
    return value ? startOf([value]).message_id : "";
  };
  const ofBoiler = { message: "What is the boiler made of?", document_ids: [boiler] };
  const ended = await begin(ann.token, ofBoiler);
  const others = [await begin(cleo.token, { document_ids: [pump] }), await begin(owner.accessToken(), ofBoiler)];
  const rowOf = (id: string) => MessageModel.query(db).findById(id).throwIfNotFound();
  const aborted = gemini.aborted();
  try {
    await owner.client.embeds.update(shop.id, { greeting: "Good day" });
    expect((await rowOf(ended)).status).toBe("streaming");
    const isToldOf = !when.includes("told nothing");
    if (isToldOf) await eventually(async () => expect((await rowOf(ended)).text).not.toBe(""));
    else await MessageModel.query(db).findById(ended).patch({ citations: [] });
    await take();
    await eventually(() => expect(api.services.chat.isWriting(ended)).toBe(false));
    // Answers of tests before may be ended meanwhile, too.
    expect(gemini.aborted()).toBeGreaterThan(aborted);
    const row = await rowOf(ended);
    expect(row).toMatchObject({ status: "failed", error: { code: "unavailable" }, lease_until: null });
    if (isToldOf) expect(row.text).toMatch(/^word0 word1 /);
    for (const id of others) {
      expect((await rowOf(id)).status).toBe("streaming");
      expect(api.services.chat.isWriting(id)).toBe(true);
    }
    const chat = api.services.chat.events(ended, { after: 0, hasEnded: false, wake() {} });
    await eventually(() => {
      const entry = chat.take();
      expect(entry?.event).toBe("error");
      expect(entry?.data).toMatchObject({ code: "unavailable", text_length: row.text.length });
    });
    chat.leave();
  } finally {
    await DocumentModel.query(db).findById(boiler).patch({ deleted_at: null });
    for (const [index, id] of others.entries())
      await call(index === 0 ? cleo.token : owner.accessToken(), `/chat/${id}/stop`, { method: "POST" });
  }
});

test("questions count for the visitor, the address and the embed, whatever is thrown away; what made nothing does not", async () => {
  await patch(shop, { visitor_message_limit: 3, daily_message_limit: 7 });
  const usage = async () => {
    const { data } = await embedUsage(api.services, shop.id, 1);
    return data[0];
  };
  const refused = async (token: string) => {
    const response = await ask(token);
    expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect(response.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
    return answerOf(response);
  };
  expect(await answerOf(await ask(ann.token, { document_ids: [salaries] }))).toBe("404 document-not-found");
  const headers = { "Idempotency-Key": "once" };
  const twins = await Promise.all(
    [1, 2, 3].map(() => call(ann.token, "/chat", { body: { message: "Blue?" }, headers })),
  );
  expect(new Set((await Promise.all(twins.map(allEvents))).map((events) => startOf(events).message_id)).size).toBe(1);
  const { message_id } = await asked(ann.token);
  const again = () => call(ann.token, `/chat/${message_id}/regenerate`, { method: "POST" });
  await allEvents(await again());
  expect(await refused(ann.token)).toBe("429 too-many-requests");
  expect(await answerOf(await again())).toBe("429 too-many-requests");
  // What the same key has made is told still.
  expect((await call(ann.token, "/chat", { body: { message: "Blue?" }, headers })).status).toBe(200);
  expect(await usage()).toMatchObject({ questions: 3, refused: 0 });

  // Whoever throws the id away sits at the same address; a person whom the host site names is counted alone.
  expect(await refused((await addVisitor(api.services, shop)).token)).toBe("429 too-many-requests");
  gemini.reply({ kind: "answer", texts: [`${refusalMarker} The documents do not tell.`] });
  for (let n = 0; n < 3; n++) expect((await asked(bob.token)).events.at(-1)).toMatchObject({ event: "done" });
  expect(await refused(bob.token)).toBe("429 too-many-requests");
  await expect.poll(usage).toMatchObject({ questions: 6, refused: 3 });

  const dan = await addVisitor(api.services, shop, { subject: "dan" });
  await asked(dan.token);
  expect(await refused(dan.token)).toBe("429 too-many-requests");
  await expect.poll(usage).toMatchObject({ questions: 7, refused: 4 });
  expect((await ask(owner.accessToken())).status).toBe(200);
});

test("a visitor asks no more in a minute than a user may", async () => {
  await patch(forum, { visitor_message_limit: null, daily_message_limit: null });
  const all = await Promise.all(Array.from({ length: 22 }, () => ask(cleo.token)));
  const statuses = all.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array<number>(20).fill(200), 429, 429]);
  await Promise.all(all.map((response) => response.text()));
  expect((await asked(ann.token)).events.at(-1)?.event).toBe("done");
});
