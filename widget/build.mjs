// Builds the widget: the app in hashed chunks, then the loader that knows the app's name, and the standalone page.
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { minify } from "terser";
import { build } from "tsup";

const brotli = promisify(zlib.brotliCompress);
const gzip = promisify(zlib.gzip);

// The oldest browsers with light-dark(), :dir() and relative colours.
const target = ["chrome125", "firefox128", "safari18"];

/** Writes everything that stands under `/widget/` and `/widget.js` to `outDir`. */
export async function buildWidget({ root, outDir }) {
  const source = join(root, "widget");
  const { version } = JSON.parse(await readFile(join(source, "package.json"), "utf8"));
  await mkdir(dirname(outDir), { recursive: true });
  // Built aside and moved in at once, so that a server beside it never sees half a build.
  const fresh = await mkdtemp(join(dirname(outDir), ".widget-"));
  try {
    const visitor = await buildApp({ root, outDir: fresh, name: "visitor", entry: "visitor/element.tsx" });
    const visitorFiles = [visitor.app, ...visitor.chunks];
    const define = { VISITOR_FILES: JSON.stringify(visitorFiles) };
    const { app, chunks, later } = await buildApp({ root, outDir: fresh, name: "app", entry: "element.tsx", define });
    await build({
      ...common({
        root,
        define: { ...define, APP_FILES: JSON.stringify([app, ...chunks]), VERSION: JSON.stringify(version) },
      }),
      entry: { widget: join(source, "loader.ts") },
      outDir: fresh,
      format: "iife",
      esbuildPlugins: [cssAsText()],
    });
    const page = await readFile(join(source, "index.html"), "utf8");
    await writeFile(
      join(fresh, "index.html"),
      page.replace("{{preload}}", [app, ...chunks, ...later].map(preload).join("\n    ")),
    );
    for (const name of ["favicon.svg", "sample/sample.pdf"]) {
      if (existsSync(join(source, name))) await copyFile(join(source, name), join(fresh, name.split("/").pop()));
    }
    await shrink(fresh);
    await compress(fresh);
    await moveIn(fresh, outDir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * One app in hashed chunks. Each has its own: a visitor of a site downloads nothing that only the dashboard needs, in as
 * few files as it takes.
 */
async function buildApp({ root, outDir, name, entry, define = {} }) {
  await build({
    ...common({ root, define: { "process.env.NODE_ENV": '"production"', ...define } }),
    entry: { [name]: join(root, "widget", entry) },
    outDir,
    format: "esm",
    splitting: true,
    metafile: true,
    esbuildPlugins: [cssAsText()],
    esbuildOptions: (options) => {
      options.conditions = ["@pagewise/source", "browser"];
      options.entryNames = "[name]-[hash]";
      options.chunkNames = "chunk-[hash]";
      options.jsx = "automatic";
      options.jsxImportSource = "preact";
      options.legalComments = "none";
    },
  });
  return outputsOf(outDir, entry);
}

function common({ root, define }) {
  return {
    config: false,
    silent: true,
    outExtension: () => ({ js: ".js" }),
    platform: "browser",
    target,
    minify: true,
    sourcemap: false,
    clean: false,
    noExternal: [/./],
    treeshake: false,
    tsconfig: join(root, "widget/tsconfig.json"),
    define,
  };
}

/** The app's file, what it imports from the start, and what it fetches later. */
async function outputsOf(dir, entry) {
  const metafile = join(dir, "metafile-esm.json");
  const { outputs } = JSON.parse(await readFile(metafile, "utf8"));
  await rm(metafile);
  const app = Object.keys(outputs).find((path) => outputs[path].entryPoint?.endsWith(entry));
  if (!app) throw new Error(`The widget's ${entry} was not built.`);
  const imported = (path, kind) => outputs[path].imports.filter((one) => one.kind === kind).map((one) => one.path);
  const chunks = imported(app, "import-statement");
  const workspace = imported(app, "dynamic-import").flatMap((path) => [path, ...imported(path, "import-statement")]);
  const later = workspace.filter((path) => path !== app && !chunks.includes(path));
  return {
    app: basename(app),
    chunks: chunks.map((path) => basename(path)),
    later: later.map((path) => basename(path)),
  };
}

const preload = (name) => `<link rel="modulepreload" href="widget/${name}">`;

/** What esbuild has made small becomes smaller by a fortieth of what is downloaded. */
async function shrink(dir) {
  for (const name of (await readdir(dir)).filter((name) => name.endsWith(".js"))) {
    const path = join(dir, name);
    const options = { module: name !== "widget.js", compress: { passes: 2 } };
    await writeFile(path, (await minify(await readFile(path, "utf8"), options)).code);
  }
}

/** Once here instead of at each request: the server sends the neighbour that the browser understands. */
async function compress(dir) {
  const scripts = (await readdir(dir)).filter((name) => name.endsWith(".js"));
  await Promise.all(
    scripts.map(async (name) => {
      const plain = await readFile(join(dir, name));
      await writeFile(join(dir, `${name}.br`), await brotli(plain));
      await writeFile(join(dir, `${name}.gz`), await gzip(plain, { level: 9 }));
    }),
  );
}

/** Chunks of earlier builds stay answerable for a week, for pages that are open while a new one is put in place. */
async function moveIn(fresh, outDir) {
  await mkdir(outDir, { recursive: true });
  for (const name of await readdir(outDir)) {
    const path = join(outDir, name);
    const ageMs = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (ageMs > 7 * 24 * 3_600_000) await rm(path, { force: true });
  }
  for (const name of await readdir(fresh)) await rename(join(fresh, name), join(outDir, name));
}

/** A stylesheet as a string: minified, and its rem resolved against the widget's own base, never the host page's. */
function cssAsText() {
  return {
    name: "css-as-text",
    setup({ onLoad, onResolve, esbuild }) {
      // Another name than .css, which tsup would turn into a file of its own.
      onResolve({ filter: /\.css$/ }, ({ path, resolveDir }) => ({
        path: `${join(resolveDir, path)}?text`,
        namespace: "css",
      }));
      onLoad({ filter: /\?text$/, namespace: "css" }, async ({ path }) => {
        const source = await readFile(path.replace("?text", ""), "utf8");
        const { code } = await esbuild.transform(source, { loader: "css", minify: true, target });
        const css = code.trim();
        if (/@(media|container)[^{]*\d(\.\d+)?rem/.test(css))
          throw new Error(`${path}: a query cannot use rem, take px`);
        const contents = css
          .replace(/(-?(?:\d+\.?\d*|\.\d+))rem\b/g, "calc(var(--rem)*$1)")
          // The container's own font is one rem large: where text is twice the size, panes part at twice the width.
          .replace(/@container[^{]*/g, (query) => query.replace(/([\d.]+)px/g, (_, px) => `${px / 16}em`));
        return { contents, loader: "text" };
      });
    },
  };
}
