// Whether what a question calls by name is told of in what is quoted: where it is not, the answer is less sure. Pure.
import { asksWrittenOut, isWrittenOut } from "./asked-meanings.ts";
import type { Query } from "./query.ts";
import { isYear } from "./word-families.ts";
import { fold } from "./words.ts";

interface Quoted {
  /** What of the page is quoted, and what its document is called. */
  texts: () => string[];
  /** The question's terms in the quoted sentences. */
  terms: ReadonlySet<number>;
}

/** Above this it is surer by so much of what it was. */
const unsure = 0.5;
const share = 0.7;
/** What an abbreviation stands for is told nowhere: that is no answer. */
const notWrittenOut = 0.3;
/** "iPhone" */
const innerCapital = /(?<!\p{L})\p{Ll}+\p{Lu}\p{L}+/gu;

/**
 * @returns the confidence, less where a name or a year of the question stands in nothing that is quoted.
 */
export function sureOfNamed(confidence: number, query: Query, quoted: Quoted[]): number {
  if (quoted.length === 0) return confidence;
  if (asksWrittenOut(query.text) && !quoted.some((each) => each.texts().some((text) => isWrittenOut(text, query.text))))
    return Math.min(confidence, notWrittenOut);
  if (confidence <= unsure) return confidence;
  const years = query.words.flatMap(({ surface }, place) =>
    isYear(surface) && query.text.includes(surface) ? [[place]] : [],
  );
  const written = new Set((query.text.match(innerCapital) ?? []).map((word) => word.toLowerCase()));
  const products = query.words.flatMap(({ surface }, place) => (written.has(surface) ? [[place]] : []));
  const named = [...query.names, ...years, ...products];
  if (named.length === 0) return confidence;
  const texts = quoted.flatMap((each) => each.texts().map(fold));
  const isTold = (place: number) => {
    const { surface = "", family = [] } = query.words[place] ?? {};
    const forms = [surface.replace(/['’]s?$/, ""), ...family].map(fold);
    return (
      quoted.some(({ terms }) => terms.has(place)) || forms.some((form) => texts.some((text) => text.includes(form)))
    );
  };
  return named.every((name) => name.every(isTold)) ? confidence : unsure + (confidence - unsure) * share;
}
