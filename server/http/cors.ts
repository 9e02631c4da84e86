// Which pages of other origins may read answers: those that the settings name, and none by default.
import type { Middleware } from "koa";

const exposed = "x-request-id, Retry-After, Location, ETag, Content-Range, Content-Disposition, WWW-Authenticate";

/** @param origins exact: scheme, host and port. `null` and `*` cannot be among them. */
export function cors(origins: string[]): Middleware {
  const allowed = new Set(origins);
  return (ctx, next) => {
    // The widget's own files hold no data; their route allows everybody.
    const open = ctx.path === "/widget.js" || ctx.path.startsWith("/widget/");
    const origin = ctx.get("Origin");
    if (open) ctx.set("Access-Control-Allow-Origin", "*");
    else ctx.vary("Origin");
    if (!open && allowed.has(origin)) {
      ctx.set("Access-Control-Allow-Origin", origin);
      ctx.set("Access-Control-Expose-Headers", exposed);
    }
    if (ctx.method !== "OPTIONS" || !ctx.get("Access-Control-Request-Method")) return next();
    if (open || allowed.has(origin)) {
      ctx.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
      ctx.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range");
      ctx.set("Access-Control-Max-Age", "600");
    }
    ctx.remove("Access-Control-Expose-Headers");
    ctx.status = 204;
    return Promise.resolve();
  };
}
