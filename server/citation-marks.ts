// The marks [1], [2] in an answer's text: brought into one form, and dropped before anybody sees them where they name no citation.
import { createVisibleFilter } from "./visible-text.ts";
import { wellFormed } from "./well-formed.ts";

export interface MarkFilter {
  /** @returns what can be sent: all but a tail whose next characters decide what it is. */
  push(text: string): string;
  /** @returns the rest. */
  end(): string;
}

const opening = "[［【〔⟦";
const closing = "\\]］】〕⟧";
const open = `(?:\\\\?[${opening}]){1,2}`;
const close = `(?:\\\\?[${closing}]){1,2}`;
const digits = "\\p{Nd}⁰¹²³⁴-⁹";
/** Of any script, raised or not, as in a footnote's mark. */
const number = `\\^?[${digits}]{1,30}`;
const between = "(?:\\s*(?:[,;&，、；]|[-‐‑‒–—]|and\\b|to\\b)\\s*|\\s+)";
/** As models write them that were taught another form: [^1], [passage 1], 【1†source】. */
const inside = `\\s*(?:(?:passages?|sources?)\\s*)?${number}(?:${between}${number})*\\s*(?:†[^${closing}\\n]*)?`;
/** Longest text of a mark, and of the address that a mark is given. */
const markLength = 120;
const addressLength = 1000;
/** Where a link would lead; nothing else follows a mark in brackets of its own. */
const address = `\\((?=[^)\\n]{1,${addressLength}}\\))[ \\t]*(?:[a-z][a-z0-9+.-]{1,20}:|[/#<]|www\\.)[^)\\n]*\\)`;
const blanks = "[ \\t]{0,64}";
const mark = new RegExp(
  `(${blanks})${open}(?=[^${closing}]{1,${markLength}}[${closing}])(${inside})${close}(?:${address})?`,
  "giu",
);

/**
 * What a Markdown reader makes a link, a picture or an element of, parted by a blank: that stays the same text, and asks
 * nobody for anything. Our own widget draws none of them, others may.
 */
const live =
  /(?<=\])(?=[(:])|(?<=<)(?=(?:\/?(?:a|area|audio|base|body|button|embed|form|frame|iframe|img|image|input|link|math|meta|object|picture|script|source|style|svg|track|video)\b|!--|https?:|mailto:))/gi;

/** What may become a mark, an address behind one, or an element; the longest tail that is held back. */
const unfinished = new RegExp(
  [
    `${blanks}\\\\?[${opening}][^${closing}]{0,${markLength + 4}}$`,
    `${blanks}${open}[^${closing}]{1,${markLength}}${close}\\\\?(?:\\([^)\\n]{0,${addressLength}})?$`,
    "\\]$|<\\/?[a-z]{0,9}$|<!-?$",
    `${blanks}\\\\?[\\ud800-\\udbff]?$`,
  ].join("|"),
  "iu",
);
const heldLength = addressLength + markLength + 100;
const neverClosed = new RegExp(`${blanks}${open}[\\^${digits},;\\s-]{0,${markLength}}$`, "u");

/** The one form of our own answerer, which escapes what a page has in brackets: `\\[0, 1\\]` is no mark. */
const exactMark = new RegExp(`(${blanks})(?<!\\\\)\\[(\\d{1,4})\\]`, "g");

/**
 * @param isCitable whether there is a citation of this number. `[1, 2-3]` becomes `[1][2][3]`.
 * @param isExact whoever writes knows the form of a mark: nothing else is meant for one.
 */
export function createMarkFilter(isCitable: (number: number) => boolean, isExact = false): MarkFilter {
  const filter = createVisibleFilter();
  let held = "";
  const release = (text: string) =>
    wellFormed(
      text.replace(isExact ? exactMark : mark, (_, before: string, list: string) => checked(before, list, isCitable)),
    ).replace(live, " ");
  return {
    push(text) {
      const all = held + filter.push(text);
      const from = Math.max(0, all.length - heldLength);
      const keep = unfinished.exec(all.slice(from));
      const end = keep ? from + keep.index : all.length;
      held = all.slice(end);
      return release(all.slice(0, end));
    },
    end() {
      const rest = (held + filter.end()).trimEnd();
      held = "";
      // A mark that was never closed means nothing.
      return release(rest.replace(neverClosed, ""));
    },
  };
}

function checked(before: string, list: string, isCitable: (number: number) => boolean): string {
  const kept = [...new Set(numbersIn(list))].filter(isCitable);
  return kept.length ? `${before}${kept.map((number) => `[${number}]`).join("")}` : "";
}

/** A range names all that stand in it, as far as any list of citations goes. */
const longestRange = 20;

function numbersIn(list: string): number[] {
  const plain = plainDigits(list.replace(/†.*$/su, ""));
  return [...plain.matchAll(/(\d+)(?:\s*(?:[-‐‑‒–—]|to\b)\s*\^?(\d+))?/g)].flatMap(([, first, last]) => {
    const from = Number(first);
    const to = Number(last ?? first);
    if (to < from) return [from, to];
    return Array.from({ length: Math.min(to - from + 1, longestRange) }, (_, index) => from + index);
  });
}

/** Decimal digits of every script as ASCII has them, raised and full-width ones too. */
export function plainDigits(text: string): string {
  return text.normalize("NFKC").replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    // Each script's ten stand in a row that begins at a multiple of sixteen or six after it.
    const zero = code & ~0xf;
    const low = code & 0xf;
    return String(low < 6 || /\p{Nd}/u.test(String.fromCodePoint(zero)) ? low : low - 6);
  });
}

/** The citations that a text refers to, in the order of their first mark. */
export function citedIn(text: string): number[] {
  return [...new Set((text.match(/\[\d{1,4}\]/g) ?? []).map((one) => Number(one.slice(1, -1))))];
}
