// What a reader sees and gets of a conversation, in a real browser: asked once, taken up again, asked again, kept, found.
import { readFile } from "node:fs/promises";
import type { Client } from "@pagewise/sdk";
import { type GeminiServer, startGeminiServer } from "@pagewise/server/test/gemini-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchBrowser, watchedPage } from "./browser.ts";
import { freePort, type Product, samplePdf, signedInClient, startProduct, temporaryDir, until } from "./product.ts";

describe.skipIf(!chromiumPath)("a conversation in a real browser", { timeout: 90_000 }, () => {
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let gemini: GeminiServer;
  let start: () => Promise<Product>;
  let product: Product;
  let client: Client;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  const email = "reader@example.com";

  beforeAll(async () => {
    [dir, gemini, browser] = await Promise.all([temporaryDir(), startGeminiServer(), launchBrowser()]);
    const port = await freePort();
    const env = { GEMINI_API_KEY: "key", GEMINI_BASE_URL: gemini.baseUrl };
    start = () => startProduct({ dataDir: dir.path, port, env });
    product = await start();
    client = await signedInClient(product.url, email);
    const { document_id } = await client.documents.upload(new Blob([await readFile(samplePdf)]), { filename: "a.pdf" });
    await until("the sample to be ready", async () => (await client.documents.get(document_id)).status === "ready");
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, acceptDownloads: true });
    ({ page, complaints } = await watchedPage(context));
    await page.goto(product.url);
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: /Window-Sill.*pages/s }).click();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await gemini?.close();
    await dir?.remove();
  });

  const messages = async () => {
    const { data } = await client.conversations.list();
    const all = await Promise.all(data.map(({ id }) => client.conversations.messages(id)));
    return all.flatMap((list) => list.data);
  };
  const asked = async () => (await messages()).filter(({ role }) => role === "user").map(({ text }) => text);
  const article = () => page.getByRole("article").last();

  test("a double click on send asks once, and stops nothing", async () => {
    gemini.reply({ kind: "answer", texts: ["Dry the ", "soil. [1]"], framesPerSecond: 4 });
    await page.getByRole("textbox", { name: "Your question" }).fill("How do I get rid of fungus gnats?");
    await page.getByRole("button", { name: "Send" }).dblclick();
    await page.getByRole("button", { name: "Copy", exact: true }).waitFor();
    expect(await article().textContent()).toContain("Dry the soil.");
    expect(await asked()).toEqual(["How do I get rid of fungus gnats?"]);
    expect((await messages()).map(({ status }) => status)).toEqual(["complete", "complete"]);
  });

  test("when the server dies the reader sees that it is looked for, keeps the text, and asks again beside it", async () => {
    gemini.reply({ kind: "silence", texts: ["Let the top of the soil ", "dry out. "] });
    await page.getByRole("button", { name: "Answer again" }).dblclick();
    await article().getByText("dry out.").waitFor();
    await until("the text to be saved", async () => (await messages()).at(-1)?.text.includes("dry out"));
    await product.kill();
    await page.getByText("Reconnecting…").waitFor();
    expect(await article().textContent()).toContain("dry out.");
    product = await start();
    await page.getByText("The answer broke off").waitFor();
    expect(await article().textContent()).toContain("Let the top of the soil dry out.");
    expect(await page.getByText("Reconnecting…").count()).toBe(0);

    gemini.reply({ kind: "answer", texts: ["Use sand. [1]"] });
    await page.getByRole("button", { name: "Ask again" }).dblclick();
    await article().getByText("Use sand.").waitFor();
    await page.getByRole("status", { name: "Version 3 of 3" }).waitFor();
    expect(await asked()).toHaveLength(1);
    expect(await messages()).toHaveLength(4);
  });

  test("earlier answers stay readable, also after a reload, and one can be stopped", async () => {
    gemini.reply({ kind: "silence", texts: ["A yellow card ", "catches them. "] });
    await page.getByRole("button", { name: "Answer again" }).click();
    await article().getByText("catches them.").waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("You stopped this answer.").waitFor();
    for (const reloaded of [false, true]) {
      if (reloaded) await page.reload();
      const versions: string[] = [];
      for (const version of [4, 3, 2, 1]) {
        await page.getByRole("status", { name: `Version ${version} of 4` }).waitFor();
        versions.push((await article().textContent()) ?? "");
        await page.getByRole("button", { name: "Version before" }).press("Enter");
      }
      expect(versions[0]).toContain("You stopped this answer.");
      expect(versions[1]).toContain("Use sand.");
      expect(versions[2]).toMatch(/Let the top of the soil dry out\..*broke off.*Ask again/s);
      expect(versions[3]).toContain("Dry the soil.");
      // At the first one the button stays, and does nothing.
      await page.getByRole("status", { name: "Version 1 of 4" }).waitFor();
    }
    await page.setViewportSize({ width: 320, height: 640 });
    const { x, width } = (await article().locator(".actions").boundingBox()) ?? { x: -1, width: 0 };
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(320);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test("it is saved as a file from its menu, and found by what was said in it", async () => {
    await page.getByRole("button", { name: "More", exact: true }).click();
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Save as Markdown" }).click(),
    ]);
    expect(saved.suggestedFilename()).toBe("How do I get rid of fungus gnats.md");
    const text = await readFile(await saved.path(), "utf8");
    expect(text).toContain("### Earlier answer\n\nLet the top of the soil dry out.\n\n*It broke off.");
    expect(text).toContain("*It was stopped here.*");

    await page.getByRole("tab", { name: "Conversations" }).click();
    const field = page.getByRole("searchbox", { name: "Search in conversations" });
    await field.fill("yellow CARD");
    await page
      .getByRole("button", { name: /How do I get rid.*ago|How do I get rid/ })
      .first()
      .waitFor();
    await field.fill("nobody said this");
    await page.getByText("No conversation says “nobody said this”.").waitFor();
    // The server that was killed is all that the browser complained of.
    expect(complaints.filter((one) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|network/i.test(one))).toEqual([]);
  });
});
