// How often a password may be guessed: failures an account and address, and ten times that an address.
import type { Context } from "koa";
import { networkOf, waitOf } from "../limits.ts";
import { Problem } from "../problem.ts";
import type { Services } from "../services.ts";

const windowSeconds = 15 * 60;
/** Attempts of one address are proven one after another: of many good ones at once none looks like one too many. */
const maxWaiting = 100;

export interface Attempts {
  /** Runs `prove`; a thrown `invalid-credentials` counts. Throws `too-many-attempts` without running it. */
  run<T>(ctx: Context, account: string, prove: () => Promise<T>): Promise<T>;
}

export function createAttempts({ limits, config }: Pick<Services, "limits" | "config">): Attempts {
  const { loginAttempts } = config;
  const ofPair = { points: loginAttempts, seconds: windowSeconds };
  const ofAddress = { points: loginAttempts * 10, seconds: windowSeconds };
  const lines = new Map<string, { waiting: number; last: Promise<unknown> }>();

  /** Counts before it proves, so that no burst over several processes outruns the count; what did not fail is given back. */
  async function attempt<T>(address: string, account: string, prove: () => Promise<T>): Promise<T> {
    const pair = `${account.toLowerCase()} ${address}`;
    const refusedAddress = await limits.take("login-address", address, ofAddress);
    if (refusedAddress) throw tooMany(refusedAddress.retryAfterMs);
    const refusedPair = await limits.take("login-pair", pair, ofPair);
    if (refusedPair) await limits.giveBack("login-address", address, ofAddress);
    if (refusedPair) throw tooMany(refusedPair.retryAfterMs);
    let failed = false;
    try {
      return await prove();
    } catch (error) {
      failed = error instanceof Problem && error.code === "invalid-credentials";
      throw error;
    } finally {
      if (!failed) {
        await limits.giveBack("login-pair", pair, ofPair);
        await limits.giveBack("login-address", address, ofAddress);
      }
    }
  }

  return {
    async run(ctx, account, prove) {
      if (loginAttempts === 0) return prove();
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
  return new Problem("too-many-attempts", `Try again in ${waitOf(seconds)}.`, {
    headers: { "Retry-After": String(seconds) },
  });
}
