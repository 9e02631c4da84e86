// Names in a statement: capitalised words within a sentence, which nobody may make up.

/** Scripts that know capitals. */
const word = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;
const name = /^\p{Lu}\p{M}*\p{L}/u;
/** What a sentence, a cell or what follows a colon begins with has its capital from there. */
const opens = /(?:^|[.!?…:;|•–—\n>])[\s"'“”„«»‘’*_#([]*$/u;
/** These write nouns, or every word, as others write names. */
const capitalNouns = new Set(["de", "lb"]);
/** Letters of a word that may differ at its end: Germany, German. */
const ending = 2;
const shortestStem = 5;
const longestInitials = 6;

/** @param language of the statement, ISO 639-1 or null */
export function namesIn(text: string, language: string | null): string[] {
  if (language !== null && capitalNouns.has(language)) return [];
  return [...text.matchAll(word)]
    .filter(({ 0: found, index }) => name.test(found) && !opens.test(text.slice(Math.max(0, index - 8), index)))
    .map(({ 0: found }) => found);
}

/** Whether a name stands in a text in another form: as the letters of a longer one, or with another ending. */
export function standsAsName(name: string, texts: readonly string[]): boolean {
  const initials = /^\p{Lu}+$/u.test(name) && name.length <= longestInitials;
  const pattern = initials ? spelledOut(name) : new RegExp(`(?<![\\p{L}\\p{M}])${stemOf(name)}`, "iu");
  return texts.some((text) => pattern.test(text));
}

/** "EU" of "European Union", "R&D" and "U.S." too. */
function spelledOut(name: string): RegExp {
  const between = "[\\p{L}\\p{M}]*[^\\p{L}]+(?:(?:of|the|and|for|de|la|des|du|der|und)[^\\p{L}]+)?";
  return new RegExp(`(?<!\\p{L})${[...name].join(between)}`, "iu");
}

const stemOf = (name: string) => name.slice(0, Math.max(shortestStem, name.length - ending));
