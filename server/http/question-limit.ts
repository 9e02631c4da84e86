// How many questions a caller may ask: in a minute, and a visitor also in a day.
import type { Context } from "koa";
import { type Caller, callerId } from "../caller.ts";
import { countQuestion, giveBack } from "../embed-usage.ts";
import { networkOf, tooManyRequests } from "../limits.ts";
import type { Services } from "../services.ts";

/**
 * Counts a question and makes its answer. One that is refused does not count; those that come with the same key at the
 * same time are the same question, whichever of them makes it. Throws `too-many-requests`.
 */
export type QuestionLimit = <T>(
  ctx: Context,
  asking: { caller: Caller; key: string | undefined },
  make: () => Promise<T>,
) => Promise<T>;

/** A question that is being made, by one request or by several at once. */
interface Counted {
  requests: number;
  isMade: boolean;
  /** Resolves with what takes it back. */
  taken: Promise<() => Promise<void>>;
}

type LimitServices = Pick<Services, "limits" | "config" | "db" | "clock">;

export function createQuestionLimit(services: LimitServices): QuestionLimit {
  const counting = new Map<string, Counted>();
  return async (ctx, { caller, key }, make) => {
    const name = key === undefined ? null : `${callerId(caller)} ${key}`;
    const twin = name === null ? undefined : counting.get(name);
    const counted = twin ?? { requests: 0, isMade: false, taken: take(services, caller, networkOf(ctx.ip)) };
    if (name !== null) counting.set(name, counted);
    counted.requests += 1;
    try {
      await counted.taken;
      const made = await make();
      counted.isMade = true;
      return made;
    } finally {
      counted.requests -= 1;
      if (counted.requests === 0) {
        if (name !== null) counting.delete(name);
        if (!counted.isMade) await takeBack(counted);
      }
    }
  };
}

/** @returns what takes it back */
async function take(services: LimitServices, caller: Caller, network: string): Promise<() => Promise<void>> {
  const { limits, config } = services;
  const points = config.questionsPerMinute;
  const perMinute = ["question", callerId(caller), { points, seconds: 60 }] as const;
  const refusal = await limits.take(...perMinute);
  if (refusal) throw tooManyRequests(`You may ask ${points} questions a minute.`, refusal);
  const takeBackMinute = () => limits.giveBack(...perMinute);
  try {
    await countQuestion(services, caller, network);
  } catch (error) {
    await takeBackMinute();
    throw error;
  }
  return async () => {
    await takeBackMinute();
    await giveBack(services, caller, network);
  };
}

async function takeBack({ taken }: Counted): Promise<void> {
  const undo = await taken.catch(() => null);
  // Where the database is away it counts all the same: that is the lesser harm.
  await undo?.().catch(() => {});
}
