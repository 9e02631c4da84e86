// Tokens of visitors: short, each for one visitor of one embed on the pages of one origin; and whom one stands for now.
import jwt from "jsonwebtoken";
import { validate as isUuid } from "uuid";
import type { Caller, Visitor } from "./caller.ts";
import { findVisitor } from "./models/embed.ts";
import type { Services } from "./services.ts";
import { tokenIssuer, visitorAudience } from "./sessions.ts";

export type VisitingCaller = Caller & { visitor: Visitor };

const tokenSeconds = 15 * 60;

export function visitorToken(
  { keys, clock }: Pick<Services, "keys" | "clock">,
  { visitorId, embedId, origin }: { visitorId: string; embedId: string; origin: string },
): { access_token: string; expires_in: number } {
  const [signing] = keys.jwt;
  if (!signing) throw new Error("there is no key to sign access tokens with");
  const claims = { eid: embedId, org: origin, iat: Math.floor(clock.now().getTime() / 1000) };
  const access_token = jwt.sign(claims, signing.key, {
    algorithm: "HS256",
    keyid: signing.id,
    issuer: tokenIssuer,
    audience: visitorAudience,
    subject: visitorId,
    expiresIn: tokenSeconds,
  });
  return { access_token, expires_in: tokenSeconds };
}

/**
 * The visitor as the rows have them at this moment: what a token or an address says of them was true when it was made.
 * @returns null where the visitor is gone, or the embed is gone or disabled.
 */
export async function findVisitingCaller(
  { db }: Pick<Services, "db">,
  visitorId: string,
): Promise<VisitingCaller | null> {
  const found = isUuid(visitorId) ? await findVisitor(db, visitorId) : undefined;
  if (!found) return null;
  return { userId: found.embed.user_id, visitor: { id: visitorId, ...found } };
}
