// A visitor's client: its session is got when needed, renewed when refused, and never becomes another person's.
import { expect, test } from "vitest";
import { createClient, memoryVisitor } from "../index.ts";
import { codeOf, failureOf } from "./calls.ts";
import { accessToken, serve } from "./server.ts";

const embed = { name: "Ask Hallgate", greeting: "", starters: [], theme: {}, locale: null };

interface State {
  /** The only token that is taken. */
  valid: string;
  /** Bodies of the sessions that were asked for. */
  asked: { visitor_id?: string; identity_token?: string }[];
  refusal: { status: number; code: string } | null;
  /** Whose the next session is. */
  person: string;
}

async function embedServer() {
  const state: State = { valid: "", asked: [], refusal: null, person: "v1" };
  const server = await serve(({ line, token, body, json, problem }) => {
    if (line === "POST /embeds/pk_1/session") {
      state.asked.push(JSON.parse(String(body)));
      if (state.refusal) return problem(state.refusal.status, state.refusal.code, { "retry-after": "60" });
      state.valid = accessToken(state.person, state.asked.length);
      return json(200, { access_token: state.valid, expires_in: 900, visitor_id: `secret-${state.person}`, embed });
    }
    if (token !== state.valid) return problem(401, "unauthorized");
    json(200, { data: [], next_cursor: null });
  });
  return { ...server, state };
}

const sessions = (lines: string[]) => lines.filter((line) => line.endsWith("/session")).length;

test("the session is got with the first call, once for all of them, and its visitor comes back", async () => {
  const { url, lines, state } = await embedServer();
  const visitor = memoryVisitor();
  const client = createClient({ baseUrl: url, embedKey: "pk_1", visitor });
  expect(lines).toEqual([]);
  const [face] = await Promise.all([client.embed(), client.conversations.list(), client.conversations.list()]);
  expect(face).toEqual(embed);
  expect([sessions(lines), visitor.get()]).toEqual([1, "secret-v1"]);
  await createClient({ baseUrl: url, embedKey: "pk_1", visitor }).embed();
  expect(state.asked).toEqual([{}, { visitor_id: "secret-v1" }]);
});

test("a 401 is answered by one new session, shared by the calls that were refused", async () => {
  const { url, lines, state } = await embedServer();
  const client = createClient({ baseUrl: url, embedKey: "pk_1" });
  await client.embed();
  state.valid = "run out";
  await Promise.all([client.conversations.list(), client.conversations.list()]);
  expect(sessions(lines)).toBe(2);
});

test("what the server says of the embed reaches the caller by its code", async () => {
  const { url, state } = await embedServer();
  const client = createClient({ baseUrl: url, embedKey: "pk_1" });
  for (const [status, code] of [
    [404, "embed-not-found"],
    [403, "origin-not-allowed"],
    [429, "too-many-requests"],
  ] as const) {
    state.refusal = { status, code };
    expect(await failureOf(client.embed())).toMatchObject({ status, code, retryAfterMs: 60_000 });
    expect(await codeOf(client.messages.feedback("m1", { rating: "up" }))).toBe(code);
  }
  state.refusal = null;
  expect(await client.embed()).toEqual(embed);
});

test("a named person's token is asked for with each session, and their id is kept nowhere", async () => {
  const { url, state } = await embedServer();
  const visitor = memoryVisitor();
  visitor.set("secret-of-somebody-anonymous");
  let given = 0;
  const client = createClient({
    baseUrl: url,
    embedKey: "pk_1",
    visitor,
    identityToken: async () => `signed-${++given}`,
  });
  await client.embed();
  state.valid = "run out";
  await client.conversations.list();
  expect(state.asked).toEqual([{ identity_token: "signed-1" }, { identity_token: "signed-2" }]);
  expect(visitor.get()).toBe(null);
});

test("without an identity token nobody becomes anonymous", async () => {
  const { url, state } = await embedServer();
  const tokens: (() => Promise<string>)[] = [
    async () => "signed",
    async () => "",
    async () => {
      throw new Error("signed out");
    },
  ];
  const client = createClient({
    baseUrl: url,
    embedKey: "pk_1",
    identityToken: () => tokens.shift()?.() ?? Promise.resolve(""),
  });
  await client.embed();
  state.valid = "run out";
  expect(await codeOf(client.conversations.list())).toBe("identity-invalid");
  expect(await failureOf(client.conversations.list())).toMatchObject({ detail: expect.stringContaining("signed out") });
  expect(state.asked).toEqual([{ identity_token: "signed" }]);
});

test("where nobody is signed in the visitor is anonymous, until somebody is; then nobody becomes anonymous again", async () => {
  const { url, state } = await embedServer();
  const visitor = memoryVisitor();
  const tokens = [null, null, "signed", null];
  const client = createClient({
    baseUrl: url,
    embedKey: "pk_1",
    visitor,
    identityToken: async () => tokens.shift() ?? null,
  });
  await client.embed();
  expect(visitor.get()).toBe("secret-v1");
  for (let renewed = 0; renewed < 2; renewed++) {
    state.valid = "run out";
    await client.conversations.list();
  }
  expect(state.asked).toEqual([{}, { visitor_id: "secret-v1" }, { identity_token: "signed" }]);
  expect(visitor.get()).toBe(null);
  state.valid = "run out";
  expect(await codeOf(client.conversations.list())).toBe("identity-invalid");
  expect(state.asked).toHaveLength(3);
});

test("where the new session is another person's, the call is not made as them, and the page is told", async () => {
  const { url, lines, state } = await embedServer();
  const client = createClient({ baseUrl: url, embedKey: "pk_1", identityToken: async () => "signed" });
  const ends: string[] = [];
  client.onSessionEnd((reason) => ends.push(reason));
  await client.embed();
  Object.assign(state, { valid: "run out", person: "v2" });
  expect(await codeOf(client.conversations.list())).toBe("unauthorized");
  expect(ends).toEqual(["elsewhere"]);
  expect(lines).toEqual(["POST /embeds/pk_1/session", "GET /conversations", "POST /embeds/pk_1/session"]);
});

test("an embed's secret is refused before it leaves the page, and so is asking for an embed without a key", async () => {
  expect(() => createClient({ baseUrl: "http://127.0.0.1:9", embedKey: "sk_1" })).toThrow(TypeError);
  await expect(createClient({ baseUrl: "http://127.0.0.1:9" }).embed()).rejects.toThrow("embedKey");
});
