// Builds what is not built: the program, the entries of its threads and child processes, the widget, and the SDK as it is published.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "tsup";
import { buildDatabaseTemplate } from "./database-template.mjs";
import { buildPdfWorker } from "./pdf-worker.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const dist = join(root, "dist");

/** What runs beside the main thread, each a file of its own in dist/. */
const beside = ["pglite-thread", "pdf-child", "password-thread"].map((name) => `server/adapters/${name}.ts`);

const common = {
  config: false,
  silent: true,
  sourcemap: true,
  esbuildOptions(options) {
    options.conditions = ["@pagewise/source"];
  },
};

function buildForNode(files) {
  const present = files.filter((file) => existsSync(join(root, file)));
  if (present.length === 0) return;
  return build({
    ...common,
    entry: Object.fromEntries(present.map((file) => [basename(file, ".ts"), join(root, file)])),
    outDir: dist,
    format: "esm",
    platform: "node",
    target: "node20.19",
    splitting: false,
    skipNodeModulesBundle: true,
    noExternal: [/^@pagewise\//],
  });
}

/** What the PDF child process loads beside its own entry. */
const withPdfWorker = (files) => buildForNode(files).then(() => buildPdfWorker(join(dist, "pdf-worker.js")));

/** The entries of threads and child processes alone: all that tests need built. */
export const buildBeside = () => withPdfWorker(beside);

/** Everything that runs in Node. */
export const buildProgram = () => withPdfWorker(["main.ts", "knexfile.ts", ...beside]);

/** The reader of PDFs by itself, for measurements: `dist/pdf.js`. */
export const buildReader = () => withPdfWorker(["server/adapters/pdf.ts", "server/adapters/pdf-child.ts"]);

/** What the laboratory runs in its own process: `dist/lab-product.js`. */
export const buildLab = () => withPdfWorker(["bench/lab-product.ts", ...beside]);

/** The HTTP face alone, for measurements: `dist/framework-server.js`. */
export const buildFramework = () => buildForNode(["bench/framework-server.ts"]);

/** What Knex's command line needs: so little that it is built each time. */
export const buildKnexfile = () => buildForNode(["knexfile.ts", "server/adapters/pglite-thread.ts"]);

/** The widget, its loader and the standalone page. */
export async function buildWidget() {
  const { buildWidget: run } = await import("../widget/build.mjs");
  await run({ root, outDir: join(dist, "widget") });
}

/**
 * The SDK as npm gets it: ESM, CommonJS and types for both.
 * @param types without them it is there in a moment: enough for scripts, which would fail without any
 */
export async function buildSdk({ types = true } = {}) {
  await build({
    ...common,
    // The sources are in the package; their maps need not hold them again.
    esbuildOptions(options) {
      common.esbuildOptions(options);
      options.sourcesContent = false;
    },
    entry: { index: join(root, "sdk/index.ts"), contract: join(root, "sdk/contract.ts") },
    outDir: join(root, "sdk/dist"),
    format: ["esm", "cjs"],
    target: "es2022",
    platform: "neutral",
    dts: types && {
      compilerOptions: {
        // tsup sets baseUrl, which TypeScript 6 no longer likes.
        ignoreDeprecations: "6.0",
        composite: false,
        incremental: false,
        emitDeclarationOnly: false,
      },
    },
    tsconfig: join(root, "sdk/tsconfig.json"),
    clean: types,
  });
}

/**
 * Builds program, widget and SDK unless the sources are those of the last build.
 * @param sdkTypes also the SDK's, which are for whoever publishes it
 * @returns whether it built
 */
export async function buildIfStale({ sdkTypes = false } = {}) {
  const stamp = join(dist, "sources.txt");
  const sources = (await fingerprint()).join("\n");
  const isBuilt = existsSync(stamp) && existsSync(join(root, "sdk/dist/index.js"));
  if (isBuilt && (await readFile(stamp, "utf8")) === sources) return false;
  await rm(stamp, { force: true });
  await mkdir(dist, { recursive: true });
  await Promise.all([
    buildProgram().then(() => buildDatabaseTemplate(dist)),
    buildWidget(),
    buildSdk({ types: sdkTypes }),
  ]);
  await writeFile(stamp, sources);
  return true;
}

async function fingerprint() {
  const files = ["main.ts", "knexfile.ts", "package-lock.json", "scripts/build.mjs", "scripts/pdf-worker.mjs"];
  for (const dir of ["sdk", "server", "worker", "widget"]) files.push(...(await filesBelow(dir)));
  const lines = await Promise.all(
    files.map(async (file) => {
      const { mtimeMs, size } = await stat(join(root, file));
      return `${file} ${size} ${mtimeMs}`;
    }),
  );
  return lines.sort();
}

async function filesBelow(dir) {
  const items = await readdir(join(root, dir), { withFileTypes: true });
  const nested = items.map((item) => {
    const path = join(dir, item.name);
    if (!item.isDirectory()) return [path];
    return ["node_modules", "dist", "test"].includes(item.name) ? [] : filesBelow(path);
  });
  return (await Promise.all(nested)).flat();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === "sdk") await buildSdk();
  else {
    await rm(join(dist, "sources.txt"), { force: true });
    await buildIfStale({ sdkTypes: true });
  }
}
