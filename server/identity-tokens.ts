// Identity tokens: who a visitor is, by the word of the host site's server, signed with the embed's secret and used once.
import { createHash, createSecretKey } from "node:crypto";
import jwt from "jsonwebtoken";
import { z } from "zod";
import { secretsOf } from "./embed-secrets.ts";
import { whileItStands } from "./embeds.ts";
import { type EmbedModel, IdentityTokenModel } from "./models/embed.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";
import { wellFormed } from "./well-formed.ts";

export type IdentityDeps = Pick<Services, "db" | "clock" | "keys" | "log">;

const maxSeconds = 10 * 60;
/** How far the clock of the host site may be off. */
const toleranceSeconds = 5;

const text = (name: string) => {
  const detail = `\`${name}\` has to be a text of 1 to 255 characters.`;
  const held = (value: string) => wellFormed(value) === value && !value.includes("\0");
  return z.string(detail).min(1, detail).max(255, detail).refine(held, `\`${name}\` holds what is no character.`);
};
const seconds = (name: string) => z.number(`\`${name}\` has to be a time in seconds since 1970.`);

const claims = z.object({
  aud: z.string("`aud` has to be the embed's public key, as one text."),
  sub: text("sub"),
  jti: text("jti"),
  exp: seconds("exp"),
  iat: seconds("iat").optional(),
  nbf: seconds("nbf").optional(),
});
type Claims = z.infer<typeof claims>;

/**
 * Proves the token and spends it. Throws `identity-invalid`, saying to the host site's developer what is wrong.
 * @returns who it is to the host site
 */
export async function spendIdentityToken(deps: IdentityDeps, embed: EmbedModel, token: string): Promise<string> {
  const { sub, jti, exp } = provenClaims(deps, embed, token);
  const row = {
    embed_id: embed.id,
    jti_hash: createHash("sha256").update(jti).digest("base64url"),
    expires_at: new Date((exp + toleranceSeconds) * 1000),
  };
  if (!(await whileItStands(IdentityTokenModel.insertNew(deps.db, row))))
    throw invalid("The token was used before. Sign one for each session, with a `jti` of its own.");
  return sub;
}

function provenClaims(deps: IdentityDeps, embed: EmbedModel, token: string): Claims {
  const algorithm = algorithmOf(token);
  if (algorithm === undefined) throw invalid("This is no JWT with an object of claims.");
  if (algorithm !== "HS256") throw invalid("The token has to be signed by HS256.");
  const read = claims.safeParse(verified(deps, embed, token));
  if (!read.success) throw invalid(read.error.issues[0]?.message ?? "The token lacks what it has to say.");
  checkClaims(read.data, embed, deps.clock.now().getTime() / 1000);
  return read.data;
}

/** @returns undefined where header or payload are no objects: reading on would throw, with a piece of the token in the error. */
function algorithmOf(token: string): string | undefined {
  try {
    const read = jwt.decode(token, { complete: true });
    return typeof read?.payload === "object" && read.payload !== null ? read.header.alg : undefined;
  } catch {
    return undefined;
  }
}

/** What the token says, once its signature is proven: before that nobody is told what is wrong with it. */
function verified(deps: IdentityDeps, embed: EmbedModel, token: string): unknown {
  const secrets = secretsOf(deps, embed);
  if (secrets.length === 0) {
    deps.log.error({ embedId: embed.id }, "the secret of an embed cannot be opened: its DATA_KEY is gone; rotate it");
    throw invalid("The embed's secret can no longer be opened on this server. Rotate it, and sign with the new one.");
  }
  for (const secret of secrets) {
    try {
      // Times are looked at by ourselves: each fault of them is to be told, by the server's clock.
      const options = { algorithms: ["HS256" as const], ignoreExpiration: true, ignoreNotBefore: true };
      return jwt.verify(token, createSecretKey(Buffer.from(secret)), options);
    } catch (error) {
      if (!(error instanceof jwt.JsonWebTokenError)) throw error;
    }
  }
  throw invalid("The signature does not fit: sign with this embed's secret, the whole text that begins with `sk_`.");
}

function checkClaims({ aud, exp, iat = 0, nbf = 0 }: Claims, { public_key }: EmbedModel, now: number): void {
  if (aud !== public_key) throw invalid("`aud` has to be the public key of this embed.");
  if (exp <= now - toleranceSeconds) throw invalid("The token has expired. Sign one for each session.");
  if (exp > now + maxSeconds + toleranceSeconds) throw invalid("`exp` may be at most 10 minutes from now.");
  if (iat > now + toleranceSeconds || nbf > now + toleranceSeconds) {
    throw invalid("The token is not valid yet: look at the clock of the server that signs it.");
  }
}

function invalid(detail: string): Problem {
  return new Problem("identity-invalid", detail);
}
