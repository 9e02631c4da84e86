// Accounts in the built product: two tabs over one sign-in, secrets that are changed, and a life that leaves nothing behind.
import { readFile } from "node:fs/promises";
import { createClient, memoryTokens } from "@pagewise/sdk";
import jwt from "jsonwebtoken";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis, startRedis } from "../server/test/redis.ts";
import { chromiumPath, launchBrowser, register } from "./browser.ts";
import { startLives, type Traces } from "./lives.ts";
import { type Product, samplePdf, startProduct, temporaryDir, until } from "./product.ts";

const undone: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const undo of undone.splice(0).reverse()) await undo();
});

async function dataDir(): Promise<string> {
  const dir = await temporaryDir();
  undone.push(dir.remove);
  return dir.path;
}

async function start(options: Parameters<typeof startProduct>[0]): Promise<Product> {
  const product = await startProduct(options);
  undone.push(product.stop);
  return product;
}

describe.skipIf(!chromiumPath)("two tabs of a real browser", { timeout: 60_000 }, () => {
  let product: Product;
  let browser: Browser;
  beforeAll(async () => {
    product = await start({ dataDir: await dataDir() });
    browser = await launchBrowser();
    undone.push(() => browser.close());
  });

  test.each([
    ["take turns by the browser's locks", true],
    ["both bring the same refresh token where there are no locks", false],
  ])("that refresh at once %s, and nobody is signed out", async (_, locks) => {
    const context = await browser.newContext();
    if (!locks) await context.addInitScript(() => Object.defineProperty(navigator, "locks", { value: undefined }));
    const refreshed: number[] = [];
    context.on("response", (response) => {
      if (response.url().endsWith("/users/refresh")) refreshed.push(response.status());
    });
    const tabs = [await context.newPage(), await context.newPage()] as const;
    await tabs[0].goto(product.url);
    await register(tabs[0], `two-tabs-${locks}@example.com`);
    await tabs[0].getByRole("button", { name: /sample/i }).waitFor();
    for (let round = 0; round < 3; round++) {
      await spoilAccessToken(context);
      refreshed.length = 0;
      await Promise.all(tabs.map((tab) => tab.goto(product.url)));
      for (const tab of tabs) await tab.getByRole("button", { name: /sample/i }).waitFor();
      expect(new Set(refreshed)).toEqual(new Set([200]));
      expect(refreshed.length).toBeLessThanOrEqual(locks ? 1 : 2);
    }
    await context.close();
  });

  /** As if its fifteen minutes were over: the server takes it no more. */
  async function spoilAccessToken(context: BrowserContext): Promise<void> {
    const [tab] = context.pages();
    await tab?.evaluate(() => {
      const pair = JSON.parse(localStorage.getItem("pagewise.session") ?? "null");
      const signature = "A".repeat(43);
      pair.access_token = `${pair.access_token.split(".").slice(0, 2).join(".")}.${signature}`;
      localStorage.setItem("pagewise.session", JSON.stringify(pair));
    });
  }
});

describe("secrets that are changed", () => {
  const secrets = (jwtSecret: string, dataKey: string) => ({
    ...{ JWT_SECRET: jwtSecret, DATA_KEY: dataKey },
    LOG_LEVEL: "info",
  });
  const [oldJwt, newJwt] = ["the old secret of more than 32 bytes", "the new secret of more than 32 bytes"];
  const [oldKey, newKey] = ["the old data key of over 32 bytes...", "the new data key of over 32 bytes..."];

  test("sign nobody out, and cost no embed its secret", async () => {
    const dir = await dataDir();
    const tokens = memoryTokens();
    const credentials = { email: "keys@example.com", password: "correct horse battery" };
    const ends: string[] = [];
    let refreshes = 0;
    const clientOf = ({ url }: Product) => {
      const client = createClient({
        baseUrl: url,
        tokens,
        fetch: (input, init) => {
          if (String(input).endsWith("/users/refresh")) refreshes += 1;
          return fetch(input, init);
        },
      });
      client.onSessionEnd((reason) => ends.push(reason));
      return client;
    };
    const begin = async (env: Record<string, string>) => {
      const product = await start({ dataDir: dir, env });
      return { product, client: clientOf(product) };
    };

    const first = await begin(secrets(oldJwt, oldKey));
    await first.client.users.register(credentials);
    await first.client.users.login(credentials);
    const { document } = await first.client.documents.upload(new Blob([await readFile(samplePdf)]));
    const embed = await first.client.embeds.create({ name: "Help", allowed_origins: ["https://example.com"] });
    const identify = async ({ url }: Product) => {
      const claims = { aud: embed.public_key, sub: "somebody", jti: crypto.randomUUID() };
      const identity_token = jwt.sign(claims, embed.secret, { algorithm: "HS256", expiresIn: 60 });
      const response = await fetch(`${url}/embeds/${embed.public_key}/session`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: "https://example.com" },
        body: JSON.stringify({ identity_token }),
      });
      return response.status;
    };
    expect(await identify(first.product)).toBe(200);
    await first.product.stop();

    // The new ones first, the old ones beside them: everything that was given out still holds.
    const both = await begin(secrets(`${newJwt},${oldJwt}`, `${newKey},${oldKey}`));
    expect((await both.client.users.me()).email).toBe(credentials.email);
    expect((await fetch(both.product.url + document.file_url)).status).toBe(200);
    expect(await identify(both.product)).toBe(200);
    expect(refreshes).toBe(0);
    await until("the secret of the embed to be sealed anew", async () =>
      /sealed under the new/.test(both.product.log()),
    );
    await both.product.stop();

    // The old ones dropped: an access token of theirs is refreshed, which nobody notices.
    const last = await begin(secrets(newJwt, newKey));
    expect((await last.client.users.me()).email).toBe(credentials.email);
    expect(refreshes).toBe(1);
    expect(await identify(last.product)).toBe(200);
    expect(ends).toEqual([]);
    await last.product.stop();
  }, 60_000);
});

describe.each([
  ["in one process", false],
  ["over Redis (needs redis-server)", true],
])("a deleted account %s", (_, withRedis) => {
  test.skipIf(withRedis && !hasRedis)(
    "leaves no row, file, picture, event or line of the log",
    async () => {
      const redis = withRedis ? await startRedis() : null;
      if (redis) undone.push(redis.close);
      const lives = await startLives({ dataDir: await dataDir(), redisUrl: redis?.url ?? null });
      undone.push(lives.close);
      const [ada, bystander] = [await lives.live("ada", "quetzalcoatl"), await lives.live("berta", "axolotl")];
      const stream = await ada.openStream();
      await ada.deleteAccount();
      expect(await stream.ended).toContain("event: snapshot");
      await ada.expectGone();

      const log = lives.log();
      for (const { secrets } of [ada, bystander]) for (const secret of secrets) expect(log).not.toContain(secret);
      const found = (traces: Traces) => Object.keys(traces).sort();
      const { rows, files, events } = await lives.look();
      expect(found(rows(bystander))).toEqual(expect.arrayContaining(lives.tables));
      expect(found(rows(ada))).toEqual([]);
      expect(files(bystander).length).toBeGreaterThan(1);
      expect(files(ada)).toEqual([]);
      if (withRedis) expect(found(events(bystander))).toContain(`pagewise:log:documents:${bystander.userId}`);
      expect(found(events(ada))).toEqual([]);
    },
    120_000,
  );
});
