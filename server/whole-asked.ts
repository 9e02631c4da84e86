// Questions about documents as a whole: which of them are meant, and how each is told by itself. Pure.
import { nameOfDoer, overviewAsked, wordsBesideWhole } from "./asking-words.ts";
import type { Compared, Named } from "./comparison.ts";
import type { OverviewKind } from "./overview.ts";
import { pagesNamed } from "./page-reference.ts";
import { createWordReader, fold } from "./words.ts";

export interface WholeAsked<T> {
  kind: OverviewKind;
  /** All, or those that the question calls by their names. */
  documents: T[];
  /** The name of the one thing that is asked what it does, rather than what each of them is about. */
  ofOne?: string[];
}

/** @returns null where something in the documents is asked for. */
export function wholeAsked<T extends Named>(question: string, documents: T[]): WholeAsked<T> | null {
  const surfaces = createWordReader(null)(question).map(({ start, end }) => question.slice(start, end).toLowerCase());
  const kind = overviewAsked(surfaces, pagesNamed(question));
  if (kind) return { kind, documents };
  const doer = nameOfDoer(surfaces);
  if (doer) {
    const called = documents.filter(isCalledBy(doer));
    return called.length > 0 ? { kind: "about", documents: called, ofOne: doer } : null;
  }
  const asked = wordsBesideWhole(surfaces);
  if (!asked) return null;
  const called = documents.filter(isCalledBy(asked.words));
  return called.length > 0 ? { kind: asked.kind, documents: called } : null;
}

/** A name's parts, as they are written: "ANNUAL_2023Q4" has "annual", "2023" and "q4". */
const parted = /[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})|(?<=\p{N})(?=\p{L})|(?<=\p{L})(?=\p{N})/u;

/** Of several as of one: "schools" are called by "School". */
const plain = (word: string) =>
  fold(word.replace(/['’]s?$/, ""))
    .replace(/[^\p{L}\p{N}]+/gu, "")
    .replace(/(?<=\p{L}{3})s$/u, "");

/** Whether each of the words, or each two of them together ("Best Buy" of "BESTBUY"), stands in a document's name. */
function isCalledBy(words: string[]): (document: Named) => boolean {
  const asked = words.map(plain);
  return ({ title, filename }) => {
    const wholeParts = `${title} ${filename}`.split(/[^\p{L}\p{N}]+/u).map(plain);
    const parts = `${title} ${filename}`.split(parted).map(plain);
    const held = new Set([...wholeParts, ...parts, ...parts.map((part, index) => part + (parts[index + 1] ?? ""))]);
    return asked.every(
      (word, index) =>
        held.has(word) || held.has(word + (asked[index + 1] ?? "-")) || held.has((asked[index - 1] ?? "-") + word),
    );
  };
}

/** Sentences of each document, where so many are told. */
const sentencesOfEach = (documents: number) => (documents <= 3 ? 3 : documents <= 5 ? 2 : 1);

/** @returns how the passages' documents are told one by one; null where there is only one of them. */
export function wholesTold(passages: { documentTitle: string }[]): Compared | null {
  const titles = [...new Set(passages.map(({ documentTitle }) => documentTitle))];
  if (titles.length < 2) return null;
  return {
    titles,
    titleOf: (passage) => passages[passage - 1]?.documentTitle ?? "",
    sentencesOfEach: sentencesOfEach(titles.length),
  };
}
