// What texts and tables call that which a question measures ("how long"), and whether a figure answers it. Pure.
import type { Query } from "./query.ts";

/** "How long" asks for a number; "long" is not what it is about. */
export const measuring = /\bhow (many|much|long|old|far|tall|large|big|high|deep|fast|heavy|often|wide|well)\b/gi;
/** What tables and texts call that which is measured. */
const measures: Record<string, string[]> = {
  long: ["length", "duration"],
  old: ["age"],
  far: ["distance"],
  tall: ["height"],
  high: ["height"],
  large: ["size", "area"],
  big: ["size"],
  deep: ["depth"],
  fast: ["speed"],
  heavy: ["weight"],
  often: ["frequency"],
  wide: ["width"],
  much: ["cost", "price"],
};

/** Words that a text may have where a question asks how much there is of something. */
export function measuresAsked(question: string): string[] {
  return [...question.matchAll(measuring)].flatMap(([, measure = ""]) => measures[measure.toLowerCase()] ?? []);
}

/** Who, and where, are told in words whatever stands beside. */
const asksWords = /^\W*(?:who|where|why|wer|wo|warum|qui|où|pourquoi)\b/i;

/** Whether an amount, a number or a share is asked for. */
export function asksFigure({ kinds, lines, text }: Query): boolean {
  if (asksWords.test(text)) return false;
  return lines.length > 0 || kinds.some((kind) => kind === "number" || kind === "money" || kind === "share");
}
