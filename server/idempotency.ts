// A request that is sent twice makes one thing: what its key has made is found again instead of being made anew.
import { UniqueViolationError } from "objection";
import { type Caller, callerId } from "./caller.ts";
import { IdempotencyKeyModel, keptMs, type NewKey } from "./models/idempotency-key.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";

type Deps = Pick<Services, "db" | "clock">;

/** A request as its sender names it. */
export interface OnceKey {
  caller: Caller;
  key: string;
  /** Of the method, the path and the body. */
  fingerprint: string;
}

/** What the quicker one has made is in the way, was the last that may be made in a minute, or leaves no room. */
const ofTwins = new Set([409, 429, 503]);

/**
 * Makes what the request asks for, unless a request with the same key has made it; `make` keeps the key with what it made.
 * A failure that made nothing keeps no key, so that the request may be tried again.
 * Throws `idempotency-mismatch` where the key came with another request before.
 */
export async function once<T>(
  deps: Deps,
  key: OnceKey | null,
  { make, find }: { make(): Promise<T>; find(made: string): Promise<T> },
): Promise<T> {
  if (!key) return make();
  const made = await madeWith(deps, key);
  if (made) return find(made);
  try {
    return await make();
  } catch (error) {
    // Of two at the same time the slower one is refused: by the key itself, or because of what the quicker one has made.
    const twin = error instanceof Problem && ofTwins.has(error.status) ? await madeWith(deps, key) : null;
    if (twin) return find(twin);
    throw error;
  }
}

/** The row that keeps a key: to be inserted in the transaction that makes `made`. */
export function keyRow({ clock }: Pick<Deps, "clock">, { caller, key, fingerprint }: OnceKey, made: string): NewKey {
  return { caller_id: callerId(caller), user_id: caller.userId, key, fingerprint, made, created_at: clock.now() };
}

/** @returns false where it is kept already; a transaction around it has failed then. */
export async function keepKey(deps: Deps, key: OnceKey, made: string): Promise<boolean> {
  try {
    await IdempotencyKeyModel.query(deps.db).insert(keyRow(deps, key, made));
    return true;
  } catch (error) {
    if (error instanceof UniqueViolationError) return false;
    throw error;
  }
}

async function madeWith({ db, clock }: Deps, { caller, key, fingerprint }: OnceKey): Promise<string | null> {
  const row = await IdempotencyKeyModel.query(db).findById([callerId(caller), key]);
  if (!row) return null;
  if (row.created_at.getTime() <= clock.now().getTime() - keptMs) {
    await row.$query(db).delete().where("created_at", row.created_at);
    return null;
  }
  if (row.fingerprint !== fingerprint) {
    throw new Problem(
      "idempotency-mismatch",
      "Send another request with a key of its own, or the first one unchanged.",
    );
  }
  return row.made;
}
