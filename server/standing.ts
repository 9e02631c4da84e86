// Whether words stand on a page: exactly, for what is shown as its quotation, and letter by letter for what an answer claims to quote.
import { gap } from "./quote.ts";
import { withoutHidden } from "./visible-text.ts";

/**
 * Whether the parts of a quotation stand word for word, one after the other, in a page's text. White space and hyphens
 * are how a page sets its words, whose lines end anywhere ("12\t%" in a row of figures), and no part of them.
 */
export function standsOn(pageText: string, quote: string): boolean {
  if (quote.trim() === "") return false;
  const page = squeezed(pageText);
  let from = 0;
  return quote.split(gap).every((part) => {
    const words = squeezed(part);
    const at = page.indexOf(words, from);
    from = at + words.length;
    return at >= 0;
  });
}

const squeezed = (text: string) => withoutHidden(text).replace(/[\s\u00ad\u2010-]+/g, "");

/** Letters and figures alone, in one case: quotation marks, dashes, hyphens and line breaks are set differently everywhere. */
export function letters(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

/** Whether words stand on a page, each stretch between two gaps in one piece, however they are set there. */
export function createPageCheck(pageText: string): (words: string) => boolean {
  const page = letters(pageText);
  return (words) => words.split(gap.trim()).every((stretch) => page.includes(letters(stretch)));
}

/** What an answer sets in quotation marks, with the marks, and addresses: nobody may make one up. */
const literal =
  /“[^“”\n]+”|„[^„“”\n]+[“”]|«[^«»\n]+»|»[^»«\n]+«|"[^"\n]+"|「[^「」\n]+」|『[^『』\n]+』|(?:https?:\/\/|www\.)[^\s()<>"“”«»]*[^\s()<>"“”«».,;:!?]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+/gu;

/** UTF-16 ranges of what claims to stand word for word in a document. */
export function literalsIn(text: string): [start: number, end: number][] {
  return [...text.matchAll(literal)].map(({ 0: found, index }) => [index, index + found.length]);
}

/** @param texts as `letters` gives them. What a quotation leaves out parts it: each part has to stand somewhere. */
export function isQuotedFrom(texts: readonly string[], quoted: string): boolean {
  const words = quoted.replace(/\[\d{1,4}\]/g, "");
  const parts = words.split(/\[?(?:…|\.{3})\]?/).map(letters);
  return parts.every((part) => texts.some((text) => text.includes(part)));
}
