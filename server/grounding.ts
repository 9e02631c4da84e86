// Which stretches of an answer no citation supports: claims whose words, names, numbers or quotations the cited passages lack.
import { type Amounts, amountsHeld, withoutHeldAmounts, withoutScales } from "./amounts.ts";
import { figuresHeld, hasFigures, holdsFigures } from "./figures.ts";
import { detectLanguage } from "./language.ts";
import type { Passage } from "./model-ports.ts";
import { namesIn, standsAsName } from "./names.ts";
import { isOwnReply } from "./refusals.ts";
import { isQuotedFrom, letters, literalsIn } from "./standing.ts";
import { type Statement, statementsOf } from "./statements.ts";
import type { Texts } from "./text-cache.ts";
import { createWordReader, isUnspaced } from "./words.ts";

/** Share of a claim's longer words that the passages it cites must hold. */
const minimumShare = 0.4;
/** The same of one passage, where the claim cites none itself and any that the answer cites may be meant. */
const minimumUncitedShare = 0.6;
/** With fewer content words a sentence claims nothing ("Here is what I found:"). */
const fewestWords = 4;
/** Numbers that a sentence may count what follows it by. */
const largestCount = 20;

/** Fractions, noughts and words after a figure may be a rounded amount's; page numbers and years are none. */
const mayBeScaled = /\p{Nd}(?:[.,٫]\p{Nd}|[\s\u00a0-]?(?:\p{L}|%)|00)/u;

/** What a passage holds, each looked at when it is first asked for: most answers quote nothing. */
interface Held {
  terms(): Set<string>;
  figures(): Set<string>;
  amounts(): Amounts;
  text(): string;
  letters(): string;
  /** ISO 639-1, or null where it does not tell. */
  language(): string | null;
}

export interface Grounds {
  /** null: no longer citable, and nothing stands on it. */
  passages: readonly (Passage | null)[];
  /** Its words may be quoted too. */
  question: string;
}

/** Pages that were read to be found. */
type ReadPages = Pick<Texts, "known" | "termOf">;

type Range = [start: number, end: number];

/**
 * Words tell nothing across languages: there numbers and quotations alone are compared. What is turned into its opposite
 * in the passage's own words is not noticed.
 * @returns UTF-16 ranges of the text, in order, none over another.
 */
export function unsupportedRanges(text: string, { passages, question }: Grounds, pages?: ReadPages): Range[] {
  const language = detectLanguage(text.replace(/\[\d+\]/g, ""));
  const read = createWordReader(language);
  const termsOf = (words: string) => read(words).map(({ term }) => term);
  const termsOfPage = (page: string) => {
    const known = pages?.known(page, language);
    return known && pages ? Array.from(known.terms, pages.termOf) : termsOf(page);
  };
  const kept = new Map<number, Held | null>();
  const held = (number: number): Held | null => {
    let found = kept.get(number);
    if (found === undefined) {
      const passage = passages[number - 1];
      found = passage ? heldIn(passage, termsOf, termsOfPage) : null;
      kept.set(number, found);
    }
    return found;
  };
  const statements = statementsOf(text);
  const all = [...new Set(statements.flatMap(({ cited }) => cited))].flatMap((number) => held(number) ?? []);
  const asked = once(() => letters(question));
  const citedBy = citedByEach(statements);
  const ranges = statements.flatMap((statement, index): Range[] => {
    const cited = citedBy[index]?.flatMap((number) => held(number) ?? []);
    if (!isSupported(statement, { cited, all, language, question, termsOf })) return [[statement.start, statement.end]];
    const texts = lettersOf(cited ?? all, asked);
    if (statement.isQuote && !isQuotedFrom(texts(), statement.text)) return [[statement.start, statement.end]];
    return literalsIn(statement.text)
      .filter(([start, end]) => !isQuotedFrom(texts(), statement.text.slice(start, end)))
      .map(([start, end]): Range => [statement.start + start, statement.start + end]);
  });
  return withSplitQuotations(text, ranges, { all, asked });
}

type TermsOf = (text: string) => string[];

function heldIn(passage: Passage, termsOf: TermsOf, termsOfPage: TermsOf): Held {
  const title = [passage.documentTitle, passage.heading ?? ""].join("\n");
  // The whole page where it is at hand: an extract may be of any part of it.
  const page = passage.pageText ?? passage.text;
  const named = `${title}\n${page}`;
  return {
    terms: once(() => new Set([...termsOf(title), ...termsOfPage(page)])),
    figures: once(() => figuresHeld(`${named}\n${passage.page}`)),
    amounts: once(() => amountsHeld(named)),
    text: () => named,
    letters: once(() => letters(named)),
    language: once(() => detectLanguage(passage.text)),
  };
}

function once<T>(work: () => T): () => T {
  let done: { value: T } | undefined;
  return () => {
    done ??= { value: work() };
    return done.value;
  };
}

/** The letters of each, joined with what the question says, as `isQuotedFrom` wants them. */
const lettersOf = (grounds: Held[], asked: () => string) => () => [...grounds.map((one) => one.letters()), asked()];

/** The marks of each statement, or of the nearest one in its paragraph that has some: several sentences may share one. */
function citedByEach(statements: Statement[]): (number[] | undefined)[] {
  const own = statements.map(({ cited }) => (cited.length ? cited : undefined));
  const isSame = (left: number, right: number) => statements[left]?.paragraph === statements[right]?.paragraph;
  for (let at = own.length - 2; at >= 0; at--) if (isSame(at, at + 1)) own[at] ??= own[at + 1];
  for (let at = 1; at < own.length; at++) if (isSame(at, at - 1)) own[at] ??= own[at - 1];
  return own;
}

interface Evidence {
  /** undefined: the statement's paragraph has no marks. */
  cited: Held[] | undefined;
  /** Of the whole answer. */
  all: Held[];
  language: string | null;
  question: string;
  termsOf: TermsOf;
}

function isSupported(statement: Statement, evidence: Evidence): boolean {
  // That a document tells nothing stands in none.
  if (isOwnReply(statement.text)) return true;
  const { cited, all, language } = evidence;
  const words = statement.text.replace(/\[\d+\]/g, "");
  const grounds = cited ?? all;
  if (!figuresStand(words, grounds, cited === undefined)) return false;
  const told = withoutScales(words);
  if (wordsStand(told, evidence) && namesStand(told, evidence)) return true;
  // Asked last, for it takes the longest.
  const isForeign = (one: Held) => one.language() !== null && one.language() !== language;
  return language !== null && grounds.length > 0 && grounds.every(isForeign);
}

function wordsStand(words: string, { cited, all, termsOf }: Evidence): boolean {
  const content = termsOf(words).filter(isContent);
  const found = (holding: Held[]) => content.filter((term) => holding.some((one) => one.terms().has(term))).length;
  if (content.length < fewestWords) return content.length < 2 || cited === undefined || found(cited) > 0;
  if (cited) return found(cited) >= minimumShare * content.length;
  const share = /[:：]\s*$/.test(words) ? minimumShare : minimumUncitedShare;
  return all.some((one) => found([one]) >= share * content.length);
}

/** Whoever is named stands on the pages, or was asked about. */
function namesStand(words: string, { cited, all, language, question, termsOf }: Evidence): boolean {
  const grounds = cited ?? all;
  const names = namesIn(words, language);
  // What is no sentence, and cites nothing, is a heading.
  if (names.length === 0 || (cited === undefined && !/[.!?…。！？]\W*$/u.test(words))) return true;
  const asked = once(() => new Set(termsOf(question)));
  return names.every((name) => {
    const terms = termsOf(name);
    const holding = [...grounds.map((one) => one.terms()), asked()];
    if (terms.every((term) => holding.some((held) => held.has(term)))) return true;
    return standsAsName(name, [...grounds.map((one) => one.text()), question]);
  });
}

/** Long enough to carry meaning: a pair of characters does in scripts without spaces, three letters do in many others. */
function isContent(term: string): boolean {
  if (hasFigures(term)) return false;
  return term.length > 3 || isUnspaced(term) || (term.length === 3 && !/^\p{sc=Latin}/u.test(term));
}

function figuresStand(words: string, grounds: Held[], uncited: boolean): boolean {
  if (!hasFigures(words)) return true;
  // "Three things add up:", in figures.
  const counts = uncited && /[:：]\s*$/.test(words);
  const isHeld = (value: string) =>
    (counts && Number(value) <= largestCount) || grounds.some((one) => one.figures().has(value));
  const amounts = once(() => grounds.map((one) => one.amounts()));
  if (!mayBeScaled.test(words)) return holdsFigures(isHeld, words);
  const rest = withoutHeldAmounts(words, amounts());
  return rest !== null && holdsFigures(isHeld, rest);
}

/** Adds the quotations that go over several sentences, and joins what overlaps. */
function withSplitQuotations(
  text: string,
  found: Range[],
  { all, asked }: { all: Held[]; asked: () => string },
): Range[] {
  const texts = lettersOf(all, asked);
  const ranges = [...found];
  for (const [start, end] of literalsIn(text)) {
    if (!isQuotedFrom(texts(), text.slice(start, end))) ranges.push([start, end]);
  }
  ranges.sort((left, right) => left[0] - right[0]);
  const joined: Range[] = [];
  for (const [start, end] of ranges) {
    const last = joined.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}
