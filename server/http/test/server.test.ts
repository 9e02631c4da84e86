// Callers that are slow, large or malformed, as they are on the wire: each is let go of, and told why where that is possible.
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect } from "node:net";
import { Readable } from "node:stream";
import Router from "@koa/router";
import Koa from "koa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createOpenStreams } from "../open-streams.ts";
import { createErrorExit } from "../problems.ts";
import { createHttpServer } from "../server.ts";
import { sendEvents } from "../sse.ts";
import { jsonBody } from "../validate.ts";

/** The bounds that a test is not about. */
const never = { headersMs: 600_000, requestMs: 600_000, silentMs: 600_000, unreadMs: 600_000, keptMs: 600_000 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const servers: ReturnType<typeof createHttpServer>[] = [];
/** Of each download that was begun, whether its source was let go of. */
const downloads: Readable[] = [];

function createTestApp(): Koa {
  const app = new Koa();
  app.context.onerror = createErrorExit(silent);
  const streams = createOpenStreams(undefined);
  app.use((ctx, next) => {
    Object.assign(ctx.state, { streams, requestId: "test" });
    return next();
  });
  const router = new Router();
  router.get("/plain", (ctx) => {
    ctx.body = "plain";
  });
  router.post("/refused", (ctx) => ctx.throw(401));
  router.post("/json", jsonBody, (ctx) => {
    ctx.body = ctx.request.body as object;
  });
  router.get("/large", (ctx) => {
    const source = new Readable({ read: () => void source.push(Buffer.alloc(65_536)) });
    downloads.push(source);
    ctx.body = source;
  });
  router.get("/events", (ctx) =>
    sendEvents(ctx, async function* (signal) {
      yield { event: "first", data: 1 };
      await once(signal, "abort");
    }),
  );
  app.use(router.routes());
  return app;
}

async function serve(bounds: Partial<typeof never> = {}): Promise<number> {
  const server = createHttpServer(createTestApp(), { ...never, ...bounds });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

let quick: number;
beforeAll(async () => {
  quick = await serve({ headersMs: 1_000, silentMs: 2_000, unreadMs: 1_000 });
});
afterAll(() => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
});

interface Wire {
  socket: Socket;
  heard(): string;
  closed: Promise<unknown>;
}

function open(port: number, text: string): Wire {
  let heard = "";
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("latin1").on("data", (part) => {
    heard += part;
  });
  socket.on("error", () => {});
  // Also after a reset, which is one way to be let go of.
  const closed = new Promise((done) => socket.once("close", done));
  socket.write(text);
  return { socket, heard: () => heard, closed };
}

/** Sends a piece now and again, as somebody does who wants to hold the connection. */
function trickle({ socket }: Wire, piece: string): void {
  const timer = setInterval(() => socket.write(piece), 50);
  socket.once("close", () => clearInterval(timer));
}

/** @returns all that is answered until the server closes the connection */
async function answerTo(port: number, text: string): Promise<string> {
  const wire = open(port, text);
  await wire.closed;
  return wire.heard();
}

const post = (path: string, headers: string[], body = "") =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n${body}`;

test.concurrent("headers that trickle in are cut off, and their sender is told", async () => {
  const wire = open(quick, "GET /plain HTTP/1.1\r\nHost: x\r\n");
  trickle(wire, "X-A: 1\r\n");
  await wire.closed;
  expect(wire.heard()).toMatch(/^HTTP\/1\.1 400 [\s\S]*did not arrive in time/);
});

test.concurrent("a connection on which nothing is asked is cut off", async () => {
  await open(quick, "").closed;
  await open(quick, "GET /plain HTTP/1.1\r\n").closed;
});

test.concurrent("a body that stops is cut off; one that goes on being sent after its answer too", async () => {
  await open(quick, post("/json", ["Content-Type: application/json", "Content-Length: 100"], "{")).closed;
  for (const framing of ["Content-Length: 1000000", "Transfer-Encoding: chunked"]) {
    const wire = open(quick, post("/refused", [framing]));
    trickle(wire, framing.startsWith("C") ? "x" : "1\r\nx\r\n");
    await wire.closed;
    expect(wire.heard()).toMatch(/^HTTP\/1\.1 401 /);
  }
});

test.concurrent("a body that ends after its answer keeps its connection for the next request", async () => {
  const port = await serve({ unreadMs: 1_000 });
  const wire = open(port, post("/refused", ["Content-Length: 4"], "ab"));
  await expect.poll(wire.heard).toContain("401");
  wire.socket.write("cd");
  await new Promise((later) => setTimeout(later, 1_300));
  wire.socket.write("GET /plain HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  await wire.closed;
  expect(wire.heard()).toMatch(/401 [\s\S]*HTTP\/1\.1 200 [\s\S]*plain/);
});

test.concurrent("a reader that takes nothing of its answer is let go of, with what it was sent from", async () => {
  const wire = open(quick, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  wire.socket.pause();
  await expect.poll(() => downloads[0]?.destroyed, { timeout: 15_000 }).toBe(true);
  wire.socket.destroy();
});

test("the first line and the headers have their size and number", async () => {
  const port = await serve();
  const get = (path: string, headers: string[]) =>
    answerTo(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers.join("\r\n")}\r\n\r\n`);
  const many = (count: number) => Array.from({ length: count }, (_, at) => `X-${at}: ${at}`);
  expect(await get("/plain", many(90))).toMatch(/^HTTP\/1\.1 200 /);
  for (const refused of [
    get("/plain", many(200)),
    // More than Node itself would keep.
    get("/plain", many(1_050)),
    get("/plain", [`X-Long: ${"x".repeat(17_000)}`]),
    get(`/plain?${"x".repeat(17_000)}`, ["X-A: 1"]),
  ]) {
    expect(await refused).toMatch(/^HTTP\/1\.1 413 [\s\S]*application\/problem\+json[\s\S]*"code":"body-too-large"/);
  }
});

test.each([
  ["two lengths", post("/json", ["Content-Length: 2", "Content-Length: 3"], "{}")],
  ["a length and chunks", post("/json", ["Content-Length: 2", "Transfer-Encoding: chunked"], "{}")],
  ["a length that is none", post("/json", ["Content-Length: 2x"], "{}")],
  ["a negative length", post("/json", ["Content-Length: -2"], "{}")],
  ["another coding than chunked", post("/json", ["Transfer-Encoding: gzip"], "{}")],
  ["a header without a name", "GET /plain HTTP/1.1\r\nHost: x\r\n: 1\r\n\r\n"],
  ["a space before the colon", "GET /plain HTTP/1.1\r\nHost: x\r\nX-A : 1\r\n\r\n"],
  ["a header over two lines", "GET /plain HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\n\r\n"],
  ["a NUL in a header", "GET /plain HTTP/1.1\r\nHost: x\r\nX-A: \0\r\n\r\n"],
  ["two hosts", "GET /plain HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"],
  ["a method that is none", "FETCH /plain HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["another protocol", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
])("%s is refused with a problem, and the connection closed", async (_, text) => {
  expect(await answerTo(await serve(), text)).toMatch(
    /^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"code":"malformed-request"/,
  );
});

test("what is no HTTP behind a request is not answered in the middle of its answer", async () => {
  const wire = open(await serve(), "GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
  await expect.poll(wire.heard).toContain("event: first");
  wire.socket.write("GARBAGE\r\n\r\n");
  await wire.closed;
  expect(wire.heard().match(/HTTP\/1\.1/g)).toHaveLength(1);
});

test("JSON as it should not be is understood as JSON.parse does, or refused", async () => {
  const port = await serve();
  const send = async (body: string) => {
    const headers = ["Content-Type: application/json", `Content-Length: ${body.length}`, "Connection: close"];
    const answer = await answerTo(port, post("/json", headers, body));
    return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
  };
  expect(await send('{"a":1,"a":2}')).toEqual({ a: 2 });
  expect(await send('{"a":1e400,"b":123456789012345678901234567890,"c":-0}')).toEqual({
    a: null,
    b: 1.2345678901234568e29,
    c: 0,
  });
  expect(await send('{"a":"\\ud800"}')).toEqual({ a: "\ud800" });
  const keys = `{${Array.from({ length: 10_000 }, (_, at) => `"k${at}":0`).join()}}`;
  expect(Object.keys(await send(keys))).toHaveLength(10_000);
  expect(await send('{"constructor":{"prototype":{"x":1}}}')).toEqual({ constructor: { prototype: { x: 1 } } });
  expect(await send(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`)).toMatchObject({ code: "invalid-request" });
});
