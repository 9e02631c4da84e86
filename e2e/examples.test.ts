// The examples run as they stand: the Node script against the product, and the site with the script tag.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, root, samplePdf, startProduct, temporaryDir } from "./product.ts";

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
  const errors = await text(child.stderr);
  expect(errors).toContain("not-a-pdf");
});

test("the site with the script tag names the product's address", async () => {
  const child = run(["examples/script-tag/serve.mjs"], { PAGEWISE_URL: product.url, PORT: "0" });
  const address = await new Promise<string>((done) => {
    child.stdout.on("data", (line) => done(/http:\S+/.exec(String(line))?.[0] ?? ""));
  });
  expect(await (await fetch(address)).text()).toContain(`src="${product.url}/widget.js"`);
  child.kill();
  await once(child, "exit");
});
