// What pages of other origins may ask for, in a real browser: what an embed allows, exactly, and nothing else.
import { createHash, createHmac } from "node:crypto";
import type { Client, Embed } from "@pagewise/sdk";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePdf } from "../server/test/pdf.ts";
import { chromiumPath, launchBrowser } from "./browser.ts";
import { askFrom, openPage } from "./origins.ts";
import { type Product, signedInClient, startProduct, temporaryDir, until } from "./product.ts";

const secret = "a-secret-of-at-least-32-bytes-for-tests";
const site = "http://example.com:8080";
const isolatedSite = "https://isolated.example";
const elsewhere = "https://elsewhere.example";
/** Each is like the site's own in something. */
const strangers = [
  "https://example.com:8080",
  "http://example.com",
  "http://example.com:8081",
  "http://www.example.com:8080",
  "http://example.com.evil.test:8080",
  "http://notexample.com:8080",
  "http://evil.test:8080",
  "http://localhost:8080",
];
const question = { message: "What is the annual fee of the harbour?" };

describe.skipIf(!chromiumPath)("pages of other origins in a real browser", { timeout: 90_000 }, () => {
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let product: Product;
  let client: Client;
  let embed: Embed;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    dir = await temporaryDir();
    // A page that came from no server at all must not be kept from 127.0.0.1, or moved to https, by the browser itself.
    browser = await launchBrowser(["--disable-features=LocalNetworkAccessChecks,HttpsUpgrades"]);
    product = await startProduct({ dataDir: dir.path, env: { JWT_SECRET: secret } });
    client = await signedInClient(product.url);
    const pdf = makePdf(["Fees\nThe annual fee of the harbour is 420 pounds."], { title: "Harbour fees" });
    const { document_id } = await client.documents.upload(new Blob([new Uint8Array(pdf)]), { filename: "fees.pdf" });
    await until("the PDF to be read", async () => (await client.documents.get(document_id)).status === "ready");
    embed = await client.embeds.create({
      name: "Help",
      document_ids: [document_id],
      allowed_origins: [site, isolatedSite],
    });
    // So that this origin is one that some embed allows, though not this one.
    await client.embeds.create({ name: "Other", document_ids: [document_id], allowed_origins: [elsewhere] });
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await openPage(context, site);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await dir?.remove();
  });

  const begin = (from: Pick<Page, "evaluate">, key = embed.public_key) =>
    askFrom(from, { url: `${product.url}/embeds/${key}/session`, method: "POST", body: {} });
  const beginAt = async (from: Page, key?: string) => {
    const { status, text } = await begin(from, key);
    expect(status).toBe(200);
    return (JSON.parse(text) as { access_token: string; visitor_id: string }).access_token;
  };
  const list = (from: Pick<Page, "evaluate">, token: string) =>
    askFrom(from, { url: `${product.url}/conversations`, token });
  const ask = (from: Pick<Page, "evaluate">, token: string) =>
    askFrom(from, { url: `${product.url}/chat`, method: "POST", body: question, token });

  test("an allowed origin asks, and renews a token that has expired", async () => {
    const token = await beginAt(page);
    const answer = await ask(page, token);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain("420 pounds");

    const refused = await list(page, expired(token));
    expect(refused).toMatchObject({ status: 401, headers: { "www-authenticate": "Bearer" } });
    expect(JSON.parse(refused.text)).toMatchObject({ code: "unauthorized" });
    expect(await list(page, await beginAt(page))).toMatchObject({ status: 200 });
  });

  test("the page may read when it is to come back", async () => {
    const { document_ids } = embed;
    const scarce = { name: "Scarce", document_ids, allowed_origins: [site], daily_message_limit: 1 };
    const token = await beginAt(page, (await client.embeds.create(scarce)).public_key);
    expect((await ask(page, token)).status).toBe(200);
    const second = await ask(page, token);
    expect(second).toMatchObject({ status: 429, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
    expect(second.headers["x-request-id"]).toBeTruthy();
  });

  test.each(strangers)("%s is told nothing, with a token of an allowed page or without", async (origin) => {
    const token = await beginAt(page);
    const stranger = await openPage(context, origin);
    for (const told of [await begin(stranger), await list(stranger, token), await ask(stranger, token)])
      expect(told.status).toBe("refused");
    // Whatever the browser kept back was a refusal already.
    const headers = { Origin: origin, "Content-Type": "application/json" };
    const begun = await fetch(`${product.url}/embeds/${embed.public_key}/session`, {
      method: "POST",
      headers,
      body: "{}",
    });
    expect([begun.status, begun.headers.get("access-control-allow-origin")]).toEqual([403, null]);
    await stranger.close();
  });

  test("a page of another embed is told that it may not stand here, and learns nothing", async () => {
    const token = await beginAt(page);
    const other = await openPage(context, elsewhere);
    const begun = await begin(other);
    expect([begun.status, JSON.parse(begun.text).code]).toEqual([403, "origin-not-allowed"]);
    expect((await list(other, token)).text).not.toContain('"data"');
    await other.close();
  });

  test("a sandboxed frame has no origin, and is told nothing", async () => {
    const token = await beginAt(page);
    const framed = await openPage(context, site, {
      body: `<iframe sandbox="allow-scripts" srcdoc="<p>x</p>"></iframe>`,
    });
    await framed.locator("iframe").waitFor();
    const frame = framed.frames().find((one) => one.parentFrame());
    if (!frame) throw new Error("the page has no frame");
    expect(await frame.evaluate(() => self.origin)).toBe("null");
    for (const told of [
      await begin(frame as Pick<Page, "evaluate">),
      await list(frame as Pick<Page, "evaluate">, token),
    ])
      expect(told.status).toBe("refused");
    await framed.close();
  });

  test("changed origins hold at once, also for tokens from before", async () => {
    const token = await beginAt(page);
    await client.embeds.update(embed.id, { allowed_origins: ["https://moved.example"] });
    expect((await list(page, token)).status).not.toBe(200);
    expect((await begin(page)).status).not.toBe(200);
    await client.embeds.update(embed.id, { allowed_origins: [site, isolatedSite] });
    expect((await list(page, token)).status).toBe(200);
    await client.embeds.update(embed.id, { enabled: false });
    expect((await list(page, token)).status).not.toBe(200);
    await client.embeds.update(embed.id, { enabled: true });
  });

  test("on a page that is isolated from all others the panel opens, answers and draws the cited page", async () => {
    const isolated = await openPage(context, isolatedSite, {
      headers: { "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin" },
      body: `<div id="help" style="height: 700px"></div><script async src="${product.url}/widget.js" data-key="${embed.public_key}" data-target="#help"></script>`,
    });
    const complaints: string[] = [];
    isolated.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    expect(await isolated.evaluate(() => crossOriginIsolated)).toBe(true);
    const field = isolated.getByRole("textbox", { name: "Your question" });
    await field.fill(question.message);
    await field.press("Enter");
    await isolated
      .getByRole("article")
      .last()
      .getByRole("link", { name: /^Source 1/ })
      .first()
      .click();
    const drawn = isolated.locator("img[src*='/pages/1']").first();
    const width = () => drawn.evaluate((image) => (image as HTMLImageElement).naturalWidth);
    await expect.poll(width, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
    await isolated.close();
  });

  test("an origin of no embed and not of the settings may not ask beforehand either", async () => {
    const preflight = (origin: string) =>
      fetch(`${product.url}/chat`, {
        method: "OPTIONS",
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": "POST",
          "Access-Control-Request-Headers": "authorization",
        },
      });
    const allowed = await preflight(site);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(site);
    expect(allowed.headers.get("access-control-allow-credentials")).toBeNull();
    expect(allowed.headers.get("vary")).toContain("Origin");
    for (const origin of ["null", ...strangers])
      expect([origin, (await preflight(origin)).headers.get("access-control-allow-origin")]).toEqual([origin, null]);
  });
});

/** The same token, signed as it was, but long over. */
function expired(token: string): string {
  const [head = "", claims = ""] = token.split(".");
  const { kid } = JSON.parse(Buffer.from(head, "base64url").toString()) as { kid: string };
  const own = createHash("sha256").update(`pagewise key id:${secret}`).digest("base64url").slice(0, 12);
  expect(kid).toBe(own);
  const stated = JSON.parse(Buffer.from(claims, "base64url").toString()) as Record<string, unknown>;
  const late = Buffer.from(JSON.stringify({ ...stated, exp: Math.floor(Date.now() / 1000) - 60 })).toString(
    "base64url",
  );
  return `${head}.${late}.${createHmac("sha256", secret).update(`${head}.${late}`).digest("base64url")}`;
}
