// The Idempotency-Key of a request, bound to its caller and to what was sent with it.
import { createHash } from "node:crypto";
import type { Context } from "koa";
import type { OnceKey } from "../idempotency.ts";
import { Problem } from "../problem.ts";
import { sessionOf } from "./auth.ts";

const maxLength = 255;
const detail = `takes 1 to ${maxLength} visible characters of ASCII`;

/**
 * @param body what the request says, as the route understands it: order and white space in JSON make no difference
 * @returns null where the caller names no key. Throws `invalid-request`.
 */
export function onceKeyOf(ctx: Context, body: unknown): OnceKey | null {
  const key = ctx.get("Idempotency-Key");
  if (ctx.headers["idempotency-key"] === undefined) return null;
  if (key.length > maxLength || !/^[\x20-\x7e]+$/.test(key)) {
    const errors = [{ pointer: "/Idempotency-Key", detail }];
    throw new Problem("invalid-request", `Idempotency-Key: ${detail}`, { errors });
  }
  // As the router takes it: in any case, and with a slash behind it.
  const path = ctx.path.toLowerCase().replace(/\/$/, "");
  const said = JSON.stringify([ctx.method, path, body]);
  return {
    userId: sessionOf(ctx).userId,
    key,
    fingerprint: createHash("sha256").update(said).digest("base64url"),
  };
}
