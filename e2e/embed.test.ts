// An embed's chat on sites of other origins, in a real browser: what a visitor meets, and what is refused.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "@pagewise/sdk";
import type { EmbedWithSecret } from "@pagewise/sdk/contract";
import jwt from "jsonwebtoken";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { chromiumPath, launchBrowser, startHostSite, watchedPage } from "./browser.ts";
import { type Product, root, samplePdf, signedInClient, startProduct, temporaryDir, until } from "./product.ts";

const jwtSecret = "a secret that only this test and its product know";
const question = "What causes white dust on the leaves?";

/** Nothing inline, nothing evaluated, nothing from elsewhere but what the tag brings; and isolated from every other site. */
const strict = (server: string) => ({
  "content-security-policy": `default-src 'none'; script-src 'nonce-n' 'strict-dynamic'; style-src 'nonce-n'; connect-src ${server}; img-src ${server}; require-trusted-types-for 'script'`,
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-opener-policy": "same-origin",
});

describe.skipIf(!chromiumPath)("an embed in a real browser", { timeout: 120_000 }, () => {
  let browser: Browser;
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let product: Product;
  let owner: Client;
  let documentId: string;
  let embed: EmbedWithSecret;
  let site: Awaited<ReturnType<typeof startHostSite>>;

  beforeAll(async () => {
    dir = await temporaryDir();
    [browser, product] = await Promise.all([
      launchBrowser(),
      startProduct({ dataDir: dir.path, env: { JWT_SECRET: jwtSecret } }),
    ]);
    owner = await signedInClient(product.url);
    documentId = await readyDocument(owner);
    site = await startHostSite(
      () => product.url,
      () => embed.public_key,
      () => strict(product.url),
    );
    embed = await makeEmbed({ allowed_origins: [site.origin] });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
    await product?.stop();
    await dir?.remove();
  });

  const makeEmbed = (changes: Partial<EmbedWithSecret>) =>
    owner.embeds.create({
      name: "Ask Hallgate",
      document_ids: [documentId],
      greeting: "What grows on your window sill?",
      starters: [question],
      ...changes,
    });

  async function visit(origin = site.origin, prepare?: (context: BrowserContext) => Promise<unknown>) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    onTestFinished(() => context.close());
    await prepare?.(context);
    const watched = await watchedPage(context);
    const requests: string[] = [];
    watched.page.on("request", (request) =>
      requests.push(`${request.method()} ${new URL(request.url()).pathname.replace(/^\/favicon.*/, "")}`),
    );
    await watched.page.goto(origin);
    return { ...watched, context, requests };
  }

  test("a visitor asks, sees the cited page, and goes on after a reload; a strict page has nothing to complain of", async () => {
    const { page, context, complaints, requests } = await visit();
    await bubbleOf(page).waitFor();
    expect(requests.filter((line) => line !== "GET ")).toEqual(["GET /", "GET /widget.js"]);

    await bubbleOf(page).click();
    await page.getByRole("heading", { name: "What grows on your window sill?" }).waitFor();
    await page.getByRole("button", { name: question }).click();
    const chip = page.getByRole("link", { name: "Source 1, page 5" }).first();
    await chip.click();
    await page.locator(".passages").getByText("Powdery mildew").waitFor();
    await pictureOf(page);
    await page.keyboard.press("Escape");
    await page.locator(".pane.page").waitFor({ state: "detached" });
    await expect.poll(() => chip.evaluate((link) => link.matches(":focus"))).toBe(true);
    expect(await keptBy(page)).toEqual([`pagewise.visitor ${product.url} ${embed.public_key}`]);
    expect(await context.cookies()).toEqual([]);

    await page.reload();
    await bubbleOf(page).click();
    await page.getByRole("article").getByText("Powdery mildew").waitFor();
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("heading", { name: "What grows on your window sill?" }).waitFor();
    await page.getByRole("button", { name: "Earlier conversations" }).click();
    await page.locator(".convo").getByText(question).click();
    await page.getByRole("article").getByText("Powdery mildew").waitFor();
    expect(complaints).toEqual([]);
    expect(requests.filter((line) => /documents$|events|users|upload/.test(line))).toEqual([]);
  });

  test("where storage is blocked the chat is there all the same", async () => {
    const { page, complaints } = await visit(site.origin, (context) =>
      context.addInitScript(() => {
        for (const name of ["localStorage", "sessionStorage", "BroadcastChannel"])
          Object.defineProperty(window, name, {
            get() {
              throw new DOMException("blocked", "SecurityError");
            },
          });
      }),
    );
    await bubbleOf(page).click();
    await ask(page, question);
    expect(complaints).toEqual([]);
  });

  test("a token that has run out is renewed, and the question is answered", async () => {
    let sessions = 0;
    const { page } = await visit(site.origin, (context) =>
      context.route("**/session", async (route) => {
        if (route.request().method() !== "POST") return route.continue();
        const response = await route.fetch();
        const body = await response.json();
        sessions += 1;
        if (sessions === 1) body.access_token = runOut(body.access_token);
        await route.fulfill({ response, json: body });
      }),
    );
    await bubbleOf(page).click();
    await ask(page, question);
    expect(sessions).toBe(2);
  });

  test("a page that the embed does not allow is told so, and its developer where to allow it", async () => {
    const other = await startHostSite(
      () => product.url,
      () => embed.public_key,
    );
    onTestFinished(() => other.close());
    const { page, complaints } = await visit(other.origin);
    await bubbleOf(page).click();
    await page.getByText("This chat is not set up for this page").waitFor();
    expect(complaints.join()).toContain(
      `the embed ${embed.public_key} does not allow ${other.origin}, or is turned off`,
    );

    // Known to another embed, the server's own words reach the page: they come to the same.
    await makeEmbed({ allowed_origins: [other.origin] });
    await page.reload();
    await bubbleOf(page).click();
    await page.getByText("This chat is not set up for this page").waitFor();
  });

  test("an embed that is switched off ends a chat that is open, and so does its last question of the day", async () => {
    const own = await makeEmbed({ allowed_origins: [], visitor_message_limit: 1 });
    const its = await startHostSite(
      () => product.url,
      () => own.public_key,
    );
    onTestFinished(() => its.close());
    await owner.embeds.update(own.id, { allowed_origins: [its.origin] });
    const { page } = await visit(its.origin);
    await bubbleOf(page).click();
    await ask(page, question);
    await page.getByLabel("Your question").fill("When should I water?");
    await page.keyboard.press("Enter");
    await page.getByText(/You have had your questions for today\. Try again in/).waitFor();
    await page.getByRole("button", { name: /Try again in \d+ (hours|minutes|s)/ }).waitFor();

    await owner.embeds.update(own.id, { visitor_message_limit: 2 });
    await page.getByLabel("Your question").fill(question);
    await page.keyboard.press("Enter");
    await page.getByText(/You have had your questions for today/).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Ask again" }).waitFor();

    await owner.embeds.update(own.id, { enabled: false });
    await page.getByLabel("Your question").fill("And now?");
    await page.keyboard.press("Enter");
    // No embed allows this page any more, so the browser hides from it what the server says.
    const refusal = page.getByRole("alert").filter({ hasText: "This chat is not set up for this page" });
    await refusal.waitFor();
    expect(await refusal.getByRole("button").count()).toBe(0);
  });

  describe("where people sign in to the site", () => {
    let host: { origin: string; stop(): Promise<unknown> };
    let named: EmbedWithSecret;
    beforeAll(async () => {
      named = await makeEmbed({ allowed_origins: [] });
      host = await startIdentitySite(product.url, named);
      await owner.embeds.update(named.id, { allowed_origins: [host.origin] });
    });
    afterAll(() => host?.stop());

    const signIn = async (page: Page, name: string) => {
      await page.getByLabel("Your name").fill(name);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByText(`${name} is signed in.`).waitFor();
    };

    test("a person's history is gone when another signs in, from every tab; and is theirs on another device", async () => {
      const { page, context } = await visit(host.origin);
      await signIn(page, "Ann");
      await bubbleOf(page).click();
      await ask(page, question);
      const second = await context.newPage();
      await second.goto(host.origin);
      await bubbleOf(second).click();
      await second.getByRole("article").getByText("Powdery mildew").waitFor();
      expect(await keptBy(page)).toEqual([]);

      await signIn(page, "Ben");
      for (const tab of [page, second]) {
        await tab.getByRole("heading", { name: "What grows on your window sill?" }).waitFor();
        expect(await shownBy(tab)).not.toContain("mildew");
        expect(await keptBy(tab)).toEqual([]);
      }
      await page.getByRole("button", { name: "Earlier conversations" }).click();
      await page.getByText("No conversations yet").waitFor();

      const elsewhere = await visit(host.origin);
      await signIn(elsewhere.page, "Ann");
      await bubbleOf(elsewhere.page).click();
      await elsewhere.page.getByRole("article").getByText("Powdery mildew").waitFor();
    });

    test("who has not signed in is anonymous, and is found again as whoever signed in after a reload", async () => {
      const { page } = await visit(host.origin);
      await page.getByText("Nobody is signed in.").waitFor();
      await bubbleOf(page).click();
      await ask(page, question);
      expect(await keptBy(page)).toHaveLength(1);
      await signIn(page, "Dan");
      await page.getByRole("heading", { name: "What grows on your window sill?" }).waitFor();
      expect(await keptBy(page)).toEqual([]);
      await page.reload();
      await page.getByText("Dan is signed in.").waitFor();
    });

    test("who is no longer signed in becomes nobody else, and is told to sign in again", async () => {
      const { page } = await visit(host.origin);
      await signIn(page, "Cas");
      await bubbleOf(page).click();
      await ask(page, question);
      // The site forgets them, as when its session has run out, and so does the server their token.
      await page.evaluate(() => fetch("/sign-out", { method: "POST" }));
      await page.route("**/chat", async (route) => {
        const headers = { ...route.request().headers() };
        headers.authorization = `Bearer ${runOut(String(headers.authorization).replace("Bearer ", ""))}`;
        await route.continue({ headers });
      });
      await page.getByLabel("Your question").fill("When should I water?");
      await page.keyboard.press("Enter");
      await page.getByText("Your sign-in has to be renewed").waitFor();
      expect(await keptBy(page)).toEqual([]);
    });
  });
});

/** The same token as of an hour ago, signed as the product would have. */
function runOut(token: string): string {
  const { header, payload } = jwt.decode(token, { complete: true }) as jwt.Jwt;
  const claims = payload as jwt.JwtPayload;
  const hourAgo = { iat: Number(claims.iat) - 3600, exp: Number(claims.exp) - 3600 };
  return jwt.sign({ ...claims, ...hourAgo }, jwtSecret, {
    algorithm: "HS256",
    ...(header.kid && { keyid: header.kid }),
  });
}

async function readyDocument(owner: Client): Promise<string> {
  const { document_id } = await owner.documents.upload(new Blob([await readFile(samplePdf)]), {
    filename: "sample.pdf",
  });
  await until("the document is ready", async () => (await owner.documents.get(document_id)).status === "ready");
  return document_id;
}

const bubbleOf = (page: Page) => page.getByRole("button", { name: "Ask our documents" });

async function ask(page: Page, text: string) {
  await page.getByLabel("Your question").fill(text);
  await page.keyboard.press("Enter");
  await page.getByRole("article").getByText("Powdery mildew").waitFor();
  await page.getByRole("button", { name: "Copy" }).last().waitFor();
}

/** Waits until the cited page is drawn. */
async function pictureOf(page: Page) {
  await page.locator(".leaf img").first().waitFor();
  await expect
    .poll(
      () =>
        page
          .locator(".leaf img")
          .first()
          .evaluate((image: HTMLImageElement) => image.naturalWidth),
      {
        timeout: 30_000,
      },
    )
    .toBeGreaterThan(100);
}

const keptBy = (page: Page) =>
  page.evaluate(() =>
    [...Object.keys(localStorage), ...Object.keys(sessionStorage), ...document.cookie.split(/; ?/)].filter(Boolean),
  );

/** All that the widget holds in the page. */
const shownBy = (page: Page) => page.locator("pagewise-chat").evaluate((chat) => chat.shadowRoot?.innerHTML ?? "");

/** The example site with people of its own, as it stands. */
async function startIdentitySite(pagewiseUrl: string, { public_key, secret }: EmbedWithSecret) {
  const child = spawn(process.execPath, [join(root, "examples/identity/serve.mjs")], {
    env: {
      PATH: process.env.PATH ?? "",
      PORT: "0",
      PAGEWISE_URL: pagewiseUrl,
      PAGEWISE_KEY: public_key,
      PAGEWISE_SECRET: secret,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const origin = await new Promise<string>((done) => {
    child.stdout.on("data", (line) => done(/http:\S+/.exec(String(line))?.[0] ?? ""));
  });
  return {
    origin,
    async stop() {
      child.kill();
      await once(child, "exit");
    },
  };
}
