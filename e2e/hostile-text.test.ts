// Scripts, links, pictures, SQL and templates in every field that takes text: shown as text, on our own page and on a guarded site.
import type { Client, Document, NewEmbed } from "@pagewise/sdk";
import { baseUrlOf, startOpenAiServer } from "@pagewise/server/test/openai-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePdf } from "../server/test/pdf.ts";
import { chromiumPath, launchBrowser } from "./browser.ts";
import {
  everyText,
  type GuardedSite,
  hostile,
  hostileLine,
  startGuardedSite,
  watchFor,
  whatTextHasMade,
} from "./hostile-text.ts";
import { freePort, type Product, signedInClient, startProduct, temporaryDir, until } from "./product.ts";

const email = "harbour@example.com";
const fact = "The annual fee of the harbour is 420 pounds.";
const question = `What is the annual fee of the harbour? ${hostileLine}`;
/** What the model says, and thereby obeys whoever wrote the document. */
const obeyed = `${fact} [1]\n\n${hostileLine} [1]`;

describe.skipIf(!chromiumPath)("hostile text in a real browser", { timeout: 120_000 }, () => {
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let model: Awaited<ReturnType<typeof startOpenAiServer>>;
  let product: Product;
  let site: GuardedSite;
  /** A page of yet another site, with an embed of the owner's on it. */
  let host: GuardedSite;
  let tag = "";
  let browser: Browser;
  let client: Client;

  beforeAll(async () => {
    [dir, model, browser] = await Promise.all([temporaryDir(), startOpenAiServer(), launchBrowser()]);
    model.reply({ kind: "answer", texts: obeyed.match(/.{1,7}/gsu) ?? [] });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    site = await startGuardedSite(url, {
      tag: () => `<script async src="${url}/widget.js" data-target="#help"></script>`,
    });
    host = await startGuardedSite(url, { tag: () => tag });
    const env = { CORS_ORIGINS: site.origin, OPENAI_BASE_URL: baseUrlOf(model), OPENAI_MODEL: "test" };
    product = await startProduct({ dataDir: dir.path, port, env });
    client = await signedInClient(product.url, email);
    await fill(client);
    const { public_key } = await client.embeds.create(hostileEmbed(host.origin, (await client.documents.list()).data));
    tag = `<script async src="${url}/widget.js" data-target="#help" data-key="${public_key}"></script>`;
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await Promise.all([model, site, host].map((server) => server?.close()));
    await dir?.remove();
  });

  test("in an embed on a page of another site with Trusted Types", async () => {
    const origins = [product.url, host.origin];
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    const { page, strangers, complaints } = await watchFor(context, origins);
    await page.goto(host.origin);
    // Greeting and starters are the owner's words, the rest is the visitor's and the model's.
    await expect.poll(() => everyText(page)).toContain(hostileLine);
    for (const text of [`Greeting ${hostile.script}`, `Starter ${hostile.image}`, `Starter ${hostile.link}`])
      expect(await everyText(page)).toContain(text);
    expect(await whatTextHasMade(page, origins)).toEqual([]);
    await ask(page);
    for (const text of [question.slice(0, 60), hostile.script, hostile.image, hostile.sql])
      expect(await everyText(page)).toContain(text);
    await page
      .getByRole("article")
      .last()
      .getByRole("link", { name: /^Source 1/ })
      .first()
      .click();
    await page.getByRole("img", { name: /^Page 1 of/ }).waitFor();
    expect(await whatTextHasMade(page, origins)).toEqual([]);
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test.each(["our own page", "a page of another site with Trusted Types"])("on %s", async (where) => {
    const origins = [product.url, site.origin];
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    const { page, strangers, complaints } = await watchFor(context, origins);
    const expectText = async (...texts: string[]) => {
      await expect.poll(() => everyText(page)).toContain(texts[0]);
      for (const text of texts) expect(await everyText(page)).toContain(text);
      expect(await whatTextHasMade(page, origins)).toEqual([]);
    };
    await page.goto(where === "our own page" ? product.url : site.origin);
    await signIn(page);

    // The library: names that the file brings, and those that people give.
    await expectText(`Renamed ${hostile.script} ${hostile.image}`, `Titled ${hostile.script} ${hostile.image}`);
    await page
      .getByRole("button", { name: /^Renamed/ })
      .first()
      .click();
    await expectText(`Answers from Renamed ${hostile.script}`);

    await page.getByRole("tab", { name: /Conversations/ }).click();
    await expectText(`Kept ${hostile.script} ${hostile.image}`);
    await page.getByRole("button", { name: /^Kept/ }).first().click();
    await page.getByRole("article").last().waitFor();
    // What was asked and what was answered, as it was written.
    await expectText(question.slice(0, 60), hostile.script, hostile.image, hostile.sql, "javascript:window.stolen=1");

    await ask(page);
    await expectText(question.slice(0, 60), hostile.quotes);
    await page
      .getByRole("article")
      .last()
      .getByRole("link", { name: /^Source 1/ })
      .first()
      .click();
    await expectText(hostile.sql);

    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test("where the owner edits the embed, with its preview", async () => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const { page, strangers, complaints } = await watchFor(context, [product.url]);
    const expectText = async (...texts: string[]) => {
      for (const text of texts) await expect.poll(() => everyText(page), { timeout: 20_000 }).toContain(text);
      expect(await whatTextHasMade(page, [product.url])).toEqual([]);
    };
    await page.goto(product.url);
    await signIn(page);
    await page.getByRole("button", { name: "Account and settings" }).click();
    await page.getByRole("menuitem", { name: "Embeds" }).click();
    await expectText(`Name ${hostile.script}`);
    await page
      .getByRole("button", { name: /Name <script>/ })
      .first()
      .click();
    await page.locator("pagewise-chat").getByText("Greeting").first().waitFor();
    await expectText(`Greeting ${hostile.script}`, `Starter ${hostile.image}`, `Renamed ${hostile.script}`);
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});

function hostileEmbed(origin: string, documents: Document[]): NewEmbed {
  return {
    name: `Name ${hostile.script} ${hostile.image}`.slice(0, 100),
    greeting: `Greeting ${hostileLine}`.slice(0, 500),
    starters: Object.values(hostile)
      .slice(0, 6)
      .map((text) => `Starter ${text}`),
    document_ids: documents.map(({ id }) => id),
    allowed_origins: [origin],
  };
}

/** Everything that takes text is given hostile text. */
async function fill(client: Client): Promise<void> {
  const pages = [`Fees\n${fact}\n${Object.values(hostile).join("\n")}`];
  const named = await client.documents.upload(new Blob([new Uint8Array(makePdf(pages))]), {
    filename: `${hostileLine}.pdf`,
  });
  await client.documents.rename(named.document_id, `Renamed ${hostileLine}`.slice(0, 200));
  const titled = makePdf([...pages, "Another page"], { title: `Titled ${hostileLine}` });
  const { document_id } = await client.documents.upload(new Blob([new Uint8Array(titled)]), { filename: "b.pdf" });
  for (const id of [named.document_id, document_id])
    await until("the PDF to be read", async () => (await client.documents.get(id)).status === "ready");
  await client.chat.ask({ message: question, document_ids: [named.document_id] }).final();
  const [conversation] = (await client.conversations.list()).data;
  await client.conversations.rename(conversation?.id ?? "", `Kept ${hostileLine}`.slice(0, 200));
  const answered = (await client.conversations.messages(conversation?.id ?? "")).data.at(-1);
  await client.messages.feedback(answered?.id ?? "", { rating: "down", comment: hostileLine });
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery");
  await page.getByRole("button", { name: "Sign in" }).click();
}

async function ask(page: Page): Promise<void> {
  const field = page.getByRole("textbox", { name: "Your question" });
  await field.fill(question);
  await field.press("Enter");
  await page.getByRole("button", { name: "Copy", exact: true }).last().waitFor();
}
