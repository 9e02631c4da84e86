// Pages of any origin without a server of theirs: the browser is handed the page, and asks the product as that origin would.
import type { BrowserContext, Page } from "playwright-core";

export interface Told {
  /** "refused": the browser kept the answer from the page. */
  status: number | "refused";
  headers: Record<string, string>;
  text: string;
}

/** @param headers of the page, beside its type */
export async function openPage(
  context: BrowserContext,
  address: string,
  { body = "", headers = {} }: { body?: string; headers?: Record<string, string> } = {},
): Promise<Page> {
  const page = await context.newPage();
  const html = `<!doctype html><html lang="en"><title>A site</title><h1>A site</h1>${body}`;
  await page.route(`${new URL(address).origin}/**`, (route) =>
    route.fulfill({ status: 200, headers: { "content-type": "text/html; charset=utf-8", ...headers }, body: html }),
  );
  await page.goto(address);
  return page;
}

interface Asked {
  url: string;
  method?: string;
  body?: unknown;
  token?: string | undefined;
}

/** Asks as a script of the page would. */
export function askFrom(page: Pick<Page, "evaluate">, asked: Asked): Promise<Told> {
  return page.evaluate(async ({ url, method = "GET", body, token }) => {
    const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    if (body !== undefined) headers["Content-Type"] = "application/json";
    try {
      const response = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    } catch {
      return { status: "refused", headers: {}, text: "" };
    }
  }, asked);
}
