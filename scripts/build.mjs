// Builds what is not built: the program with its child entries, the widget, and the SDK as it is published.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");
const common = { config: false, silent: true, sourcemap: true, esbuildOptions: (options) => void (options.conditions = ["@pagewise/source"]) };

/** main.ts, the knexfile and the entries of threads and child processes, for Node. */
export async function buildProgram() {
  const entries = ["main.ts", "knexfile.ts", ...["pglite-thread", "pdf-child", "password-thread"].map((name) => `server/adapters/${name}.ts`)];
  await build({
    ...common,
    entry: Object.fromEntries(entries.filter((file) => existsSync(join(root, file))).map((file) => [basename(file, ".ts"), join(root, file)])),
    outDir: dist,
    format: "esm",
    platform: "node",
    target: "node20.19",
    splitting: true,
    skipNodeModulesBundle: true,
    noExternal: [/^@pagewise\//],
  });
}

/** The widget: the app in hashed chunks first, then the loader, which knows the app's name. */
export async function buildWidget() {
  const { buildWidget: run } = await import("../widget/build.mjs");
  await run({ root, outDir: join(dist, "widget") });
}

/** The SDK as npm gets it: ESM, CommonJS and types for both. */
export async function buildSdk() {
  await build({
    ...common,
    entry: { index: join(root, "sdk/index.ts"), contract: join(root, "sdk/contract.ts") },
    outDir: join(root, "sdk/dist"),
    format: ["esm", "cjs"],
    target: "es2022",
    platform: "neutral",
    dts: { compilerOptions: { composite: false, incremental: false, emitDeclarationOnly: false, rewriteRelativeImportExtensions: false } },
    tsconfig: join(root, "sdk/tsconfig.json"),
    clean: true,
  });
}

/** Builds program and widget unless the sources are those of the last build. */
export async function buildIfStale() {
  const stamp = join(dist, "sources.txt");
  const sources = (await fingerprint()).join("\n");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === sources) return false;
  await rm(stamp, { force: true });
  await mkdir(dist, { recursive: true });
  await Promise.all([buildProgram(), buildWidget()]);
  await writeFile(stamp, sources);
  return true;
}

async function fingerprint() {
  const lines = [];
  const walk = async (dir) => {
    for (const item of await readdir(join(root, dir), { withFileTypes: true })) {
      const path = join(dir, item.name);
      if (item.isDirectory()) {
        if (!["node_modules", "dist", "test"].includes(item.name)) await walk(path);
      } else {
        const { mtimeMs, size } = await stat(join(root, path));
        lines.push(`${path} ${size} ${mtimeMs}`);
      }
    }
  };
  for (const dir of ["sdk", "server", "worker", "widget"]) await walk(dir);
  for (const file of ["main.ts", "knexfile.ts", "package-lock.json", "scripts/build.mjs"]) {
    const found = await stat(join(root, file)).catch(() => null);
    if (found) lines.push(`${file} ${found.size} ${found.mtimeMs}`);
  }
  return lines.sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const only = process.argv[2];
  await rm(join(dist, "sources.txt"), { force: true });
  if (only === "sdk") await buildSdk();
  else await Promise.all([buildIfStale(), buildSdk()]);
}
