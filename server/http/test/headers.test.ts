import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import type { OperationSpec } from "../operation.ts";
import { allRoutes } from "../routes.ts";
import { createRawWire } from "./raw-wire.ts";
import { makeThings, requestsOf, send, type Things } from "./things.ts";
import { whoseTable } from "./whose-table.ts";

const data = "default-src 'none'; frame-ancestors 'none'";
const pages = {
  "content-security-policy": expect.stringMatching(
    /^default-src 'none'; (?!.*(unsafe|\*|http|data:|blob:)).*base-uri 'none'.*frame-ancestors 'self'.*require-trusted-types-for 'script'/,
  ),
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": expect.stringContaining("camera=()"),
};
/** May be kept by whoever got it; everything else is asked for each time. */
const kept: Record<string, RegExp> = {
  getPage: /^no-cache$/,
  getOpenApi: /^no-cache$/,
  getDocs: /^no-cache$/,
  getDocsStyle: /^no-cache$/,
  getIcon: /^no-cache$/,
  getLoader: /^no-cache$/,
  getWidgetFile: /^(no-cache|no-store|public, max-age=31536000, immutable)$/,
  getDocumentFile: /^private, max-age=1800$/,
  getPagePicture: /^private, max-age=1800$/,
};
/** May be drawn or run by pages of other origins, also by those that are isolated from all others. */
const shared = ["getLoader", "getWidgetFile", "getPagePicture"];

let api: Api;
let operations: readonly OperationSpec[];
let owner: SignedIn;
let things: Things;
beforeAll(async () => {
  api = await startApi({
    env: { PUBLIC_URL: "https://pagewise.example", QUESTIONS_PER_MINUTE: "0", LOGIN_ATTEMPTS: "0" },
  });
  operations = allRoutes(api.services).operations;
  owner = await api.register();
  things = await makeThings(api, owner, "Harbour");
});
afterAll(() => api?.close());

/** Good answers and refusals: with the owner's token, and with none. */
async function answersOf(operation: OperationSpec) {
  const row = whoseTable[operation.id];
  if (!row) throw new Error(`no request is known for ${operation.id}`);
  const isLast = operation.method === "delete";
  const [request] = requestsOf(operation, row, isLast ? await makeThings(api, owner, "Harbour") : things, things);
  if (!request) throw new Error(`the table has no request for ${operation.id}`);
  return [await send(api, operation, request, owner.accessToken()), await send(api, operation, request, undefined)];
}

test("every answer of every operation is guarded as what it is", async () => {
  const faults: string[] = [];
  for (const operation of operations) {
    for (const { status, headers } of await answersOf(operation)) {
      const isPage = headers.get("content-type")?.startsWith("text/html") ?? false;
      const isGood = status < 300;
      const isShared = isGood && shared.includes(operation.id);
      const cache = headers.get("content-type")?.startsWith("text/event-stream")
        ? /^no-cache, no-transform$/
        : /^no-store$/;
      try {
        expect(Object.fromEntries(headers)).toMatchObject({
          "x-content-type-options": "nosniff",
          "referrer-policy": "no-referrer",
          "strict-transport-security": expect.stringMatching(/^max-age=\d{8}/),
          "cross-origin-resource-policy": isShared
            ? "cross-origin"
            : expect.stringMatching(/^(same-origin|cross-origin)$/),
          "cache-control": expect.stringMatching(isGood ? (kept[operation.id] ?? cache) : /^no-store$/),
          "x-request-id": expect.stringMatching(/^[\w-]{36}$/),
          ...(isPage ? pages : { "content-security-policy": data }),
        });
        for (const name of ["server", "x-powered-by", "set-cookie", "access-control-allow-credentials"])
          expect(headers.has(name)).toBe(false);
        if (!isShared && !operation.id.startsWith("getWidget") && operation.id !== "getLoader") {
          expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
          expect(headers.get("vary")).toMatch(/(^|, )Origin(,|$)/i);
        }
        if (status === 401) expect(headers.get("www-authenticate")).toBe("Bearer");
      } catch (error) {
        faults.push(`${operation.id} ${status}: ${(error as Error).message}`);
      }
    }
  }
  expect(faults).toEqual([]);
});

test("what reaches no route, and what is no HTTP at all, is guarded too", async () => {
  const wire = createRawWire(Number(new URL(api.url).port));
  const heads = [
    "GET /nothing HTTP/1.1\r\nHost: x",
    "DELETE /healthz HTTP/1.1\r\nHost: x",
    "OPTIONS /users/me HTTP/1.1\r\nHost: x",
    "GET /widget/%2e%2e/main.js HTTP/1.1\r\nHost: x",
    "GET /healthz HTTP/1.1",
    "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
    "NONSENSE",
  ];
  for (const head of heads) {
    const answer = await wire.send({ head, alone: true });
    expect([head, answer?.status]).toEqual([head, expect.toBeOneOf([204, 400, 404, 405])]);
    expect(Object.fromEntries(answer?.headers ?? [])).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": data,
      "cache-control": "no-store",
      "x-request-id": expect.any(String),
    });
    expect(answer?.headers.has("server")).toBe(false);
  }
  wire.close();
});

test("no answer says what its Host or its forwarding headers said", async () => {
  const wire = createRawWire(Number(new URL(api.url).port));
  const poison = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: evil\r\nForwarded: host=evil.example";
  for (const { method, path, callers } of operations) {
    if (method !== "get" || path === "/documents/events" || callers === "anyone") continue;
    const target = path
      .replace(/:n\b/, "1")
      .replace(/:\w+/, path.startsWith("/documents") ? things.document : things.conversation);
    const head = `GET ${target} HTTP/1.1\r\nHost: user@evil.example\r\n${poison}\r\nAuthorization: Bearer ${owner.accessToken()}`;
    const answer = await wire.send({ head, alone: true });
    expect([target, answer?.status]).toEqual([target, expect.toBeOneOf([200, 404])]);
    expect(JSON.stringify([...(answer?.headers ?? [])]) + answer?.body.toString("latin1")).not.toContain("evil");
  }
  wire.close();
});

test("nothing is said about transport where the address is not one of https", async () => {
  const plain = await startApi();
  expect((await plain.request("/healthz")).headers.has("strict-transport-security")).toBe(false);
  await plain.close();
});
