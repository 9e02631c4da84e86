// A question as retrieval sees it: its words with their weights, and the kind of thing that would answer it.
import { type AnswerKind, kindsAsked } from "./answer-types.ts";
import { measuresAsked, measuring } from "./asked-measures.ts";
import { subjectAsked } from "./asked-subject.ts";
import { type Counted, countAsked, type Office, officeAsked } from "./asked-things.ts";
import { askingShare, overviewAsked } from "./asking-words.ts";
import { asksForFigures, lineItemsImplied, shortened, writtenOut } from "./finance-terms.ts";
import type { Remembered } from "./follow-up.ts";
import { isFrequentWord } from "./language.ts";
import { type LineAsked, linesAsked } from "./lines-asked.ts";
import type { OverviewKind } from "./overview.ts";
import { pagesNamed } from "./page-reference.ts";
import { createWordReader, fold } from "./words.ts";

export interface QueryWord {
  /** As written, in lower case. */
  surface: string;
  /** 1 for a word of the question itself, less for one carried over, one that only asks, or one beside the question. */
  weight: number;
  /** A word that the answer may hold in place of one of the question: it counts where it stands, and is not missed. */
  optional?: true;
  /** Words of its family, folded, which say the same in another form. */
  family?: string[];
}

export interface Query {
  text: string;
  /** Each word once, in the order of the question. */
  words: QueryWord[];
  /** Proper names in the question: the places of their words in `words`. */
  names: number[][];
  kinds: AnswerKind[];
  /** Pages that it names by their place: negative from the back. */
  pages: number[];
  /** Lines of financial statements that it implies, each with the names that they may go by. */
  lineItems: string[][];
  /** The lines that it asks for the amount of by their names. */
  lines: LineAsked[];
  /** Whose holder it asks for. */
  office: Office | null;
  /** What it asks the number of. */
  counted: Counted | null;
  /** Whether an amount or a share is asked for. */
  figures: boolean;
  /** Set where it asks about the documents, or the pages it names, as a whole rather than for anything in them. */
  overview: OverviewKind | null;
  /** The word that a question for yes or no, a reason or a way is about. */
  subject: number | null;
}

/** Asks as "how many" does. */
const numberOf = /\b(?:the |total )*number of /gi;
/** "What does X stand for" is about X alone. */
const standsFor = /\bdoes (.{2,40}?) stand for\b/gi;
/** Sentences that stand beside the question (how to round, what to do if not) count this much. */
export const besideWeight = 0.35;
/** Sentences that say how to answer (in which form, how rounded, what to do if it cannot be told) count hardly at all. */
const instructionWeight = 0.1;
const instruction =
  /^\s*(?:please\b|(?:answer|respond|reply|round|format|write|express|state|return|output|explain)\b|(?:give|provide|show|list) (?:the|your|all|me|it|them)?.*\b(?:answer|format|list|decimal|percent\w*)\b|if\b|here'?s (?:the|my) question|(?:we|i) (?:need|want|would like) to\b)/i;
/** The day and month of a full date tell less than its year, and stand on every page of a report. */
const monthNames =
  "january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec";
const fullDate = new RegExp(`\\b(${monthNames})\\.? (\\d{1,2})(?:st|nd|rd|th)?,? (?:of )?\\d{4}\\b`, "gi");
const partOfDateWeight = 0.4;
const maxWords = 400;

/** @param remembered what the question leans on of the turns before it. */
export function queryOf(question: string, remembered: Remembered[] = []): Query {
  const words = questionWords(question);
  const pages = pagesNamed(question);
  const overview = overviewAsked(
    words.map(({ surface }) => surface),
    pages,
  );
  if (overview) {
    return {
      text: question,
      words,
      names: [],
      kinds: [],
      pages,
      lineItems: [],
      lines: [],
      office: null,
      counted: null,
      figures: false,
      overview,
      subject: null,
    };
  }
  const asked = [question, ...remembered.flatMap(({ text, asks }) => (asks ? [text] : []))];
  const [office = null, counted = null] = [firstOf(officeAsked, asked), firstOf(countAsked, asked)];
  const all = withRemembered(withOffice(words, office), remembered);
  // Names that are remembered alone stand at no sentence's beginning.
  const texts = [question, ...remembered.map(({ text, asks }) => (asks ? text : `, ${text}`))];
  const kinds = asked.map(kindsAsked).find((found) => found.length > 0) ?? [];
  const lineItems = asked.flatMap(lineItemsImplied);
  return {
    text: question,
    words: all,
    names: distinct(texts.flatMap((text) => namesIn(text, all))),
    kinds,
    pages,
    lineItems,
    lines: asked.map(linesAsked).find((found) => found.length > 0) ?? [],
    office,
    counted,
    figures: kinds.includes("number") || lineItems.length > 0 || asked.some(asksForFigures),
    overview: null,
    subject: subjectAsked(question, new Map(all.map(({ surface }, place) => [fold(surface), place]))),
  };
}

function firstOf<T>(read: (text: string) => T | null, texts: string[]): T | undefined {
  for (const text of texts) {
    const found = read(text);
    if (found) return found;
  }
  return undefined;
}

/** Words that texts have for an office, each counting a little: they stand together. */
const otherwiseWeight = 0.5;

/** The question's words with those that texts have in their place for the office that it asks for. */
function withOffice(words: QueryWord[], office: Office | null): QueryWord[] {
  if (!office || office.otherwise.length === 0) return words;
  const known = new Set(words.map(({ surface }) => surface));
  const isShort = (surface: string) => office.short === surface || `${office.short}s` === surface;
  const short = office.short !== null && known.has(`${office.short}s`) ? [office.short] : [];
  const others = [...office.otherwise, ...short].filter((surface) => !known.has(surface));
  return [
    ...words.map((word): QueryWord => (isShort(word.surface) ? { ...word, optional: true } : word)),
    ...others.map((surface): QueryWord => ({ surface, weight: otherwiseWeight, optional: true })),
  ];
}

/** A sentence of its own stays in front of what it leans on: that counts this much of it at most. */
const besideOwn = 0.6;

function withRemembered(words: QueryWord[], remembered: Remembered[]): QueryWord[] {
  const own = new Map(words.map((word) => [fold(word.surface), word]));
  const carried = new Map<string, QueryWord & { asks: boolean }>();
  for (const { text, weight, asks = false } of remembered) {
    for (const word of questionWords(text)) {
      const key = fold(word.surface);
      const known = own.get(key) ?? carried.get(key);
      if (known) known.weight = Math.max(known.weight, word.weight * weight);
      else carried.set(key, { ...word, weight: word.weight * weight, asks });
    }
  }
  const worth = (list: QueryWord[]) =>
    list.reduce((sum, { surface, weight }) => sum + (isFrequentWord(surface) ? 0 : weight), 0);
  const beside = worth([...carried.values()].filter(({ asks }) => !asks));
  const scale = Math.min(1, (besideOwn * worth(words)) / (beside || 1));
  const added = [...carried.values()].map(({ asks, ...word }) => ({
    ...word,
    weight: word.weight * (asks ? 1 : scale),
  }));
  return [...words, ...added].slice(0, maxWords);
}

function distinct(names: number[][]): number[][] {
  return [...new Map(names.map((name) => [name.join(), name])).values()];
}

/** The words of a message, each once; where a sentence of it asks, the others count less. */
function questionWords(message: string): QueryWord[] {
  const sentences = message
    .replace(measuring, "how")
    .replace(numberOf, "how ")
    .replace(standsFor, "is $1")
    .replace(shortened, (short) => writtenOut[short.toLowerCase()] ?? short)
    .split(/(?<=[.?!])\s*(?=\p{Lu})|\n+/u);
  const asks = sentences.some((sentence) => sentence.trimEnd().endsWith("?"));
  const words = new Map<string, QueryWord>();
  for (const sentence of sentences) {
    addWords(words, sentence, weightOf(sentence, asks));
  }
  for (const name of measuresAsked(message)) {
    if (!words.has(name)) words.set(name, { surface: name, weight: 0.5, optional: true });
  }
  // Texts have it as often as what it stands for.
  for (const [short] of message.toLowerCase().matchAll(/\beps\b/g))
    words.set(short, { surface: short, weight: 1, optional: true });
  for (const date of message.matchAll(fullDate)) {
    for (const part of date.slice(1)) {
      const word = words.get(fold(part.toLowerCase()));
      if (word) word.weight = Math.min(word.weight, partOfDateWeight);
    }
  }
  return [...words.values()].slice(0, maxWords);
}

function weightOf(sentence: string, asks: boolean): number {
  if (sentence.trimEnd().endsWith("?") && !/^\s*if\b/i.test(sentence)) return 1;
  if (instruction.test(sentence)) return asks ? instructionWeight : 1;
  return asks ? besideWeight : 1;
}

function addWords(words: Map<string, QueryWord>, text: string, weight: number): void {
  for (const { start, end } of createWordReader(null)(text)) {
    const surface = text.slice(start, end).toLowerCase();
    const key = fold(surface);
    // "FY2020" means 2020 before it means itself.
    const year = /^\p{L}+(\p{N}{4})$/u.exec(key)?.[1];
    if (year) addWord(words, year, year, weight);
    addWord(words, key, surface, weight * askingShare(key) * (year ? 0.3 : 1));
  }
}

function addWord(words: Map<string, QueryWord>, key: string, surface: string, weight: number): void {
  const known = words.get(key);
  if (known) known.weight = Math.max(known.weight, weight);
  else words.set(key, { surface, weight });
}

/** An abbreviation of an office is written in capitals and names nobody. */
function isNaming(word: QueryWord | undefined): boolean {
  return word !== undefined && word.weight > 0.3 && !word.optional;
}

/** Words in capitals within a sentence, those that follow each other together. */
function namesIn(question: string, words: QueryWord[]): number[][] {
  const places = new Map(words.map(({ surface }, index) => [fold(surface), index]));
  const names: number[][] = [];
  for (const [name] of question.matchAll(
    /(?<=[\p{L}\p{N},’'s] ["“(]?)\p{Lu}[\p{L}\p{N}&’'-]+(?: \p{Lu}[\p{L}\p{N}&’'-]*)*/gu,
  )) {
    const found = name.split(/[ -]/).map((word) => places.get(fold(word.replace(/['’]s?$/, ""))));
    const known = found.filter((place): place is number => place !== undefined && isNaming(words[place]));
    if (known.length) names.push(known);
  }
  return names;
}
