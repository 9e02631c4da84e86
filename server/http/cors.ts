// Which pages of other origins may read answers: those that the settings name, and of visitors those that their embed allows.
import type { Context, Middleware } from "koa";
import { isDatabaseGone } from "../models/database.ts";
import type { Services } from "../services.ts";
import { createEmbedOrigins, type EmbedOrigins } from "./embed-origins.ts";
import { ownOriginOf } from "./own-origin.ts";

const exposed = "x-request-id, Retry-After, Location, ETag, Content-Range, Content-Disposition, WWW-Authenticate";

/**
 * Before it is known who is calling, an origin of the settings may read everything, and any other one that some embed
 * allows what is refused. Then the guard narrows it: see `answerCaller` and `allowOrigin`.
 */
export function cors(services: Pick<Services, "config" | "db" | "clock">): Middleware {
  const embeds = createEmbedOrigins(services);
  const listed = new Set(services.config.corsOrigins);
  return (ctx, next) => {
    // The widget's own files hold no data; their route allows everybody.
    const open = ctx.path === "/widget.js" || ctx.path.startsWith("/widget/");
    if (open) ctx.set("Access-Control-Allow-Origin", "*");
    // Nobody has set it before.
    else ctx.res.setHeader("Vary", "Origin");
    const origin = ctx.req.headers.origin ?? "";
    const known = listed.has(origin) || (origin !== "" && origin === ownOriginOf(ctx, services.config.publicUrl));
    if (known && !open) allowOrigin(ctx);
    if (ctx.method === "OPTIONS" && ctx.get("Access-Control-Request-Method")) {
      return answerPreflight(embeds, ctx, { origin, open, known });
    }
    return open || known || origin === "" ? next() : tellRefusals(embeds, ctx, next);
  };
}

async function answerPreflight(
  embeds: EmbedOrigins,
  ctx: Context,
  { origin, open, known }: { origin: string; open: boolean; known: boolean },
): Promise<void> {
  const embedded = !open && !known && origin !== "" && (await embeds.allows(origin));
  if (embedded) ctx.set("Access-Control-Allow-Origin", origin);
  if (open || known || embedded) {
    ctx.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
    ctx.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range");
    ctx.set("Access-Control-Max-Age", "600");
  }
  ctx.remove("Access-Control-Expose-Headers");
  ctx.status = 204;
}

/**
 * Why a request was refused, or that nobody can be asked for now, is told to every page that has an embed where it was
 * not known yet who is calling.
 */
async function tellRefusals(embeds: EmbedOrigins, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  const origin = ctx.get("Origin");
  try {
    await next();
    if (ctx.res.getHeader("Access-Control-Allow-Origin") === origin) embeds.note(origin);
  } catch (error) {
    if (!ctx.state.isCallerKnown && (await mayHear(embeds, origin, error))) allowOrigin(ctx);
    throw error;
  }
}

async function mayHear(embeds: EmbedOrigins, origin: string, error: unknown): Promise<boolean> {
  // It was asked just now, and did not answer.
  if (isDatabaseGone(error)) return embeds.wasAllowed(origin);
  const status = (error as { status?: unknown } | null | undefined)?.status;
  const isTold = typeof status === "number" && ((status >= 400 && status < 500) || status === 503);
  // Where it cannot be asked who may hear, what was refused is told all the same, if not to the page.
  return isTold && embeds.allows(origin).catch(() => false);
}

/**
 * What was shown holds, so from now on it is known whose the answer is: a user's is only for the origins of the settings, a visitor's only for
 * those of the embed, which `allowOrigin` lets in again.
 */
export function answerCaller(ctx: Context, kind: "user" | "visitor" | null): void {
  ctx.state.isCallerKnown = true;
  if (kind === "user") return;
  ctx.remove("Access-Control-Allow-Origin");
  ctx.remove("Access-Control-Expose-Headers");
}

/** The page that asks may read the answer: its origin has been looked up. */
export function allowOrigin(ctx: Context): void {
  const origin = ctx.get("Origin");
  if (origin === "") return;
  ctx.set("Access-Control-Allow-Origin", origin);
  ctx.set("Access-Control-Expose-Headers", exposed);
}
