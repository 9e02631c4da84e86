// The numbers of a text, however they are written: what an answer says in figures has to stand in figures on a page.
import { plainDigits } from "./citation-marks.ts";

/** Digits with what may stand within a number; blanks part thousands in many languages. */
const run = /\d+(?:[.,'’٫٬]\d+)*(?:[ \u00a0\u2009\u202f]\d+(?:[.,'’٫٬]\d+)*)*/g;

/** All that the numbers of a text may mean. */
export function figuresHeld(text: string): Set<string> {
  const held = new Set<string>();
  for (const pieces of runsOf(text)) {
    for (let from = 0; from < pieces.length; from++) {
      for (const value of readingsOf(pieces[from] ?? "").flat()) held.add(value);
      for (const joined of joinsFrom(pieces, from)) held.add(joined.value);
    }
  }
  return held;
}

/** Whether every number of a text is held, in one of the ways that it can be read. */
export function holdsFigures(isHeld: (value: string) => boolean, text: string): boolean {
  const stands = (values: string[]) => values.every(isHeld);
  return runsOf(text).every((pieces) => {
    for (let from = 0; from < pieces.length; ) {
      const joined = joinsFrom(pieces, from).findLast(({ value }) => isHeld(value));
      if (!joined && !readingsOf(pieces[from] ?? "").some(stands)) return false;
      from += joined?.length ?? 1;
    }
    return true;
  });
}

export interface NumberSaid {
  /** UTF-16 offsets in the text. */
  start: number;
  end: number;
  /** What it may be, as digits with a point. */
  values: string[];
}

/** @param plain with digits as ASCII has them. @returns each number; of threes that may be joined both the whole and its pieces, the whole first. */
export function numbersIn(plain: string): NumberSaid[] {
  return [...plain.matchAll(run)].flatMap(({ 0: found, index }) => {
    const pieces = found.split(/\s/);
    const starts = pieces.map((_, at) => index + pieces.slice(0, at).join(" ").length + Number(at > 0));
    const endOf = (at: number) => (starts[at] ?? 0) + (pieces[at] ?? "").length;
    return pieces.flatMap((piece, at): NumberSaid[] => {
      const joins = joinsFrom(pieces, at).reverse();
      const start = starts[at] ?? index;
      const whole = joins.map(({ value, length }) => ({ start, end: endOf(at + length - 1), values: [value] }));
      const values = readingsOf(piece).flatMap((one) => (one.length === 1 ? one : []));
      return [...whole, { start, end: endOf(at), values }];
    });
  });
}

export function hasFigures(text: string): boolean {
  return /\p{Nd}/u.test(text);
}

/** Each run of digits, parted at its blanks. */
function runsOf(text: string): string[][] {
  return (plainDigits(text).match(run) ?? []).map((found) => found.split(/\s/));
}

/** "12 300 000": what the piece at `from` is with the threes that follow it. */
function joinsFrom(pieces: string[], from: number): { value: string; length: number }[] {
  const joins: { value: string; length: number }[] = [];
  let digits = pieces[from] ?? "";
  if (!/^\d{1,3}$/.test(digits)) return joins;
  for (let at = from + 1; at < pieces.length; at++) {
    const [, three, rest] = /^(\d{3})([.,]\d+)?$/.exec(pieces[at] ?? "") ?? [];
    if (!three) break;
    digits += three;
    joins.push({ value: canonical(digits + (rest ?? "").replace(",", ".")), length: at - from + 1 });
    if (rest) break;
  }
  return joins;
}

/** @returns alternatives, each with all of its values: "1,234" is a thousand or a fraction, "3.10.2024" is three numbers. */
function readingsOf(piece: string): string[][] {
  const plain = piece.replace(/[’٬]/g, "'").replace(/٫/g, ".");
  const alternatives: string[] = [];
  if (/^\d+$/.test(plain)) alternatives.push(plain);
  if (/^\d{1,3}(?:'\d{3})+(?:\.\d+)?$/.test(plain)) alternatives.push(plain.replaceAll("'", ""));
  // Indian grouping has twos.
  if (/^\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$/.test(plain)) alternatives.push(plain.replaceAll(",", ""));
  if (/^\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(plain)) alternatives.push(plain.replaceAll(".", "").replace(",", "."));
  if (/^\d+[.,]\d+$/.test(plain)) alternatives.push(plain.replace(",", "."));
  return alternatives.length ? alternatives.map((one) => [canonical(one)]) : [plain.split(/\D+/).map(canonical)];
}

function canonical(digits: string): string {
  const short = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
  return short.replace(/^0+(?=\d)/, "");
}
