import { connect } from "node:net";
import Router from "@koa/router";
import type { Middleware } from "koa";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Services } from "../../services.ts";
import type { Session } from "../../sessions.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addEmbed, addVisitor, hostPage } from "../../test/visitors.ts";
import { type CallerKind, callerOf, requireCaller, sessionOf } from "../auth.ts";
import { signUrl } from "../signing.ts";

const old = "the-older-key-of-at-least-32-bytes!!";
let api: Api;
let user: SignedIn;
let session: Session;
let now = new Date("2026-05-04T10:07:00Z");

beforeAll(async () => {
  const routes = new Router();
  routes.get("/signed/:id", requireLate(), (ctx) => {
    ctx.body = sessionOf(ctx);
  });
  routes.get("/shown/:id", requireLate(["user", "visitor"]), (ctx) => {
    ctx.body = callerOf(ctx);
  });
  api = await startApi({
    env: { DATA_KEY: `the-newer-key-of-at-least-32-bytes!!,${old}` },
    routes,
    services: { clock: { now: () => now } },
  });
  user = await api.register();
  now = new Date();
  session = await current(user);
});
afterAll(() => api.close());

/** The guard needs services that are there only after the routes were made. */
function requireLate(signed: CallerKind[] = ["user"]): Middleware {
  return (ctx, next) => requireCaller(api.services, { callers: ["user"], signed })(ctx, next);
}

async function current(person: SignedIn): Promise<Session> {
  await person.client.users.login({ email: person.email, password: person.password });
  const { sid, sub } = JSON.parse(Buffer.from(person.accessToken().split(".")[1] ?? "", "base64url").toString());
  return { userId: sub, sessionId: sid };
}

const path = `/signed/${uuidv7()}`;
const sign = (services: Pick<Services, "keys" | "clock"> = api.services, params?: Record<string, string>) =>
  signUrl(services, { reader: session, path, ...(params ? { params } : {}) });
const status = async (url: string) => (await api.request(url)).status;

test("a signed address needs no header and tells who it was made for", async () => {
  const response = await api.request(sign());
  expect([response.status, await response.json()]).toMatchObject([200, session]);
  expect(await status(sign(api.services, { width: "640", note: "ä &=?/" }))).toBe(200);
});

test("a token works at the same address, and a bad token is not saved by a signature", async () => {
  expect((await api.request(path, { token: user.accessToken() })).status).toBe(200);
  expect((await api.request(sign(), { token: "wrong" })).status).toBe(401);
  expect(await status(path)).toBe(401);
});

test("the address stays the same for half an hour and ends within an hour", async () => {
  const start = now;
  try {
    now = new Date("2026-05-04T10:00:01Z");
    await user.client.users.login({ email: user.email, password: user.password });
    const first = sign();
    now = new Date("2026-05-04T10:29:59Z");
    expect(sign()).toBe(first);
    now = new Date("2026-05-04T10:30:01Z");
    expect(sign()).not.toBe(first);
    now = new Date("2026-05-04T10:59:59Z");
    expect(await status(first)).toBe(200);
    now = new Date("2026-05-04T11:00:00Z");
    expect(await status(first)).toBe(401);
  } finally {
    now = start;
  }
});

test("every part of the address is held by the signature", async () => {
  const url = sign(api.services, { width: "640" });
  expect(await status(url)).toBe(200);
  const other = new URL(sign(api.services, { width: "1280" }), api.url);
  const changes: ((query: URLSearchParams) => void)[] = [
    (query) => query.set("width", "1280"),
    (query) => query.delete("width"),
    (query) => query.append("width", "1"),
    (query) => query.set("more", "1"),
    (query) => query.set("e", "zzzzzz"),
    (query) => query.append("e", "zzzzzz"),
    (query) => query.set("k", "nobody"),
    (query) => query.set("s", Buffer.alloc(16).toString("base64url")),
    (query) => query.set("s", "short"),
    (query) => query.append("s", query.get("s") ?? ""),
    (query) => query.set("v", query.get("s") ?? ""),
    (query) => {
      query.set("v", query.get("s") ?? "");
      query.delete("s");
    },
    (query) => query.set("m", other.searchParams.get("m") ?? ""),
    (query) => query.set("m", ""),
    (query) => query.delete("s"),
    (query) => query.delete("e"),
    (query) => query.delete("k"),
  ];
  for (const change of changes) {
    const changed = new URL(url, api.url);
    change(changed.searchParams);
    expect([changed.search, await status(changed.pathname + changed.search)]).toEqual([changed.search, 401]);
  }
  const elsewhere = new URL(url, api.url);
  expect(await status(`/signed/${uuidv7()}${elsewhere.search}`)).toBe(401);
});

test("a Host that is no host changes nothing", async () => {
  const answerTo = (target: string, host: string) =>
    new Promise<string>((resolve) => {
      let answer = "";
      const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () =>
        socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      );
      socket.on("data", (data) => {
        answer += data;
      });
      socket.on("close", () => resolve(answer));
    });
  for (const host of ["[", "a b", "x:y:z", "%00"]) {
    expect(await answerTo(sign(), host)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await answerTo(path, host)).toMatch(/^HTTP\/1\.1 401 /);
  }
});

test("an older key still checks, and one that was taken away does not", async () => {
  const [newer, older] = api.services.keys.data;
  if (!newer || !older) throw new Error("two keys were given");
  expect(await status(sign({ clock: api.services.clock, keys: { jwt: [], data: [older] } }))).toBe(200);
  api.services.keys.data.pop();
  expect(await status(sign({ clock: api.services.clock, keys: { jwt: [], data: [older] } }))).toBe(401);
  expect(await status(sign())).toBe(200);
});

test("signing out ends the addresses of that session", async () => {
  const person = await api.register();
  const own = await current(person);
  const url = signUrl(api.services, { reader: own, path });
  expect(await status(url)).toBe(200);
  await person.client.users.logout();
  expect(await status(url)).toBe(401);
});

test("a visitor's address is no sign-in's, nor good where visitors have no business", async () => {
  const embed = await addEmbed(api.services, session.userId);
  const visitor = await addVisitor(api.services, embed);
  const conversationId = uuidv7();
  const ofPage = (visitorId: string, origin = hostPage) => ({ visitorId, origin, conversationId });
  const url = signUrl(api.services, { reader: ofPage(visitor.id), path });
  expect(await status(url)).toBe(403);
  expect(await status(url.replace("v=", "s="))).toBe(401);
  // The same id named as the other kind is somebody who never was.
  expect(await status(signUrl(api.services, { reader: { sessionId: visitor.id }, path }))).toBe(401);
  const open = path.replace("/signed/", "/shown/");
  const shown = signUrl(api.services, { reader: ofPage(visitor.id), path: open });
  expect(await (await api.request(shown)).json()).toMatchObject({
    userId: session.userId,
    visitor: { id: visitor.id },
  });
  expect(await status(signUrl(api.services, { reader: ofPage(session.sessionId), path: open }))).toBe(401);
  expect(await status(signUrl(api.services, { reader: ofPage(visitor.id, "https://evil.example"), path: open }))).toBe(
    403,
  );
  const another = signUrl(api.services, { reader: { ...ofPage(visitor.id), conversationId: uuidv7() }, path: open });
  for (const [name, values] of [
    ["o", ["", "&o=", `&o=${encodeURIComponent(api.url)}`, "&o=$1&o=$1"]],
    ["c", ["", "&c=", `&c=${new URL(another, api.url).searchParams.get("c")}`, "&c=$1&c=$1"]],
  ] as const)
    for (const value of values) {
      const changed = shown.replace(new RegExp(`&${name}=([^&]+)`), value);
      expect([changed, await status(changed)]).toEqual([changed, 401]);
    }
  expect(await status(signUrl(api.services, { reader: session, path: open }))).toBe(200);
});
