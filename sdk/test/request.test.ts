// Plain calls on a real server: addresses, errors, deadlines, and nothing left behind.
import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { createClient, isApiError, isConnectionError } from "../index.ts";
import { clientOf, failureOf } from "./calls.ts";
import { serve, tokenPair, until } from "./server.ts";

test("every method makes the contract's call", async () => {
  const bodies: unknown[] = [];
  const { url, lines } = await serve(({ json, body, request }) => {
    if (body.length > 0) {
      expect(request.headers["content-type"]).toBe("application/json");
      bodies.push(JSON.parse(String(body)));
    }
    json(200, { data: [], next_cursor: null, ...tokenPair("ann", 1) });
  });
  const { users, documents, conversations, messages } = clientOf(`${url}/`);
  await users.register({ email: "a@b.c", password: "long enough" });
  await users.login({ email: "a@b.c", password: "long enough" });
  await users.me();
  await users.changePassword({ current_password: "long enough", new_password: "longer still" });
  await users.endSessions();
  await users.activity({ limit: 3 });
  await users.usage();
  await documents.list({ status: "ready", q: "grüne Bohnen & 1=1", limit: 2, cursor: undefined });
  await documents.get("d1");
  await documents.rename("d1", "New");
  await documents.retry("d1");
  await documents.delete("d1");
  await conversations.list({ q: "x" });
  await conversations.get("c1");
  await conversations.messages("c1", { limit: 5 });
  await conversations.rename("c1", "New");
  await conversations.delete("c1");
  await messages.feedback("m1", { rating: null });
  await users.logout();
  expect(lines).toEqual([
    "POST /users/register",
    "POST /users/login",
    "GET /users/me",
    "POST /users/me/password",
    "DELETE /users/me/sessions",
    "GET /users/me/activity?limit=3",
    "GET /users/me/usage",
    "GET /documents?status=ready&q=gr%C3%BCne+Bohnen+%26+1%3D1&limit=2",
    "GET /documents/d1",
    "PATCH /documents/d1",
    "POST /documents/d1/retry",
    "DELETE /documents/d1",
    "GET /conversations?q=x",
    "GET /conversations/c1",
    "GET /conversations/c1/messages?limit=5",
    "PATCH /conversations/c1",
    "DELETE /conversations/c1",
    "PUT /messages/m1/feedback",
    "POST /users/logout",
  ]);
  expect(bodies.slice(2)).toEqual([
    { current_password: "long enough", new_password: "longer still" },
    { title: "New" },
    { title: "New" },
    { rating: null },
    { refresh_token: "refresh-ann-1" },
  ]);
});

test("all() walks the pages as far as it is read", async () => {
  const { url, lines } = await serve(({ line, json }) =>
    json(
      200,
      line.includes("cursor=b")
        ? { data: [{ id: 3 }], next_cursor: null }
        : { data: [{ id: 1 }, { id: 2 }], next_cursor: "b" },
    ),
  );
  const ids: unknown[] = [];
  for await (const document of clientOf(url).documents.all({ status: "ready" })) ids.push(document.id);
  expect(ids).toEqual([1, 2, 3]);
  expect(lines).toEqual(["GET /documents?status=ready", "GET /documents?status=ready&cursor=b"]);
  for await (const _ of clientOf(url).documents.all()) break;
  expect(lines).toHaveLength(3);
});

test("addresses stay below the server's root, whatever the id", async () => {
  const { url, lines } = await serve(({ json }) => json(200, {}));
  const { documents, url: absolute } = clientOf(`${url}/pagewise/?x#y`);
  for (const id of ["..", ".", "", "../users/me", "a/b?c#d", "%2e%2e"]) await documents.get(id);
  expect(lines.map((line) => line.replace("GET /pagewise/documents/", ""))).toEqual([
    "_",
    "_",
    "_",
    "..%2Fusers%2Fme",
    "a%2Fb%3Fc%23d",
    "%252e%252e",
  ]);
  expect(absolute("/documents/d1/pages/2?sig=x")).toBe(`${url}/pagewise/documents/d1/pages/2?sig=x`);
  expect(absolute("https://cdn.example.com/x.webp")).toBe("https://cdn.example.com/x.webp");
  expect(() => createClient({ baseUrl: "not an address" })).toThrow(TypeError);
});

test("a problem becomes an ApiError with all it says", async () => {
  const { url } = await serve(({ response }) => {
    response.writeHead(422, { "content-type": "application/problem+json", "x-request-id": "r7" });
    const errors = [{ pointer: "/email", detail: "is not an address" }];
    response.end(
      JSON.stringify({
        type: "t",
        title: "Wrong",
        status: 422,
        detail: "Look again",
        code: "invalid-request",
        request_id: "r7",
        errors,
      }),
    );
  });
  const error = await failureOf(clientOf(url).users.register({ email: "x", password: "y" }));
  expect(error).toMatchObject({
    name: "ApiError",
    message: "Look again",
    code: "invalid-request",
    status: 422,
    title: "Wrong",
    detail: "Look again",
    requestId: "r7",
    errors: [{ pointer: "/email", detail: "is not an address" }],
    retryAfterMs: null,
    text: null,
  });
  expect([isApiError(error), isConnectionError(error)]).toEqual([true, false]);
});

test("what is not Pagewise's is an ApiError too: an error page, a page with a good status, broken JSON", async () => {
  const answers: [number, string][] = [
    [500, "<h1>Bad</h1>"],
    [404, ""],
    [400, "null"],
    [200, "<p>Log in to the hotel's network"],
    [200, '{"id":'],
  ];
  for (const [status, text] of answers) {
    const { url } = await serve(({ response }) => {
      response.writeHead(status, { "content-type": "text/html", "x-request-id": "r1" }).end(text);
    });
    const error = await failureOf(clientOf(url).users.me());
    expect(isApiError(error) && [error.code, error.status, error.requestId]).toEqual([
      "unexpected-response",
      status,
      "r1",
    ]);
  }
});

test("the guards know errors of another copy of the package, and nothing else", () => {
  const alien = Object.assign(new Error("x"), { name: "ApiError", code: "not-found" });
  expect(isApiError(alien)).toBe(true);
  expect(isConnectionError(Object.assign(new Error("x"), { name: "ConnectionError", fault: "cut" }))).toBe(true);
  for (const other of [null, undefined, "ApiError", new Error("x"), { name: "ApiError" }]) {
    expect([isApiError(other), isConnectionError(other)]).toEqual([false, false]);
  }
});

test("a page's picture comes as bytes, tried again like any GET, or as an ApiError", async () => {
  const { url, lines } = await serve(({ request, response, problem }) => {
    if (lines.length === 1) return problem(503, "unavailable");
    if (request.url?.includes("/9?")) return problem(404, "not-found");
    expect(request.headers.accept).toContain("image/webp");
    response.writeHead(200, { "content-type": "image/webp" }).end(Buffer.from([1, 2, 255]));
  });
  const { documents } = clientOf(url);
  const picture = await documents.pageImage("d1", 3, { width: 640 });
  expect([picture.type, [...new Uint8Array(await picture.arrayBuffer())]]).toEqual(["image/webp", [1, 2, 255]]);
  const error = await failureOf(documents.pageImage("d1", 9, { width: 640 }));
  expect(isApiError(error) && error.code).toBe("not-found");
  expect(lines).toEqual([
    "GET /documents/d1/pages/3?width=640",
    "GET /documents/d1/pages/3?width=640",
    "GET /documents/d1/pages/9?width=640",
  ]);
});

test("the deadline covers all tries, the body too", async () => {
  const { url } = await serve(({ line, response }) => {
    if (line.includes("d2")) response.writeHead(200, { "content-type": "application/json" }).write('{"a":');
  });
  for (const id of ["d1", "d2"]) {
    const error = await failureOf(clientOf(url).documents.get(id, { timeoutMs: 80 }));
    expect(isConnectionError(error) && error.fault).toBe("timeout");
  }
});

test("an aborted call rejects with its reason, before, during and between tries", async () => {
  const { url, lines } = await serve(({ line, problem }) => {
    if (line.includes("busy")) problem(503, "unavailable", { "retry-after": "20" });
  });
  const { documents } = clientOf(url);
  const reason = new Error("enough");
  expect(await failureOf(documents.get("d", { signal: AbortSignal.abort(reason) }))).toBe(reason);
  expect(lines).toEqual([]);
  for (const id of ["slow", "busy"]) {
    const controller = new AbortController();
    const call = failureOf(documents.get(id, { signal: controller.signal }));
    await until(`${id} was asked for`, () => lines.includes(`GET /documents/${id}`));
    controller.abort(reason);
    expect(await call).toBe(reason);
  }
});

test("a signal used for many calls keeps no listener", async () => {
  const { url } = await serve(({ line, json, problem }) =>
    line.includes("bad") ? problem(404, "not-found") : json(200, {}),
  );
  const { signal } = new AbortController();
  const client = clientOf(url);
  for (let i = 0; i < 5; i++) {
    await client.users.me({ signal });
    await failureOf(client.documents.get("bad", { signal }));
    await failureOf(client.chat.ask({ message: "x" }, { signal }).final());
    await client.documents.upload(new Blob(["x"]), { signal });
  }
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("the caller's own fetch carries every call, with no cookies", async () => {
  const { url } = await serve(({ json }) => json(200, {}));
  const seen: unknown[] = [];
  const client = clientOf(url, {
    fetch: (input, init) => {
      seen.push([String(input).replace(url, ""), init?.credentials]);
      return fetch(input, init);
    },
  });
  await client.users.me();
  await client.documents.upload(new Blob(["x"]));
  expect(seen).toEqual([
    ["/users/me", "omit"],
    ["/upload", "omit"],
  ]);
});
