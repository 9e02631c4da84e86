// How many questions a user may ask in a minute.
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Problem } from "../problem.ts";

/** @param perMinute 0: no limit. @returns counts one question; throws `too-many-requests`. */
export function createQuestionLimit(perMinute: number): (userId: string) => Promise<void> {
  if (perMinute === 0) return async () => {};
  const limiter = new RateLimiterMemory({ keyPrefix: "question", points: perMinute, duration: 60 });
  return async (userId) => {
    try {
      await limiter.consume(userId);
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused;
      const seconds = Math.max(1, Math.ceil(refused.msBeforeNext / 1000));
      throw new Problem(
        "too-many-requests",
        `You may ask ${perMinute} questions a minute. Try again in ${seconds} seconds.`,
        {
          headers: { "Retry-After": String(seconds) },
        },
      );
    }
  };
}
