// A user's embeds: what a public key may answer from, where it may stand, and the secret that goes with it.
import { randomBytes } from "node:crypto";
import type { EmbedChanges, EmbedTheme } from "@pagewise/sdk/contract";
import { v7 as uuidv7 } from "uuid";
import { newSecret, openSecret, previousSecretMs, sealSecret } from "./embed-secrets.ts";
import { keepKey, type OnceKey } from "./idempotency.ts";
import { type Database, isOwnerGone } from "./models/database.ts";
import { DocumentModel } from "./models/document.ts";
import { EmbedModel, isAllowedAnywhere } from "./models/embed.ts";
import { UserModel } from "./models/user.ts";
import { isWebOrigin } from "./origins.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";
import { endUnoffered } from "./withdrawal.ts";

export type EmbedDeps = Pick<Services, "db" | "clock" | "keys">;

/** Already checked, each field by itself; what is undefined is not named. */
export type EmbedFields = {
  [K in Exclude<keyof EmbedChanges, "theme">]?: EmbedChanges[K] | undefined;
} & { theme?: { [K in keyof EmbedTheme]?: EmbedTheme[K] | undefined } | undefined };

export type NewEmbed = EmbedFields & { name: string };

export interface WithSecret {
  embed: EmbedModel;
  secret: string;
}

/** A user's: enough for every site that somebody looks after, few enough to list. */
const maxEmbeds = 200;
const publicKeyPattern = /^pk_[\w-]{24}$/;

const fallbackTheme: EmbedTheme = { scheme: "auto", accent: null, marker: null };
const fallback = {
  document_ids: [],
  allowed_origins: [],
  greeting: "Ask a question about these documents.",
  starters: [],
  locale: null,
  daily_message_limit: 1000,
  visitor_message_limit: 100,
  address_message_limit: null,
  enabled: true,
} satisfies EmbedChanges;

/** Throws `document-not-found`, `too-many-embeds`. @param key is kept with what is made */
export async function createEmbed(
  deps: EmbedDeps,
  userId: string,
  { theme, ...fields }: NewEmbed,
  key: OnceKey | null = null,
): Promise<WithSecret> {
  const id = uuidv7();
  const secret = newSecret();
  const embed = await deps.db.transaction(async (trx) => {
    // Two at once count one after the other.
    await UserModel.query(trx).findById(userId).select("id").forNoKeyUpdate();
    if ((await live(trx, userId).resultSize()) >= maxEmbeds) {
      throw new Problem("too-many-embeds", `You may have ${maxEmbeds} embeds. Delete one that is not used any more.`);
    }
    await checkDocuments(trx, userId, fields.document_ids);
    await keep({ ...deps, db: trx }, key, id);
    return EmbedModel.query(trx)
      .insert({
        ...fallback,
        ...defined(fields),
        id,
        user_id: userId,
        theme: { ...fallbackTheme, ...defined(theme ?? {}) },
        // 144 random bits of their own: nothing else follows from them, nor they from anything.
        public_key: `pk_${randomBytes(18).toString("base64url")}`,
        sealed_secret: sealSecret(deps.keys.data, id, secret),
        created_at: deps.clock.now(),
      })
      .returning("*");
  });
  return { embed, secret };
}

/** Throws `embed-not-found`. */
export async function findEmbed(deps: Pick<Services, "db">, userId: string, id: string): Promise<EmbedModel> {
  const embed = await live(deps.db, userId).findById(id);
  if (!embed) throw new Problem("embed-not-found");
  return embed;
}

/** Newest first. @param page.before the last id of the page before */
export async function listEmbeds(
  deps: Pick<Services, "db">,
  userId: string,
  page: { limit: number; before: string | null },
): Promise<EmbedModel[]> {
  const query = live(deps.db, userId).orderBy("id", "desc").limit(page.limit);
  return page.before ? query.where("id", "<", page.before) : query;
}

/**
 * What is not named stays as it is, within the theme too; what is being written from what it offers no more ends.
 * Throws `embed-not-found`, `document-not-found`.
 */
export async function changeEmbed(
  deps: Pick<Services, "db">,
  userId: string,
  id: string,
  { theme, ...fields }: EmbedFields,
): Promise<EmbedModel> {
  let before: string[] = [];
  const changed = await deps.db.transaction(async (trx) => {
    const embed = await live(trx, userId).findById(id).forUpdate();
    if (!embed) throw new Problem("embed-not-found");
    await checkDocuments(trx, userId, fields.document_ids);
    before = embed.document_ids;
    const changes = { ...defined(fields), ...(theme && { theme: { ...embed.theme, ...defined(theme) } }) };
    return Object.keys(changes).length > 0 ? embed.$query(trx).patchAndFetch(changes) : embed;
  });
  const taken = before.filter((documentId) => !changed.document_ids.includes(documentId));
  await endUnoffered(deps, userId, { embedId: id, documentIds: changed.enabled ? taken : null });
  return changed;
}

/** Gone at once for everybody; the worker removes what hangs on it. Throws `embed-not-found`. */
export async function deleteEmbed(deps: Pick<Services, "db" | "clock">, userId: string, id: string): Promise<void> {
  const deleted = await live(deps.db, userId).where({ id }).patch({ enabled: false, deleted_at: deps.clock.now() });
  if (!deleted) throw new Problem("embed-not-found");
}

/**
 * Makes a new secret. The one before verifies for another day, unless it is revoked now. Throws `embed-not-found`.
 * @param key is kept with the embed
 */
export async function rotateSecret(
  deps: EmbedDeps,
  userId: string,
  id: string,
  { revokeNow = false, key = null }: { revokeNow?: boolean; key?: OnceKey | null } = {},
): Promise<WithSecret> {
  const secret = newSecret();
  const until = new Date(deps.clock.now().getTime() + previousSecretMs);
  return deps.db.transaction(async (trx) => {
    const before = await live(trx, userId).findById(id).forUpdate();
    if (!before) throw new Problem("embed-not-found");
    await keep({ ...deps, db: trx }, key, id);
    // One whose data key was lost verifies nothing, and would only be complained of.
    const isKept = !revokeNow && openSecret(deps.keys.data, id, before.sealed_secret) !== null;
    const embed = await before.$query(trx).patchAndFetch({
      sealed_secret: sealSecret(deps.keys.data, id, secret),
      sealed_previous_secret: isKept ? before.sealed_secret : null,
      previous_secret_until: isKept ? until : null,
    });
    return { embed, secret };
  });
}

/** What a request with the same key has made, for whoever did not get its answer. Throws `embed-not-found`. */
export async function findWithSecret(deps: EmbedDeps, userId: string, id: string): Promise<WithSecret> {
  const embed = await findEmbed(deps, userId, id);
  const secret = openSecret(deps.keys.data, id, embed.sealed_secret);
  if (secret === null) throw new Error("the secret of an embed cannot be opened");
  return { embed, secret };
}

/** Throws `embed-not-found`, also where it is disabled or the key is none of ours. */
export async function findEnabledEmbed(deps: Pick<Services, "db">, publicKey: string): Promise<EmbedModel> {
  const isKey = publicKeyPattern.test(publicKey);
  const embed = isKey ? await EmbedModel.query(deps.db).findOne({ public_key: publicKey, enabled: true }) : undefined;
  if (!embed) throw new Problem("embed-not-found");
  return embed;
}

/**
 * @param origin as a browser sent it; "" where it sent none
 * @param ownOrigin the server's own, where the owner looks at a preview; null where it is not known
 */
export function originAllowed(
  { allowed_origins }: Pick<EmbedModel, "allowed_origins">,
  origin: string,
  ownOrigin: string | null,
): boolean {
  return isWebOrigin(origin) && (origin === ownOrigin || allowed_origins.includes(origin));
}

/** Whether any enabled embed may stand on pages of this origin. */
export async function someEmbedAllows(deps: Pick<Services, "db">, origin: string): Promise<boolean> {
  return isWebOrigin(origin) && isAllowedAnywhere(deps.db, origin);
}

/** What is written for an embed that is removed at this moment: throws `embed-not-found` where there is none any more. */
export async function whileItStands<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw isOwnerGone(error) ? new Problem("embed-not-found", undefined, { cause: error }) : error;
  }
}

/** Throws `document-not-found` unless every one is the user's and stands. */
async function checkDocuments(db: Database, userId: string, ids: string[] = []): Promise<void> {
  if (ids.length === 0) return;
  const found = await DocumentModel.query(db).modify("live").where("user_id", userId).whereIn("id", ids).resultSize();
  if (found < new Set(ids).size) throw new Problem("document-not-found");
}

/** Throws where the same request is being answered at this moment: it is found then by what it has made. */
async function keep(deps: EmbedDeps, key: OnceKey | null, made: string): Promise<void> {
  if (key && !(await keepKey(deps, key, made))) throw new Problem("unavailable");
}

function live(db: Database, userId: string) {
  return EmbedModel.query(db).modify("live").where("user_id", userId);
}

/** Without what is undefined: in a row it would stand for the column's own default. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as typeof fields;
}
