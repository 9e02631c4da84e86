// Text that would do harm if anything took it for more than text, and what shows in a real browser that nothing did.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";

const evil = "https://evil.example";

/** Each sets `stolen` or asks for something of evil.example where it is run, drawn or followed. */
export const hostile = {
  script: `<script>window.stolen=1</script>`,
  image: `<img src=${evil}/i.png onerror=window.stolen=1>`,
  link: `[click](javascript:window.stolen=1)`,
  picture: `![p](${evil}/p.png?d=1)`,
  address: `javascript:window.stolen=1`,
  template: "{{constructor.constructor('window.stolen=1')()}} $\u007bwindow.stolen=1} <%= 7*7 %>",
  sql: `'); drop table users; --`,
  quotes: `"><svg onload=window.stolen=1>`,
} as const;

/** All in one line, as a title has it. */
export const hostileLine = Object.values(hostile).join(" ");

export interface Watch {
  page: Page;
  /** Requests for anything but our own servers, as addresses. */
  strangers: string[];
  /** What the content security policy and Trusted Types stopped, errors in the console, and dialogs. */
  complaints: string[];
}

/** @param origins our own servers: whatever is asked of another is remembered, and goes nowhere. */
export async function watchFor(context: BrowserContext, origins: string[]): Promise<Watch> {
  const strangers: string[] = [];
  const complaints: string[] = [];
  await context.route(
    (url) => !origins.includes(url.origin) && url.protocol !== "blob:" && url.protocol !== "data:",
    (route) => {
      strangers.push(route.request().url());
      return route.abort();
    },
  );
  const page = await context.newPage();
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  return { page, strangers, complaints };
}

/** @returns what stands in the page, in every shadow root too, that no text may make: empty where all is well */
export function whatTextHasMade(page: Page, origins: string[]): Promise<string[]> {
  return page.evaluate((own) => {
    const found: string[] = [];
    const say = (what: string, element: Element) => found.push(`${what}: ${element.outerHTML.slice(0, 200)}`);
    const look = (root: Document | ShadowRoot) => {
      for (const element of root.querySelectorAll("*")) {
        if (element.shadowRoot) look(element.shadowRoot);
        if (
          ["IFRAME", "OBJECT", "EMBED", "BASE", "FORM"].includes(element.tagName) &&
          !element.closest("[data-own], form")
        )
          say("element", element);
        if (element.tagName === "SCRIPT" && !own.includes(new URL((element as HTMLScriptElement).src || "x:y").origin))
          say("script", element);
        for (const { name, value } of element.attributes) {
          if (/^on/i.test(name)) say("handler", element);
          if (!["href", "src", "srcset", "action", "formaction", "xlink:href"].includes(name) || value.startsWith("#"))
            continue;
          const url = new URL(value, document.baseURI);
          if (!own.includes(url.origin) && url.protocol !== "blob:") say("address", element);
        }
      }
    };
    look(document);
    if ("stolen" in window) found.push("a script ran");
    return found;
  }, origins);
}

/** @returns the text of the page with that of its shadow roots */
export function everyText(page: Page): Promise<string> {
  return page.evaluate(() => {
    const texts: string[] = [];
    const look = (node: Node) => {
      if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? "");
      if (node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement) texts.push(node.value);
      if (node instanceof Element && node.shadowRoot) look(node.shadowRoot);
      for (const child of node.childNodes) look(child);
    };
    look(document.body);
    return texts.join("");
  });
}

export interface GuardedSite {
  origin: string;
  close(): Promise<void>;
}

/**
 * A page of another site that allows what the README asks for and nothing else, with Trusted Types in force.
 * @param tag the script tag, where the product's address may stand as given @param headers beside its policy
 */
export async function startGuardedSite(
  pagewiseUrl: string,
  { tag, host = "localhost", headers = {} }: { tag: () => string; host?: string; headers?: Record<string, string> },
): Promise<GuardedSite> {
  const policy = [
    "default-src 'none'",
    `script-src ${pagewiseUrl}`,
    `connect-src ${pagewiseUrl}`,
    `img-src ${pagewiseUrl}`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  const server = createServer((request, response) => {
    if (request.url !== "/") return void response.writeHead(204).end();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      ...headers,
    });
    response.end(`<!doctype html><html lang="en"><title>A site</title><h1>A site</h1><div id="help"></div>${tag()}`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://${host}:${port}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}
