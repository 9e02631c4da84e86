// Embeds through the SDK and over the wire, as their owner and others see them.
import { isApiError } from "@pagewise/sdk";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addDocument } from "../../test/library.ts";

let api: Api;
let ada: SignedIn;
let documentId: string;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  ada = await api.register();
  documentId = await addDocument(api.services.db, ada.userId, { title: "Pump", pages: ["The pump is blue."] });
});
afterAll(() => api?.close());

const unknown = "0190a0a0-0000-7000-8000-00000000000a";
const send = (path: string, body: unknown, init: { method?: string; headers?: Record<string, string> } = {}) =>
  api.request(path, { body, token: ada.accessToken(), ...init });
const faultsOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => "no failure",
    (failure) => failure,
  );
  if (!isApiError(error)) throw new Error(`no refusal: ${error}`);
  return [error.code, ...(error.errors ?? []).map(({ pointer }) => pointer)];
};

test("an embed is made by its name, and its secret is shown in that answer alone", async () => {
  const response = await send("/embeds", { name: "  Help\n centre " });
  expect(response.status).toBe(201);
  const { secret, ...embed } = (await response.json()) as { id: string; secret: string };
  expect(response.headers.get("location")).toBe(`/embeds/${embed.id}`);
  expect(embed).toEqual({
    ...{ id: expect.any(String), name: "Help centre", public_key: expect.stringMatching(/^pk_/), document_ids: [] },
    ...{ allowed_origins: [], theme: { scheme: "auto", accent: null, marker: null }, greeting: expect.any(String) },
    ...{ starters: [], locale: null, daily_message_limit: 1000, visitor_message_limit: 100 },
    ...{ address_message_limit: null, enabled: true, created_at: expect.stringMatching(/Z$/) },
  });
  expect(secret).toMatch(/^sk_/);
  const { embeds } = ada.client;
  expect(await embeds.get(embed.id)).toEqual(embed);
  expect(await embeds.list()).toEqual({ data: [embed], next_cursor: null });
  expect(await embeds.update(embed.id, {})).toEqual(embed);
});

test("everything that can be set is set, and stays until it is changed", async () => {
  const { embeds } = ada.client;
  const { id, public_key } = await embeds.create({ name: "Help" });
  const changes = {
    name: "Shop",
    document_ids: [documentId],
    allowed_origins: ["https://shop.example", "http://localhost:3000"],
    theme: { scheme: "dark" as const, accent: "#224b8f", marker: "#ffee00" },
    greeting: "Hello.\nAsk me.",
    starters: ["What colour is it?", "<img src=x onerror=alert(1)>"],
    locale: "de-CH",
    daily_message_limit: 5,
    visitor_message_limit: null,
    address_message_limit: 7,
    enabled: false,
  };
  const changed = await embeds.update(id, changes);
  expect(changed).toEqual({ ...changes, id, public_key, created_at: changed.created_at });
  // A whole embed may be sent back; what is not to be changed is not looked at.
  expect(await embeds.update(id, { ...changed, public_key: "pk_mine", id: unknown } as object)).toEqual(changed);
  expect(await embeds.update(id, { theme: { accent: null }, locale: null })).toMatchObject({
    theme: { scheme: "dark", accent: null, marker: "#ffee00" },
    locale: null,
  });
  const said = {
    name: "a\u0007b \ud800\u202e",
    greeting: "\u2067a\r\nb\u0000".slice(0, 5),
    locale: "EN-us",
    starters: ["x", "\u202ax\u2069"],
  };
  expect(await embeds.update(id, said)).toMatchObject({
    ...{ name: "a b \ufffd", greeting: "a\nb", locale: "en-US", starters: ["x"] },
  });
});

test("each fault is told with its pointer, and nothing is made", async () => {
  const { embeds } = ada.client;
  const long = (length: number) => "x".repeat(length);
  const many = <T>(length: number, item: (n: number) => T) => Array.from({ length }, (_, n) => item(n));
  const faults: [body: object, pointers: string[]][] = [
    [{}, ["/name"]],
    [{ name: " \n" }, ["/name"]],
    [{ name: long(101) }, ["/name"]],
    [{ name: 7 }, ["/name"]],
    [{ name: "a", greeting: long(501), starters: many(7, String) }, ["/greeting", "/starters"]],
    [{ name: "a", starters: ["ok", "", long(201)] }, ["/starters/1", "/starters/2"]],
    [{ name: "a", document_ids: ["no-id"] }, ["/document_ids/0"]],
    [{ name: "a", document_ids: many(101, () => unknown) }, ["/document_ids"]],
    [{ name: "a", allowed_origins: many(51, (n) => `https://${n}.example`) }, ["/allowed_origins"]],
    [
      { name: "a", allowed_origins: ["example.com", "https://a.example", "*"] },
      ["/allowed_origins/0", "/allowed_origins/2"],
    ],
    [
      { name: "a", theme: { scheme: "blue", accent: "red", marker: "#12" } },
      ["/theme/scheme", "/theme/accent", "/theme/marker"],
    ],
    ...["de_DE", "x", "javascript:", long(70), ""].map((locale): [object, string[]] => [
      { name: "a", locale },
      ["/locale"],
    ]),
    ...[0, -1, 1.5, 1e9, "5"].map((limit): [object, string[]] => [
      { name: "a", daily_message_limit: limit, visitor_message_limit: limit, address_message_limit: limit },
      ["/daily_message_limit", "/visitor_message_limit", "/address_message_limit"],
    ]),
    [{ name: "a", enabled: "yes" }, ["/enabled"]],
  ];
  for (const [body, pointers] of faults) {
    const [code, ...named] = await faultsOf(embeds.create(body as { name: string }));
    expect([code, ...new Set(named)], JSON.stringify(body).slice(0, 80)).toEqual(["invalid-request", ...pointers]);
  }
  const hint = await embeds.create({ name: "a", allowed_origins: ["example.com"] }).catch((error) => error.detail);
  expect(hint).toContain("Begin with https://");
  expect((await embeds.list()).data).toEqual([]);
});

test("only own documents that stand are taken, and one that is deleted later is named no more", async () => {
  const { client } = await api.register();
  const { embeds, documents } = ada.client;
  const { id } = await embeds.create({ name: "Help", document_ids: [documentId.toUpperCase(), documentId] });
  const theirs = client.embeds.create({ name: "Help", document_ids: [documentId] });
  expect(await faultsOf(theirs)).toEqual(["document-not-found"]);
  expect(await faultsOf(embeds.update(id, { document_ids: [documentId, unknown] }))).toEqual(["document-not-found"]);
  expect((await embeds.get(id)).document_ids).toEqual([documentId]);
  await documents.delete(documentId);
  expect((await embeds.get(id)).document_ids).toEqual([]);
  expect((await embeds.list()).data[0]?.document_ids).toEqual([]);
});

test("they are listed newest first, page by page", async () => {
  const { embeds } = ada.client;
  const ids: string[] = [];
  for (const name of ["1", "2", "3"]) ids.unshift((await embeds.create({ name })).id);
  const first = await embeds.list({ limit: 2 });
  const rest = await embeds.list({ limit: 2, cursor: first.next_cursor ?? "" });
  expect([...first.data, ...rest.data].map(({ id }) => id)).toEqual(ids);
  expect(rest.next_cursor).toBeNull();
});

test("another person's embed does not exist, nor one that was never made", async () => {
  const { id } = await ada.client.embeds.create({ name: "Help" });
  const { client } = await api.register();
  for (const [who, which] of [
    [client, id],
    [ada.client, unknown],
    [ada.client, "no-id"],
  ] as const) {
    const calls = [
      () => who.embeds.get(which),
      () => who.embeds.update(which, { name: "Mine" }),
      () => who.embeds.delete(which),
      () => who.embeds.rotateSecret(which),
      () => who.embeds.usage(which),
    ];
    for (const call of calls) expect(await faultsOf(call())).toEqual(["embed-not-found"]);
  }
  expect(await ada.client.embeds.get(id)).toMatchObject({ name: "Help", enabled: true });
  const paths = [
    ["GET", "/embeds"],
    ["POST", "/embeds"],
    ["GET", `/embeds/${id}`],
    ["DELETE", `/embeds/${id}`],
  ] as const;
  for (const [method, path] of paths) expect((await api.request(path, { method })).status).toBe(401);
});

test("the same request again, under one key, makes one embed and one secret", async () => {
  const headers = { "Idempotency-Key": "make" };
  const two = await Promise.all([1, 2].map(() => send("/embeds", { name: "Help" }, { headers })));
  expect(two.map(({ status }) => status)).toEqual([201, 201]);
  const [one, same] = (await Promise.all(two.map((response) => response.json()))) as { id: string }[];
  expect(same).toEqual(one);
  expect((await ada.client.embeds.list()).data).toHaveLength(1);
  expect((await send("/embeds", { name: "Other" }, { headers })).status).toBe(422);
  const rotate = () => send(`/embeds/${one?.id}/rotate-secret`, {}, { headers: { "Idempotency-Key": "rotate" } });
  const [rotated, again] = [await (await rotate()).json(), await (await rotate()).json()];
  expect(again).toEqual(rotated);
  expect((rotated as { secret: string }).secret).not.toBe((one as unknown as { secret: string }).secret);
});

test("usage has an entry a day, as many as were asked for", async () => {
  const { id } = await ada.client.embeds.create({ name: "Help" });
  const { data } = await ada.client.embeds.usage(id);
  expect(data).toHaveLength(14);
  expect(data.at(-1)).toEqual({ day: new Date().toISOString().slice(0, 10), sessions: 0, questions: 0, refused: 0 });
  expect((await ada.client.embeds.usage(id, { days: 90 })).data).toHaveLength(90);
  for (const days of [0, 91, 1.5])
    expect(await faultsOf(ada.client.embeds.usage(id, { days }))).toEqual(["invalid-request", "/days"]);
});

test("what is done to an embed is kept for its owner, and no secret with it", async () => {
  const { embeds } = ada.client;
  const { id, secret } = await embeds.create({ name: "Help" });
  await embeds.update(id, { greeting: "Ask.", enabled: true });
  await embeds.update(id, { enabled: false });
  await embeds.update(id, { enabled: true, greeting: "Ask away." });
  await embeds.rotateSecret(id, { revoke_now: true });
  await embeds.delete(id);
  expect(await faultsOf(embeds.get(id))).toEqual(["embed-not-found"]);
  const rows = await api.services.db("audit_events").where({ user_id: ada.userId, subject: id }).orderBy("id");
  expect(rows.map(({ event }) => event)).toEqual([
    ...["embed-created", "embed-changed", "embed-turned-off", "embed-turned-on"],
    ...["embed-secret-rotated", "embed-deleted"],
  ]);
  expect(JSON.stringify(rows)).not.toContain(secret);
});
