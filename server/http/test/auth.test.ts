import { createHash, createSecretKey } from "node:crypto";
import Router from "@koa/router";
import jwt from "jsonwebtoken";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserModel } from "../../models/user.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { sessionOf } from "../auth.ts";

const secrets = ["the-first-secret-of-at-least-32-bytes", "the-older-secret-of-at-least-32-bytes"] as const;
let api: Api;
let user: SignedIn;

beforeAll(async () => {
  const routes = new Router();
  routes.get("/no-guard", (ctx) => {
    ctx.body = sessionOf(ctx);
  });
  api = await startApi({ env: { JWT_SECRET: secrets.join(",") }, routes });
  user = await api.register();
});
afterAll(() => api.close());

const kid = (secret: string) => {
  const id = api.services.keys.jwt.find(({ key }) => key.equals(createSecretKey(Buffer.from(secret))))?.id;
  return id ?? createHash("sha256").update(secret).digest("hex").slice(0, 12);
};

interface Changes {
  secret?: string;
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  algorithm?: jwt.Algorithm;
  without?: string;
}

/** A good token but for what is changed. */
function forge({ secret = secrets[0], header, claims, algorithm = "HS256", without }: Changes = {}): string {
  const good = jwt.decode(user.accessToken()) as Record<string, unknown>;
  const payload = { ...good, ...claims };
  if (without) delete payload[without];
  const key = algorithm === "none" ? "" : secret;
  return jwt.sign(payload, key, {
    algorithm,
    header: { alg: algorithm, kid: kid(secret), ...header } as jwt.JwtHeader,
  });
}

async function ask(token: string) {
  const response = await api.request("/users/me", { headers: { Authorization: token } });
  const body = (await response.json()) as { code?: string };
  return { status: response.status, code: body.code, header: response.headers.get("WWW-Authenticate") };
}

test("a token has what the contract says, and no more", () => {
  const { header, payload } = jwt.decode(user.accessToken(), { complete: true }) as jwt.Jwt;
  expect(header).toEqual({ alg: "HS256", typ: "JWT", kid: api.services.keys.jwt[0]?.id });
  expect(payload).toEqual({
    iss: "pagewise",
    aud: "pagewise:user",
    sub: user.userId,
    sid: expect.any(String),
    iat: expect.any(Number),
    exp: ((payload as jwt.JwtPayload).iat ?? 0) + 900,
  });
});

test("a good token, also one signed with the older secret, is let in", async () => {
  expect((await ask(`Bearer ${forge()}`)).status).toBe(200);
  expect((await ask(`Bearer ${forge({ secret: secrets[1] })}`)).status).toBe(200);
});

test.each<[string, Changes]>([
  ["of the algorithm none", { algorithm: "none" }],
  ["of HS512 with the right secret", { algorithm: "HS512" }],
  ["of HS384 with the right secret", { algorithm: "HS384" }],
  ["of another secret under a known name", { secret: "somebody-else's-secret-of-32-bytes!", header: { kid: "" } }],
  ["of an unknown key", { header: { kid: "unknown" } }],
  ["without a key's name", { header: { kid: undefined } }],
  ["whose key's name is a list", { header: { kid: ["x"] } }],
  ["that has expired", { claims: { exp: Math.floor(Date.now() / 1000) - 1 } }],
  ["that never expires", { without: "exp" }],
  ["of another issuer", { claims: { iss: "somebody" } }],
  ["for another audience", { claims: { aud: "somebody" } }],
  ["without an audience", { without: "aud" }],
  ["of another user's session", { claims: { sub: uuidv7() } }],
  ["of a session that never was", { claims: { sid: uuidv7() } }],
  ["whose session is not an id", { claims: { sid: "' or true --" } }],
  ["whose session is an object", { claims: { sid: { a: 1 } } }],
  ["without a session", { without: "sid" }],
])("refuses a token %s", async (_, changes) => {
  expect(await ask(`Bearer ${forge(changes)}`)).toEqual({ status: 401, code: "unauthorized", header: "Bearer" });
});

test("refuses a token whose claims were changed", async () => {
  const [header, , signature] = forge().split(".");
  const payload = Buffer.from(JSON.stringify({ ...(jwt.decode(forge()) as object), sub: uuidv7() })).toString(
    "base64url",
  );
  expect((await ask(`Bearer ${header}.${payload}.${signature}`)).status).toBe(401);
});

test.each(["Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic dTpw", "nonsense", `Bearer ${"x".repeat(8000)}`])(
  "refuses the header %s",
  async (header) => {
    expect(await ask(header)).toEqual({ status: 401, code: "unauthorized", header: "Bearer" });
  },
);

test("a visitor's token is understood and forbidden", async () => {
  expect(await ask(`Bearer ${forge({ claims: { aud: "pagewise:visitor" } })}`)).toMatchObject({
    status: 403,
    code: "forbidden",
  });
  const both = ["pagewise:user", "pagewise:visitor"];
  expect(await ask(`Bearer ${forge({ claims: { aud: both } })}`)).toMatchObject({ status: 403, code: "forbidden" });
});

test("neither the query nor a cookie carries a token", async () => {
  const response = await api.request(`/users/me?access_token=${user.accessToken()}`, {
    headers: { Cookie: `access_token=${user.accessToken()}` },
  });
  expect(response.status).toBe(401);
});

test("a route that asks who calls but is not guarded fails closed", async () => {
  expect((await api.request("/no-guard", { token: user.accessToken() })).status).toBe(500);
});

test("a user who is gone is signed out at once", async () => {
  const gone = await api.register();
  await UserModel.query(api.services.db).deleteById(gone.userId);
  expect((await ask(`Bearer ${gone.accessToken()}`)).code).toBe("unauthorized");
});

test("without the database nobody is told that they are signed out", async () => {
  const other = await startApi();
  const person = await other.register();
  await other.services.db.destroy();
  const response = await other.request("/users/me", { token: person.accessToken() });
  expect(response.status).toBeGreaterThanOrEqual(500);
  expect(((await response.json()) as { code: string }).code).not.toBe("unauthorized");
  await other.close().catch(() => {});
});
