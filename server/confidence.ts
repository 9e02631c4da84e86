// How sure retrieval is that the documents answer a question at all, from how much of the question the best pages hold.
import type { Evidence } from "./page-features.ts";
import type { ScoredPage } from "./ranking.ts";

/** Pages that are looked at: the answer may stand on one that is not the very best. */
const pagesSeen = 5;

/**
 * What tells more than all the other words where it stands nowhere: the year, the office, the thing, the number or the line of a statement
 * asked for, and a name beside what is asked of it. Set by hand, since hardly any question with an answer lacks them.
 */
const absent = { years: 8, office: 7, thing: 10, figure: 11, together: 5, line: 6 };
/** Where a page lacks more of the question's rare words than its answer would say otherwise. */
const enoughWords = 0.6;
const absentWords = 6;
const mostAbsentWords = 0.3;

/**
 * Logistic regression on questions with and without an answer in their documents. The intercept is such that 0.4 is
 * where refusing pays: there few questions that have an answer are refused, and most of the others.
 * @param documents how many were searched: among more, more words are found by chance.
 * @returns 0..1
 */
export function confidenceOf(pages: Pick<ScoredPage, "evidence">[], documents: number): number {
  const [best] = pages;
  if (!best) return 0;
  const most = (pick: (evidence: Evidence) => number) =>
    Math.max(...pages.slice(0, pagesSeen).map(({ evidence }) => pick(evidence)));
  const logit =
    -4.88 +
    5.5 * best.evidence.chunk +
    4.1 * most(({ sentence }) => sentence) +
    1.9 * most(({ names }) => names) +
    8.6 * best.evidence.called +
    4.9 * best.evidence.placed +
    best.evidence.statement -
    absent.office * (1 - most(({ office }) => office)) -
    absent.line * (1 - most(({ line }) => line)) -
    absent.years * (1 - most(({ asked }) => asked.years)) -
    absent.thing * (1 - most(({ asked }) => asked.thing)) -
    absent.figure * (1 - most(({ asked }) => asked.figure)) -
    absent.together * (1 - most(({ asked }) => asked.together)) -
    absentWords * Math.min(mostAbsentWords, Math.max(0, enoughWords - most(({ asked }) => asked.words))) -
    0.25 * Math.log(Math.max(1, documents));
  return 1 / (1 + Math.exp(-logit));
}
