// The marks [1], [2] in an answer's text: those that name no citation are dropped before anybody sees them.
import { wellFormed } from "./well-formed.ts";

export interface MarkFilter {
  /** @returns what can be sent: all but a tail that could still become a mark or half a character. */
  push(text: string): string;
  /** @returns the rest. */
  end(): string;
}

const mark = /[ \t]*\[\s*\d{1,4}(?:\s*[,;]\s*\d{1,4})*\s*\]/g;
/** The beginning of a mark, with the blanks before it, or the first half of a surrogate pair. */
const unfinished = /[ \t]*(?:\[[\d,;\s]{0,24})?[\ud800-\udbff]?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the database takes no NUL and readers need no control character
const control = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** @param count how many citations there are. `[1, 2]` becomes `[1][2]`. */
export function createMarkFilter(count: number): MarkFilter {
  let held = "";
  const release = (text: string) => wellFormed(text.replace(mark, (whole) => valid(whole, count)).replace(control, ""));
  return {
    push(text) {
      const all = held + text;
      const keep = unfinished.exec(all)?.[0].length ?? 0;
      held = all.slice(all.length - keep);
      return release(all.slice(0, all.length - keep));
    },
    end() {
      const rest = held.trimEnd();
      held = "";
      // A mark that was never closed means nothing.
      return release(rest.replace(/[ \t]*\[[\d,;\s]*$/, ""));
    },
  };
}

function valid(whole: string, count: number): string {
  const kept = numbersIn(whole).filter((number) => number >= 1 && number <= count);
  return kept.length ? `${/^[ \t]*/.exec(whole)?.[0] ?? ""}${kept.map((number) => `[${number}]`).join("")}` : "";
}

/** The citations that a text refers to, in the order of their first mark. */
export function citedIn(text: string): number[] {
  return [...new Set((text.match(/\[\d{1,4}\]/g) ?? []).flatMap(numbersIn))];
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}
