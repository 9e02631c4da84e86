// For tests: what embeds are made and looked up with, on a database of the test's own, with a clock that can be moved.
import { createSecretKey } from "node:crypto";
import jwt from "jsonwebtoken";
import { createLimits } from "../adapters/limits.ts";
import type { EmbedDeps } from "../embeds.ts";
import type { EmbedModel } from "../models/embed.ts";
import type { Limits, Logger } from "../ports.ts";
import { testDatabase } from "./database.ts";
import { silentLog } from "./log.ts";

export const dataKey = (letter: string) => {
  const key = createSecretKey(Buffer.alloc(32, letter));
  return { id: `key-${letter}`, key, addressKey: key };
};

export interface EmbedBench extends EmbedDeps {
  log: Logger;
  limits: Limits;
  /** Errors that were logged, as their sentences. */
  errors: string[];
  /** Moves the clock on. */
  pass(ms: number): void;
  close(): Promise<void>;
}

export async function openEmbedBench(): Promise<EmbedBench> {
  const { db, close } = await testDatabase();
  // Noon: no day ends in the middle of a test.
  let later = new Date().setUTCHours(12, 0, 0, 0) - Date.now();
  const errors: string[] = [];
  const limits = createLimits({ redisUrl: null, log: silentLog });
  return {
    db,
    clock: { now: () => new Date(Date.now() + later) },
    keys: { jwt: [dataKey("j")], data: [dataKey("a")] },
    log: { ...silentLog, error: (_, sentence) => errors.push(sentence) },
    errors,
    pass(ms) {
      later += ms;
    },
    limits,
    async close() {
      await limits.close();
      await close();
    },
  };
}

let signed = 0;

/** An identity token as a host site signs it. @param claims over those that are right; undefined leaves one out */
export function identityToken(
  { clock }: Pick<EmbedBench, "clock">,
  { public_key }: Pick<EmbedModel, "public_key">,
  { secret, algorithm = "HS256", ...claims }: { secret: string; algorithm?: jwt.Algorithm; [claim: string]: unknown },
): string {
  signed += 1;
  const now = Math.floor(clock.now().getTime() / 1000);
  const all = { aud: public_key, sub: "ann", jti: `token-${signed}`, iat: now, exp: now + 60, ...claims };
  const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  // Encoded by itself: the library refuses to sign what these tests have to try.
  return jwt.sign(JSON.stringify(payload), secret, { algorithm });
}
