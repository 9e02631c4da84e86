// What a question leans on of the turns before it, told from words alone: whether it does, and what is carried over. Pure.
import {
  connective,
  helping,
  interrogative,
  more,
  oneOf,
  ordinals,
  pointsNowhere,
  pronouns,
  whatAbout,
  wideEnding,
  wideMore,
  wideOpening,
  widePronoun,
} from "./follow-up-words.ts";
import { detectLanguage, isFrequentWord } from "./language.ts";
import { itemOf, namesOf, replaceWith, withoutNames } from "./topic.ts";
import { createWordReader, isUnspaced } from "./words.ts";

/** A question of the conversation with the answer that it got. */
export interface Turn {
  question: string;
  /** Without citation marks; null where none was given. */
  answer: string | null;
  /** Titles of the documents that it cites, the first cited first. */
  titles: string[];
}

/** Text of earlier turns that retrieval looks for besides the question's own. */
export interface Remembered {
  text: string;
  /** 0..1: what its words count beside those of the question. */
  weight: number;
  /** What kind of thing it asks for is asked for again. */
  asks?: true;
}

export interface FollowUp {
  /** How much it leans, 0..1; at 0 it stands alone. */
  leaning: number;
  remembered: Remembered[];
  /** What the reader has been told and asks to hear more than. */
  told: string | null;
}

type Manner =
  /** Says only what is other than in the last question. */
  | "ellipsis"
  /** A whole sentence with a word that stands for something said before. */
  | "pronoun"
  /** The same with "one": another of the same sort. */
  | "sort"
  /** More of the same. */
  | "more";

interface Leaning {
  manner: Manner;
  strength: number;
  /** Which of several things that were named; null: none was counted. */
  place: number | null;
  language: string;
}

/** Turns that are looked back on. */
const maxTurns = 6;
/** Below this it is not worth looking for. */
const leastWeight = 0.12;
const alone: FollowUp = { leaning: 0, remembered: [], told: null };

/**
 * @param turns oldest first.
 * @param documents how many the question is asked of: among several, the one cited last is part of what is meant.
 */
export function followUpOf(question: string, turns: Turn[], documents: number): FollowUp {
  const recent = turns.slice(-maxTurns);
  if (recent.length === 0) return alone;
  const language = languageOf([...recent.map((turn) => turn.question), question]);
  let topic: Remembered[] = [];
  for (const [index, turn] of recent.entries()) {
    const before = recent[index - 1];
    const leaning = before ? leaningOf(turn.question, language) : null;
    const carried = leaning && before ? carry(turn.question, leaning, topic, before, documents) : [];
    topic = [{ text: turn.question, weight: 1 }, ...carried];
  }
  const leaning = leaningOf(question, language);
  const last = recent.at(-1);
  if (!leaning || !last) return alone;
  return {
    leaning: leaning.strength,
    remembered: carry(question, leaning, topic, last, documents),
    told: leaning.manner === "more" ? last.answer : null,
  };
}

/** Of most of the conversation; the last question alone is often too short to tell. */
function languageOf(questions: string[]): string {
  return detectLanguage(questions.join(" ")) ?? "en";
}

/** @returns null where the question stands alone. */
function leaningOf(question: string, language: string): Leaning | null {
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
    const beside = contentOf(question.replace(more, " "), language).length;
    if (beside === 0) return leaning("more", 1);
    if (beside === 1) return leaning("pronoun", 0.5);
  }
  if (content.length === 0) return leaning(opening || !asks || !pronounIn(question, language) ? "ellipsis" : "pronoun", 1);
  if (oneOf.test(question)) return leaning("sort", 0.9);
  if (whatAbout.test(question)) return named <= 5 ? leaning("ellipsis", named <= 3 ? 1 : 0.6) : null;
  if (named === 0 && !wholeSentence(question)) return leaning("ellipsis", 1);
  const pointing = pronounIn(question, language);
  if (pointing) return leaning("pronoun", pointing);
  if (opening && !wholeSentence(question)) return named <= 4 ? leaning("ellipsis", 1) : null;
  if (opening) return named <= 2 ? leaning("pronoun", named === 1 ? 0.8 : 0.5) : null;
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
function contentOf(text: string, language: string): string[] {
  const plain = text
    .replace(whatAbout, " ")
    .replace(connective, " ")
    .replace(interrogative, " ")
    .replace(helping, " ");
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
  const rest = question.replace(whatAbout, "").replace(connective, "");
  return (rest.match(interrogative)?.length ?? 0) > 0 || /^\s*[¿¡]?\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|list|give|show|explain|describe|define|compare|name|find|summari[sz]e|tell|ist|sind|war|hat|haben|wurde|gibt|kann|est-ce|nenne|erkläre|a-t-|liste[rz]?|donne[rz]?|explique[rz]?|es|son|fue|tiene|hay|lista|explica)(?![\p{L}\p{N}])/iu.test(rest);
}

/** How surely a word of it stands for something that is not in the question itself, 0..1. */
function pronounIn(question: string, language: string): number {
  const known = pronouns[language];
  if (!known) return 0;
  const plain = question.replace(pointsNowhere, (found) => " ".repeat(found.length));
  const places = [known.person, known.thing].flatMap((pattern) => {
    const found = pattern.exec(plain);
    return found ? [{ at: found.index, word: found[0].toLowerCase() }] : [];
  });
  const [first] = places.sort((one, other) => one.at - other.at);
  if (!first) return 0;
  // "A company that was founded in 1990": it goes on from the word before.
  const before = contentOf(plain.slice(0, first.at), language).length;
  if (/^(?:that|der|die|das|que)$/.test(first.word) && before > 0) return 0;
  if (before === 0) return 1;
  const ends = contentOf(plain.slice(first.at + first.word.length), language).length === 0;
  return before === 1 ? (ends ? 0.9 : 0.6) : before === 2 && ends ? 0.6 : 0;
}

/** "The price" is that of something; "photosynthesis" is what it is. */
function definite(question: string, [noun = ""]: string[]): boolean {
  const at = question.toLowerCase().lastIndexOf(noun);
  return at > 0 && /(?<![\p{L}])(?:the|der|die|das|den|dem)\s+$/iu.test(question.slice(0, at));
}

/** Numbers are nouns too where nouns have capitals. */
const amount = /\b(?:Million(?:en)?|Milliarden?|Prozent|Euro|Dollar|Jahre?n?|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b/;

/** Who or what the last answer named: what "she" is, and perhaps what "it" is. */
function subjectOf(
  question: string,
  last: Turn,
  topic: Remembered[],
  { manner, language }: { manner: Manner; language: string },
): { names: string; person: boolean } {
  if (manner !== "pronoun" || !last.answer) return { names: "", person: false };
  const known = topic.map(({ text }) => text.toLowerCase()).join(" ");
  const told = namesOf(last.answer).filter(
    (name) => !known.includes(name.toLowerCase()) && (language !== "de" || (name.includes(" ") && !amount.test(name))),
  );
  const several = /\b(?:they|them|theirs?)\b/i.test(question);
  // Only English has words for people alone.
  const person = language === "en" && told.length > 0 && (pronouns.en?.person.test(question) ?? false);
  return { names: told.slice(0, several ? 3 : 1).join(", "), person };
}

/** What stands before the particle of belonging or of the topic. */
function wideSubject(text: string): [subject: string, rest: string] {
  const at = text.search(/[のは的은는의]/u);
  return at > 0 ? [text.slice(0, at), ""] : ["", text];
}

/** The topic so far, as far as the question means it too. */
function carry(
  question: string,
  { manner, strength, place, language }: Leaning,
  topic: Remembered[],
  last: Turn,
  documents: number,
): Remembered[] {
  const namesTell = language !== "de";
  const item = place !== null && last.answer ? itemOf(last.answer, place) : null;
  if (item !== null && !topic.some(({ text }) => ordinals.some(([, pattern]) => pattern.test(text)))) {
    const asked = contentOf(question, language).length < 2;
    const rest = asked ? topic.map(({ text, weight }) => ({ text, weight: 0.4 * weight, asks: true as const })) : [];
    return [{ text: item, weight: 0.9, asks: true }, ...rest];
  }
  const subject = subjectOf(question, last, topic, { manner, language });
  const carried = topic.flatMap(({ text: whole, weight }): Remembered[] => {
    if (manner === "more") return [{ text: whole, weight: 0.85 * weight, asks: true }];
    const text = replaceWith(whole, question, { parallel: manner !== "pronoun", namesTell });
    if (manner === "ellipsis") return [{ text, weight: 0.85 * weight * strength, asks: true }];
    const [names, rest] = isUnspaced(text) ? wideSubject(text) : namesTell ? [namesOf(text).join(", "), withoutNames(text)] : ["", text];
    return [
      { text: names, weight: (subject.person ? 0.3 : 0.6) * weight * strength },
      // Backwards, so that they count as words and not as the phrase that the last answer's page holds.
      { text: rest.split(" ").reverse().join(" "), weight: (names === "" ? 0.5 : subject.person ? 0.15 : 0.35) * weight * strength },
    ];
  });
  carried.push({ text: subject.names, weight: (subject.person ? 0.8 : 0.2) * strength });
  const [title = ""] = last.titles;
  // Where another is named, another document may be meant.
  if (documents > 1 && (manner !== "ellipsis" || namesOf(` ${question}`).length === 0))
    carried.push({ text: title.replace(/[_.+-]/g, " "), weight: 0.3 * strength });
  return carried.filter(({ text, weight }) => weight >= leastWeight && /[\p{L}\p{N}]/u.test(text));
}
