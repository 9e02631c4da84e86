import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RefreshTokenModel } from "../../models/user.ts";
import { type Api, startApi } from "../../test/api.ts";

let api: Api;
let now = new Date();
let emails = 0;
const newEmail = () => `someone-${++emails}@example.com`;
const password = "correct horse battery";

beforeAll(async () => {
  api = await startApi({ env: { LOGIN_ATTEMPTS: "3" }, services: { clock: { now: () => now } } });
});
afterAll(() => api.close());

async function post(path: string, body: unknown, token?: string) {
  const response = await api.request(path, { body, token });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
}

async function signUp(email = newEmail()) {
  expect((await post("/users/register", { email, password })).status).toBe(201);
  const { body } = await post("/users/login", { email, password });
  return { email, access: body.access_token as string, refresh: body.refresh_token as string };
}

const me = (token: string) => api.request("/users/me", { token });

test("registers with a trimmed email and answers who it is", async () => {
  const { status, body } = await post("/users/register", { email: "  Ada@Example.com ", password });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    email: "Ada@Example.com",
    created_at: expect.any(String),
  });
  const taken = await post("/users/register", { email: "ada@example.COM", password });
  expect([taken.status, taken.body.code]).toEqual([409, "email-taken"]);
  const login = await post("/users/login", { email: "ADA@example.com", password });
  expect(login.body).toMatchObject({ token_type: "bearer", expires_in: 900 });
});

test("of two registrations at once with one email, one is taken", async () => {
  const email = newEmail();
  const answers = await Promise.all([1, 2, 3].map(() => post("/users/register", { email, password })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
});

test.each([
  ["no email", { password }, "/email"],
  ["not an email", { email: "nobody", password }, "/email"],
  ["an email that is a number", { email: 5, password }, "/email"],
  ["no password", { email: "a@example.com" }, "/password"],
  ["nine characters", { email: "a@example.com", password: "123456789" }, "/password"],
  ["nine characters of many bytes", { email: "a@example.com", password: "😀".repeat(9) }, "/password"],
  ["73 bytes", { email: "a@example.com", password: `${"by the sea, ".repeat(6)}.` }, "/password"],
  [
    "fewer characters of more than 72 bytes",
    { email: "a@example.com", password: "à la plage, à la mère, ".repeat(3) },
    "/password",
  ],
  ["one of the commonest passwords", { email: "a@example.com", password: "Password123" }, "/password"],
  ["mere repetition", { email: "a@example.com", password: "abcabcabcabc" }, "/password"],
  ["the email itself", { email: "ada@example.com", password: " Ada@Example.com".trim() }, "/password"],
  ["a NUL", { email: "a@example.com", password: "0123456789\0" }, "/password"],
  ["null", null, ""],
  ["a list", [], ""],
  ["a text", '"text"', ""],
])("refuses to register %s", async (_, body, pointer) => {
  const answer = await post("/users/register", body);
  expect([answer.status, answer.body.code]).toEqual([422, "invalid-request"]);
  expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
});

test("a password of 72 bytes signs in, and one that only begins alike does not", async () => {
  const email = newEmail();
  const long = "by the sea, ".repeat(6);
  expect((await post("/users/register", { email, password: long })).status).toBe(201);
  expect((await post("/users/login", { email, password: long })).status).toBe(200);
  expect((await post("/users/login", { email, password: `${long}b` })).body.code).toBe("invalid-credentials");
});

test("an unknown email and a wrong password are told alike", async () => {
  const { email } = await signUp();
  const wrong = await post("/users/login", { email, password: "not the password" });
  const unknown = await post("/users/login", { email: newEmail(), password });
  const strip = ({ request_id, ...body }: Record<string, unknown>) => body;
  expect([wrong.status, wrong.body.code]).toEqual([401, "invalid-credentials"]);
  expect(strip(unknown.body)).toEqual(strip(wrong.body));
});

test("after too many failures even the right password waits, for that account only", async () => {
  const { email } = await signUp();
  const other = await signUp();
  const tries = await Promise.all(Array.from({ length: 6 }, () => post("/users/login", { email, password: "guess" })));
  expect(tries.map(({ status }) => status).sort()).toEqual([401, 401, 401, 429, 429, 429]);
  const right = await post("/users/login", { email: email.toUpperCase(), password });
  expect([right.status, right.body.code]).toEqual([429, "too-many-attempts"]);
  expect(Number(right.headers.get("Retry-After"))).toBeGreaterThan(800);
  expect((await post("/users/login", { email: other.email, password })).status).toBe(200);
});

test("tells who is signed in, and nothing without a token", async () => {
  const { email, access } = await signUp();
  expect(await (await me(access)).json()).toMatchObject({ email });
  const without = await api.request("/users/me");
  expect([without.status, without.headers.get("WWW-Authenticate")]).toEqual([401, "Bearer"]);
});

test("a refresh token is stored as a hash and gives a new pair", async () => {
  const { refresh } = await signUp();
  const row = await RefreshTokenModel.query(api.services.db).findById(
    createHash("sha256").update(refresh).digest("base64url"),
  );
  expect(row).toBeTruthy();
  expect(Buffer.from(refresh, "base64url")).toHaveLength(32);
  const { status, body } = await post("/users/refresh", { refresh_token: refresh });
  expect(status).toBe(200);
  expect(body.refresh_token).not.toBe(refresh);
  expect((await me(body.access_token)).status).toBe(200);
});

test("of three tabs that refresh at once two get a pair, and the third is refused and ends nothing", async () => {
  const { refresh } = await signUp();
  const answers = await Promise.all([1, 2].map(() => post("/users/refresh", { refresh_token: refresh })));
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  expect(answers[0]?.body.refresh_token).not.toBe(answers[1]?.body.refresh_token);
  const third = await post("/users/refresh", { refresh_token: refresh });
  expect([third.status, third.body.code, third.headers.get("WWW-Authenticate")]).toEqual([
    401,
    "unauthorized",
    "Bearer",
  ]);
  for (const { body } of answers) {
    expect((await me(body.access_token)).status).toBe(200);
    expect((await post("/users/refresh", { refresh_token: body.refresh_token })).status).toBe(200);
  }
});

test("many refreshes at once give two pairs, which stay", async () => {
  const { refresh } = await signUp();
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post("/users/refresh", { refresh_token: refresh })),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, ...Array(6).fill(401)]);
  for (const { status, body } of answers) if (status === 200) expect((await me(body.access_token)).status).toBe(200);
});

test("a spent token that comes back after ten seconds ends the whole family", async () => {
  const { refresh, access } = await signUp();
  const { body } = await post("/users/refresh", { refresh_token: refresh });
  now = new Date(now.getTime() + 9_000);
  expect((await post("/users/refresh", { refresh_token: refresh })).status).toBe(200);
  expect((await post("/users/refresh", { refresh_token: refresh })).status).toBe(401);
  expect((await me(access)).status).toBe(200);
  now = new Date(now.getTime() + 2_000);
  expect((await post("/users/refresh", { refresh_token: refresh })).status).toBe(401);
  expect((await post("/users/refresh", { refresh_token: body.refresh_token })).status).toBe(401);
  expect((await me(access)).status).toBe(401);
});

test("a refresh token ends after thirty days", async () => {
  const start = now;
  try {
    const { refresh } = await signUp();
    now = new Date(start.getTime() + 30 * 86_400_000 + 1);
    expect((await post("/users/refresh", { refresh_token: refresh })).status).toBe(401);
  } finally {
    now = start;
  }
});

test.each([
  ["unknown", "x".repeat(43)],
  ["a hash instead of a token", "y"],
])("refuses to refresh with %s", async (_, token) => {
  expect((await post("/users/refresh", { refresh_token: token })).body.code).toBe("unauthorized");
  for (const empty of [null, "", undefined, 5])
    expect((await post("/users/refresh", { refresh_token: empty })).status).toBe(422);
});

test("signing out ends the access token at once, and is quiet about unknown tokens", async () => {
  const { refresh, access } = await signUp();
  expect((await post("/users/logout", { refresh_token: refresh })).status).toBe(204);
  expect((await me(access)).status).toBe(401);
  expect((await post("/users/refresh", { refresh_token: refresh })).status).toBe(401);
  expect((await post("/users/logout", { refresh_token: refresh })).status).toBe(204);
  expect((await post("/users/logout", { refresh_token: "unknown" })).status).toBe(204);
  expect((await post("/users/logout", {})).status).toBe(422);
});

test("a new password ends every other session and only the new one signs in", async () => {
  const { email, access } = await signUp();
  const elsewhere = (await post("/users/login", { email, password })).body;
  const change = { current_password: password, new_password: "another long password" };
  const wrong = await post("/users/me/password", { ...change, current_password: "wrong" }, access);
  expect([wrong.status, wrong.body.code]).toEqual([401, "invalid-credentials"]);
  const short = await post("/users/me/password", { ...change, new_password: "short" }, access);
  expect(short.body.errors[0].pointer).toBe("/new_password");
  expect((await post("/users/me/password", change)).status).toBe(401);
  expect((await post("/users/me/password", change, access)).status).toBe(204);
  expect((await me(access)).status).toBe(200);
  expect((await me(elsewhere.access_token)).status).toBe(401);
  expect((await post("/users/refresh", { refresh_token: elsewhere.refresh_token })).status).toBe(401);
  expect((await post("/users/login", { email, password })).status).toBe(401);
  expect((await post("/users/login", { email, password: change.new_password })).status).toBe(200);
});
