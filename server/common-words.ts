// How common a word of English is at large: what two pages by themselves cannot tell of their words.
import common from "./common-words.json" with { type: "json" };
import { stem } from "./stem.ts";
import { fold } from "./words.ts";

const ranks = new Map(common.stems.split(" ").map((word, rank) => [word, rank]));

/** Words of a usual chunk. */
const chunkWords = 100;

/** @returns the share of chunks of any English text that hold a word in one of its forms; 0 where it is a rare one. */
export function shareOfChunks(surface: string): number {
  const rank = ranks.get(stem(fold(surface), "en"));
  // Zipf's law.
  return rank === undefined ? 0 : 1 - (1 - 1 / (11 * (rank + 10))) ** chunkWords;
}
