// The dashboard's embeds in a real browser: one is made, its tag is put on a page of another origin, a visitor asks, the
// owner sees it counted and turns it off; and the account's own page.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriersOn } from "./barriers.ts";
import { chromiumPath, launchBrowser, register, watchedPage } from "./browser.ts";
import { type Product, startProduct, temporaryDir, until } from "./product.ts";

describe.skipIf(!chromiumPath)("embeds in the dashboard", { timeout: 60_000 }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let product: Product;
  let site: Awaited<ReturnType<typeof startSite>>;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    dir = await temporaryDir();
    [browser, product, site] = await Promise.all([launchBrowser(), startProduct({ dataDir: dir.path }), startSite()]);
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: product.url });
    ({ page, complaints } = await watchedPage(context));
    await page.goto(product.url);
    await register(page, "owner@example.com");
    await page.getByRole("button", { name: "Try the sample document" }).click();
    await page.getByRole("button", { name: /Window-Sill.*pages/s }).waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await site?.close();
    await dir?.remove();
  });

  const openFromMenu = async (name: string) => {
    await page.getByRole("button", { name: "Account and settings" }).click();
    await page.getByRole("menuitem", { name }).click();
  };
  const question = "How do I get rid of fungus gnats?";

  test("what keeps somebody out is found, within a shadow too", async () => {
    const bad = await browser.newPage();
    const shadow = '<button></button><p style="color: #777; background: #888">Pale</p>';
    await bad.setContent(`<html lang="en"><title>A page</title><div><template shadowrootmode="open">${shadow}`);
    const found = await barriersOn(bad);
    expect(found.map((one) => one.split(": ").slice(0, 2).join(" ")).sort()).toEqual([
      "dark color-contrast",
      "light button-name",
      "light color-contrast",
    ]);
    await bad.close();
  });

  test("nobody is kept out of the library, an answer and a cited page", async () => {
    await page.getByRole("textbox", { name: "Your question" }).fill(question);
    await page.keyboard.press("Enter");
    await page
      .getByRole("link", { name: /^Source 1, page/ })
      .first()
      .click();
    await page.locator(".pane.page .passages").waitFor();
    await page.getByRole("button", { name: "Copy", exact: true }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Account and settings" }).click();
    expect(await barriersOn(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });

  test("one is made, and what is wrong with an address is said beside it", async () => {
    await openFromMenu("Embeds");
    await page.getByRole("button", { name: "New embed" }).click();
    expect(await barriersOn(page)).toEqual([]);
    await page.getByRole("dialog").getByLabel("Name").fill("Ask the gardener");
    await page.getByRole("button", { name: "Create" }).click();

    // The secret is shown this once; the only document is chosen already.
    const secret = page.getByText(/^sk_[\w-]{43}$/);
    await secret.waitFor();
    await page.getByRole("button", { name: "I have it" }).click();
    await expect(secret.count()).resolves.toBe(0);
    await page.getByText("The Window-Sill Garden").first().waitFor();
    await page.getByText("It stands nowhere yet").waitFor();

    await page.getByRole("textbox", { name: "Add an address" }).fill(site.origin.replace("http://", ""));
    await page.keyboard.press("Enter");
    await page.getByText("Begin with https://.").waitFor();
    // Every click takes one out, though the line that is being typed is at fault too.
    const origins = page.getByRole("list", { name: "Where it may stand" }).getByRole("textbox");
    await page.getByRole("textbox", { name: "Add an address" }).fill("*");
    await page.keyboard.press("Enter");
    await page.getByRole("textbox", { name: "Add an address" }).fill("null");
    await page.getByRole("button", { name: "Remove *" }).click();
    await page.getByText("This is not the address of a site.").waitFor();
    await page.getByText("Begin with https://.").waitFor();
    await page.getByRole("button", { name: "Remove null" }).click();
    await expect(origins.count()).resolves.toBe(2);
    await page.getByRole("button", { name: site.origin, exact: true }).click();
    await page.getByRole("textbox", { name: "Accent", exact: true }).fill("#2e6b4f");
    await page.getByText(/Accent readable: \d/).waitFor();
    await page.getByRole("textbox", { name: "Name", exact: true }).fill("Ask our gardener");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
  });

  test("the preview is the real panel, in the draft's words before they are saved", async () => {
    const preview = page.locator("pagewise-chat");
    await preview.getByText("Ask our gardener").waitFor();
    await page.getByRole("textbox", { name: "Greeting" }).fill("Ask about your window sill.");
    await preview.getByText("Ask about your window sill.").waitFor();
    expect(await barriersOn(page)).toEqual([]);
  });

  test("nobody leaves what is unsaved unasked, not by the browser's own button either", async () => {
    await page.goBack();
    await page.getByText("Leave without saving?").waitFor();
    await page.getByRole("button", { name: "Keep editing" }).click();
    await expect(page.getByRole("textbox", { name: "Greeting" }).inputValue()).resolves.toBe(
      "Ask about your window sill.",
    );
    await page.goBack();
    await page.getByRole("button", { name: "Discard changes" }).click();
    await page.getByRole("button", { name: /Ask our gardener/ }).click();
    await expect(page.getByRole("textbox", { name: "Greeting" }).inputValue()).resolves.not.toContain("window sill");
    // A reload stays where it was, and back leads to the list and then to the library.
    await page.reload();
    await page.getByRole("textbox", { name: "Greeting" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "New embed" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: /Window-Sill.*pages/s }).waitFor();
    await page.goForward();
    await page.getByRole("button", { name: /Ask our gardener/ }).click();
  });

  test("its tag, copied to a page of another origin, lets a visitor ask, and the owner sees it counted", async () => {
    await page.getByText("No questions in 14 days").waitFor();
    await page.getByRole("button", { name: "Copy", exact: true }).click();
    await page.getByText("Copied", { exact: true }).first().waitFor();
    const tag = await page.evaluate(() => navigator.clipboard.readText());
    expect(tag).toContain(`src="${product.url}/widget.js"`);
    site.put(tag);

    const elsewhere = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const visitor = await watchedPage(elsewhere);
    await ask(visitor.page);
    await visitor.page
      .getByRole("button", { name: /source 1/i })
      .first()
      .waitFor();
    expect(visitor.complaints).toEqual([]);
    expect(await barriersOn(visitor.page, "pagewise-chat")).toEqual([]);

    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("1 question in 14 days").waitFor();
    await page.getByRole("button", { name: "Turn on" }).click();
    await page.getByText("It is on: visitors can ask").waitFor();
    expect(complaints).toEqual([]);
    await elsewhere.close();
  });

  test("turned off, it is on no page any more, and its list says so", async () => {
    await page.getByRole("button", { name: "Turn off" }).click();
    await page.getByText("Visitors see nothing now.").waitFor();
    const elsewhere = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const visitor = await watchedPage(elsewhere);
    await visitor.page.goto(site.origin);
    await visitor.page.getByRole("button", { name: "Ask our documents" }).click();
    await visitor.page.getByText(/This chat is not (available|set up for this page)/).waitFor();
    await expect(visitor.page.getByRole("textbox", { name: "Your question" }).count()).resolves.toBe(0);
    await elsewhere.close();
    await page.getByRole("button", { name: "All embeds" }).click();
    await page.getByRole("button", { name: /Ask our gardener.*Off/s }).waitFor();
    expect(await barriersOn(page)).toEqual([]);
  });

  test("a new secret is where whoever made it is taken", async () => {
    await page.getByRole("button", { name: /Ask our gardener/ }).click();
    await page.getByRole("button", { name: "Make a new secret" }).click();
    await page.getByRole("button", { name: "Make a new one" }).click();
    const shown = page.getByRole("region", { name: "Secret" });
    await until("the secret to have the focus", () => shown.evaluate((place) => place.matches(":focus")));
    await expect(
      shown.evaluate((place) => {
        const { top, bottom } = place.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      }),
    ).resolves.toBe(true);
  });

  test("deleted, after what goes has been named, it is gone", async () => {
    await page.getByRole("button", { name: "Delete this embed" }).click();
    await page.getByText("every conversation its visitors had").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Let your visitors ask").waitFor();
    expect(complaints).toEqual([]);
  });

  test("the account: activity, another password, and its end", async () => {
    await page.getByRole("button", { name: "Back to the library" }).click();
    await openFromMenu("Account");
    await page.getByText("Embed deleted").waitFor();
    expect(await barriersOn(page)).toEqual([]);
    await page.getByLabel("Current password").fill("correct horse battery");
    await page.getByLabel("New password").fill("a quiet ship at night");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("Your password is changed.").waitFor();
    await page.getByText("Password changed", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Delete my account" }).click();
    await page.getByLabel("Your password").fill("correct horse battery");
    await page.getByRole("button", { name: "Delete everything" }).click();
    await page.getByText("This is not your current password.").waitFor();
    await page.getByLabel("Your password").fill("a quiet ship at night");
    await page.getByRole("button", { name: "Delete everything" }).click();
    await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
    await page.getByText("Your account is deleted, and everything in it is gone.").waitFor();
    await expect(page.getByText("You were signed out.").count()).resolves.toBe(0);
    expect(await barriersOn(page)).toEqual([]);
    await until("the tokens to be forgotten", async () => (await page.evaluate(() => localStorage.length)) === 0);
  });

  async function ask(visitor: Page): Promise<void> {
    await visitor.goto(site.origin);
    await visitor.getByRole("button", { name: "Ask our documents" }).click();
    const field = visitor.getByRole("textbox", { name: "Your question" });
    await field.fill(question);
    await field.press("Enter");
    await visitor.getByRole("button", { name: /^copy/i }).last().waitFor();
  }
});

/** A page of somebody else's, with what was put into it. */
async function startSite(): Promise<{ origin: string; put(tag: string): void; close(): Promise<void> }> {
  let body = "";
  const server = createServer((request, response) => {
    if (request.url !== "/") return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(`<!doctype html><html lang="en"><title>A garden</title><h1>Our garden</h1>${body}`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    put: (tag) => {
      body = tag;
    },
    close: () => new Promise((done) => server.close(() => done())),
  };
}
