// Installs what benchmarks compare with, pinned and outside the repository: nobody needs it to run the product.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

/**
 * @param packages exact versions by name, for example `{ "pdf-parse": "2.4.5" }`; installed once and kept.
 * @returns `load(specifier)` imports from them; `dir` is where they stand.
 */
export async function installPeers(packages) {
  const text = JSON.stringify({ private: true, dependencies: packages });
  const dir = join(tmpdir(), `pagewise-peers-${createHash("sha256").update(text).digest("hex").slice(0, 12)}`);
  if (!existsSync(dir)) {
    const draft = `${dir}.${process.pid}`;
    await mkdir(draft);
    await writeFile(join(draft, "package.json"), text);
    const install = ["install", "--no-audit", "--no-fund", "--legacy-peer-deps", "--silent"];
    await promisify(execFile)("npm", install, { cwd: draft });
    // Another benchmark may have been quicker.
    await rename(draft, dir).catch(() => rm(draft, { recursive: true }));
  }
  const { resolve } = createRequire(join(dir, "package.json"));
  return { dir, load: (specifier) => import(pathToFileURL(resolve(specifier)).href) };
}
