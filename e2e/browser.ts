// A real browser for the tests: finds the Chromium that the test command found, and watches every page for what it must not do.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { root } from "./product.ts";

/** Absent where the test command could neither find nor get a browser; it names the suite as not run. */
export const chromiumPath = process.env.CHROMIUM_PATH;

/** @param more arguments for the browser */
export function launchBrowser(more: string[] = []): Promise<Browser> {
  const quiet = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
  return chromium.launch({
    executablePath: chromiumPath ?? "",
    args: ["--no-sandbox", "--disable-gpu", "--disable-sync", ...quiet, ...more],
  });
}

export interface WatchedPage {
  page: Page;
  /** Errors, warnings of the content security policy and failed requests, as the browser told them. */
  complaints: string[];
}

/** A page that remembers what the browser complained of. */
export async function watchedPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  return { page, complaints };
}

/**
 * The example site with the script tag, on an origin of its own.
 * @param key the embed's; absent: the tag brings the dashboard
 */
export async function startHostSite(
  pagewiseUrl: () => string,
  key: () => string | null = () => null,
  headers: () => Record<string, string> = () => ({}),
): Promise<{ origin: string; close(): Promise<void> }> {
  const html = await readFile(join(root, "examples/script-tag/index.html"), "utf8");
  const server = createServer((request, response) => {
    if (request.url !== "/") return void response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers() });
    const tagged = html.replace(' data-key="{{PAGEWISE_KEY}}"', key() ? ` data-key="${key()}"` : "");
    // Where the site's policy asks for it, everything of its own carries the nonce.
    response.end(tagged.replaceAll("{{PAGEWISE_URL}}", pagewiseUrl()).replaceAll(/<(script|style)/g, '<$1 nonce="n"'));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    // Another host name than the product's: another origin and another site.
    origin: `http://localhost:${port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

export async function register(page: Page, email: string): Promise<void> {
  await page.getByRole("button", { name: "Create an account" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Create account" }).click();
}

/** Samples the length of a growing text until `ended`. @returns the lengths in the order seen, without repeats. */
export async function watchGrowth(text: Locator, ended: Locator): Promise<number[]> {
  const lengths: number[] = [];
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const length = ((await text.textContent().catch(() => "")) ?? "").length;
    if (length !== lengths.at(-1)) lengths.push(length);
    if (await ended.isVisible()) return lengths;
    await new Promise((done) => setTimeout(done, 30));
  }
  throw new Error(`the text never ended; lengths seen: ${lengths.join(", ")}`);
}
