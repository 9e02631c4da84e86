// What a question asks of whether, why or how it is so: a sentence that begins with it tells of it. Pure.
import { fold } from "./words.ts";

const asked =
  /^\W*(?:(?:and|so|but) )?(?:(?:why|how) )?(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might)(?:n?['’]t)? (?:(?:the|an?|all|most|some|any|these|those) )?(?!(?:it|he|she|they|we|you|i|this|that|there|one|people|your|our|its|their)\b)([\p{L}\p{N}-]+)/iu;
/** Words at a sentence's beginning of which one is what it tells of: others may stand before, as an article. */
const atBeginning = 4;

/**
 * @param places of the question's words, by what they are when folded.
 * @returns the word that a question with yes or no for an answer, or one for a reason or a way, is about; null where it
 * is none of these.
 */
export function subjectAsked(question: string, places: ReadonlyMap<string, number>): number | null {
  const word = asked.exec(question)?.[1];
  return word === undefined ? null : (places.get(fold(word.toLowerCase())) ?? null);
}

/** @param terms of a page's words, of which a sentence's are those from one place to another. */
export function beginsWith(terms: ArrayLike<number>, subject: number, from: number, to: number): boolean {
  for (let at = from; at < Math.min(to, from + atBeginning); at++) if (terms[at] === subject) return true;
  return false;
}
