// What stands around a table's row, beside what a question asks for: the whole or a part, a day or a period. Pure.
import {
  aroundRow,
  isCountOfPart,
  isOfMovement,
  isOfPart,
  isOutlook,
  periodAsked,
  periodTold,
} from "./asked-periods.ts";
import type { Query } from "./query.ts";
import type { Segment } from "./segments.ts";

/** What is asked of a company is seldom a segment's. */
const partOfMeant = 3;

/** @returns what tells how far a row is about a part of what is asked for, or what changed in it: more of a line that is meant. */
export function createElsewhere({ text: question, lines, counted }: Query, page: string) {
  const isOfDay = lines.some((line) => line.isOfDay);
  const isElsewhere = (text: string, around: string) =>
    isOfPart(question, text, around, lines.length ? page : "") ||
    (isOfDay && isOfMovement(question, around, page)) ||
    (lines.length > 0 && isOutlook(question, text, around));
  return (segment: Segment, text: string, meant: number[] | null): number => {
    if (segment.kind !== "row") return counted && isCountOfPart(question, text) ? partOfMeant : 0;
    if (!isElsewhere(text, aroundRow(segment, page))) return 0;
    return meant?.length ? partOfMeant : 1;
  };
}

/** Where a question says of no period what was earned or spent, that of the year is likelier meant. */
const unsaidShare = 0.5;
/** The period of a line that is meant. */
const ofMeant = 2;

/** @returns what tells whether a row is of the kind of period asked for: less than 0 where of another alone. */
export function createPeriods({ text: question, lines }: Query, page: string) {
  const asked = periodAsked(question);
  const isUnsaid = asked === null && lines.some((line) => !line.isOfDay);
  const kind = isUnsaid ? "year" : asked;
  return (segment: Segment, text: string, meant: number[] | null): number => {
    const weight = (isUnsaid ? unsaidShare : 1) * (meant?.length && lines.length ? ofMeant : 1);
    return kind ? weight * periodTold(kind, `${text}\n${aroundRow(segment, page)}`) : 0;
  };
}
