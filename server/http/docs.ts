// The routes that publish the contract: for programs as OpenAPI, and for people as a page.
import { createHash } from "node:crypto";
import type { Context } from "koa";
import { z } from "zod";
import type { Services } from "../services.ts";
import { notModified } from "./conditional.ts";
import { docsPage } from "./docs-page.ts";
import { openApiOf } from "./openapi.ts";
import type { Routes } from "./operation.ts";

const openApi = z.looseObject({ openapi: z.literal("3.1.1"), paths: z.looseObject({}) });

export function addDocsRoutes(routes: Routes, { config }: Pick<Services, "config">): void {
  let made: ReturnType<typeof makeAll> | undefined;
  /** Made when it is first asked for: by then every route is there. */
  const published = () => {
    made ??= makeAll(routes, config.publicUrl);
    return made;
  };
  const shared = { method: "get", tag: "Operating", callers: "anyone", problems: [] } as const;
  const held = { 304: { description: "What the caller holds is still so." } };
  routes.add(
    {
      ...{ ...shared, problems: [], path: "/openapi.json", id: "getOpenApi", summary: "This contract, for programs" },
      answers: { 200: { description: "It, as OpenAPI 3.1.", schema: openApi }, ...held },
    },
    (ctx) => send(ctx, published().json, "application/json"),
  );
  routes.add(
    {
      ...{ ...shared, problems: [], path: "/docs", id: "getDocs", summary: "This contract, for people" },
      answers: { 200: { description: "It, as a page.", content: "text/html" }, ...held },
    },
    (ctx) => {
      const { page, policy } = published();
      ctx.set("Content-Security-Policy", policy);
      send(ctx, page, "text/html; charset=utf-8");
    },
  );
}

interface Published {
  text: string;
  etag: string;
}

function makeAll({ operations }: Routes, publicUrl: string | null) {
  const document = openApiOf(operations, publicUrl);
  const { html, style } = docsPage(document);
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return { json: publish(JSON.stringify(document)), page: publish(html), policy };
}

function publish(text: string): Published {
  return { text, etag: `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"` };
}

function send(ctx: Context, { text, etag }: Published, type: string): void {
  ctx.set("Cache-Control", "no-cache");
  if (notModified(ctx, etag)) return;
  ctx.type = type;
  ctx.body = text;
}
