// Who is calling: access tokens, and signed addresses where a route takes them, each checked against the rows as they stand.
import type { KeyObject } from "node:crypto";
import type { Context, Middleware } from "koa";
import koaJwt from "koa-jwt";
import { validate as isUuid } from "uuid";
import type { Caller } from "../caller.ts";
import { originAllowed } from "../embeds.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { findLiveSession, type LiveSession, tokenIssuer, userAudience, visitorAudience } from "../sessions.ts";
import type { Visit } from "../visitor-streams.ts";
import { findVisitingCaller, type VisitingCaller } from "../visitor-tokens.ts";
import { allowOrigin, answerCaller } from "./cors.ts";
import { ownOriginOf } from "./own-origin.ts";
import { checkSignature, isSigned, type Reader, staleAddress } from "./signing.ts";

export type CallerKind = "user" | "visitor";

interface Claims {
  aud: unknown;
  sub: unknown;
  /** A user's: the sign-in. */
  sid: unknown;
  /** A visitor's: the embed, and the origin of its page. */
  eid: unknown;
  org: unknown;
  exp: unknown;
}

export type AuthServices = Pick<Services, "keys" | "db" | "clock" | "config">;

/**
 * Lets only those pass who prove by a token to be one of `callers`, or by the address's signature one of `signed`;
 * afterwards `callerOf(ctx)` tells who it is. Throws `unauthorized`, `forbidden`, `origin-not-allowed`.
 */
export function requireCaller(
  services: AuthServices,
  { callers, signed = [] }: { callers: readonly CallerKind[]; signed?: readonly CallerKind[] | undefined },
): Middleware {
  const verify = tokenReader();
  return async (ctx, next) => {
    if (signed.length > 0 && !ctx.get("Authorization") && isSigned(ctx)) await bySignature(services, ctx, signed);
    else await byToken(services, ctx, { callers, verify });
    return next();
  };
}

/** The sign-in of a user; on routes that take no visitors. */
export function sessionOf(ctx: Context): LiveSession {
  const session = ctx.state.session as LiveSession | undefined;
  if (!session) throw new Error("this route does not ask which user is calling");
  return session;
}

export function callerOf(ctx: Context): Caller {
  return (ctx.state.caller as Caller | undefined) ?? { userId: sessionOf(ctx).userId, visitor: null };
}

/** Whom addresses in the answer are signed for. */
export function readerOf(ctx: Context): Reader {
  const visitor = (ctx.state.caller as Caller | undefined)?.visitor;
  return visitor ? { visitorId: visitor.id } : sessionOf(ctx);
}

/** Where a visitor reads the answer; null: it is a user's. */
export function visitOf({ config }: Pick<Services, "config">, ctx: Context): Visit | null {
  const { visitor } = callerOf(ctx);
  if (!visitor) return null;
  return { embedId: visitor.embed.id, origin: ctx.state.origin, ownOrigin: ownOriginOf(ctx, config.publicUrl) };
}

function tokenReader(): Middleware {
  return koaJwt({
    // Looked up below; asked for here, it would be at the price of a second reading of the token.
    secret: [],
    key: "claims",
    algorithms: ["HS256"],
    issuer: tokenIssuer,
    // The other kind's token is understood too, so that it is told apart from a broken one.
    audience: [userAudience, visitorAudience],
  });
}

async function byToken(
  services: AuthServices,
  ctx: Context,
  { callers, verify }: { callers: readonly CallerKind[]; verify: Middleware },
): Promise<void> {
  try {
    // Found under this name, instead of the option, by the middleware.
    ctx.state.secret = namedKey(services, ctx.get("Authorization"));
    await verify(ctx, verified);
  } catch (error) {
    throw new Problem("unauthorized", undefined, { cause: error });
  }
  const claims = ctx.state.claims as Claims;
  // Exactly one: a token for both is none of ours.
  const kind = claims.aud === userAudience ? "user" : claims.aud === visitorAudience ? "visitor" : null;
  if (kind === null || !callers.includes(kind)) throw forbidden(ctx, kind);
  if (kind === "user") {
    ctx.state.session = await liveSession(services, claims);
    answerCaller(ctx, kind);
  } else {
    ctx.state.caller = await liveVisitor(services, ctx, claims);
  }
}

async function bySignature(services: AuthServices, ctx: Context, signed: readonly CallerKind[]): Promise<void> {
  const reader = checkSignature(services, ctx);
  if ("sessionId" in reader) {
    if (!signed.includes("user")) throw forbidden(ctx, "user");
    const session = await findLiveSession(services, reader.sessionId);
    if (!session) throw staleAddress();
    ctx.state.session = session;
    answerCaller(ctx, "user");
    return;
  }
  if (!signed.includes("visitor")) throw forbidden(ctx, "visitor");
  const caller = await findVisitingCaller(services, reader.visitorId);
  if (!caller) throw staleAddress();
  answerCaller(ctx, "visitor");
  // A picture that is only shown says nothing of the page that shows it.
  const origin = ctx.get("Origin");
  if (origin) admitOrigin(services, ctx, caller, origin);
  ctx.state.caller = caller;
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

/** The same of a visitor: where the embed may stand, and whether it may at all, can change at any time. */
async function liveVisitor(services: AuthServices, ctx: Context, claims: Claims): Promise<VisitingCaller> {
  const { sub, eid, org, exp } = claims;
  const known = typeof sub === "string" && typeof org === "string" && typeof exp === "number";
  const caller = known ? await findVisitingCaller(services, sub) : null;
  if (!known || !caller || caller.visitor.embed.id !== eid) {
    throw new Problem("unauthorized", "This visit has ended. Open the chat again.");
  }
  answerCaller(ctx, "visitor");
  const origin = ctx.get("Origin");
  if (origin && origin !== org) throw new Problem("origin-not-allowed");
  admitOrigin(services, ctx, caller, org);
  ctx.state.origin = org;
  return caller;
}

/** What proved who it is holds, but not here. */
function forbidden(ctx: Context, kind: CallerKind | null): Problem {
  answerCaller(ctx, kind);
  return new Problem("forbidden");
}

/** Throws `origin-not-allowed`. */
function admitOrigin(services: AuthServices, ctx: Context, { visitor }: VisitingCaller, origin: string): void {
  const ownOrigin = ownOriginOf(ctx, services.config.publicUrl);
  if (!originAllowed(visitor.embed, origin, ownOrigin)) throw new Problem("origin-not-allowed");
  allowOrigin(ctx);
}
