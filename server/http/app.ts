// The HTTP face as a Koa app: what every request passes through, the routes, and one exit for whatever goes wrong.
import { randomUUID } from "node:crypto";
import Koa, { type Context, type Middleware } from "koa";
import type { Logger } from "../ports.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { cors } from "./cors.ts";
import { createOpenStreams } from "./open-streams.ts";
import { createErrorExit } from "./problems.ts";
import { allRoutes } from "./routes.ts";

/** @param options.stopping aborts when the server begins to stop: streams end, `/readyz` answers 503 */
export function createApp(services: Services, options: { stopping?: AbortSignal } = {}): Koa {
  const app = new Koa();
  app.proxy = services.config.trustProxy;
  // One proxy is trusted: the address that it saw, not those that the caller wrote before it.
  app.maxIpsCount = 1;
  app.context.onerror = createErrorExit(services.log);
  app.use(identify(services, options.stopping));
  app.use(secure(services.config.publicUrl));
  app.use(cors(services));
  app.use(refuseWhileStopping(options.stopping));
  app.use(allRoutes(services).router.routes());
  app.use(unanswered);
  return app;
}

/** Names the request, and logs one line of it at its end: never the query, which may hold a signature. */
function identify({ log, config }: Services, stopping: AbortSignal | undefined): Middleware {
  const streams = createOpenStreams(stopping);
  return (ctx, next) => {
    const given = config.trustProxy ? ctx.get("x-request-id") : "";
    const requestId = /^[\w.-]{8,64}$/.test(given) ? given : randomUUID();
    ctx.state.requestId = requestId;
    ctx.state.stopping = stopping;
    ctx.state.streams = streams;
    ctx.res.setHeader("x-request-id", requestId);
    logAtEnd(log, ctx, requestId);
    return next();
  };
}

/** Keeps nothing of the request but what is logged: a response may stay open for long. */
function logAtEnd(log: Logger, ctx: Context, requestId: string): void {
  const startedAt = performance.now();
  const { res, method } = ctx;
  const path = ctx.path.slice(0, 300);
  const level = isProbe(ctx) ? "debug" : "info";
  res.once("close", () => {
    const ms = Math.round(performance.now() - startedAt);
    const fields = { request_id: requestId, method, path, status: res.statusCode, ms };
    log[level](res.writableEnded ? fields : { ...fields, cut: true }, "request");
  });
}

const isProbe = ({ path }: Context) => path === "/healthz" || path === "/readyz";

/** What is under way ends in its own time; kept connections must not bring more that would only be cut off. */
function refuseWhileStopping(stopping: AbortSignal | undefined): Middleware {
  return (ctx, next) => {
    if (!stopping?.aborted) return next();
    ctx.set("Connection", "close");
    if (isProbe(ctx)) return next();
    throw new Problem("unavailable", "The server is stopping.", { headers: { "Retry-After": "5" } });
  };
}

/** Headers for data: nothing in an answer may run, be framed, be guessed at or be kept. Pages set their own. */
function secure(publicUrl: string | null): Middleware {
  const headers: [name: string, value: string][] = [
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Cache-Control", "no-store"],
  ];
  if (publicUrl?.startsWith("https:")) headers.push(["Strict-Transport-Security", "max-age=31536000"]);
  return ({ res }, next) => {
    for (const [name, value] of headers) res.setHeader(name, value);
    return next();
  };
}

/** No route took it: the address exists with other methods, or not at all. */
const unanswered: Middleware = (ctx: Context) => {
  const matched = (ctx.matched ?? []) as { methods: string[] }[];
  const methods = [...new Set(matched.flatMap((layer) => layer.methods))];
  if (methods.length === 0) throw new Problem("not-found");
  const allow = [...methods, "OPTIONS"].join(", ");
  if (ctx.method !== "OPTIONS")
    throw new Problem("method-not-allowed", `This address answers ${allow}.`, { headers: { Allow: allow } });
  ctx.set("Allow", allow);
  ctx.status = 204;
};
