// Amounts with their scale, as people round them: "$11.69 billion" is said of 11,692,713 on a page that counts in thousands.
import { plainDigits } from "./citation-marks.ts";
import { type NumberSaid, numbersIn } from "./figures.ts";

/** What each word multiplies by, as a power of ten; as they are abbreviated too. */
const powers: Record<string, number> = {};
for (const [power, words] of [
  [3, "thousand thousands tausend tsd mille milliers miles mila migliaia milhares duizend"],
  [5, "lakh lakhs"],
  [6, "million millions mn mln mio millionen millón millones milhão milhões milione milioni miljoen miljoner"],
  [7, "crore crores"],
  [9, "billion billions bn milliarde milliarden mrd milliard milliards miliardo miliardi miljard miljarder"],
  [12, "trillion trillions tn billionen"],
] as const) {
  for (const word of words.split(" ")) powers[word] = power;
}
const scaleWords = Object.keys(powers).join("|");
const scaleAfter = new RegExp(`^[\\s-]?(?:(${scaleWords})(?!\\p{L})|([万萬])|([亿億]))`, "iu");
const scaledNumber = new RegExp(`(\\p{Nd})[\\s-]?(?:${scaleWords})(?!\\p{L})`, "giu");
/** What the heads of a table say of all its figures: "(in thousands)", "US dollars in millions", "$ in millions". */
const scaleOfPage = new RegExp(
  `(?:(?<!\\p{L})(?:in|en|em)|[$€£¥])\\s+(?:(?:of|u\\.?s\\.?|dollars?|euros?|in|[$€£¥])\\s+){0,3}(${scaleWords})(?!\\p{L})`,
  "giu",
);
/** So many noughts at its end say that a number is rounded, where so many digits stand before them. */
const roundNoughts = 3;
const roundDigits = 2;

export interface Amounts {
  /** Sorted; a number without a scale of its own may be of each of the page's, and one in a row has to be. */
  values: number[];
  /** Whether the text tells any scale for all of its figures. */
  isScaled: boolean;
  /** Numbers that no scale word follows, as they stand. */
  bare: Set<number>;
}

export function amountsHeld(text: string): Amounts {
  const plain = plainDigits(text);
  const scales = new Set([...plain.matchAll(scaleOfPage)].map(([, word]) => powerOf(word)));
  const values = new Set<number>();
  const bare = new Set<number>();
  for (const said of numbersIn(plain)) {
    const own = scaleOf(plain, said);
    const isCell = /[\t|][$€£¥(\s-]*$/.test(plain.slice(Math.max(0, said.start - 8), said.start));
    for (const value of said.values.map(Number)) {
      if (own !== null) values.add(scaled(value, own));
      else {
        bare.add(value);
        if (!isCell || scales.size === 0) values.add(value);
        for (const power of scales) values.add(scaled(value, power));
      }
    }
  }
  return { values: [...values].sort((one, other) => one - other), isScaled: scales.size > 0, bare };
}

/**
 * Of a statement's text: the numbers that some amount is, rounded to the digits given, are taken out.
 * @returns the text without them; null where one is said of another scale than it has.
 */
export function withoutHeldAmounts(text: string, held: readonly Amounts[]): string | null {
  const plain = plainDigits(text);
  let rest = "";
  let from = 0;
  for (const said of numbersIn(plain)) {
    if (said.start < from) continue;
    const own = scaleOf(plain, said);
    const stands = (value: string) => {
      const unit = unitOf(value, plain.slice(said.end), own);
      const amount = scaled(Number(value), own ?? 0);
      return unit !== null && held.some(({ values }) => isNear(values, amount, unit));
    };
    if (said.values.some(stands)) {
      rest += `${plain.slice(from, said.start)} `;
      from = said.end;
    } else if (own !== null && !said.values.some((value) => held.some((one) => mayMean(one, Number(value))))) {
      return null;
    }
  }
  return rest + plain.slice(from);
}

/** "11.69 billion" claims what the amount does, and no word beside it. */
export function withoutScales(text: string): string {
  return text.replace(scaledNumber, "$1 ");
}

/** A page whose scale we cannot tell may count in any. */
const mayMean = ({ isScaled, bare }: Amounts, value: number) => !isScaled && bare.has(value);

/** What the last digit given counts; null: it is no rounded number. */
function unitOf(value: string, after: string, power: number | null): number | null {
  const decimals = value.split(".")[1]?.length ?? 0;
  if (power !== null) return 10 ** (power - decimals);
  if (decimals > 0 || /^\s?(?:%|percent\b|per cent\b|prozent\b)/i.test(after)) return 10 ** -decimals;
  const noughts = /0*$/.exec(value)?.[0].length ?? 0;
  return noughts >= roundNoughts && value.length - noughts >= roundDigits ? 10 ** noughts : null;
}

function isNear(values: readonly number[], amount: number, unit: number): boolean {
  const most = unit / 2 + Math.abs(amount) * 1e-12;
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) < amount - most) low = middle + 1;
    else high = middle;
  }
  const next = values[low];
  return next !== undefined && next <= amount + most;
}

function scaleOf(text: string, { end }: NumberSaid): number | null {
  const found = scaleAfter.exec(text.slice(end, end + 16));
  if (!found) return null;
  return found[1] ? powerOf(found[1]) : found[2] ? 4 : 8;
}

const powerOf = (word = "") => powers[word.toLowerCase()] ?? 0;

/** Without what binary fractions add: 1.1 million is 1,100,000. */
const scaled = (value: number, power: number) => Number(`${value}e${power}`);
