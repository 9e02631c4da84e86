// Who is calling: access tokens, and signed addresses where a route takes them, each checked against the live session.
import type { KeyObject } from "node:crypto";
import type { Context, Middleware } from "koa";
import koaJwt from "koa-jwt";
import { validate as isUuid } from "uuid";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { findLiveSession, type LiveSession, tokenIssuer, userAudience, visitorAudience } from "../sessions.ts";
import { checkSignature, isSigned } from "./signing.ts";

interface Claims {
  aud: unknown;
  sub: unknown;
  sid: unknown;
  exp: unknown;
}

type AuthServices = Pick<Services, "keys" | "db" | "clock">;

/** Lets only signed-in users pass; afterwards `sessionOf(ctx)` tells who it is. */
export function requireUser(services: AuthServices): Middleware {
  const verify = koaJwt({
    // Looked up below; asked for here, it would be at the price of a second reading of the token.
    secret: [],
    key: "claims",
    algorithms: ["HS256"],
    issuer: tokenIssuer,
    // A visitor's token is understood here, so that it is told apart from a broken one.
    audience: [userAudience, visitorAudience],
  });
  return async (ctx, next) => {
    try {
      // Found under this name, instead of the option, by the middleware.
      ctx.state.secret = namedKey(services, ctx.get("Authorization"));
      await verify(ctx, verified);
    } catch (error) {
      throw new Problem("unauthorized", undefined, { cause: error });
    }
    const claims = ctx.state.claims as Claims;
    if (claims.aud !== userAudience) throw new Problem("forbidden");
    ctx.state.session = await liveSession(services, claims);
    return next();
  };
}

/** As `requireUser`, or by the signature of the address. */
export function requireUserOrSignature(services: AuthServices): Middleware {
  const byToken = requireUser(services);
  return async (ctx, next) => {
    if (ctx.get("Authorization") || !isSigned(ctx)) return byToken(ctx, next);
    ctx.state.session = await checkSignature(services, ctx);
    return next();
  };
}

/** The session that `requireUser` found. */
export function sessionOf(ctx: Context): LiveSession {
  const session = ctx.state.session as LiveSession | undefined;
  if (!session) throw new Error("this route does not ask who is calling");
  return session;
}

const verified = () => Promise.resolve();

/** The key that the token names in its header, and no other. Throws where it names none of ours. */
function namedKey({ keys }: AuthServices, authorization: string): KeyObject {
  const header = authorization.slice(authorization.lastIndexOf(" ") + 1).split(".", 1)[0] ?? "";
  const { kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as { kid?: unknown };
  const named = keys.jwt.find((key) => key.id === kid);
  if (!named) throw new Error("the token names no key of ours");
  return named.key;
}

/** The signature tells who it was; only the row tells whether that sign-in still stands. */
async function liveSession(services: AuthServices, { sid, sub, exp }: Claims): Promise<LiveSession> {
  const known = typeof sid === "string" && isUuid(sid) && typeof exp === "number";
  const session = known ? await findLiveSession(services, sid) : null;
  if (!session || session.userId !== sub) throw new Problem("unauthorized", "This sign-in has ended. Sign in again.");
  return session;
}
