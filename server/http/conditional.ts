// Answers that the caller holds already.
import type { Context } from "koa";

/**
 * Sets the ETag, and answers 304 instead of 200 where the caller holds this version.
 * Not `ctx.fresh`: that gives way to `Cache-Control: no-cache`, which `fetch` adds to every `If-None-Match` of a program's
 * own, and which speaks to caches on the way, not to the server (RFC 9111, 5.2.1.4).
 * @param etag with its quotes
 */
export function notModified(ctx: Context, etag: string): boolean {
  ctx.set("ETag", etag);
  ctx.status = 200;
  const held = ctx
    .get("If-None-Match")
    .split(",")
    .map((given) => given.trim().replace(/^W\//, ""));
  if (!held.includes(etag) && !held.includes("*")) return false;
  ctx.status = 304;
  return true;
}
