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

/** An app's file and what it imports from the start, by the loader's own list. */
async function firstOpen(app: "app" | "visitor"): Promise<string[]> {
  const loader = await readFile(join(dir, "widget/widget.js"), "utf8");
  const list = new RegExp(`"${app}-\\w+\\.js"[^\\]]*`).exec(loader)?.[0] ?? "";
  return ["widget.js", ...(list.match(/[\w-]+\.js/g) ?? [])];
}

/** Everything that an app may come to load, by what its files name. */
async function everything(app: "app" | "visitor"): Promise<Set<string>> {
  const found = new Set(await firstOpen(app));
  for (const name of found) {
    if (name === "widget.js") continue;
    const text = await readFile(join(dir, "widget", name), "utf8");
    for (const next of text.match(/\.\/chunk-\w+\.js/g) ?? []) found.add(next.slice(2));
  }
  return found;
}

const total = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + (sizes.get(name) ?? Number.NaN), 0);

test("before anybody shows interest: the loader alone, at most 2.1 kB", () => {
  expect(total(["widget.js"])).toBeLessThanOrEqual(2_150);
});

test("the first open, up to the sign-in: at most 32.5 kB in 4 files", async () => {
  const names = await firstOpen("app");
  expect(names.length).toBeLessThanOrEqual(4);
  expect(total(names)).toBeLessThanOrEqual(32_500);
});

test("everything, the library, the chat, the page and the screens too: at most 98 kB", async () => {
  expect(total(await everything("app"))).toBeLessThanOrEqual(98_000);
});

test("up to the chat: at most 70 kB, and nothing of the embeds' and the account's screens", async () => {
  const page = await readFile(join(dir, "widget/index.html"), "utf8");
  const names = [
    "widget.js",
    ...[...page.matchAll(/modulepreload" href="widget\/([\w-]+\.js)/g)].map(([, name = ""]) => name),
  ];
  const text = await Promise.all(names.map((name) => readFile(join(dir, "widget", name), "utf8")));
  expect(total(names)).toBeLessThanOrEqual(70_000);
  expect(text.join()).toContain("Find a document");
  expect(text.join()).not.toMatch(/Where it may stand|Delete my account/);
});

test("a visitor's first open, up to the greeting: at most 39.5 kB in 4 files", async () => {
  const names = await firstOpen("visitor");
  expect(names.length).toBeLessThanOrEqual(4);
  expect(total(names)).toBeLessThanOrEqual(39_500);
});

test("all that a visitor may come to load: at most 62 kB, and none of it is the dashboard's", async () => {
  const [own, dashboards] = await Promise.all([everything("visitor"), everything("app")]);
  const text = await Promise.all([...own].map((name) => readFile(join(dir, "widget", name), "utf8")));
  expect(total(own)).toBeLessThanOrEqual(62_000);
  expect(text.join()).not.toMatch(/"\/upload"|current-password|Create an account/);
  expect((await firstOpen("app")).filter((name) => name !== "widget.js" && own.has(name))).toEqual([]);
  expect(dashboards.size).toBeGreaterThan(0);
});
