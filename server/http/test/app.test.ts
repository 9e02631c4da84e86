import { connect } from "node:net";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import Router from "@koa/router";
import type { ProblemBody } from "@pagewise/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "../../test/api.ts";
import { jsonBody } from "../validate.ts";

const logged: { fields: Record<string, unknown>; message: string }[] = [];
const log = (fields: object, message: string) => logged.push({ fields: fields as Record<string, unknown>, message });
let api: Api;
let waiting = 0;

const nasty: Record<string, () => unknown> = {
  text: () => "secret text",
  undefined: () => undefined,
  null: () => null,
  number: () => 42,
  getter: () => ({
    get status() {
      throw new Error("secret in a getter");
    },
    get code() {
      throw "again";
    },
  }),
  proxy: () =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error("secret in a trap");
        },
        getPrototypeOf: () => {
          throw new Error("secret in a trap");
        },
      },
    ),
  error: () => new Error("select * from secret"),
  upstream: () => Object.assign(new Error("secret of somebody else's answer"), { status: 401 }),
  frozen: () => Object.freeze(new Error("secret")),
};

beforeAll(async () => {
  const routes = new Router();
  routes.get("/throw/:what", (ctx) => {
    throw nasty[ctx.params.what ?? ""]?.();
  });
  routes.get("/reject/:what", (ctx) => Promise.reject(nasty[ctx.params.what ?? ""]?.()));
  routes.get("/http/:status", (ctx) => ctx.throw(Number(ctx.params.status), "secret"));
  routes.get("/cut-stream", (ctx) => {
    ctx.body = Readable.from(
      (async function* () {
        yield "first half";
        await new Promise((done) => setImmediate(done));
        throw new Error("the disk is gone");
      })(),
    );
  });
  routes.get("/empty", (ctx) => {
    ctx.body = null;
  });
  routes.get("/wait-for-caller", async (ctx) => {
    waiting += 1;
    const left = new AbortController();
    ctx.res.once("close", () => left.abort());
    await new Promise((_, giveUp) => left.signal.addEventListener("abort", () => giveUp(left.signal.reason))).finally(
      () => {
        waiting -= 1;
      },
    );
  });
  routes.post("/echo", jsonBody, (ctx) => {
    ctx.body = { body: ctx.request.body };
  });
  api = await startApi({
    routes,
    services: { log: { debug: log, info: log, warn: log, error: log } },
  });
});
afterAll(() => api.close());

async function problem(response: Response) {
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  const body = (await response.json()) as ProblemBody;
  expect(body).toMatchObject({ status: response.status, request_id: response.headers.get("x-request-id") });
  for (const field of ["type", "title", "detail", "code"]) expect(body).toHaveProperty(field, expect.any(String));
  return body;
}

test.each(Object.keys(nasty).flatMap((what) => [`/throw/${what}`, `/reject/${what}`]))(
  "%s answers a plain problem and the server lives",
  async (path) => {
    const response = await api.request(path);
    expect(response.status).toBe(500);
    const body = await problem(response);
    expect(body.code).toBe("internal-error");
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(
      logged.some(
        ({ fields, message }) => fields.request_id === body.request_id && message.startsWith("request failed"),
      ),
    ).toBe(true);
    expect((await api.request("/healthz")).status).toBe(200);
  },
);

test.each([
  [400, "malformed-request"],
  [404, "not-found"],
  [413, "body-too-large"],
  [418, "malformed-request"],
  [429, "too-many-requests"],
  [500, "internal-error"],
  [502, "internal-error"],
])("Koa's own error %i is %s", async (status, code) => {
  const body = await problem(await api.request(`/http/${status}`));
  expect(body.code).toBe(code);
  expect(JSON.stringify(body)).not.toContain("secret");
});

test("a body that breaks half-way is cut, never ended as if it were whole", async () => {
  const response = await api.request("/cut-stream");
  await expect(response.text()).rejects.toThrow();
  expect((await api.request("/healthz")).status).toBe(200);
});

test("an address that does not exist is a problem for every method", async () => {
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const body = await problem(await api.request("/nothing/here", { method }));
    expect(body.code).toBe("not-found");
  }
  for (const path of ["/%ff", "/users/me/%00", "/users//me", "/..%2f..%2fetc/passwd"])
    expect((await problem(await api.request(path))).code).toBe("not-found");
});

test("another method is told which ones there are", async () => {
  const response = await api.request("/users/login", { method: "GET" });
  expect(response.headers.get("Allow")).toBe("POST, OPTIONS");
  expect((await problem(response)).code).toBe("method-not-allowed");
  const options = await api.request("/users/me", { method: "OPTIONS" });
  expect([options.status, options.headers.get("Allow")]).toEqual([204, "HEAD, GET, DELETE, OPTIONS"]);
});

test("HEAD answers as GET, without a body", async () => {
  const head = await api.request("/healthz", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const missing = await api.request("/nothing", { method: "HEAD" });
  expect([missing.status, await missing.text(), missing.headers.get("Content-Type")]).toEqual([
    404,
    "",
    "application/problem+json",
  ]);
});

test("bodies: JSON in any of its forms comes in", async () => {
  const send = async (body: string | Buffer, headers: Record<string, string>) => {
    const response = await fetch(`${api.url}/echo`, { method: "POST", body, headers });
    return response.status === 200
      ? ((await response.json()) as { body: unknown }).body
      : (await problem(response)).code;
  };
  const json = { "Content-Type": "application/json" };
  expect(await send('{"a":"ä\\ud83d\\ude00"}', json)).toEqual({ a: "ä😀" });
  expect(await send("{}", { "Content-Type": "application/json; charset=utf-8" })).toEqual({});
  expect(await send("", json)).toEqual({});
  expect(await send("null", json)).toBe(null);
  expect(await send(gzipSync('{"a":1}'), { ...json, "Content-Encoding": "gzip" })).toEqual({ a: 1 });

  expect(await send("{", json)).toBe("malformed-request");
  expect(await send('{"__proto__":{"admin":true}}', json)).toBe("malformed-request");
  expect(await send("not gzip", { ...json, "Content-Encoding": "gzip" })).toBe("malformed-request");
  expect(await send("{}", { ...json, "Content-Encoding": "smoke" })).toBe("unsupported-media-type");
  expect(await send('{"a":["x","\\u0000"]}', json)).toBe("invalid-request");
  expect(await send("{}", { "Content-Type": "text/plain" })).toBe("unsupported-media-type");
  expect(await send("a=1", { "Content-Type": "application/x-www-form-urlencoded" })).toBe("unsupported-media-type");
  expect(await send(JSON.stringify("x".repeat(200_000)), json)).toBe("body-too-large");
  expect(await send(gzipSync(JSON.stringify("x".repeat(50_000_000))), { ...json, "Content-Encoding": "gzip" })).toBe(
    "body-too-large",
  );
  expect(await send("[".repeat(60_000) + "]".repeat(60_000), json)).toBe("invalid-request");
});

test("what is not even HTTP is answered with a problem", async () => {
  const answer = await raw("GARBAGE\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain("application/problem+json");
  expect(answer).toContain('"code":"malformed-request"');
  expect(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(40_000)}\r\n\r\n`)).toContain("body-too-large");
  expect((await api.request("/healthz")).status).toBe(200);
});

test("no Host, and expectations that nobody knows, get answers of our own", async () => {
  const hostless = await raw("GET /healthz HTTP/1.1\r\n\r\n");
  expect(hostless).toMatch(/^HTTP\/1\.1 400 /);
  expect(hostless).toMatch(/content-type: application\/problem\+json/i);
  expect(hostless).toMatch(/x-request-id: [\w-]{36}/i);
  expect(hostless).toContain('"code":"malformed-request"');
  expect(await raw("GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /);
  const expecting = await raw("GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: the-moon\r\nConnection: close\r\n\r\n");
  expect(expecting).toMatch(/^HTTP\/1\.1 200 /);
});

test("a caller that hangs up half-way through its body is nobody's fault", async () => {
  await new Promise<void>((done) => {
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => {
      socket.write(
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{",
        () => {
          socket.destroy();
          done();
        },
      );
    });
  });
  await expect.poll(() => logged.some(({ fields }) => fields.path === "/echo" && fields.cut)).toBe(true);
  const { fields } = logged.find(({ fields }) => fields.path === "/echo" && fields.cut) ?? {
    fields: {} as Record<string, unknown>,
  };
  expect(
    logged.filter(({ fields: other, message }) => other.request_id === fields.request_id && message !== "request"),
  ).toEqual([]);
});

test("work given up because its caller left is nobody's fault", async () => {
  const left = new AbortController();
  const request = api.request("/wait-for-caller", { signal: left.signal });
  await expect.poll(() => waiting).toBe(1);
  left.abort();
  await expect(request).rejects.toThrow();
  await expect.poll(() => waiting).toBe(0);
  const ofRequest = () => logged.find(({ fields }) => fields.path === "/wait-for-caller")?.fields.request_id;
  await expect.poll(ofRequest).toBeDefined();
  const id = ofRequest();
  const said = () => logged.filter(({ fields }) => fields.request_id === id).map(({ message }) => message);
  expect(said()).toEqual(["request"]);
});

test("many streams at once are no leak", async () => {
  const warnings: string[] = [];
  const note = (warning: Error) => warnings.push(warning.name);
  process.on("warning", note);
  const user = await api.register();
  const left = new AbortController();
  const open = () => api.request("/documents/events", { token: user.accessToken(), signal: left.signal });
  await Promise.all(Array.from({ length: 20 }, open));
  left.abort();
  process.off("warning", note);
  expect(warnings).toEqual([]);
});

test("data is never kept, framed or guessed at", async () => {
  const { headers } = await api.request("/healthz");
  expect(Object.fromEntries(headers)).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
  expect(headers.get("x-powered-by")).toBeNull();
});

test("each request is one line of the log, without its query or its token", async () => {
  await api.request("/healthz?m=signature", { token: "a-token" });
  const response = await api.request("/users/me?m=signature", { token: "a-token" });
  const id = response.headers.get("x-request-id");
  await expect.poll(() => logged.filter(({ fields }) => fields.request_id === id)).toHaveLength(1);
  const [line] = logged.filter(({ fields }) => fields.request_id === id);
  expect(line).toMatchObject({ message: "request", fields: { method: "GET", path: "/users/me", status: 401 } });
  expect(JSON.stringify(logged.filter(({ message }) => message === "request"))).not.toMatch(/signature|a-token/);
});

function raw(text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(new URL(api.url).port), "127.0.0.1", () => socket.write(text));
    socket.on("data", (data) => {
      answer += data;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", () => {});
  });
}
