// Which sentences of the passages answer a question, and in which order they read well. Pure.

import { raiseBreakdowns, withAnnounced } from "./announced.ts";
import { asOnPages, inOrder, withLeantOn } from "./answer-order.ts";
import { asksForList, asksForSeveral, comparedThings } from "./answer-types.ts";
import { holdersAsked } from "./asked-holders.ts";
import { holderNamed, officeAsked } from "./asked-things.ts";
import { type Compared, isCalled } from "./comparison.ts";
import type { Passage, PassageSentence } from "./model-ports.ts";
import { besideBest } from "./quote.ts";
import { holdsValue } from "./table-rows.ts";

export interface Chosen extends PassageSentence {
  /** 1-based number of its passage. */
  passage: number;
  /** Place in the passage. */
  order: number;
}

/** Sentences of an answer, where one thing is asked for and where several are. */
const mostSentences = 3;
const mostOfSeveral = 8;
/** Beside one of each thing that is compared. */
const besideCompared = 2;
/** Characters after which no further sentence is begun, and which they pass together in no case. */
const enough = 350;
const most = 700;
const enoughOfSeveral = 900;
const mostOfSeveralLength = 1500;
/** Of a list that is asked for as a whole. */
const mostOfList = 30;
const mostOfListLength = 4000;
/** A further sentence must score at least this share of the best one. */
const closeToBest = 0.3;
/** More of what stands on another page than the best, which is seldom about the same. */
const closeElsewhere = 0.6;
const closeOfSeveral = 0.4;

interface How {
  /** The documents of which each is asked. */
  compared?: Compared | null;
  /** In the order of the page, whichever is likeliest: what sums up is read from its beginning. */
  asRead?: boolean;
}

/** @returns the sentences in the order of the answer: the likeliest first. */
export function chooseSentences(
  passages: Passage[],
  question: string,
  { compared = null, asRead = false }: How = {},
): Chosen[] {
  const all = passages.flatMap((passage, index) =>
    passage.sentences.map((sentence, order): Chosen => ({ ...sentence, passage: index + 1, order })),
  );
  lowerNameless(all);
  raiseBreakdowns(all, question);
  const best = all.reduce<Chosen | undefined>(
    (most, each) => (!most || each.score > most.score ? each : most),
    undefined,
  );
  if (!best) return [];
  const labels = raiseNeighbours(all, best, question);
  const byScore = all.toSorted((one, two) => two.score - one.score).filter((sentence) => sentence !== best);
  const things = comparedThings(question);
  const parts = things.length === 0 && compared ? compared.titles : things;
  const required = requiredOf([best, ...byScore], passages, things, compared);
  const isSteps = best.step === true;
  const severalAsked =
    isSteps || asksForSeveral(question) || parts.length > 0 || (asRead && all.some(({ row }) => row));
  const isWholeList = holdersAsked(question) !== null && best.row;
  const bounds = isWholeList
    ? { count: mostOfList, begin: mostOfListLength, length: mostOfListLength, close: closeOfSeveral }
    : severalAsked
      ? {
          count: parts.length ? Math.max(required.length, parts.length + besideCompared) : mostOfSeveral,
          begin: enoughOfSeveral,
          length: mostOfSeveralLength,
          close: closeOfSeveral,
        }
      : { count: mostSentences + Math.min(2, labels), begin: enough, length: most, close: closeToBest };
  const isOfHolder = createHolderCheck(best, question);
  const chosen: Chosen[] = [];
  let length = 0;
  for (const sentence of [...required, ...byScore]) {
    const wanted = required.includes(sentence);
    if (chosen.length === bounds.count) break;
    const least = (sentence.passage === best.passage ? bounds.close : closeElsewhere) * best.score;
    if (!wanted && (sentence.score < least || length > bounds.begin)) continue;
    if (!wanted && length + sentence.text.length > bounds.length) continue;
    if (!wanted && (!isOfHolder(sentence) || (isSteps && !sentence.step))) continue;
    if (chosen.some((other) => other === sentence || sameWords(other.text, sentence.text))) continue;
    chosen.push(sentence);
    length += sentence.text.length;
  }
  const ordered =
    asRead || isWholeList || isSteps
      ? asOnPages(chosen)
      : inOrder(withLeantOn(chosen, all, bounds.count), asksForList(question));
  return withAnnounced(withoutBareLabels(ordered, question), all, best);
}

/** A longer sentence says something, whatever it repeats of the question. */
const labelWords = 3;

/** A label ("Fungus gnats.") stands right before what it labels, and by itself only where there is nothing else. */
function withoutBareLabels(ordered: Chosen[], question: string): Chosen[] {
  const isLabel = ({ text, row }: Chosen) =>
    !row && /[.:]$/.test(text) && wordsOf(text).length <= labelWords && tellsNothing(text, question);
  const result = [...ordered];
  for (const label of ordered.filter(isLabel)) {
    const told = result.find(({ passage, order }) => passage === label.passage && order === label.order + 1);
    if (told) {
      result.splice(result.indexOf(told), 1);
      result.splice(result.indexOf(label) + 1, 0, told);
    } else if (result.length > 1) result.splice(result.indexOf(label), 1);
  }
  return result;
}

/** Figures that nothing names say little, where others are named that are nearly as likely. */
const namelessShare = 0.75;

function lowerNameless(all: Chosen[]): void {
  const named = Math.max(0, ...all.map(({ columns, score }) => (columns ? score : 0)));
  for (const sentence of all) {
    const figures = sentence.cells?.slice(1).filter(holdsValue).length ?? 0;
    if (figures > 1 && !sentence.columns && named >= namelessShare * sentence.score) sentence.score *= namelessShare;
  }
}

/** Once somebody is named who holds the office asked for, others' offices are not shown beside. */
const severalHolders = /\b(?:officers|executives|directors|members|managers|founders|leaders)\b/i;

function createHolderCheck(best: Chosen, question: string): (sentence: Chosen) => boolean {
  const office = severalHolders.test(question) ? null : officeAsked(question);
  const isNamed = ({ text }: Chosen) => office === null || holderNamed(text, office, question) > 0;
  return office?.isTitle && isNamed(best) ? isNamed : () => true;
}

/**
 * What stands beside the best sentence explains it, and what follows a label is what it names.
 * @returns how many labels there are.
 */
function raiseNeighbours(all: Chosen[], best: Chosen, question: string): number {
  const next = (sentence: Chosen, distance: number) =>
    all.find((other) => other.passage === sentence.passage && other.order === sentence.order + distance);
  const beside = besideBest * best.score;
  const after = next(best, 1);
  const before = next(best, -1);
  if (after?.follows) after.score = Math.min(best.score, after.score + beside);
  if (before && best.follows) before.score = Math.min(best.score, before.score + beside);
  const labels = all.filter(({ text, score }) => score >= 0.45 * best.score && tellsNothing(text, question));
  for (const label of labels) {
    for (const distance of [1, 2]) {
      const told = next(label, distance);
      if (told && (told.follows || distance === 1)) told.score = Math.max(told.score, 0.9 * label.score);
    }
  }
  return labels.length;
}

/** What stands in the answer in any case: of each thing, or each document, that is asked by itself, the best. */
function requiredOf(byScore: Chosen[], passages: Passage[], things: string[], compared: Compared | null): Chosen[] {
  if (things.length > 0) return bestOfEach(things, byScore, passages);
  if (!compared) return byScore.slice(0, 1);
  return compared.titles.flatMap((title) => {
    const [best, ...others] = byScore.filter(({ passage }) => compared.titleOf(passage) === title);
    const close = others.filter(({ score }) => score >= closeElsewhere * (best?.score ?? 0));
    return best ? [best, ...close.slice(0, (compared.sentencesOfEach ?? 1) - 1)] : [];
  });
}

/** For each thing that is compared the best sentence that names it, or that stands in a document named like it. */
function bestOfEach(things: string[], byScore: Chosen[], passages: Passage[]): Chosen[] {
  const found: Chosen[] = [];
  for (const thing of things) {
    const words = wordsOf(thing).filter((word) => word.length > 2 || /\d/.test(word));
    const isDocument = isCalled(thing);
    const own = new Set(
      passages.flatMap(({ documentTitle: title, filename = "" }, index) =>
        isDocument({ title, filename }) ? [index + 1] : [],
      ),
    );
    const held = ({ text, columns, passage }: Chosen) => {
      if (own.size > 0) return own.has(passage);
      const title = passages[passage - 1]?.documentTitle ?? "";
      const around = new Set(wordsOf(`${text} ${columns?.join(" ") ?? ""} ${title}`));
      return words.length > 0 && words.filter((word) => around.has(word)).length >= words.length / 2;
    };
    const sentence = byScore.find((each) => !found.includes(each) && held(each)) ?? byScore.find(held);
    if (sentence && !found.includes(sentence)) found.push(sentence);
  }
  return found.length ? found : byScore.slice(0, 1);
}

/** Says hardly more than the question: what follows it is the answer. */
function tellsNothing(text: string, question: string): boolean {
  const asked = new Set(wordsOf(question));
  return wordsOf(text).filter((word) => !asked.has(word)).length < 2;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function sameWords(left: string, right: string): boolean {
  const one = wordsOf(left).join(" ");
  const two = wordsOf(right).join(" ");
  return one.includes(two) || two.includes(one);
}
