// The SDK in a real browser: uploads by XMLHttpRequest, streams by the browser's fetch, tokens shared between tabs.
import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { build } from "tsup";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type * as Sdk from "../index.ts";
import { cutOnce, events, frame, text, wireBytes } from "./answer.ts";
import { type Exchange, serve, tokenPair, until } from "./server.ts";

const executablePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium", "/usr/bin/google-chrome"].find(
  (path) => path && existsSync(path),
);

declare global {
  interface Window {
    sdk: typeof Sdk;
    client: Sdk.Client;
    ends: string[];
  }
}

const html = `<!doctype html><title>page</title><script type="module">
  import * as sdk from "/sdk.js";
  const client = sdk.createClient({ baseUrl: "/", tokens: sdk.localStorageTokens("tokens"), backoffMs: 1 });
  Object.assign(window, { sdk, client, ends: [] });
  client.onSessionEnd((reason) => window.ends.push(reason));
</script>`;

describe.skipIf(!executablePath)("in a browser (needs Chromium; CHROMIUM_PATH names it)", () => {
  let browser: Browser;
  let dir: string;
  let bundle: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "pagewise-sdk-"));
    const entry = fileURLToPath(new URL("../index.ts", import.meta.url));
    await build({
      config: false,
      silent: true,
      entry: [entry],
      outDir: dir,
      format: "esm",
      target: "es2022",
      platform: "neutral",
    });
    bundle = await readFile(join(dir, "index.js"), "utf8");
    browser = await chromium.launch({ executablePath: executablePath as string, args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** Serves a page that holds the SDK, and `api` for everything else. */
  async function site(api: (exchange: Exchange) => void | Promise<void>, arrive?: Parameters<typeof serve>[1]) {
    const server = await serve((exchange) => {
      const { line, response } = exchange;
      if (line === "GET /favicon.ico") return void response.writeHead(404).end();
      if (line === "GET /page") return void response.writeHead(200, { "content-type": "text/html" }).end(html);
      if (line === "GET /sdk.js")
        return void response.writeHead(200, { "content-type": "text/javascript" }).end(bundle);
      return api(exchange);
    }, arrive);
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const calls = () => server.lines.filter((line) => !/ \/(page|sdk\.js|favicon\.ico)$/.test(line));
    return { url: server.url, calls, context };
  }

  async function open(context: BrowserContext, url: string): Promise<Page> {
    const page = await context.newPage();
    await page.goto(`${url}/page`);
    return page;
  }

  const signIn = (page: Page, number: number) =>
    page.evaluate((pair) => localStorage.setItem("tokens", JSON.stringify(pair)), tokenPair("ann", number));

  test("an upload is told by XMLHttpRequest, survives a refusal and a cut, and arrives whole", async () => {
    const bytes = randomBytes(3_000_000);
    let received = "";
    let cuts = 0;
    const { url, calls, context } = await site(
      async ({ line, token, json, problem, body, request }) => {
        if (line === "POST /users/refresh") return json(200, tokenPair("ann", 2));
        if (token !== tokenPair("ann", 2).access_token) return problem(401, "unauthorized");
        const form = await new Response(new Uint8Array(body), {
          headers: { "content-type": request.headers["content-type"] ?? "" },
        }).formData();
        const file = form.get("file") as File;
        received = `${file.name} ${createHash("sha256")
          .update(new Uint8Array(await file.arrayBuffer()))
          .digest("hex")}`;
        json(202, { document_id: "d1", status: "queued" });
      },
      (request) => {
        if (request.url !== "/upload" || !request.headers.authorization?.endsWith(tokenPair("ann", 2).access_token))
          return;
        if (cuts++ === 0) request.once("data", () => request.destroy());
      },
    );
    const page = await open(context, url);
    await signIn(page, 1);
    const { result, progress } = await page.evaluate(async (base64) => {
      const file = new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], "Größe.pdf");
      const progress: number[] = [];
      const result = await window.client.documents.upload(file, { onProgress: ({ loaded }) => progress.push(loaded) });
      return { result, progress };
    }, bytes.toString("base64"));
    expect(result).toEqual({ document_id: "d1", status: "queued" });
    expect(received).toBe(`Größe.pdf ${createHash("sha256").update(bytes).digest("hex")}`);
    expect(progress.at(-1)).toBe(bytes.length);
    expect(progress).toEqual([...new Set(progress)].sort((a, b) => a - b));
    expect(calls()).toEqual(["POST /upload", "POST /users/refresh", "POST /upload", "POST /upload"]);
  });

  test("a file that is changed after it was chosen is told as that, and tried once", async () => {
    const path = join(dir, "chosen.pdf");
    await writeFile(path, randomBytes(3_000_000));
    const { url, calls, context } = await site(({ json }) => json(202, {}));
    const page = await open(context, url);
    await page.evaluate(() => document.body.append(Object.assign(document.createElement("input"), { type: "file" })));
    await page.setInputFiles("input", path);
    // A browser may look at a chosen file only when it is asked for: this is the file as it was chosen.
    await page.evaluate(() => document.querySelector("input")?.files?.[0]?.lastModified);
    const later = new Date(Date.now() + 10_000);
    await appendFile(path, "more");
    await utimes(path, later, later);
    const failure = await page.evaluate(() => {
      const file = document.querySelector("input")?.files?.[0] as File;
      return window.client.documents.upload(file).catch((error) => `${error.name} ${error.code}`);
    });
    expect(failure).toBe("FileChangedError file-changed");
    expect(calls().length).toBeLessThanOrEqual(1);
  });

  test("a refused upload is an ApiError, an aborted one rejects with the reason and stops", async () => {
    let closed = false;
    const { url, context } = await site(
      ({ problem, token }) => (token ? undefined : problem(413, "file-too-large", { "retry-after": "7" })),
      (request) => request.socket.on("close", () => (closed = true)),
    );
    const page = await open(context, url);
    const refused = await page.evaluate(async () => {
      const error = await window.client.documents.upload(new Blob(["x"])).catch((reason) => reason);
      return [window.sdk.isApiError(error), error.code, error.status, error.retryAfterMs, error.requestId];
    });
    expect(refused).toEqual([true, "file-too-large", 413, 7_000, "r1"]);
    await signIn(page, 1);
    const aborted = await page.evaluate(async () => {
      const controller = new AbortController();
      const upload = window.client.documents.upload(new Blob(["x"]), {
        signal: controller.signal,
        onProgress: () => controller.abort("enough"),
      });
      return upload.catch((reason) => reason);
    });
    expect(aborted).toBe("enough");
    await until("the connection is closed", () => closed);
  });

  test("an answer cut inside a character comes whole, and leaving the loop closes the connection", async () => {
    let cutAt = wireBytes(events.slice(0, 3)).length + frame(events[3] as Sdk.ChatEvent).indexOf("字") + 1;
    let closed = false;
    let saw = () => {};
    const seenStart = new Promise<void>((resolve) => (saw = resolve));
    const { url, calls, context } = await site((exchange) => {
      if (exchange.line === "PUT /seen") {
        saw();
        return exchange.json(204, null);
      }
      if (cutAt > 0) return cutOnce(cutAt, seenStart)(exchange);
      exchange.response.on("close", () => {
        closed = true;
      });
      exchange.beginEvents();
      exchange.response.write(wireBytes(events.slice(0, 3)));
    });
    const page = await open(context, url);
    const seen = await page.evaluate(async () => {
      const stream = window.client.chat.ask({ message: "Why?" });
      const ids: number[] = [];
      for await (const { id } of stream) {
        ids.push(id);
        if (id === 3) await fetch("/seen", { method: "PUT" });
      }
      return { ids, text: (await stream.final()).text };
    });
    expect(seen).toEqual({ ids: [1, 2, 3, 4, 5, 6, 7], text });
    expect(calls()).toEqual(["POST /chat", "PUT /seen", "GET /chat/m1/stream"]);
    cutAt = 0;
    await page.evaluate(async () => {
      for await (const { event } of window.client.chat.ask({ message: "Why?" })) if (event === "delta") break;
    });
    await until("the connection is closed", () => closed);
  });

  test("tabs that are refused at once refresh once between them, and one signing out ends the other's session", async () => {
    const refused: (() => void)[] = [];
    const { url, calls, context } = await site(({ line, token, json, problem }) => {
      if (line === "POST /users/refresh") return json(200, tokenPair("ann", 2));
      if (line === "POST /users/logout") return json(204, null);
      if (token === tokenPair("ann", 2).access_token) return json(200, { id: "x" });
      // Both are answered when both are there.
      refused.push(() => problem(401, "unauthorized"));
      if (refused.length === 3) for (const answer of refused) answer();
    });
    const tabs = [await open(context, url), await open(context, url), await open(context, url)] as const;
    await signIn(tabs[0], 1);
    const users = await Promise.all(tabs.map((tab) => tab.evaluate(() => window.client.users.me())));
    expect(users).toHaveLength(3);
    expect(calls().filter((line) => line === "POST /users/refresh")).toHaveLength(1);
    await tabs[0].evaluate(() => window.client.users.logout());
    for (const [tab, reason] of [
      [tabs[0], "logged-out"],
      [tabs[1], "elsewhere"],
      [tabs[2], "elsewhere"],
    ] as const) {
      await tab.waitForFunction(() => window.ends.length > 0);
      expect(await tab.evaluate(() => [window.client.signedIn(), ...window.ends])).toEqual([false, reason]);
    }
  });
});
