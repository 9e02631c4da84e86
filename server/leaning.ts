// Whether a question leans on the turns before it, and how: told from its words. Pure.
import {
  connective,
  helping,
  interrogative,
  more,
  oneOf,
  ordinals,
  pointsNowhere,
  prepositions,
  pronouns,
  whatAbout,
  wideEnding,
  wideMore,
  wideOpening,
  widePronoun,
} from "./follow-up-words.ts";
import { isFrequentWord } from "./language.ts";
import { createWordReader, isUnspaced } from "./words.ts";

export type Manner =
  /** Says only what is other than in the last question. */
  | "ellipsis"
  /** A whole sentence with a word that stands for something said before. */
  | "pronoun"
  /** The same with "one": another of the same sort. */
  | "sort"
  /** More of the same. */
  | "more";

export interface Leaning {
  manner: Manner;
  strength: number;
  /** Which of several things that were named; null: none was counted. */
  place: number | null;
  language: string;
}

const opensWithPlace = new RegExp(
  `^\\s*[¿¡]?(?:${prepositions}|since|before|after|during|seit|vor|nach|depuis|avant|après|desde|antes|después)\\s`,
  "iu",
);

/** "Explain that in more detail" says it twice. */
const everyMore = new RegExp(more.source, `${more.flags}g`);

/** What is left of a question without that by which it goes on from the last one. */
export function withoutOpening(question: string): string {
  return question.replace(whatAbout, "").replace(connective, "");
}

/** @returns null where the question stands alone. */
export function leaningOf(question: string, language: string): Leaning | null {
  const leaning = (manner: Manner, strength: number): Leaning => ({
    manner,
    strength,
    place: ordinals.find(([, pattern]) => pattern.test(question))?.[0] ?? null,
    language,
  });
  if (isUnspaced(question)) return wideLeaning(question, leaning);
  const content = contentOf(question, language);
  // Figures say which, not what.
  const named = content.filter((word) => !/^\p{N}+$/u.test(word)).length;
  const asks = question.match(interrogative) !== null;
  const opening = whatAbout.exec(question)?.[0] ?? connective.exec(question)?.[0] ?? "";
  if (more.test(question)) {
    const beside = contentOf(question.replace(everyMore, " "), language).length;
    if (beside === 0) return leaning("more", 1);
    if (beside === 1) return leaning("pronoun", 0.5);
  }
  if (content.length === 0)
    return leaning(opening || !asks || !pronounIn(question, language) ? "ellipsis" : "pronoun", 1);
  if (oneOf.test(question)) return leaning("sort", 0.9);
  if (whatAbout.test(question)) return named <= 5 ? leaning("ellipsis", named <= 3 ? 1 : 0.6) : null;
  if (named === 0 && !wholeSentence(question)) return leaning("ellipsis", 1);
  const pointing = pronounIn(question, language);
  if (pointing) return leaning("pronoun", pointing);
  if (opening && !wholeSentence(question)) return named <= 4 ? leaning("ellipsis", 1) : null;
  if (opening) return named <= 2 ? leaning("pronoun", named === 1 ? 0.8 : 0.5) : null;
  if (!wholeSentence(question) && opensWithPlace.test(question) && named <= 3) return leaning("ellipsis", 0.9);
  // A word or two without a sentence may be a question's, or a new one's.
  if (!wholeSentence(question)) return named <= 2 && question.length < 40 ? leaning("ellipsis", 0.4) : null;
  return named === 1 && definite(question, content) ? leaning("pronoun", 0.5) : null;
}

function wideLeaning(question: string, leaning: (manner: Manner, strength: number) => Leaning): Leaning | null {
  const bare = question.replace(wideOpening, "").replace(/[\p{P}\s]/gu, "");
  if (wideMore.test(question) && bare.length <= 12) return leaning("more", 1);
  const opened = wideOpening.test(question);
  if ((opened || wideEnding.test(question)) && bare.length <= 12 && !/[什哪谁几何誰どいつなぜ무누언어몇왜]/u.test(bare))
    return leaning("ellipsis", 1);
  if (/^(?:为什么|為什麼|なぜ|どうして|왜)/u.test(bare) && bare.length <= 6) return leaning("ellipsis", 1);
  if (widePronoun.test(question)) return leaning("pronoun", 0.9);
  return opened && bare.length <= 8 ? leaning("pronoun", 0.5) : null;
}

/** Words that say what a text is about. */
export function contentOf(text: string, language: string): string[] {
  const plain = text.replace(whatAbout, " ").replace(connective, " ").replace(interrogative, " ").replace(helping, " ");
  return createWordReader(null)(plain)
    .map(({ start, end }) => plain.slice(start, end).toLowerCase())
    .filter((word) => !isFrequentWord(word, language) && !pronounAlone(word, language));
}

const pronounAlone = (word: string, language: string) => {
  const known = pronouns[language];
  return known ? word.replace(known.person, "").replace(known.thing, "") === "" : false;
};

/** Asks, or says something, with a verb of its own. */
function wholeSentence(question: string): boolean {
  const rest = withoutOpening(question);
  return (
    (rest.match(interrogative)?.length ?? 0) > 0 ||
    /^\s*[¿¡]?\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|list|give|show|explain|describe|define|compare|name|find|summari[sz]e|tell|ist|sind|war|hat|haben|wurde|gibt|kann|est-ce|nenne|erkläre|a-t-|liste[rz]?|donne[rz]?|explique[rz]?|es|son|fue|tiene|hay|lista|explica)(?![\p{L}\p{N}])/iu.test(
      rest,
    )
  );
}

const subjectOf =
  /(?<!\p{L})(?:did|does|do|was|were|is|are|has|have|had|can|could|will|would|should|must) (?:it|he|she|they)(?!\p{L})|(?<!\p{L})(?:hat|ist|war|wurde|haben|sind|waren|wurden|kann|konnte) (?:er|sie|es)(?!\p{L})|-(?:t-)?(?:il|elle|ils|elles)(?!\p{L})/iu;

/** How surely a word of it stands for something that is not in the question itself, 0..1. */
function pronounIn(question: string, language: string): number {
  const known = pronouns[language];
  if (!known) return 0;
  const plain = question.replace(pointsNowhere, (found) => " ".repeat(found.length));
  const places = [known.person, known.thing].flatMap((pattern) => {
    const found = pattern.exec(plain);
    return found ? [{ at: found.index, word: found[0].toLowerCase() }] : [];
  });
  const content = contentOf(question, language).length;
  // After a verb that helps, it is who does it, whatever is asked of it: "Which schools did it recognize?"
  if (subjectOf.test(plain) && content <= 5) return 0.9;
  if (/(?<!\p{L})(?:there|dort|allí|là-bas)\s*\?*\s*$/iu.test(plain)) return 0.7;
  const [first] = places.sort((one, other) => one.at - other.at);
  if (!first) return 0;
  // "A company that was founded in 1990": it goes on from the word before.
  const before = contentOf(plain.slice(0, first.at), language).length;
  if (/^(?:that|der|die|das|que)$/.test(first.word) && before > 0) return 0;
  if (before === 0) return content < 5 ? 1 : 0.6;
  // "The metric they use to …": so much is a question by itself.
  if (content >= 4 && /^(?:it|he|she|they|er|sie|es|il|elle)$/.test(first.word)) return 0;
  const ends = contentOf(plain.slice(first.at + first.word.length), language).length === 0;
  return before === 1 ? (ends ? 0.9 : 0.6) : before === 2 && ends ? 0.6 : 0;
}

/** "The price" is that of something; "photosynthesis" is what it is. */
function definite(question: string, [noun = ""]: string[]): boolean {
  const at = question.toLowerCase().lastIndexOf(noun);
  return at > 0 && /(?<![\p{L}])(?:the|der|die|das|den|dem)\s+$/iu.test(question.slice(0, at));
}
