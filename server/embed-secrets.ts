// The secrets of embeds: made at random, sealed under the data key, opened where an identity token has to be verified.
import { createCipheriv, createDecipheriv, hkdfSync, type KeyObject, randomBytes } from "node:crypto";
import { type EmbedModel, embedsSealedOtherwise, replaceSealed } from "./models/embed.ts";
import type { Services } from "./services.ts";

export type SealingKeys = Services["keys"]["data"];

const version = "v1";
const ivBytes = 12;
const tagBytes = 16;
/** How long the secret before a rotation still verifies. */
export const previousSecretMs = 24 * 60 * 60 * 1000;

/** 256 random bits, told from other secrets by its first letters. */
export function newSecret(): string {
  return `sk_${randomBytes(32).toString("base64url")}`;
}

/** @returns an envelope that names the key which opens it, and opens for this embed alone. */
export function sealSecret(keys: SealingKeys, embedId: string, secret: string): string {
  const [sealing] = keys;
  if (!sealing) throw new Error("there is no key to seal secrets with");
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", sealingKey(sealing.key), iv).setAAD(boundTo(embedId));
  const sealed = Buffer.concat([iv, cipher.update(secret, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${version}.${sealing.id}.${sealed.toString("base64url")}`;
}

/** @returns null where the key is none of ours (any more), or the envelope is another embed's or was changed. */
export function openSecret(keys: SealingKeys, embedId: string, envelope: string): string | null {
  const [made, keyId, sealed = ""] = envelope.split(".");
  const named = keys.find(({ id }) => id === keyId);
  const bytes = Buffer.from(sealed, "base64url");
  if (made !== version || !named || bytes.length <= ivBytes + tagBytes) return null;
  const iv = bytes.subarray(0, ivBytes);
  const decipher = createDecipheriv("aes-256-gcm", sealingKey(named.key), iv, { authTagLength: tagBytes })
    .setAAD(boundTo(embedId))
    .setAuthTag(bytes.subarray(-tagBytes));
  try {
    return decipher.update(bytes.subarray(ivBytes, -tagBytes), undefined, "utf8") + decipher.final("utf8");
  } catch {
    return null;
  }
}

/** @returns what verifies now: the secret, and the one before while it may. Empty where the data key was lost. */
export function secretsOf({ keys, clock }: Pick<Services, "keys" | "clock">, embed: EmbedModel): string[] {
  return [embed.sealed_secret, previousOf(embed, clock.now())]
    .map((envelope) => (envelope === null ? null : openSecret(keys.data, embed.id, envelope)))
    .filter((secret) => secret !== null);
}

/** The envelope of the secret before a rotation, while that one verifies. */
function previousOf({ sealed_previous_secret, previous_secret_until }: EmbedModel, now: Date): string | null {
  return previous_secret_until !== null && previous_secret_until > now ? sealed_previous_secret : null;
}

/**
 * Seals under the first data key whatever an earlier one has sealed: once it is done, the earlier one may go. What no
 * key opens stays as it is, until its owner rotates it.
 */
export async function resealSecrets({
  db,
  keys,
  clock,
  log,
}: Pick<Services, "db" | "keys" | "clock" | "log">): Promise<void> {
  const current = `${version}.${keys.data[0]?.id}.`;
  let resealed = 0;
  let lost = 0;
  const again = (id: string, envelope: string) => {
    if (envelope.startsWith(current)) return envelope;
    const secret = openSecret(keys.data, id, envelope);
    if (secret === null) lost += 1;
    else resealed += 1;
    return secret === null ? envelope : sealSecret(keys.data, id, secret);
  };
  for await (const embeds of embedsSealedOtherwise(db, current)) {
    const rows = embeds.map((embed) => {
      const { id, sealed_secret: was } = embed;
      const previous = previousOf(embed, clock.now());
      return { id, was, sealed_secret: again(id, was), sealed_previous_secret: previous && again(id, previous) };
    });
    await replaceSealed(db, rows);
  }
  if (resealed) log.info({ resealed }, "secrets of embeds were sealed under the new data key");
  if (lost) {
    log.error({ lost }, "secrets of embeds cannot be opened: bring the DATA_KEY back that sealed them, or rotate them");
  }
}

/** A key of its own for this use: the same data key signs addresses. */
function sealingKey(key: KeyObject): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, "", "pagewise embed secret", 32));
}

/** An envelope that is moved to another embed's row does not open. */
function boundTo(embedId: string): Buffer {
  return Buffer.from(`pagewise embed ${embedId}`);
}
