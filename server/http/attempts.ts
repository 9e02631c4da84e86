// How often a password may be guessed: failures an account and address, and ten times that an address.
import type { Context } from "koa";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { Problem } from "../problem.ts";

const windowSeconds = 15 * 60;
/** Attempts of one address are proven one after another, so that a burst cannot outrun the count. */
const maxWaiting = 100;

export interface Attempts {
  /** Runs `prove`; a thrown `invalid-credentials` counts. Throws `too-many-attempts` without running it. */
  run<T>(ctx: Context, account: string, prove: () => Promise<T>): Promise<T>;
}

/** @param limit failures of a pair in fifteen minutes; 0: no limit */
export function createAttempts(limit: number): Attempts {
  const pairs = new RateLimiterMemory({ keyPrefix: "pair", points: limit, duration: windowSeconds });
  const addresses = new RateLimiterMemory({ keyPrefix: "address", points: limit * 10, duration: windowSeconds });
  const lines = new Map<string, { waiting: number; last: Promise<unknown> }>();

  async function attempt<T>(address: string, account: string, prove: () => Promise<T>): Promise<T> {
    const counts: [RateLimiterMemory, string][] = [
      [pairs, `${account.toLowerCase()} ${address}`],
      [addresses, address],
    ];
    for (const [limiter, key] of counts) {
      const found = await limiter.get(key);
      if (found && found.consumedPoints >= limiter.points) throw tooMany(found.msBeforeNext);
    }
    try {
      return await prove();
    } catch (error) {
      if (error instanceof Problem && error.code === "invalid-credentials")
        for (const [limiter, key] of counts) await limiter.penalty(key);
      throw error;
    }
  }

  return {
    async run(ctx, account, prove) {
      if (limit === 0) return prove();
      const address = networkOf(ctx.ip);
      const line = lines.get(address) ?? { waiting: 0, last: Promise.resolve() };
      if (line.waiting >= maxWaiting) throw tooMany(10_000);
      lines.set(address, line);
      line.waiting += 1;
      const turn = line.last.then(() => attempt(address, account, prove));
      line.last = turn.catch(() => {});
      try {
        return await turn;
      } finally {
        line.waiting -= 1;
        if (line.waiting === 0) lines.delete(address);
      }
    },
  };
}

function tooMany(waitMs: number): Problem {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new Problem(
    "too-many-attempts",
    `Try again in ${seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`}.`,
    {
      headers: { "Retry-After": String(seconds) },
    },
  );
}

/** One customer line holds a whole /64 of IPv6 addresses. */
function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip);
  if (mapped?.[1]) return mapped[1];
  if (!ip.includes(":")) return ip;
  const [head = "", tail = ""] = ip.split("::");
  const before = head.split(":").filter(Boolean);
  const after = tail.split(":").filter(Boolean);
  const zeros = ip.includes("::") ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}
