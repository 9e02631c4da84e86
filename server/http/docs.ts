// The routes that publish the contract: for programs as OpenAPI, and for people as a page.
import { createHash } from "node:crypto";
import type { Context } from "koa";
import { z } from "zod";
import type { Services } from "../services.ts";
import { notModified } from "./conditional.ts";
import { docsPage } from "./docs-page.ts";
import { docsStyle } from "./docs-style.ts";
import { openApiOf } from "./openapi.ts";
import type { Routes } from "./operation.ts";
import { guardPage } from "./page-policy.ts";

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
      guardPage(ctx);
      send(ctx, published().page, "text/html; charset=utf-8");
    },
  );
  routes.add(
    {
      ...{ ...shared, problems: [], path: "/docs.css", id: "getDocsStyle", summary: "How that page looks" },
      answers: { 200: { description: "Its style.", content: "text/css" }, ...held },
    },
    (ctx) => send(ctx, published().style, "text/css; charset=utf-8"),
  );
}

interface Published {
  text: string;
  etag: string;
}

function makeAll({ operations }: Routes, publicUrl: string | null) {
  const document = openApiOf(operations, publicUrl);
  return { json: publish(JSON.stringify(document)), page: publish(docsPage(document)), style: publish(docsStyle) };
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
