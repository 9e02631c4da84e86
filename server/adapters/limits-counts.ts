// Counts of keys in windows of time, in Redis while it answers and in this process otherwise.
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from "rate-limiter-flexible";
import type { RedisLink } from "./limits-redis.ts";

export interface Counted {
  points: number;
  /** Until the window is over; 0 where none has begun. */
  msLeft: number;
}

export interface Counts {
  add(key: string, points: number, seconds: number): Promise<Counted>;
  /** Never below nothing, and never from a window that has not begun. */
  remove(key: string, points: number, seconds: number): Promise<void>;
  look(key: string, seconds: number): Promise<Counted>;
  close(): void;
}

const keyPrefix = "pagewise:limit";
/** Each call names its own; the library wants some. */
const unused = { points: Number.MAX_SAFE_INTEGER, duration: 60 };

/** The library's own, but that points are neither looked at nor given back where no window has begun. */
const countScript = `
local points = tonumber(ARGV[1])
local before = redis.call('get', KEYS[1])
if not before and points <= 0 then return {0, 0} end
if before and points < 0 then points = math.max(points, -tonumber(before)) end
local now = redis.call('incrby', KEYS[1], string.format('%d', points))
local ttl = redis.call('pttl', KEYS[1])
if ttl < 0 then
  redis.call('expire', KEYS[1], ARGV[2])
  ttl = 1000 * ARGV[2]
end
return {now, ttl}`;

export function createCounts({ redis, maxKeys }: { redis: RedisLink | null; maxKeys: number }): Counts {
  const inProcess = createMemoryCounts(maxKeys);
  const inRedis =
    redis &&
    new RateLimiterRedis({
      ...unused,
      keyPrefix,
      storeClient: redis.client,
      useRedisPackage: true,
      customIncrTtlLuaScript: countScript,
    });

  /** What limits are is the caller's: the library is asked to count, and refuses nothing itself. */
  async function count(key: string, points: number, seconds: number): Promise<Counted> {
    const window = { customDuration: Math.max(1, Math.ceil(seconds)) };
    const counted = await redis?.ask(async () => inRedis?.penalty(key, points, window));
    return counted ? toCounted(counted) : inProcess.count(key, points, window);
  }

  return {
    add: count,
    look: (key, seconds) => count(key, 0, seconds),
    async remove(key, points, seconds) {
      await count(key, -points, seconds);
    },
    close: inProcess.close,
  };
}

function createMemoryCounts(maxKeys: number) {
  const limiter = new RateLimiterMemory({ ...unused, keyPrefix });
  /** Every key that the limiter may hold, the oldest first: itself it would hold any number. */
  const keys = new Set<string>();
  const forget = (key: string) => {
    keys.delete(key);
    void limiter.delete(key);
  };
  return {
    async count(key: string, points: number, window: { customDuration: number }): Promise<Counted> {
      if (points <= 0) {
        const counted = await limiter.get(key);
        if (!counted || counted.msBeforeNext <= 0) return { points: 0, msLeft: 0 };
        return toCounted(await limiter.penalty(key, Math.max(points, -counted.consumedPoints), window));
      }
      keys.add(key);
      for (const oldest of keys) {
        if (keys.size <= maxKeys) break;
        forget(oldest);
      }
      return toCounted(await limiter.penalty(key, points, window));
    },
    close() {
      for (const key of keys) forget(key);
    },
  };
}

const toCounted = ({ consumedPoints, msBeforeNext }: RateLimiterRes): Counted => ({
  points: consumedPoints,
  msLeft: msBeforeNext,
});
