// What a visitor downloads: the widget is built and weighed, so that it cannot grow unseen.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
// @ts-expect-error a build script without types
import { buildWidget } from "../build.mjs";

const root = join(import.meta.dirname, "../..");
let dir: string;
let sizes: Map<string, number>;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "pagewise-widget-"));
  await buildWidget({ root, outDir: join(dir, "widget") });
  const scripts = (await readdir(join(dir, "widget"))).filter((name) => name.endsWith(".js"));
  const weighed = scripts.map(async (name) => {
    const bytes = await readFile(join(dir, "widget", name));
    return [name, gzipSync(bytes, { level: 9 }).length] as const;
  });
  sizes = new Map(await Promise.all(weighed));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The app's file and what it imports from the start, by the loader's own list. */
async function firstOpen(): Promise<string[]> {
  const loader = await readFile(join(dir, "widget/widget.js"), "utf8");
  return ["widget.js", ...(loader.match(/(app|chunk)-\w+\.js/g) ?? [])];
}

const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? Number.NaN), 0);

test("before anybody shows interest: the loader alone, at most 2 kB", () => {
  expect(total(["widget.js"])).toBeLessThanOrEqual(2_048);
});

test("the first open, up to the sign-in: at most 32 kB in 4 files", async () => {
  const names = await firstOpen();
  expect(names.length).toBeLessThanOrEqual(4);
  expect(total(names)).toBeLessThanOrEqual(32_000);
});

test("everything, the library, the chat and the page too: at most 71 kB", () => {
  expect(total(sizes.keys())).toBeLessThanOrEqual(71_000);
});
