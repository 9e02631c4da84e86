// The built script tag in a real browser, on a site of another origin that does its worst to it.
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
// @ts-expect-error a build script without types
import { buildWidget } from "../build.mjs";
import { aDocument, startLibraryServer } from "./library-server.ts";

const hostile = `
  html { font-size: 62.5%; }
  * { letter-spacing: 0.3em !important; text-transform: uppercase !important; border: 3px solid red !important; }
  [hidden] { display: block !important; }
  pagewise-app, pagewise-bubble { position: static !important; opacity: 0.2 !important; display: inline !important; }`;

/** Nothing inline, nothing evaluated, nothing from elsewhere but what the script tag brings. */
const policy = (server: string) =>
  `default-src 'none'; script-src 'nonce-n' 'strict-dynamic'; style-src 'nonce-n'; connect-src ${server}; img-src ${server}; require-trusted-types-for 'script'`;

interface Host {
  page: Page;
  /** What the browser complained of. */
  complaints: string[];
  requests: string[];
  server: Awaited<ReturnType<typeof startLibraryServer>>;
}

describe.skipIf(!process.env.CHROMIUM_PATH)("on a host page (needs Chromium; CHROMIUM_PATH names it)", () => {
  let dir: string;
  let browser: Browser;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "pagewise-embed-"));
    await buildWidget({ root: join(import.meta.dirname, "../.."), outDir: join(dir, "widget") });
    browser = await chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? "", args: ["--no-sandbox"] });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(dir, { recursive: true, force: true });
  });

  async function openHost(tag: (server: string) => string, body = ""): Promise<Host> {
    const server = await startLibraryServer(join(dir, "widget"));
    const site = createServer((_, response) => {
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": policy(server.url) });
      response.end(
        `<!doctype html><html lang="en"><head><style nonce="n">${hostile}</style>${tag(server.url)}</head><body><h1>Host</h1>${body}</body></html>`,
      );
    });
    await new Promise<void>((done) => site.listen(0, "127.0.0.1", done));
    const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    server.allowed.add(origin);
    const context = await browser.newContext();
    const page = await context.newPage();
    const [complaints, requests]: [string[], string[]] = [[], []];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("request", (request) => requests.push(new URL(request.url()).pathname));
    onTestFinished(async () => {
      await context.close();
      site.closeAllConnections();
      site.close();
    });
    await page.goto(origin);
    return { page, complaints, requests, server };
  }

  const script = (server: string, more = "") => `<script async nonce="n" src="${server}/widget.js" ${more}></script>`;
  const bubble = (page: Page) => page.getByRole("button", { name: "Ask our documents" });
  const focused = (page: Page) =>
    page.evaluate(() => {
      const outer = document.activeElement;
      return (outer?.shadowRoot?.activeElement ?? outer)?.id || outer?.tagName.toLowerCase();
    });
  async function signIn(page: Page) {
    await page.getByLabel("Email").fill("reader@example.com");
    await page.getByLabel("Password", { exact: true }).fill("a quiet ship");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: /Documents/ }).waitFor();
  }

  test("loads one file until it is wanted, opens, takes the focus, and gives it back", async () => {
    const { page, complaints, requests, server } = await openHost(script);
    server.documents = [aDocument("Annual Report")];
    await bubble(page).waitFor();
    expect(requests).toEqual(["/", "/widget.js"]);

    await bubble(page).click();
    const panel = page.getByRole("dialog", { name: "Pagewise" });
    await panel.waitFor();
    await expect.poll(() => focused(page)).toBe("email");
    await signIn(page);
    await page
      .getByRole("button", { name: /Annual Report/ })
      .first()
      .waitFor();

    await page.keyboard.press("Escape");
    await panel.waitFor({ state: "hidden" });
    expect(await focused(page)).toBe("pagewise-bubble");
    await bubble(page).click();
    await page
      .getByRole("button", { name: /Annual Report/ })
      .first()
      .waitFor();
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("the host's styles stay outside, and ours inside", async () => {
    const { page } = await openHost(script);
    const before = await page.locator("body > h1").evaluate((h1) => JSON.stringify(getComputedStyle(h1)));
    await bubble(page).click();
    const label = page.getByText("Email", { exact: true });
    await label.waitFor();
    const look = await label.evaluate((element) => {
      const { letterSpacing, textTransform, borderTopWidth, fontSize } = getComputedStyle(element);
      return { letterSpacing, textTransform, borderTopWidth, fontSize };
    });
    expect(look).toEqual({ letterSpacing: "normal", textTransform: "none", borderTopWidth: "0px", fontSize: "13px" });
    expect(await page.locator("pagewise-app").evaluate((app) => getComputedStyle(app).position)).toBe("fixed");
    expect(await page.locator("body > h1").evaluate((h1) => JSON.stringify(getComputedStyle(h1)))).toBe(before);
  });

  test("two tags make one bubble, calls before the script are kept, and destroy leaves nothing", async () => {
    const { page, complaints } = await openHost(
      (server) =>
        `<script nonce="n">(window.Pagewise ||= []).push((pagewise) => { window.version = pagewise.version; })</script>${script(server)}${script(server)}`,
    );
    await bubble(page).waitFor();
    expect(await bubble(page).count()).toBe(1);
    await expect.poll(() => page.evaluate(() => (window as unknown as { version: string }).version)).toMatch(/^\d/);
    const left = await page.evaluate(async () => {
      const pagewise = (window as unknown as { Pagewise: { mount(): import("../api.ts").Widget } }).Pagewise;
      const widget = pagewise.mount();
      await new Promise<unknown>((done) => {
        widget.on("open", done);
        widget.open();
      });
      widget.destroy();
      return document.querySelectorAll("pagewise-app, pagewise-bubble").length;
    });
    expect(left).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("a page that swaps its body keeps the widget and who is signed in", async () => {
    const { page, server } = await openHost(script);
    server.documents = [aDocument("Annual Report")];
    await bubble(page).click();
    await signIn(page);
    await page.evaluate(() => document.body.replaceWith(document.createElement("body")));
    await bubble(page).waitFor();
    await page
      .getByRole("button", { name: /Annual Report/ })
      .first()
      .waitFor();
  });

  test("with a target the app stands in its place, in the host's colour", async () => {
    const { page, complaints } = await openHost(
      (server) => script(server, 'data-target="#here" data-accent="#c2410c"'),
      '<main id="here"></main>',
    );
    const submit = page.locator("#here").getByRole("button", { name: "Sign in", exact: true });
    await submit.waitFor();
    expect(await page.locator("pagewise-bubble").count()).toBe(0);
    const heights = await page.locator("#here").evaluate((here) =>
      ["", "300px"].map((height) => {
        here.style.height = height;
        const root = here.firstElementChild?.shadowRoot?.querySelector(".root");
        return [here.clientHeight, root?.clientHeight];
      }),
    );
    expect(heights).toEqual([
      [576, 576],
      [300, 300],
    ]);
    const [red = 0, green = 0, blue = 0] = await submit.evaluate((button) => {
      const context = document.createElement("canvas").getContext("2d");
      if (!context) return [];
      context.fillStyle = getComputedStyle(button).backgroundColor;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data];
    });
    expect(red).toBeGreaterThan(2 * Math.max(green, blue));
    expect(complaints).toEqual([]);
  });

  test("a target that is not there is named in the console", async () => {
    const { page, complaints } = await openHost((server) => script(server, 'data-target="#nowhere"'));
    await expect.poll(() => complaints.join()).toContain("#nowhere");
    expect(await page.locator("pagewise-app").count()).toBe(0);
  });
});
