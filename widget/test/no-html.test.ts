// No text ever becomes HTML: what a document or a model says can only be text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const html =
  /innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|createContextualFragment|DOMParser|srcdoc|\beval\(|new Function/;

function sources(dir: string): string[] {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return ["test", "node_modules", "sample"].includes(entry.name) ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

test("no source of the widget makes HTML from a string", () => {
  const files = sources(".");
  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => html.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
});
