// Word stems for ranking: Porter's algorithm (1980) for English, light stems for Arabic, else a prefix of fixed length.

/** Truncation to six letters is about as good as a stemmer for European languages (McNamee, Nicholas, Mayfield 2009). */
const prefixLength = 6;

const step2: readonly (readonly [string, string])[] = [
  ["ational", "ate"],
  ["tional", "tion"],
  ["enci", "ence"],
  ["anci", "ance"],
  ["izer", "ize"],
  ["abli", "able"],
  ["alli", "al"],
  ["entli", "ent"],
  ["eli", "e"],
  ["ousli", "ous"],
  ["ization", "ize"],
  ["ation", "ate"],
  ["ator", "ate"],
  ["alism", "al"],
  ["iveness", "ive"],
  ["fulness", "ful"],
  ["ousness", "ous"],
  ["aliti", "al"],
  ["iviti", "ive"],
  ["biliti", "ble"],
  ["logi", "log"],
];
const step3: readonly (readonly [string, string])[] = [
  ["icate", "ic"],
  ["ative", ""],
  ["alize", "al"],
  ["iciti", "ic"],
  ["ical", "ic"],
  ["ful", ""],
  ["ness", ""],
];
const step4 = /(?:al|ance|ence|er|ic|able|ible|ant|ement|ment|ent|ou|ism|ate|iti|ous|ive|ize)$|(?<=[st])ion$/;

/** Larkey, Ballesteros and Connell's light10 (2007): the article with what is written onto it, and endings. */
const arabicPrefix = /^(?:و?(?:ال|بال|كال|فال|لل)|و(?=.{3}))(?=.{2})/;
const arabicSuffix = /(?<=..)(?:ها|ان|ات|ون|ين|يه|ه|ي)$/;

/** @param word folded. */
export function stem(word: string, language: string | null): string {
  if (/\p{N}/u.test(word)) return word;
  if (language === "en") return porter(word);
  if (language === "ar") return word.replace(arabicPrefix, "").replace(arabicSuffix, "");
  return word.length > prefixLength ? word.slice(0, prefixLength) : word;
}

/** Vowels as "v", consonants as "c": "y" after a consonant is a vowel. */
function shape(word: string): string {
  let result = "";
  for (const letter of word) {
    const vowel = "aeiou".includes(letter) || (letter === "y" && result.endsWith("c"));
    result += vowel ? "v" : "c";
  }
  return result;
}

function measure(stemmed: string): number {
  return shape(stemmed).match(/v+c+/g)?.length ?? 0;
}

function hasVowel(stemmed: string): boolean {
  return shape(stemmed).includes("v");
}

function endsShort(stemmed: string): boolean {
  return shape(stemmed).endsWith("cvc") && !/[wxy]$/.test(stemmed);
}

function porter(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  let result = plural(word);
  result = pastOrGerund(result);
  if (result.endsWith("y") && hasVowel(result.slice(0, -1))) result = `${result.slice(0, -1)}i`;
  result = replaceSuffix(result, step2);
  result = replaceSuffix(result, step3);
  const cut = result.replace(step4, "");
  if (cut !== result && measure(cut) > 1) result = cut;
  if (result.endsWith("e")) {
    const base = result.slice(0, -1);
    const size = measure(base);
    if (size > 1 || (size === 1 && !endsShort(base))) result = base;
  }
  return result.endsWith("ll") && measure(result) > 1 ? result.slice(0, -1) : result;
}

function plural(word: string): string {
  if (word.endsWith("sses") || word.endsWith("ies")) return word.slice(0, -2);
  return word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
}

function pastOrGerund(word: string): string {
  if (word.endsWith("eed")) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const base = word.replace(/(?:ed|ing)$/, "");
  if (base === word || !hasVowel(base)) return word;
  if (/(?:at|bl|iz)$/.test(base)) return `${base}e`;
  if (/([^aeioulsz])\1$/.test(base)) return base.slice(0, -1);
  return measure(base) === 1 && endsShort(base) ? `${base}e` : base;
}

function replaceSuffix(word: string, rules: readonly (readonly [string, string])[]): string {
  for (const [suffix, replacement] of rules) {
    if (!word.endsWith(suffix)) continue;
    const base = word.slice(0, -suffix.length);
    return measure(base) > 0 ? base + replacement : word;
  }
  return word;
}
