// Which pages of other origins may read answers: those that the settings name, and of visitors those that their embed allows.
import type { Context, Middleware } from "koa";
import { someEmbedAllows } from "../embeds.ts";
import type { Services } from "../services.ts";
import { ownOriginOf } from "./own-origin.ts";

const exposed = "x-request-id, Retry-After, Location, ETag, Content-Range, Content-Disposition, WWW-Authenticate";

/**
 * Before it is known who is calling, an origin of the settings may read everything, and any other one that some embed
 * allows what is refused. Then the guard narrows it: see `answerCaller` and `allowOrigin`.
 */
export function cors(services: Pick<Services, "config" | "db">): Middleware {
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
      return answerPreflight(services, ctx, { origin, open, known });
    }
    return open || known || origin === "" ? next() : tellRefusals(services, ctx, next);
  };
}

async function answerPreflight(
  services: Pick<Services, "db">,
  ctx: Context,
  { origin, open, known }: { origin: string; open: boolean; known: boolean },
): Promise<void> {
  const embedded = !open && !known && origin !== "" && (await someEmbedAllows(services, origin));
  if (embedded) ctx.set("Access-Control-Allow-Origin", origin);
  if (open || known || embedded) {
    ctx.set("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
    ctx.set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range");
    ctx.set("Access-Control-Max-Age", "600");
  }
  ctx.remove("Access-Control-Expose-Headers");
  ctx.status = 204;
}

/** Why a request was refused, before it was known who is calling, is told to every page that has an embed. */
async function tellRefusals(services: Pick<Services, "db">, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  try {
    await next();
  } catch (error) {
    const status = (error as { status?: unknown } | null | undefined)?.status;
    const isRefusal = typeof status === "number" && status >= 400 && status < 500;
    if (isRefusal && !ctx.state.isCallerKnown && (await embedAllows(services, ctx.get("Origin")))) allowOrigin(ctx);
    throw error;
  }
}

/** Where the database cannot be asked, what was refused is told all the same, if not to the page. */
const embedAllows = (services: Pick<Services, "db">, origin: string) =>
  someEmbedAllows(services, origin).catch(() => false);

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
