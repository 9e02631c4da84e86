// What each may have of something: windows counted by rate-limiter-flexible and places held, in Redis or in this process.
import { createHash } from "node:crypto";
import type { Limits, Logger, Refusal } from "../ports.ts";
import { type Counted, createCounts } from "./limits-counts.ts";
import { createPlaces } from "./limits-places.ts";
import { createRedisLink } from "./limits-redis.ts";

export interface LimitsOptions {
  /** null: nobody counts but this process. */
  redisUrl: string | null;
  log: Logger;
  /** How many keys the process itself counts at once: beyond, it forgets the oldest. */
  maxKeys?: number;
  /** How long places of a process that died stay taken. */
  processLeaseMs?: number;
}

/** About 60 MB of them, and far more than people are refused anything at the same time. */
const defaultMaxKeys = 100_000;
const defaultLeaseMs = 60_000;

export function createLimits({
  redisUrl,
  log,
  maxKeys = defaultMaxKeys,
  processLeaseMs = defaultLeaseMs,
}: LimitsOptions): Limits {
  const redis = redisUrl === null ? null : createRedisLink({ url: redisUrl, log });
  const counts = createCounts({ redis, maxKeys });
  const places = createPlaces({ redis, leaseMs: processLeaseMs });

  return {
    async take(name, key, limit, points = 1) {
      if (limit.points === 0) return null;
      const named = nameOf(name, key);
      const counted = await counts.add(named, points, limit.seconds);
      if (counted.points <= limit.points) return null;
      await counts.remove(named, points, limit.seconds);
      return refusal(counted);
    },
    async look(name, key, limit) {
      if (limit.points === 0) return null;
      const counted = await counts.look(nameOf(name, key), limit.seconds);
      return counted.points < limit.points ? null : refusal(counted);
    },
    async giveBack(name, key, limit, points = 1) {
      if (limit.points > 0) await counts.remove(nameOf(name, key), points, limit.seconds);
    },
    hold: (name, key, most) => (most === 0 ? Promise.resolve(unheld) : places.hold(nameOf(name, key), most)),
    async close() {
      await places.close();
      counts.close();
      redis?.close();
    },
  };
}

const unheld = () => {};

const refusal = ({ msLeft }: Counted): Refusal => ({ retryAfterMs: Math.max(1, msLeft) });

/** Neither as long as somebody chose, nor to be read in Redis: keys hold addresses and emails. */
function nameOf(name: string, key: string): string {
  return `${name}:${createHash("sha256").update(key).digest("base64url").slice(0, 22)}`;
}
