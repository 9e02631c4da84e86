// The package as npm would hand it out: packed, unpacked elsewhere, imported, required, type-checked, weighed.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { build } from "tsup";
import { afterAll, beforeAll, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const sdk = join(root, "sdk");
let dir: string;
let installed: string;

beforeAll(async () => {
  if (!(await isBuilt())) await run(process.execPath, [join(root, "scripts/build.mjs"), "sdk"]);
  dir = await mkdtemp(join(tmpdir(), "pagewise-sdk-"));
  installed = join(dir, "node_modules/@pagewise/sdk");
  await mkdir(installed, { recursive: true });
  await run("npm", ["pack", "--pack-destination", dir], { cwd: sdk });
  const packed = (await readdir(dir)).find((name) => name.endsWith(".tgz")) as string;
  await run("tar", ["-xzf", join(dir, packed), "--strip-components=1", "-C", installed]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Whether dist/ is younger than every source, so that a build under way elsewhere is not disturbed. */
async function isBuilt(): Promise<boolean> {
  const built = await stat(join(sdk, "dist/index.d.cts")).catch(() => null);
  const sources = (await readdir(sdk)).filter((name) => name.endsWith(".ts"));
  const times = await Promise.all(sources.map(async (name) => (await stat(join(sdk, name))).mtimeMs));
  return built !== null && built.mtimeMs > Math.max(...times);
}

test("holds its build, its sources, a README and nothing else", async () => {
  const names = (await readdir(installed)).sort();
  const sources = (await readdir(sdk)).filter((name) => name.endsWith(".ts"));
  expect(names).toEqual(["README.md", "dist", "package.json", ...sources].sort());
  const { dependencies, peerDependencies } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
  const sizes = await Promise.all(
    (await readdir(installed, { recursive: true })).map(async (name) => (await stat(join(installed, name))).size),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(320_000);
});

test("publint finds nothing", async () => {
  const { messages } = await publint({ pkgDir: installed, level: "suggestion", strict: true });
  expect(messages).toEqual([]);
});

const faces = [
  "ApiError",
  "ConnectionError",
  "FileChangedError",
  "createClient",
  "createVisitorClient",
  "isApiError",
  "isConnectionError",
  "isFileChangedError",
  "localStorageTokens",
  "localStorageVisitor",
  "memoryTokens",
  "memoryVisitor",
  "newIdempotencyKey",
];

test("is imported and required, with the same face, and without any work at import", async () => {
  const print = "process.stdout.write(Object.keys(sdk).sort().join())";
  await writeFile(
    join(dir, "a.mjs"),
    `import * as sdk from "@pagewise/sdk"; import "@pagewise/sdk/contract"; ${print}`,
  );
  await writeFile(
    join(dir, "a.cjs"),
    `const sdk = require("@pagewise/sdk"); require("@pagewise/sdk/contract"); ${print}`,
  );
  for (const file of ["a.mjs", "a.cjs"]) {
    const { stdout, stderr } = await run(process.execPath, [file], { cwd: dir });
    expect([stdout, stderr]).toEqual([faces.join(), ""]);
  }
});

test("its types are found in every way of resolving modules", async () => {
  const use = `
    import { createClient, isApiError, type AnswerStream, type ChatEvent } from "@pagewise/sdk";
    import type { Citation } from "@pagewise/sdk/contract";
    export async function use(): Promise<Citation[]> {
      const client = createClient({ baseUrl: "http://localhost", getToken: async () => "t" });
      const stream: AnswerStream = client.chat.ask({ message: "x" }, { timeoutMs: 1 });
      for await (const event of stream) {
        const known: ChatEvent = event;
        if (known.event === "delta") known.data.text.trim();
        // @ts-expect-error a delta has no citations
        if (event.event === "delta") event.data.citations;
      }
      // @ts-expect-error an unknown status
      await client.documents.list({ status: "sleeping" });
      try { await client.users.me(); } catch (error) { if (isApiError(error)) error.code.trim(); }
      return (await stream.final()).citations;
    }`;
  await writeFile(join(dir, "b.mts"), use);
  await writeFile(join(dir, "b.cts"), use);
  await cp(join(dir, "b.mts"), join(dir, "c.ts"));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const strict = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2023,dom,dom.asynciterable"];
  for (const [files, options] of [
    [
      ["b.mts", "b.cts"],
      ["--module", "nodenext"],
    ],
    [["c.ts"], ["--module", "esnext", "--moduleResolution", "bundler"]],
  ] as const) {
    const { stdout } = await run(process.execPath, [tsc, ...files, ...strict, ...options], { cwd: dir }).catch(
      (error) => error,
    );
    expect(stdout).toBe("");
  }
}, 120_000);

test("weighs at most 8.4 kB, minified and compressed; what a visitor's page needs of it 6 kB", async () => {
  const outDir = join(dir, "min");
  const visitor = join(dir, "visitor.ts");
  await writeFile(visitor, `export { createVisitorClient } from ${JSON.stringify(join(sdk, "index.ts"))};`);
  await build({
    config: false,
    silent: true,
    entry: { index: join(sdk, "index.ts"), visitor },
    outDir,
    minify: true,
    splitting: false,
    format: "esm",
    target: "es2022",
    platform: "neutral",
  });
  const bytes = async (name: string) => gzipSync(await readFile(join(outDir, name)), { level: 9 }).length;
  expect(await bytes("index.js")).toBeLessThanOrEqual(8_400);
  expect(await bytes("visitor.js")).toBeLessThanOrEqual(6_000);
});

test("imports nothing of Node's and nothing of ours", async () => {
  const built = await readFile(join(installed, "dist/index.js"), "utf8");
  expect(built).not.toMatch(/^\s*import\b|\brequire\(|\bprocess\.|\bBuffer\b/m);
});
