// Visitors of embeds: anonymous ones, found by the id they were given, and people whom the host site names.
import { createHash, randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { whileItStands } from "./embeds.ts";
import { type IdentityDeps, spendIdentityToken } from "./identity-tokens.ts";
import { type EmbedModel, VisitorModel } from "./models/embed.ts";

export interface KnownVisitor {
  visitor: VisitorModel;
  /** What the page keeps: of an anonymous visitor the key to their conversations, of a named person no key at all. */
  visitorId: string;
}

const visitorIdPattern = /^v_[\w-]{43}$/;

/**
 * Finds or makes the visitor of a session that begins. People whom the host site names are found by the token alone, so
 * that no id leads to them; an id that is not known here makes a new visitor. Throws `identity-invalid`.
 */
export async function visitorFor(
  deps: IdentityDeps,
  embed: EmbedModel,
  { visitorId, identityToken }: { visitorId?: string | undefined; identityToken?: string | undefined },
): Promise<KnownVisitor> {
  if (identityToken !== undefined) return namedPerson(deps, embed, identityToken);
  const known = visitorId !== undefined && visitorIdPattern.test(visitorId) ? visitorId : null;
  const visitor = known && (await VisitorModel.seen(deps.db, embed.id, hashOf(known), deps.clock.now()));
  return known && visitor ? { visitor, visitorId: known } : anonymous(deps, embed);
}

async function anonymous(deps: IdentityDeps, embed: EmbedModel): Promise<KnownVisitor> {
  const visitorId = `v_${randomBytes(32).toString("base64url")}`;
  const who = { token_hash: hashOf(visitorId), subject: null };
  return { visitor: await add(deps, embed, who), visitorId };
}

async function namedPerson(deps: IdentityDeps, embed: EmbedModel, token: string): Promise<KnownVisitor> {
  const subject = await spendIdentityToken(deps, embed, token);
  const visitor = await add(deps, embed, { token_hash: null, subject });
  // The same on every device, and nobody's key: rows of named people hold no hash that it could lead to.
  return { visitor, visitorId: `v_${hashOf(`named person ${visitor.id}`)}` };
}

/** A person who is known already is found, by one statement also where two sessions begin at once. */
function add(deps: IdentityDeps, embed: EmbedModel, who: Pick<VisitorModel, "token_hash" | "subject">) {
  const now = deps.clock.now();
  const row = { id: uuidv7(), embed_id: embed.id, ...who, created_at: now, seen_at: now };
  return whileItStands(VisitorModel.upsert(deps.db, row));
}

/** The id is 256 random bits, so a plain hash cannot be turned back. */
function hashOf(visitorId: string): string {
  return createHash("sha256").update(visitorId).digest("base64url");
}
