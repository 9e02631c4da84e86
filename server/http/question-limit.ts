// How many questions a user may ask in a minute.
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Problem } from "../problem.ts";

/**
 * Counts a question and makes its answer. One that is refused does not count; nor does one that comes with the key of
 * another that is being made: it is the same. Throws `too-many-requests`.
 */
export type QuestionLimit = <T>(userId: string, key: string | undefined, make: () => Promise<T>) => Promise<T>;

/** @param perMinute 0: no limit. */
export function createQuestionLimit(perMinute: number): QuestionLimit {
  if (perMinute === 0) return (_userId, _key, make) => make();
  const limiter = new RateLimiterMemory({ keyPrefix: "question", points: perMinute, duration: 60 });
  const making = new Set<string>();
  return async (userId, key, make) => {
    const name = `${userId} ${key}`;
    if (key !== undefined && making.has(name)) return make();
    making.add(name);
    try {
      await limiter.consume(userId).catch((refused) => refuse(refused, perMinute));
      return await make().catch(async (error: unknown) => {
        await limiter.reward(userId);
        throw error;
      });
    } finally {
      making.delete(name);
    }
  };
}

function refuse(refused: unknown, perMinute: number): never {
  if (!(refused instanceof RateLimiterRes)) throw refused;
  const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
  throw new Problem(
    "too-many-requests",
    `You may ask ${perMinute} questions a minute. Try again in ${seconds} seconds.`,
    { headers: { "Retry-After": String(seconds) } },
  );
}
