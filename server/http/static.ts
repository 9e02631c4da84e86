// The widget's files and the standalone page, as built: hashed names for ever, the others checked each time.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Context } from "koa";
import { z } from "zod";
import { Problem, type ProblemCode } from "../problem.ts";
import type { Services } from "../services.ts";
import { notModified } from "./conditional.ts";
import type { Routes } from "./operation.ts";
import { guardPage } from "./page-policy.ts";
import { pathParam } from "./parameters.ts";

const types = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webp": "image/webp",
  ".woff2": "font/woff2",
} as const;

/** Not pages: those are ours to guard. */
const widgetTypes = Object.values(types).filter((type) => type !== types[".html"]);

const encodings = { br: ".br", gzip: ".gz" } as const;

/** No name that the build could not have made. */
const builtFile = pathParam({
  schema: z.string().regex(/^\w[\w-]*(\.[\w-]+)*(\/\w[\w-]*(\.[\w-]+)*)*$/),
  description: "The name of a built file, with the folders it stands in.",
  missing: "not-found",
});

/** A file as built, or that the caller holds it already. */
const file = (description: string, ...content: string[]) => ({
  answers: { 200: { description, content }, 304: { description: "What the caller holds is still so." } },
  problems: ["not-found"] satisfies ProblemCode[],
});

export function addStaticRoutes(routes: Routes, { widgetDir }: Services): void {
  const shared = { method: "get", tag: "Widget", callers: "anyone" } as const;
  routes.add(
    {
      ...{ ...shared, path: "/", id: "getPage", summary: "The standalone page" },
      ...file("The dashboard and the chat as a page of its own.", types[".html"]),
    },
    async (ctx) => {
      guardPage(ctx);
      await sendFile(ctx, widgetDir, "index.html");
    },
  );
  routes.add(
    {
      ...{ ...shared, path: "/favicon.ico", id: "getIcon", summary: "The page's icon" },
      ...file("The icon.", types[".svg"]),
    },
    (ctx) => sendFile(ctx, widgetDir, "favicon.svg"),
  );
  routes.add(
    {
      ...{ ...shared, path: "/widget.js", id: "getLoader", summary: "The script that puts Pagewise into a page" },
      ...file("A classic script for an `async` tag.", types[".js"]),
    },
    (ctx) => sendPublic(ctx, widgetDir, "widget.js"),
  );
  routes.add(
    {
      ...{ ...shared, path: "/widget/{*path}", id: "getWidgetFile", summary: "A file that the loader asks for" },
      params: { path: builtFile },
      ...file("The file; one with a hash in its name never changes.", ...widgetTypes),
    },
    (ctx, { params: { path } }) => {
      if (extname(path) === ".html") throw new Problem("not-found");
      return sendPublic(ctx, widgetDir, path);
    },
  );
}

async function sendPublic(ctx: Context, dir: string, path: string): Promise<void> {
  ctx.set("Cross-Origin-Resource-Policy", "cross-origin");
  await sendFile(ctx, dir, path);
}

/** Throws `not-found`, for a kind of file that the build makes none of before the disk is asked. */
async function sendFile(ctx: Context, dir: string, path: string): Promise<void> {
  const type = (types as Record<string, string>)[extname(path)];
  if (!type) throw new Problem("not-found");
  const found = await pickFile(ctx, join(dir, path));
  if (!found) throw new Problem("not-found");
  const hashed = /-[A-Z0-9]{8,}\.\w+$/.test(path);
  ctx.set("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  const version = [found.bytes, Math.round(found.modifiedMs)].map((part) => part.toString(36)).join("-");
  if (notModified(ctx, `"${version}${found.encoding ? `-${found.encoding}` : ""}"`)) return;
  if (found.encoding) ctx.set("Content-Encoding", found.encoding);
  ctx.type = type;
  ctx.length = found.bytes;
  if (ctx.method !== "HEAD") ctx.body = createReadStream(found.path);
}

/** The compressed neighbour that the caller understands, or the file itself. */
async function pickFile(ctx: Context, path: string) {
  ctx.vary("Accept-Encoding");
  for (const name of ["br", "gzip"] as const) {
    const neighbour = ctx.acceptsEncodings(name) ? await fileAt(`${path}${encodings[name]}`) : null;
    if (neighbour) return { ...neighbour, encoding: name };
  }
  const plain = await fileAt(path);
  return plain && { ...plain, encoding: null };
}

async function fileAt(path: string): Promise<{ path: string; bytes: number; modifiedMs: number } | null> {
  const info = await stat(path).catch(() => null);
  return info?.isFile() ? { path, bytes: info.size, modifiedMs: info.mtimeMs } : null;
}
