// Keys of requests that have made something, each with what it made, until they are a day old.
import { Model } from "objection";
import type { Database } from "./database.ts";

export class IdempotencyKeyModel extends Model {
  static override tableName = "idempotency_keys";
  static override idColumn = ["caller_id", "key"];
  /** The user, or a visitor of one of the user's embeds. */
  declare caller_id: string;
  declare user_id: string;
  declare key: string;
  declare fingerprint: string;
  declare made: string;
  declare created_at: Date;
}

export type NewKey = Pick<IdempotencyKeyModel, "caller_id" | "user_id" | "key" | "fingerprint" | "made" | "created_at">;

/** How long a key is kept, in milliseconds. */
export const keptMs = 24 * 3_600_000;
const purgedAtOnce = 1000;

/** Removes those that are kept no longer; the rest of very many with the next call. @returns how many there were */
export async function purgeIdempotencyKeys(db: Database, now: Date): Promise<number> {
  const old = IdempotencyKeyModel.query()
    .where("created_at", "<=", new Date(now.getTime() - keptMs))
    .orderBy("created_at")
    .limit(purgedAtOnce)
    .select("caller_id", "key");
  return IdempotencyKeyModel.query(db).delete().whereInComposite(["caller_id", "key"], old);
}
