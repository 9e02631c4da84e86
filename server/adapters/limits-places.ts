// Places that are held for as long as something lasts, counted over every process that is alive.
import { randomUUID } from "node:crypto";
import type { RedisLink } from "./limits-redis.ts";

export interface Places {
  /** @returns what leaves the place, null where all are taken. */
  hold(key: string, places: number): Promise<(() => void) | null>;
  close(): Promise<void>;
}

/** Processes by the time until which they count as alive, as Redis has it. */
const processesKey = "pagewise:limit-processes";
/** A key whose holders all died: nobody is left to remove it. */
const keepSeconds = 7 * 86_400;

/** @returns 1 where the process was not known to be alive. */
const aliveScript = `
local now = redis.call('TIME')
local ms = now[1] * 1000 + math.floor(now[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ms)
return redis.call('ZADD', KEYS[1], string.format('%d', ms + ARGV[2]), ARGV[1])`;

/**
 * Each process writes how many it holds of a key, as it knows it by itself: writing it again mends whatever went wrong
 * before. @returns how many all processes hold that are alive
 */
const heldScript = `
if tonumber(ARGV[2]) == 0 then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
end
local all = redis.call('HGETALL', KEYS[1])
local held = 0
for i = 1, #all, 2 do
  if all[i] == ARGV[1] or redis.call('ZSCORE', KEYS[2], all[i]) then
    held = held + all[i + 1]
  else
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return held`;

export function createPlaces({ redis, leaseMs }: { redis: RedisLink | null; leaseMs: number }): Places {
  const self = randomUUID();
  const held = new Map<string, number>();
  let closed = false;

  async function stayAlive(): Promise<void> {
    const isNew = await redis?.ask((client) =>
      client.eval(aliveScript, { keys: [processesKey], arguments: [self, String(leaseMs)] }),
    );
    // After an outage Redis may know nothing of what went on here.
    if (isNew === 1) for (const key of held.keys()) await tell(key);
  }
  const renewing = redis ? setInterval(() => void stayAlive(), leaseMs / 3).unref() : null;
  redis?.client.on("ready", () => void stayAlive());

  /** @returns how many are held, here and elsewhere. */
  async function tell(key: string): Promise<number> {
    const own = () => held.get(key) ?? 0;
    const all = await redis?.ask((client) =>
      client.eval(heldScript, {
        keys: [`pagewise:limit-held:${key}`, processesKey],
        arguments: [self, String(own()), String(keepSeconds)],
      }),
    );
    return typeof all === "number" ? all : own();
  }

  function change(key: string, by: number): void {
    const own = (held.get(key) ?? 0) + by;
    if (own > 0) held.set(key, own);
    else held.delete(key);
  }

  return {
    async hold(key, places) {
      if ((held.get(key) ?? 0) >= places) return null;
      change(key, 1);
      const all = await tell(key);
      let left = false;
      const leave = () => {
        if (left) return;
        left = true;
        change(key, -1);
        if (redis && !closed) void tell(key);
      };
      if (all <= places) return leave;
      leave();
      return null;
    },
    async close() {
      closed = true;
      if (renewing) clearInterval(renewing);
      // What it held is free at once, not only when its lease is over.
      await redis?.ask((client) => client.zRem(processesKey, self));
      held.clear();
    },
  };
}
