// Sentences that do not say by themselves of what they tell, and those that they lean on. Pure.
import type { Segment } from "./segments.ts";

const opensWithPronoun =
  /^["“(]?(?:he|she|it|they|his|her|its|their|this|these|those|that|such|both|another|the (?:former|latter|name|term|word)|er|sie|es|diese[rsnm]?|il|elle|ils|elles|ce|cette|él|ella|esta?)\b|^(?:これ|この|それ|その|彼)/i;

/** "The name Tailspin", "It is said that", "That the lamp was lit" lean on nothing. */
const saysItself =
  /^["“(]?(?:The (?:name|term|word) ["“‘'(]?\p{Lu}|It (?:is|was|has been|had been|may be|seems|appears) (?:[\p{L}-]+ ){0,3}?that\b|That (?:the|an?|\p{Lu}))/u;

/** Whether a sentence needs the one before it to be understood. */
export function leansOnBefore(text: string): boolean {
  return opensWithPronoun.test(text) && !saysItself.test(text);
}

/** The sentence that the best one leans on is told before it where both are no longer than this. */
export const leaningLength = 370;

/** The sentence without which the best one does not say of what it tells. */
export function leantOn(segments: Segment[], best: number, text: string): number[] {
  const [before, centre] = [segments[best - 1], segments[best]];
  if (before?.kind !== "sentence" || before.block !== centre?.block || before.torn) return [];
  if (!leansOnBefore(text.slice(centre.start, centre.end))) return [];
  return before.end - before.start + (centre.end - centre.start) <= leaningLength ? [best - 1] : [];
}
