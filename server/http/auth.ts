// Who is calling: access tokens, and signed addresses where a route takes them, each checked against the rows as they stand.
import type { Context, Middleware } from "koa";
import { validate as isUuid } from "uuid";
import type { Caller } from "../caller.ts";
import { originAllowed } from "../embeds.ts";
import { Problem } from "../problem.ts";
import type { ReadingRight } from "../reading-rights.ts";
import type { Services } from "../services.ts";
import { findLiveSession, type LiveSession, userAudience, visitorAudience } from "../sessions.ts";
import { findVisitingCaller, type VisitingCaller } from "../visitor-tokens.ts";
import { type Claims, createTokenReader, type TokenReader } from "./access-tokens.ts";
import { allowOrigin, answerCaller } from "./cors.ts";
import { ownOriginOf } from "./own-origin.ts";
import { checkSignature, isSigned, type Reader, staleAddress } from "./signing.ts";

export type CallerKind = "user" | "visitor";

export type AuthServices = Pick<Services, "keys" | "db" | "clock" | "config">;

/**
 * Lets only those pass who prove by a token to be one of `callers`, or by the address's signature one of `signed`;
 * afterwards `callerOf(ctx)` tells who it is. Throws `unauthorized`, `forbidden`, `origin-not-allowed`.
 */
export function requireCaller(
  services: AuthServices,
  { callers, signed = [] }: { callers: readonly CallerKind[]; signed?: readonly CallerKind[] | undefined },
  readToken = createTokenReader(services),
): Middleware {
  return async (ctx, next) => {
    if (signed.length > 0 && !ctx.get("Authorization") && isSigned(ctx)) await bySignature(services, ctx, signed);
    else await byToken(services, ctx, { callers, readToken });
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

/** Whom addresses in the answer are signed for. @param conversationId in which pages are cited to the caller */
export function readerOf(ctx: Context, conversationId: string): Reader {
  const visitor = (ctx.state.caller as Caller | undefined)?.visitor;
  return visitor ? { visitorId: visitor.id, origin: ctx.state.origin, conversationId } : sessionOf(ctx);
}

/** The conversation that a visitor's signed address was given in; null: the caller needs none. */
export function citedInOf(ctx: Context): string | null {
  return (ctx.state.citedIn as string | undefined) ?? null;
}

/** By what the caller reads an answer. @param documentIds those that it is, or may be, drawn from */
export function rightOf({ config }: Pick<Services, "config">, ctx: Context, documentIds: string[]): ReadingRight {
  const { visitor } = callerOf(ctx);
  if (!visitor) return { sessionId: sessionOf(ctx).sessionId };
  const ownOrigin = ownOriginOf(ctx, config.publicUrl);
  return { embedId: visitor.embed.id, origin: ctx.state.origin, ownOrigin, documentIds };
}

async function byToken(
  services: AuthServices,
  ctx: Context,
  { callers, readToken }: { callers: readonly CallerKind[]; readToken: TokenReader },
): Promise<void> {
  const claims = await readToken(ctx).catch((cause: unknown) => {
    throw new Problem("unauthorized", undefined, { cause });
  });
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
  admitPage(services, ctx, caller, reader.origin);
  ctx.state.caller = caller;
  ctx.state.citedIn = reader.conversationId;
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
  admitPage(services, ctx, caller, org);
  ctx.state.origin = org;
  return caller;
}

/** What proved who it is holds, but not here. */
function forbidden(ctx: Context, kind: CallerKind | null): Problem {
  answerCaller(ctx, kind);
  return new Problem("forbidden");
}

/** @param origin of the page that it was given to. Throws `origin-not-allowed`, also where the request comes from another. */
function admitPage(services: AuthServices, ctx: Context, { visitor }: VisitingCaller, origin: string): void {
  // A picture that is only shown says nothing of the page that shows it.
  const sent = ctx.get("Origin");
  if (sent && sent !== origin) throw new Problem("origin-not-allowed");
  const ownOrigin = ownOriginOf(ctx, services.config.publicUrl);
  if (!originAllowed(visitor.embed, origin, ownOrigin)) throw new Problem("origin-not-allowed");
  allowOrigin(ctx);
}
