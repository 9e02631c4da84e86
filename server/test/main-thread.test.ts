// What the main thread loads: everything that main.ts imports, and everything that these import.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** @returns the packages that a source of ours needs, its own imports included, static or not. */
function packagesOf(entry: string): Set<string> {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
    for (const { fileName } of importedFiles) {
      const ours = sourceOf(fileName, file);
      if (ours) visit(ours);
      else
        packages.add(
          fileName
            .split("/")
            .slice(0, fileName.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  };
  visit(join(root, entry));
  return packages;
}

function sourceOf(specifier: string, from: string): string | null {
  if (specifier.startsWith(".")) return join(dirname(from), specifier);
  const [, room, path = "index"] = /^@pagewise\/(sdk|server|worker)(?:\/(.+))?$/.exec(specifier) ?? [];
  if (!room) return null;
  const found = join(root, room, `${path}.ts`);
  if (!existsSync(found)) throw new Error(`${from} imports ${specifier}, which is not at ${found}`);
  return found;
}

test("pdf-parse and what it brings slow a process down: they are loaded in children alone", () => {
  const heavy = ["pdf-parse", "pdfjs-dist", "@napi-rs/canvas"];
  const main = packagesOf("main.ts");
  expect(main).toContain("koa");
  expect(main).toContain("celery-node");
  expect(heavy.filter((name) => main.has(name))).toEqual([]);
  // That they would be seen.
  expect(packagesOf("server/adapters/pdf-child.ts")).toContain("pdf-parse");
  expect(packagesOf("server/adapters/pdf-child.ts")).toContain("pdfjs-dist");
});
