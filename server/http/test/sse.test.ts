import { once } from "node:events";
import { request, type ServerResponse } from "node:http";
import { connect } from "node:net";
import Router from "@koa/router";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "../../test/api.ts";
import { type ServerEvent, sendEvents } from "../sse.ts";

let api: Api;
const ended: string[] = [];
let produced = 0;
let listeners = () => 0;
const shared: { res: ServerResponse; queued: number; cut: Promise<unknown> }[] = [];
const sharedEvents = 3_000;
const sharedText = "x".repeat(10_000);

beforeAll(async () => {
  const routes = new Router();
  routes.get("/few", (ctx) =>
    sendEvents(
      ctx,
      (async function* (): AsyncGenerator<ServerEvent> {
        yield { id: 1, event: "a", data: { text: "one\ntwo\r\nthree" } };
        yield { event: "b", data: null };
      })(),
    ),
  );
  routes.get("/never", (ctx) =>
    sendEvents(ctx, (signal) =>
      (async function* () {
        yield { event: "first", data: 1 };
        await new Promise<void>((done) => signal.addEventListener("abort", () => done()));
        ended.push("never");
      })(),
    ),
  );
  routes.get("/deaf", (ctx) =>
    sendEvents(
      ctx,
      (async function* () {
        try {
          for (;;) {
            await new Promise((done) => setTimeout(done, 5));
            yield { event: "tick", data: 1 };
          }
        } finally {
          ended.push("deaf");
        }
      })(),
    ),
  );
  routes.get("/flood", (ctx) => {
    listeners = () => ctx.res.listenerCount("drain") + ctx.res.listenerCount("close");
    return sendEvents(
      ctx,
      (async function* () {
        try {
          for (; ; produced++) yield { event: "flood", data: "x".repeat(10_000) };
        } finally {
          ended.push("flood");
        }
      })(),
    );
  });
  routes.get("/shared", (ctx) => {
    const res = ctx.res as ServerResponse;
    shared.push({ res, queued: 0, cut: once(res, "close") });
    const mine = shared.at(-1);
    return sendEvents(
      ctx,
      (async function* (): AsyncGenerator<ServerEvent> {
        for (let id = 1; id <= sharedEvents; id++) {
          // Of all that waits: in the response and in its socket.
          if (mine) mine.queued = Math.max(mine.queued, res.writableLength + (res.socket?.writableLength ?? 0));
          yield { id, event: "shared", data: sharedText };
          if (id % 100 === 0) await new Promise((done) => setImmediate(done));
        }
      })(),
      // The others may be slow on a slow machine.
      shared.length === 1 ? { stalledMs: 1_000 } : {},
    );
  });
  routes.get("/fails", (ctx) =>
    sendEvents(
      ctx,
      (async function* () {
        yield { event: "first", data: 1 };
        throw new Error("the source is gone");
      })(),
    ),
  );
  api = await startApi({ routes });
});
afterAll(() => api.close());

test("sends events as the wire has them, under headers that nothing holds back", async () => {
  const response = await api.request("/few");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    "x-request-id": expect.any(String),
  });
  expect(await response.text()).toBe(
    ': ping\n\nid: 1\nevent: a\ndata: {"text":"one\\ntwo\\r\\nthree"}\n\nevent: b\ndata: null\n\n',
  );
});

test("HEAD gets the headers alone", async () => {
  const response = await api.request("/never", { method: "HEAD" });
  expect([response.headers.get("Content-Type"), await response.text()]).toEqual([
    "text/event-stream; charset=utf-8",
    "",
  ]);
});

test.each(["never", "deaf"])("the source of /%s ends when its reader leaves", async (name) => {
  const before = ended.length;
  const controller = new AbortController();
  const response = await api.request(`/${name}`, { signal: controller.signal });
  await response.body?.getReader().read();
  controller.abort();
  await expect.poll(() => ended.slice(before)).toEqual([name]);
});

test("a reader that takes nothing is not written to for ever, nor does it gather listeners", async () => {
  const socket = request(`${api.url}/flood`);
  socket.end();
  const [incoming] = await once(socket, "response");
  incoming.pause();
  let last = -1;
  const stands = () => {
    const same = produced === last;
    last = produced;
    return same;
  };
  await expect.poll(stands, { interval: 300, timeout: 10_000 }).toBe(true);
  expect(produced).toBeLessThan(2000);
  const waiting = listeners();
  for (let i = 0; i < 50; i++) incoming.read();
  expect(listeners()).toBeLessThanOrEqual(waiting);
  socket.destroy();
  await expect.poll(() => ended).toContain("flood");
});

test("a reader that stops reading keeps little waiting, slows nobody, and is dropped", async () => {
  const { port, host } = new URL(api.url);
  const socket = connect(Number(port), "127.0.0.1").pause();
  socket.on("error", () => {});
  socket.write(`GET /shared HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await expect.poll(() => shared.length, { timeout: 10_000 }).toBe(1);
  const readers = [1, 2].map(async () => (await api.request("/shared")).text());
  for (const text of await Promise.all(readers))
    expect(text.endsWith(`id: ${sharedEvents}\nevent: shared\ndata: "${sharedText}"\n\n`)).toBe(true);
  const [stalled] = shared;
  await stalled?.cut;
  expect(stalled?.res.writableFinished).toBe(false);
  // An event, and the little that a response and a socket may hold before they ask to wait.
  for (const { queued } of shared) expect(queued).toBeLessThan(200_000);
  socket.destroy();
});

test("a source that fails cuts the connection, so that the reader knows", async () => {
  const response = await api.request("/fails");
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow();
  expect((await api.request("/healthz")).status).toBe(200);
});

test("when the server stops, streams end and it is no longer ready", async () => {
  const other = await startApi();
  expect((await other.request("/readyz")).status).toBe(200);
  other.stop();
  const response = await other.request("/readyz");
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([503, "unavailable"]);
  expect((await other.request("/healthz")).status).toBe(200);
  await other.close();

  const stream = await api.request("/never");
  api.stop();
  expect(await stream.text()).toBe(": ping\n\nevent: first\ndata: 1\n\n");
});
