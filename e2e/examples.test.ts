// The examples run as they stand: the Node script against the product, and the site with the script tag.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, root, samplePdf, signedInClient, startProduct, temporaryDir } from "./product.ts";

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

function run(args: string[], env: Record<string, string>): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH ?? "", ...env } });
}

test("the Node script uploads, asks and prints the answer with its page", async () => {
  const child = run(["examples/node/ask.mjs", samplePdf, "What causes white dust on the leaves?"], {
    PAGEWISE_URL: product.url,
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(errors).toBe("");
  expect(output).toContain("Powdery mildew");
  expect(output).toMatch(/\[1\] page 5: “/);
});

test("the Node script says why a file cannot be read", async () => {
  const child = run(["examples/node/ask.mjs", join(root, "README.md"), "Why?"], { PAGEWISE_URL: product.url });
  expect(await text(child.stderr)).toMatch(/^[^\n]*PDF[^\n]*\n$/);
});

test.each([
  ["no file", ["nowhere.pdf"], (url: string) => url, "nowhere.pdf cannot be read."],
  ["no server", [samplePdf], () => "http://127.0.0.1:9", "Pagewise does not answer at http://127.0.0.1:9: "],
])("the Node script says in a sentence that there is %s", async (_, [file = ""], url, sentence) => {
  const child = run(["examples/node/ask.mjs", file, "Why?"], { PAGEWISE_URL: url(product.url) });
  const errors = await text(child.stderr);
  expect(errors.startsWith(sentence)).toBe(true);
  expect(errors.trim().split("\n")).toHaveLength(1);
});

/** A site of its own until `use` has ended. */
async function served(args: string[], env: Record<string, string>, use: (address: string) => Promise<void>) {
  const child = run(args, { PAGEWISE_URL: product.url, PORT: "0", ...env });
  const address = await new Promise<string>((done) => {
    child.stdout.on("data", (line) => done(/http:\S+/.exec(String(line))?.[0] ?? ""));
  });
  try {
    await use(address);
  } finally {
    child.kill();
    await once(child, "exit");
  }
}

test("the site with the script tag names the product's address and the embed", async () => {
  await served(["examples/script-tag/serve.mjs"], { PAGEWISE_KEY: "pk_one" }, async (address) => {
    expect(await (await fetch(address)).text()).toContain(`src="${product.url}/widget.js" data-key="pk_one"`);
  });
  const without = run(["examples/script-tag/serve.mjs"], {});
  expect(await text(without.stderr)).toContain("PAGEWISE_KEY");
});

test("the site with people of its own says who is there, once for each session", async () => {
  const owner = await signedInClient(product.url);
  const embed = await owner.embeds.create({ name: "Ask Hallgate" });
  const env = { PAGEWISE_KEY: embed.public_key, PAGEWISE_SECRET: embed.secret };
  await served(["examples/identity/serve.mjs"], env, async (address) => {
    await owner.embeds.update(embed.id, { allowed_origins: [address] });
    expect((await fetch(`${address}/pagewise-token`)).status).toBe(204);
    const signedIn = await fetch(`${address}/sign-in`, { method: "POST", body: "Ann" });
    const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const token = await (await fetch(`${address}/pagewise-token`, { headers: { cookie } })).text();
    const session = () =>
      fetch(`${product.url}/embeds/${embed.public_key}/session`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: address },
        body: JSON.stringify({ identity_token: token }),
      });
    expect([(await session()).status, (await session()).status]).toEqual([200, 401]);
  });
});
