// Whether a question asks for a year's or a quarter's figure, and a row tells of it, and of the whole or a part. Pure.
import type { Segment } from "./segments.ts";

export type Period = "quarter" | "half" | "year";

const periods: readonly (readonly [Period, RegExp])[] = [
  [
    "quarter",
    /\b(?:quarter(?:s|ly)?|q[1-4]|(?:three|3)[- ]months?|1[234][- ]weeks?|(?:thirteen|fourteen|twelve)[- ]weeks|quartals?|trimestres?)\b/i,
  ],
  [
    "half",
    /\b(?:(?:six|6|nine|9)[- ]months?|(?:2[5-7]|3[89]|40)[- ]weeks?|(?:twenty-six|thirty-nine)[- ]weeks|half[- ]years?|h[12]|(?:first|second) half|year[- ]to[- ]date|halbjahr|semestre)\b/i,
  ],
  [
    "year",
    /\b(?:full[- ]?years?|annual(?:ly)?|(?:fiscal|calendar) (?:years?|(?:19|20)\d\d)|fy ?['’]?\d\d(?:\d\d)?|years?[- ]end(?:ed|ing)|(?:twelve|12)[- ]months?|5[23][- ]weeks?|fifty-(?:two|three)[- ]weeks|for the years?|geschäftsjahr(?:es)?|exercice)\b/i,
  ],
];
/** A figure of a day, and not of a period. */
const moment = /\b(?:as (?:of|at)|at (?:the )?(?:year[- ]?)?end|at the beginning|year[- ]end\b(?!ed|ing)|balance)\b/i;
const inYear = /\b(?:in|for|of|during|im jahr|en) (?:the year )?(?:19|20)\d\d\b|\b(?:19|20)\d\d[\s?]*$/i;

/** The kind of period that a figure is asked for; null where the question does not say. */
export function periodAsked(question: string): Period | null {
  const named = periodsIn(question);
  if (named.has("quarter")) return "quarter";
  if (named.has("half")) return "half";
  if (moment.test(question)) return null;
  return named.has("year") || inYear.test(question) ? "year" : null;
}

function periodsIn(text: string): Set<Period> {
  return new Set(periods.flatMap(([period, pattern]) => (pattern.test(text) ? [period] : [])));
}

/** @returns 1 where a text tells of that kind of period, -1 where of others alone, else 0. */
export function periodTold(asked: Period, text: string): number {
  const told = periodsIn(text);
  if (told.size === 0) return 0;
  return told.has(asked) ? 1 : -1;
}

const month = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
/** Dates of so many different months are the ends of quarters. */
const quarters = 3;

/** What says of which periods a row's figures are: the names of its columns, and the title above them. */
export function aroundRow({ head, about = [] }: Pick<Segment, "head" | "about">, page: string): string {
  if (!head) return about.map(({ start, end }) => page.slice(start, end)).join("\n");
  const captions = head.captions.map(({ start, end }) => page.slice(start, end));
  const months = new Set(head.cells.flatMap((cell) => month.exec(cell.trim())?.[0].toLowerCase() ?? []));
  const ofQuarters = months.size >= quarters ? ["quarters"] : [];
  return [...captions, ...head.over.flatMap(({ cells }) => cells), ...head.cells, ...ofQuarters].join("\n");
}

const part =
  /\b(?:segments?|domestic|international|regions?|divisions?|geographic(?:al)?|parent company|guarantors?|guarantee|obligors?|held for sale|discontinued operations?|pro forma)\b/i;
/** What a whole page is about where it stands in its first lines. */
const partOfPage =
  /\b(?:parent company|guarantors?|guarantee|obligors?|condensed financial information of (?:the )?registrant|pro forma)\b/i;
const topLength = 250;

const whole = /\b(?:total|consolidated|worldwide|group)\b/i;

/** Whether what stands around a row says that it is about a part, and the question asks for none. */
export function isOfPart(question: string, row: string, around: string, page = ""): boolean {
  if (part.test(question)) return false;
  return (part.test(around) && !whole.test(row)) || partOfPage.test(page.slice(0, topLength));
}

const movement =
  /\b(?:cash flows?|deferred (?:income )?tax(?:es)?|changes? in|purchase price|acquired|acquisitions?)\b/i;

/** Whether a row tells how what is of a day has changed, or where else it is counted, and not how much it is. */
export function isOfMovement(question: string, around: string, page: string): boolean {
  return !movement.test(question) && (movement.test(around) || /\bcash flows?\b/i.test(page.slice(0, topLength)));
}

const outlook = /\b(?:outlook|guidance|forecasts?|expect\w*|projected|targets?)\b/i;
/** "$400 million to $475 million", "25 - 30 %". */
const span = /\d\s?(?:million|billion|thousand|%|m|bn)?\s+(?:to|and|[-–])\s+[$€£¥]?\s?\d/i;

/** Whether a row tells what is to come, and the question does not ask for that. */
export function isOutlook(question: string, row: string, around: string): boolean {
  return !outlook.test(question) && (span.test(row) || outlook.test(around));
}

const ofAll = /\b(?:we|our|us|company|group|corporation|firm|worldwide|globally|in total|a total of)\b/i;
const ofSome = /\b(?:segments?|facility|facilities|plants?|divisions?|subsidiary|subsidiaries)\b/i;

/** Whether what is counted is told of a part, and the question asks for none. */
export function isCountOfPart(question: string, sentence: string): boolean {
  return ofSome.test(sentence) && !ofSome.test(question) && !ofAll.test(sentence);
}
