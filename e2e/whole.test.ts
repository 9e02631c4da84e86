import { type GeminiServer, startGeminiServer } from "@pagewise/server/test/gemini-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchBrowser, register, startHostSite, watchedPage, watchGrowth } from "./browser.ts";
import { readHostileAnswer } from "./hostile-answer.ts";
import { freePort, type Product, realPdf, samplePdf, startProduct, storedFiles, temporaryDir } from "./product.ts";

const answer =
  "Best Buy owns the buildings of its corporate headquarters. [1] They stand in Richfield, Minnesota, and other offices are leased beside them. [1]";

describe.skipIf(!chromiumPath)("in a real browser", { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  describe("a site of another origin, answers by Gemini", () => {
    let dir: Awaited<ReturnType<typeof temporaryDir>>;
    let gemini: GeminiServer;
    let product: Product;
    let listed: Awaited<ReturnType<typeof startHostSite>>;
    let unlisted: Awaited<ReturnType<typeof startHostSite>>;
    beforeAll(async () => {
      dir = await temporaryDir();
      gemini = await startGeminiServer({ kind: "answer", texts: answer.split(/(?<= )/), framesPerSecond: 20 });
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      listed = await startHostSite(() => url);
      unlisted = await startHostSite(() => url);
      product = await startProduct({
        dataDir: dir.path,
        port,
        env: { CORS_ORIGINS: listed.origin, GEMINI_API_KEY: "key", GEMINI_BASE_URL: gemini.baseUrl },
      });
    });
    afterAll(async () => {
      await product?.stop();
      await Promise.all([listed, unlisted, gemini].map((server) => server?.close()));
      await dir?.remove();
    });

    test("script tag, register, upload, ask, see the text grow, open the cited page", async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
      const { page, complaints } = await watchedPage(context);
      const requests: string[] = [];
      page.on("request", (request) => requests.push(new URL(request.url()).pathname));
      await page.goto(listed.origin);
      const bubble = page.getByRole("button", { name: "Ask our documents" });
      await bubble.waitFor();
      expect(requests.filter((path) => path !== "/" && path !== "/favicon.ico")).toEqual(["/widget.js"]);

      await bubble.click();
      await register(page, "visitor@example.com");
      const file = realPdf("BESTBUY_2023_10K.pdf") ?? samplePdf;
      const other = samplePdf;
      await upload(page, file);
      await upload(page, other);
      await openDocument(page, file === samplePdf ? /Window-Sill/ : /BEST\s?BUY|Best Buy|10-?K/i);

      const question = page.getByRole("textbox", { name: "Your question" });
      await question.fill("Where are the corporate headquarters of Best Buy?");
      await question.press("Enter");
      const text = page.getByRole("article").last();
      const lengths = await watchGrowth(text, page.getByRole("button", { name: /^copy/i }).last());
      // 20 tokens a second: the text was seen at many lengths, each longer than the one before.
      expect(lengths.length).toBeGreaterThan(5);
      await expect(text.textContent()).resolves.toContain("Richfield, Minnesota");

      await openCitation(page);
      expect(await page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length)).toBe(0);
      expect(complaints).toEqual([]);
      await context.close();
    });

    test("a model that obeys hostile documents can do no harm, and what it makes up is marked", async () => {
      await readHostileAnswer(browser, product.url, gemini);
    });

    test("a site that is not listed is refused, and says what would help", async () => {
      const context = await browser.newContext();
      const { page } = await watchedPage(context);
      await page.goto(unlisted.origin);
      await page.getByRole("button", { name: "Ask our documents" }).click();
      await register(page, "stranger@example.com");
      await page.getByText("This page may not use Pagewise yet").waitFor();
      await expect(page.getByText(unlisted.origin).first().isVisible()).resolves.toBe(true);
      const status = await page.evaluate(async (url) => {
        return fetch(`${url}/users/me`).then(
          (response) => response.status,
          () => "refused",
        );
      }, product.url);
      expect(status).toBe("refused");
      await context.close();
    });
  });

  describe("the standalone page, answers by the built-in answerer", () => {
    let dir: Awaited<ReturnType<typeof temporaryDir>>;
    let product: Product;
    beforeAll(async () => {
      dir = await temporaryDir();
      product = await startProduct({ dataDir: dir.path });
    });
    afterAll(async () => {
      await product?.stop();
      await dir?.remove();
    });

    test("register, take the sample, ask, open the page, and find it all again after a reload", async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const { page, complaints } = await watchedPage(context);
      await page.goto(product.url);
      await register(page, "reader@example.com");
      await page.getByRole("button", { name: "Try the sample document" }).click();
      await openDocument(page, /Window-Sill/);
      const question = page.getByRole("textbox", { name: "Your question" });
      await question.fill("What should I do about aphids on the leaves?");
      await question.press("Enter");
      await page.getByRole("button", { name: /^copy/i }).last().waitFor();
      await expect(page.getByRole("article").last().textContent()).resolves.toMatch(/aphids|rinse/i);
      await openCitation(page);
      await page.reload();
      await page.getByRole("tab", { name: /Conversations/ }).click();
      await page.getByText("What should I do about aphids on the leaves?").first().click();
      await expect.poll(() => page.getByRole("article").last().textContent()).toMatch(/aphids|rinse/i);
      expect(complaints).toEqual([]);
      await context.close();
    });

    test("a dropped file that is no PDF says so and leaves nothing", async () => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const { page } = await watchedPage(context);
      await page.goto(product.url);
      await register(page, "dropper@example.com");
      await page.getByRole("button", { name: "Try the sample document" }).waitFor();
      const before = await storedFiles(dir.path);
      await drop(page, "notes.pdf", "these are only notes");
      await page.getByText("Not a PDF.").waitFor();
      expect(await storedFiles(dir.path)).toEqual(before);
      await context.close();
    });

    test("on a phone one thing is seen at a time, and nothing is wider than the screen", async () => {
      const context = await browser.newContext({
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
      });
      const { page, complaints } = await watchedPage(context);
      await page.goto(product.url);
      await register(page, "phone@example.com");
      await page.getByRole("button", { name: "Try the sample document" }).click();
      await openDocument(page, /Window-Sill/);
      const question = page.getByRole("textbox", { name: "Your question" });
      await question.fill("How long does basil last?");
      await page.getByRole("button", { name: "Send" }).click();
      await page.getByRole("button", { name: /^copy/i }).last().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      await openCitation(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
      // Turned on its side, the phone still shows the passage.
      await page.setViewportSize({ width: 844, height: 390 });
      const passage = page.locator("figure.leaf .hl").first();
      await expect.poll(() => passage.evaluate((mark) => mark.getBoundingClientRect().top)).toBeLessThan(390);
      expect(await passage.evaluate((mark) => mark.getBoundingClientRect().bottom)).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
      await context.close();
    });
  });
});

async function upload(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page
    .getByRole("button", { name: /^(Add PDF|Choose a file)$/ })
    .first()
    .click();
  await (await chooser).setFiles(path);
}

/** Waits for the document's card and starts its chat. */
async function openDocument(page: Page, title: RegExp): Promise<void> {
  const card = page.getByRole("button", { name: new RegExp(`(${title.source}).*pages`, "is") }).first();
  await card.waitFor({ timeout: 60_000 });
  await card.click();
}

/** Opens the first citation of the last answer, and sees the picture of its page with a passage marked. */
async function openCitation(page: Page): Promise<void> {
  await page
    .getByRole("article")
    .last()
    .getByRole("button", { name: /source 1/i })
    .first()
    .click();
  const leaf = page.locator("figure.leaf").filter({ has: page.getByRole("button", { name: /source 1/i }) });
  const picture = leaf.locator("img");
  await picture.waitFor();
  await expect
    .poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth), {
      timeout: 20_000,
    })
    .toBeGreaterThan(300);
  await leaf.locator(".hl").first().waitFor();
}

/** Drops a file made of `content` on the page, as a hand would. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([name, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content ?? ""], name ?? "", { type: "application/pdf" }));
      return transfer;
    },
    [name, content],
  );
  const target = page.getByText("Drop a PDF here");
  for (const event of ["dragenter", "dragover", "drop"]) await target.dispatchEvent(event, { dataTransfer: data });
}
