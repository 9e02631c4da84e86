// What a question leans on of the turns before it, told from words alone: whether it does, and what is carried over. Pure.
import { officeAsked } from "./asked-things.ts";
import { ordinals, otherLanguage, pronouns } from "./follow-up-words.ts";
import { detectLanguage } from "./language.ts";
import { contentOf, type Leaning, leaningOf, type Manner, withoutOpening } from "./leaning.ts";
import { smallTalkOf } from "./small-talk.ts";
import { itemOf, namesOf, replaceWith, withoutNames } from "./topic.ts";
import { isUnspaced } from "./words.ts";

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
  /** Titles of the documents that it stays with, having no word of its own to find others by; none: no words tell it. */
  within: string[] | null;
}

/** Turns that are looked back on. */
const maxTurns = 6;
/** Below this it is not worth looking for. */
const leastWeight = 0.12;
const alone: FollowUp = { leaning: 0, remembered: [], told: null, within: null };

/**
 * @param turns oldest first.
 * @param documents how many the question is asked of: among several, the one cited last is part of what is meant.
 */
export function followUpOf(question: string, turns: Turn[], documents: number): FollowUp {
  const recent = turns
    .filter(({ question }) => !smallTalkOf(question) && !otherLanguage.test(question))
    .slice(-maxTurns);
  if (recent.length === 0 || smallTalkOf(question)) return alone;
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
  if (otherLanguage.test(question)) return { ...alone, leaning: 1, within: [] };
  if (!leaning || !last) return alone;
  const isBare = leaning.manner === "more" || contentOf(question, language).length === 0;
  return {
    leaning: leaning.strength,
    remembered: carry(question, leaning, topic, last, documents),
    told: leaning.manner === "more" ? last.answer : null,
    within: isBare && last.titles.length > 0 ? last.titles : null,
  };
}

/** Of most of the conversation; the last question alone is often too short to tell. */
function languageOf(questions: string[]): string {
  return detectLanguage(questions.join(" ")) ?? "en";
}

/** Numbers are nouns too where nouns have capitals. */
const amount =
  /\b(?:Million(?:en)?|Milliarden?|Prozent|Euro|Dollar|Jahre?n?|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b/;

/** Who or what the last answer named: what "she" is, and perhaps what "it" is. */
function subjectOf(
  question: string,
  last: Turn,
  topic: Remembered[],
  { manner, language }: { manner: Manner; language: string },
): { names: string; person: boolean } {
  if (manner !== "pronoun" || !last.answer) return { names: "", person: false };
  // "And Priestley?" was about him, whoever else its answer names first.
  const own = ` ${withoutOpening(last.question)}`;
  const isOffice = topic.some(({ text }) => officeAsked(text)?.isTitle);
  const [turnedTo] = !isOffice && leaningOf(last.question, language)?.manner === "ellipsis" ? namesOf(own) : [];
  if (turnedTo) return { names: turnedTo, person: pronouns[language]?.person.test(question) ?? false };
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
    const [names, rest] = isUnspaced(text)
      ? wideSubject(text)
      : namesTell
        ? [namesOf(text).join(", "), withoutNames(text)]
        : ["", text];
    return [
      { text: names, weight: (subject.person ? 0.3 : 0.6) * weight * strength },
      // Backwards, so that they count as words and not as the phrase that the last answer's page holds.
      {
        text: rest.split(" ").reverse().join(" "),
        weight: (names === "" ? 0.5 : subject.person ? 0.15 : 0.35) * weight * strength,
      },
    ];
  });
  carried.push({ text: subject.names, weight: (subject.person ? 0.8 : 0.2) * strength });
  const [title = ""] = last.titles;
  // Where another is named, another document may be meant.
  if (documents > 1 && (manner !== "ellipsis" || namesOf(` ${withoutOpening(question)}`).length === 0))
    carried.push({ text: title.replace(/[_.+-]/g, " "), weight: 0.3 * strength });
  return carried.filter(({ text, weight }) => weight >= leastWeight && /[\p{L}\p{N}]/u.test(text));
}
