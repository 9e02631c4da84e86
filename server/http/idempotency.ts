// The Idempotency-Key of a request, bound to its caller and to what was sent with it.
import { createHash } from "node:crypto";
import type { Context } from "koa";
import { z } from "zod";
import type { OnceKey } from "../idempotency.ts";
import { callerOf } from "./auth.ts";
import { validate } from "./validate.ts";

const key = z.string().regex(/^[\x20-\x7e]{1,255}$/, "takes 1 to 255 visible characters of ASCII");

/** As operations that honour it declare it. */
export const idempotencyKey = {
  "Idempotency-Key": {
    schema: key,
    description:
      "Kept for 24 hours: the same request with the same key is answered by what the first one made, and another " +
      "request with it is refused.",
  },
};

const headers = z.object({ "Idempotency-Key": key });

/**
 * @param body what the request says, as the route understands it: order and white space in JSON make no difference
 * @returns null where the caller names no key. Throws `invalid-request`.
 */
export function onceKeyOf(ctx: Context, body: unknown): OnceKey | null {
  if (ctx.headers["idempotency-key"] === undefined) return null;
  const { "Idempotency-Key": named } = validate(headers, { "Idempotency-Key": ctx.get("Idempotency-Key") });
  // As the router takes it: in any case, and with a slash behind it.
  const path = ctx.path.toLowerCase().replace(/\/$/, "");
  const said = JSON.stringify([ctx.method, path, body]);
  return {
    caller: callerOf(ctx),
    key: named,
    fingerprint: createHash("sha256").update(said).digest("base64url"),
  };
}
