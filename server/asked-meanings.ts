// Questions for what something is or what an abbreviation stands for, and whether a text says so. Pure.
import { escaped } from "./asked-things.ts";

const whatIs =
  /^\W*(?:what|who) (?:is|are|was|were|does|do) (?:an? |the )?([\p{L}\p{N}’' -]{2,60}?)(?: (?:mean|do|stand for))?\s*\??\s*$|^\W*(?:was (?:ist|sind)|wer (?:ist|war)|was bedeutet) (?:(?:eine?[nrsm]?|der|die|das) )?([\p{L}\p{N} -]{2,60}?)\s*\??\s*$/iu;

/** What stands after the name of a thing before it is said what it is. */
const aside =
  "(?: ?\\((?:[^()]|\\([^()]{0,80}\\)){1,300}\\))?(?:, (?:also|or|often|sometimes|commonly|abbreviated)\\b[^.;]{1,160}?,)?";

/** Whether a text begins by saying what the thing is that a question asks the meaning of. */
export function isDefined(text: string, question: string): boolean {
  const found = whatIs.exec(question);
  const asked = (found?.[1] ?? found?.[2])?.trim();
  if (!asked) return false;
  const thing = formsOf(asked);
  return new RegExp(
    `^["“‘(]?(?:an?|the|eine?|der|die|das)?\\s*["“‘]?${thing}["”’]?(?: (?:in|auf|von|on|of) \\p{L}(?!\\p{L}))?${aside},? (?:(?:is|was) (?:an?|the|one|any|defined|known)\\b|(?:are|were) (?:(?:an?|the|one|any|defined|known)\\b|(?:not )?\\p{Ll}+ed (?:by|as|for|to)\\b|(?!not |also |often |always|sometimes|perhaps|thus)(?:\\p{Ll}+ ){0,2}\\p{Ll}{3,}s\\b)|refers? to|means?|denotes?|consists? of|ist (?:ein|der|die|das)|sind|heißt|bezeichnet)`,
    "iu",
  ).test(text.replace(/\s+/g, " "));
}

/** A word and its plural. "What is a ctenophore?" is told of the Ctenophora. */
function formsOf(asked: string): string {
  const one = asked.replace(/(?<=\p{L}{3})s$/u, "");
  return /^\p{L}{7,}$/u.test(one) ? `${escaped(one.slice(0, -1))}\\p{L}{0,2}` : `${escaped(one)}(?:s|es|e|en)?`;
}

/** "When is a set called open?" */
const whenCalled =
  /^\W*(?:wann (?:heißt|heißen|nennt man|ist|sind)|when (?:is|are|do we call)) [\p{L} -]{2,60}? ([\p{L}-]{3,30})\s*\??\s*$/iu;
const calls = /\b(?:call|said to be|known as|propos|introduc|present)|heiß|nennt|nennen|genannt|bezeichne/i;
/** A name is given, or somebody names what he has made and says what it is. */
const callsSo = "(?:heiß(?:t|en)|nennt man|nennen wir|(?:is|are) (?:called|said to be|known as))";
const makes = "(?:propos|introduc|present)(?:e|es|ed)";

/** What a name is worth of which more is said before what it means: "a manifold with boundary". */
const narrowedShare = 0.75;

/** How surely a text gives a thing the name whose meaning a question asks: "A space is called compact if …". */
export function calledSo(text: string, question: string): number {
  if (!calls.test(text)) return 0;
  const found = whatIs.exec(question) ?? whenCalled.exec(question);
  const asked = (found?.[1] ?? found?.[2])?.trim();
  if (!asked) return 0;
  const thing = formsOf(asked);
  const named = new RegExp(
    `\\b(?:${callsSo} (?:an? |the |eine?[nr]? |der |die |das )?(?:(?!not |nicht )\\(?[\\p{L}-]+\\)? ){0,2}["“„]?${thing}(?![\\p{L}-])|(?:we|wir) (?:call|nennen) [^.;]{1,40} ${thing}(?![\\p{L}-])|${makes} (?:the )?["“]?${thing}["”]?(?: \\([^()]{1,80}\\))?, an? )`,
    "iu",
  ).exec(text.replace(/\s+/g, " "));
  if (!named) return 0;
  const after = named.input.slice(named.index + named[0].length);
  // What is told by itself is not told.
  if (new RegExp(`(?<!\\p{L})${thing}(?!\\p{L})`, "iu").test(after)) return 0;
  return /, an? $/.test(named[0]) || /^["”]?\s*(?:[,.:;(]|wenn|falls|if|when|$)/i.test(after) ? 1 : narrowedShare;
}

const abbreviated =
  /\b(?:what (?:does|do|is)|wofür steht|que signifie|qué significa) (?:the |an? )?(?:abbreviation |acronym )?["“]?(\p{Lu}[\p{L}&-]{1,9}?)s?["”]?(?: (?:stand for|mean|short for))?\s*\??\s*$/iu;

/** Whether a question asks what an abbreviation stands for, and nothing else of it. */
export function asksWrittenOut(question: string): boolean {
  const short = /stands? for|short for/i.test(question) ? abbreviated.exec(question)?.[1] : null;
  return Boolean(short && /\p{Lu}.*\p{Lu}/u.test(short));
}

/** Whether a text writes out the abbreviation whose meaning a question asks: "small boats (SBs)", "SB (small boat)". */
export function isWrittenOut(text: string, question: string): boolean {
  const short = abbreviated.exec(question)?.[1];
  if (!short || !/\p{Lu}.*\p{Lu}/u.test(short) || !text.includes(short)) return false;
  const line = text.replace(/\s+/g, " ");
  for (const { index } of line.matchAll(new RegExp(escaped(short), "gu"))) {
    const words = line.slice(Math.max(0, index - 120), index).match(/[\p{L}\p{N}]+/gu) ?? [];
    const after = line.slice(index + short.length, index + short.length + 100);
    const within = /^s?["”]? \(([^()]{4,90})\)/u.exec(after)?.[1]?.match(/[\p{L}\p{N}]+/gu) ?? [];
    if (/^s? stands? for\b/.test(after) || isInitialsOf(short, within)) return true;
    if (/^s?["”]?[),;]/u.test(after) && isInitialsOf(short, words)) return true;
  }
  return false;
}

/** Words that an abbreviation has no letter for. */
const silent = /^(?:of|the|and|for|in|on|to|a|an|de|der|und)$/i;

/** Whether the last words begin with an abbreviation's letters. */
function isInitialsOf(short: string, words: string[]): boolean {
  const wanted = [...short.toLowerCase().replace(/[^\p{L}]/gu, "")];
  const telling = words.filter((word) => !silent.test(word)).slice(-wanted.length);
  const all = words.slice(-wanted.length);
  const begin = (own: string[]) =>
    own.length === wanted.length && own.every((word, at) => word[0]?.toLowerCase() === wanted[at]);
  return begin(telling) || begin(all);
}
