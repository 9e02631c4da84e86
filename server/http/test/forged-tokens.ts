// Access tokens that must open nothing: each is a good one but for one thing.
import type { KeyObject } from "node:crypto";
import jwt from "jsonwebtoken";
import { v7 as uuidv7 } from "uuid";
import { userAudience, visitorAudience } from "../../sessions.ts";

interface Keys {
  jwt: { id: string; key: KeyObject }[];
}

interface Changes {
  /** Signed by the older key. */
  older?: true;
  /** Names this key instead of the one that signs first. */
  kid?: string;
  algorithm?: jwt.Algorithm;
  claims?: (stated: Record<string, unknown>) => Record<string, unknown>;
  without?: string;
}

const changes = {
  expired: { claims: () => ({ exp: Math.floor(Date.now() / 1000) - 1 }) },
  "without an end": { without: "exp" },
  "for a wrong audience": { claims: () => ({ aud: "pagewise" }) },
  "for no audience": { without: "aud" },
  "for the other kind of caller": {
    claims: ({ aud }) => ({ aud: aud === userAudience ? visitorAudience : userAudience }),
  },
  "of a wrong issuer": { claims: () => ({ iss: "somebody" }) },
  "of the algorithm none": { algorithm: "none" },
  "of HS512": { algorithm: "HS512" },
  "with the other key's name": { older: true },
  "with an unknown key's name": { kid: "unknown" },
  "for another person": { claims: () => ({ sub: uuidv7() }) },
} satisfies Record<string, Changes>;

const spoiled = {
  garbage: () => "a.b.c",
  "with claims changed": ([head, claims, signature]: string[]) => {
    const stated = JSON.parse(Buffer.from(claims ?? "", "base64url").toString()) as object;
    return [head, Buffer.from(JSON.stringify({ ...stated, sub: uuidv7() })).toString("base64url"), signature].join(".");
  },
  "without a signature": ([head, claims]: string[]) => `${head}.${claims}.`,
};

export const forgeries = [...Object.keys(spoiled), ...Object.keys(changes)] as (
  | keyof typeof changes
  | keyof typeof spoiled
)[];

/** @param good a token that is let in, signed by the first of two keys */
export function forgedToken(kind: (typeof forgeries)[number], { jwt: keys }: Keys, good: string): string {
  if (kind in spoiled) return spoiled[kind as keyof typeof spoiled](good.split("."));
  const [first, second] = keys;
  if (!first || !second) throw new Error("two keys have to be in force, so that their names can be swapped");
  const {
    older,
    kid = first.id,
    algorithm = "HS256",
    claims,
    without,
  }: Changes = changes[kind as keyof typeof changes];
  const stated = jwt.decode(good) as Record<string, unknown>;
  const payload = { ...stated, ...claims?.(stated) };
  if (without) delete payload[without];
  const key = algorithm === "none" ? "" : (older ? second : first).key;
  return jwt.sign(payload, key, { algorithm, header: { alg: algorithm, kid } });
}
