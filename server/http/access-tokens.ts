// Reads access tokens: the signature, the issuer, the audience and the end of each; what a token proved once is remembered.
import type { KeyObject } from "node:crypto";
import type { Context } from "koa";
import koaJwt from "koa-jwt";
import type { Services } from "../services.ts";
import { tokenIssuer, userAudience, visitorAudience } from "../sessions.ts";

export interface Claims {
  aud: unknown;
  sub: unknown;
  /** A user's: the sign-in. */
  sid: unknown;
  /** A visitor's: the embed, and the origin of its page. */
  eid: unknown;
  org: unknown;
  exp: unknown;
}

/** Rejects where there is no token that is ours and has not ended. Whether who it names still stands, only the rows tell. */
export type TokenReader = (ctx: Context) => Promise<Claims>;

/** At some 400 bytes each. */
const maxRemembered = 2000;

export function createTokenReader({ keys }: Pick<Services, "keys">): TokenReader {
  const verify = koaJwt({
    // Looked up below; asked for here, it would be at the price of a second reading of the token.
    secret: [],
    key: "claims",
    algorithms: ["HS256"],
    issuer: tokenIssuer,
    // The other kind's token is understood too, so that it is told apart from a broken one.
    audience: [userAudience, visitorAudience],
  });
  // By the header as it came. A signature stays what it is: it is checked with a token's first request, its end with each.
  const remembered = new Map<string, Claims & { exp: number }>();
  return async (ctx) => {
    const authorization = ctx.get("Authorization");
    const known = remembered.get(authorization);
    if (known && known.exp * 1000 > Date.now()) return known;
    // Found under this name, instead of the option, by the middleware.
    ctx.state.secret = namedKey(keys.jwt, authorization);
    await verify(ctx, verified);
    const claims = ctx.state.claims as Claims;
    if (typeof claims.exp === "number") remember({ ...claims, exp: claims.exp });
    return claims;

    function remember(proven: Claims & { exp: number }): void {
      const [oldest] = remembered.keys();
      if (remembered.size >= maxRemembered && oldest !== undefined) remembered.delete(oldest);
      remembered.set(authorization, Object.freeze(proven));
    }
  };
}

const verified = () => Promise.resolve();

/** The key that the token names in its header, and no other. Throws where it names none of ours. */
function namedKey(keys: Services["keys"]["jwt"], authorization: string): KeyObject {
  const header = authorization.slice(authorization.lastIndexOf(" ") + 1).split(".", 1)[0] ?? "";
  const { kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as { kid?: unknown };
  const named = keys.find((key) => key.id === kid);
  if (!named) throw new Error("the token names no key of ours");
  return named.key;
}
