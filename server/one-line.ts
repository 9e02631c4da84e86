// A slice of a page in one line: its line breaks as blanks, and words that were cut at a line's end put together.

/** Scripts whose lines end anywhere in a word, with their punctuation. */
const wide =
  "[\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\u3000-\\u303f\\u30fc\\uff00-\\uffef]";
const wideLineEnd = new RegExp(`(?<=${wide})[ \\t]*\\n[ \\t]*(?=${wide})`, "gu");

/** The hyphen comes first in the pattern: there are few of them. */
const cutWord = /([-\u00ad\u2010])\n(?<=([\p{L}\p{N}\u2010-]{0,40}\p{Ll})[-\u00ad\u2010]\n)(?=(\p{Ll}\p{L}{0,40}))/gu;

/** Words at lines' ends that are looked for on the page, in one text. */
const mostAsked = 200;
/** Shorter parts of words are syllables as well. */
const shortestPart = 4;

const letter = /\p{L}/u;
const hyphens = "-\u2010";

/** Whether words stand somewhere in a text by themselves. Without an expression made for them, which would take longer. */
function standsIn(text: string, words: string, isBeside: (before: string, after: string) => boolean): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const end = at + words.length;
    if (!isBeside(text.slice(Math.max(0, at - 2), at), text.slice(end, end + 1))) return true;
  }
  return false;
}

const besideLetter = (before: string, after: string) => letter.test(before.slice(-1)) || letter.test(after);
const besideHyphen = (before: string, after: string) =>
  hyphens.includes(before.replace("\n", "").slice(-1) || " ") || (after !== "" && hyphens.includes(after));

/** Tells whether a hyphen at a line's end is the word's own, by what else stands on the page: the word, or its parts. */
function createHyphenCheck(page: string): (first: string, rest: string) => boolean {
  let lower: string | undefined;
  let asked = 0;
  return (first, rest) => {
    // A page of nothing but cut words would be gone over for each.
    if (++asked > mostAsked) return /[\u2010-]/.test(first);
    lower ??= page.toLowerCase();
    const [text, one, two] = [lower, first.toLowerCase(), rest.toLowerCase()];
    const stands = (word: string) =>
      standsIn(text, word, (before, after) => besideLetter(before, after) || besideHyphen(before, after));
    if (stands(one + two)) return false;
    if (/[\u2010-]/.test(first)) return true;
    if ([...hyphens].some((hyphen) => standsIn(text, one + hyphen + two, besideLetter))) return true;
    return [one, two].every((part) => part.length >= shortestPart && stands(part));
  };
}

/**
 * The words of a slice of a page in a row: line breaks become spaces, words cut at a line's end are joined, with the
 * hyphen where it is their own.
 * @param page shows which hyphens those are; without it only the further ones of a word ("over-the-counter")
 */
export function inOneLine(text: string, page = ""): string {
  const isOwnHyphen = createHyphenCheck(page);
  return (
    text
      .replace(wideLineEnd, "")
      .replace(cutWord, (_, hyphen: string, first: string, rest: string) =>
        hyphen !== "\u00ad" && isOwnHyphen(first, rest) ? hyphen : "",
      )
      // Before a capital letter or a figure the hyphen may be the word's own ("Franco-German").
      .replace(/(?<=[\p{L}\p{N}][-\u2010])\n(?=[\p{Lu}\p{N}])/gu, "")
      .replace(/\s+/g, " ")
      .replace(/ (?=[,.](?:\s|$))/g, "")
      .trim()
  );
}
