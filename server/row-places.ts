// What stands around a table's row, beside what a question asks for: the whole or a part, a day or a period. Pure.
import { aroundRow, isOfMovement, isOfPart, periodAsked, periodTold } from "./asked-periods.ts";
import type { Query } from "./query.ts";
import type { Segment } from "./segments.ts";

/** What is asked of a company is seldom a segment's. */
const partOfMeant = 3;

/** @returns what tells how far a row is about a part of what is asked for, or what changed in it: more of a line that is meant. */
export function createElsewhere({ text: question, lines }: Query, page: string) {
  const isOfDay = lines.some((line) => line.isOfDay);
  return (segment: Segment, text: string, meant: number[] | null): number => {
    const around = aroundRow(segment, page);
    const isPart = isOfPart(question, text, around, lines.length ? page : "");
    if (!isPart && !(isOfDay && isOfMovement(question, around, page))) return 0;
    return meant?.length ? partOfMeant : 1;
  };
}

/** Where a question says of no period what was earned or spent, that of the year is likelier meant. */
const unsaidShare = 0.5;

/** @returns what tells whether a row is of the kind of period asked for: less than 0 where of another alone. */
export function createPeriods({ text: question, lines }: Query, page: string) {
  const asked = periodAsked(question);
  const isUnsaid = asked === null && lines.some((line) => !line.isOfDay);
  const kind = isUnsaid ? "year" : asked;
  return (segment: Segment, text: string): number =>
    kind ? (isUnsaid ? unsaidShare : 1) * periodTold(kind, `${text}\n${aroundRow(segment, page)}`) : 0;
}
