// The library by keyboard alone: adding, deleting and undoing never lose the place, and a new file is not called an old one.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, launchBrowser, register, watchedPage } from "./browser.ts";
import { type Product, startProduct, temporaryDir } from "./product.ts";

describe.skipIf(!chromiumPath)("by keyboard", { timeout: 60_000 }, () => {
  let browser: Browser;
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let product: Product;
  beforeAll(async () => {
    dir = await temporaryDir();
    [browser, product] = await Promise.all([launchBrowser(), startProduct({ dataDir: dir.path })]);
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await dir?.remove();
  });

  test("the focus stays in the widget when what had it goes away", async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const { page, complaints } = await watchedPage(context);
    await page.goto(product.url);
    await register(page, "keys@example.com");

    await page.getByRole("button", { name: "Try the sample document" }).press("Enter");
    const card = page.getByRole("button", { name: /Window-Sill.*pages/is });
    await card.waitFor();
    await expect(page.getByText(/already in your library/).count()).resolves.toBe(0);
    await expect.poll(() => holder(page)).toBe("pane chat");

    await page.getByRole("button", { name: /^More for/ }).press("Enter");
    await page.getByRole("menuitem", { name: "Delete" }).press("Enter");
    await card.waitFor({ state: "detached" });
    await expect.poll(() => holder(page)).toBe("pane library");

    await page.getByRole("button", { name: "Undo" }).press("Enter");
    await card.waitFor();
    await expect.poll(() => holder(page)).toBe("pane library");
    expect(complaints).toEqual([]);
    await context.close();
  });
});

/** The class of what has the focus inside the widget; empty when it was lost to the page. */
function holder(page: Page): Promise<string> {
  return page
    .locator("pagewise-app")
    .evaluate((host) => (host as unknown as Host).shadowRoot?.activeElement?.className ?? "");
}

interface Host {
  shadowRoot: { activeElement: { className: string } | null } | null;
}
