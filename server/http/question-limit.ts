// How many questions a caller may ask in a minute.
import { tooManyRequests } from "../limits.ts";
import type { Services } from "../services.ts";

/**
 * Counts a question and makes its answer. One that is refused does not count; nor does one that comes with the key of
 * another that is being made: it is the same. Throws `too-many-requests`.
 * @param caller the id of the account or visitor
 */
export type QuestionLimit = <T>(caller: string, key: string | undefined, make: () => Promise<T>) => Promise<T>;

export function createQuestionLimit({ limits, config }: Pick<Services, "limits" | "config">): QuestionLimit {
  const limit = { points: config.questionsPerMinute, seconds: 60 };
  const making = new Set<string>();
  return async (caller, key, make) => {
    const name = `${caller} ${key}`;
    if (key !== undefined && making.has(name)) return make();
    making.add(name);
    try {
      const refused = await limits.take("question", caller, limit);
      if (refused) throw tooManyRequests(`You may ask ${limit.points} questions a minute.`, refused);
      return await make().catch(async (error: unknown) => {
        await limits.giveBack("question", caller, limit);
        throw error;
      });
    } finally {
      making.delete(name);
    }
  };
}
