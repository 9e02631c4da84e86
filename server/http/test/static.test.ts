import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "../../test/api.ts";

let api: Api;
let base: string;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "pagewise-static-"));
  const widgetDir = join(base, "widget");
  await mkdir(join(widgetDir, "sub"), { recursive: true });
  const files: Record<string, string | Buffer> = {
    "index.html": "<!doctype html><title>Pagewise</title>",
    "widget.js": "loader",
    "favicon.svg": "<svg/>",
    "sample.pdf": "%PDF-1.7",
    "app-ABCD1234.js": "app",
    "app-ABCD1234.js.br": brotliCompressSync("app"),
    "app-ABCD1234.js.gz": gzipSync("app"),
    "chunk-ABCD1234.js": "chunk",
    "chunk-ABCD1234.js.gz": gzipSync("chunk"),
    "sub/more-ABCD1234.css": "a{}",
    ".hidden.js": "hidden",
    "notes.txt": "notes",
    "../secret.js": "secret",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(widgetDir, name), content);
  api = await startApi({ services: { widgetDir } });
});
afterAll(async () => {
  await api.close();
  await rm(base, { recursive: true, force: true });
});

test("the page comes with a policy under which no text becomes a script", async () => {
  const response = await api.request("/");
  expect(await response.text()).toContain("<title>Pagewise</title>");
  const policy = response.headers.get("Content-Security-Policy") ?? "";
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "require-trusted-types-for 'script'",
    "frame-ancestors 'self'",
  ])
    expect(policy).toContain(part);
  expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
  expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("Cache-Control")).toBe("no-cache");
  expect(response.headers.get("Access-Control-Allow-Origin")).toBeNull();
});

test("the loader is public, checked at each use, and not sent twice", async () => {
  const response = await api.request("/widget.js", { headers: { Origin: "https://anywhere.example" } });
  expect(await response.text()).toBe("loader");
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "no-cache",
    "content-type": "text/javascript; charset=utf-8",
    "x-content-type-options": "nosniff",
  });
  const etag = response.headers.get("ETag") ?? "";
  const again = await api.request("/widget.js", { headers: { "If-None-Match": etag } });
  expect([again.status, await again.text(), again.headers.get("ETag")]).toEqual([304, "", etag]);
  expect((await api.request("/widget.js", { headers: { "If-None-Match": '"other"' } })).status).toBe(200);
});

test("hashed names are kept for ever, others are not", async () => {
  const cache = async (path: string) => (await api.request(path)).headers.get("Cache-Control");
  expect(await cache("/widget/app-ABCD1234.js")).toBe("public, max-age=31536000, immutable");
  expect(await cache("/widget/sub/more-ABCD1234.css")).toBe("public, max-age=31536000, immutable");
  expect(await cache("/widget/sample.pdf")).toBe("no-cache");
});

test("what was compressed beforehand is sent to who understands it", async () => {
  const get = (path: string, accepted: string) => encoded(path, accepted);
  expect(await get("/widget/app-ABCD1234.js", "gzip, deflate, br")).toEqual(["br", brotliCompressSync("app").length]);
  expect(await get("/widget/app-ABCD1234.js", "gzip")).toEqual(["gzip", gzipSync("app").length]);
  expect(await get("/widget/chunk-ABCD1234.js", "br, gzip")).toEqual(["gzip", gzipSync("chunk").length]);
  expect(await get("/widget/app-ABCD1234.js", "br;q=0, gzip;q=0")).toEqual([undefined, 3]);
  expect(await get("/widget/app-ABCD1234.js", "identity")).toEqual([undefined, 3]);
});

test("the sample and the icon are there, HEAD has no body", async () => {
  expect((await api.request("/widget/sample.pdf")).headers.get("Content-Type")).toBe("application/pdf");
  expect((await api.request("/favicon.ico")).headers.get("Content-Type")).toBe("image/svg+xml");
  const head = await api.request("/widget.js", { method: "HEAD" });
  expect([head.status, head.headers.get("Content-Length"), await head.text()]).toEqual([200, "6", ""]);
});

test.each([
  "/widget/",
  "/widget/sub",
  "/widget/index.html",
  "/widget/missing-ABCD1234.js",
  "/widget/.hidden.js",
  "/widget/notes.txt",
  "/widget/../secret.js",
  "/widget/%2e%2e/secret.js",
  "/widget/..%2fsecret.js",
  "/widget/sub/../../../secret.js",
  "/widget//etc/passwd.js",
  "/widget/..%5csecret.js",
  "/widget/app-ABCD1234.js%00.js",
  "/widget/app-ABCD1234.js.br",
])("%s is not there", async (path) => {
  const [status, body] = await rawGet(path);
  expect([status, JSON.parse(body).code]).toEqual([404, "not-found"]);
});

/** As given: fetch would tidy the path up first. */
function rawGet(path: string): Promise<[number | undefined, string]> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(api.url);
    request({ hostname, port, path }, (response) => {
      let body = "";
      response.on("data", (data) => {
        body += data;
      });
      response.on("end", () => resolve([response.statusCode, body]));
    })
      .on("error", reject)
      .end();
  });
}

function encoded(path: string, accepted: string): Promise<[string | undefined, number]> {
  return new Promise((resolve, reject) => {
    request(api.url + path, { headers: { "Accept-Encoding": accepted } }, (response) => {
      response.resume();
      expect(response.headers.vary).toContain("Accept-Encoding");
      resolve([response.headers["content-encoding"], Number(response.headers["content-length"])]);
    })
      .on("error", reject)
      .end();
  });
}
