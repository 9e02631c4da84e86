// A question as retrieval sees it: its words with their weights, and the kind of thing that would answer it.
import { createWordReader, fold } from "./words.ts";

export interface QueryWord {
  /** As written, in lower case. */
  surface: string;
  /** 1 for a word of the question itself, less for one carried over or one that only asks. */
  weight: number;
}

export type AnswerKind = "date" | "number" | "person" | "place";

export interface Query {
  text: string;
  /** Each word once, in the order of the question. */
  words: QueryWord[];
  kinds: AnswerKind[];
}

/** Words by which people ask, rather than what they ask about. */
const asking = new Set(
  "what which who whom whose when where why how many much name list give tell please explain describe mention according following provide show does did do is are was were can could would should will has have had the a an of in on at to for from by with and or".split(
    " ",
  ),
);
/** "How long" asks for a number; "long" is not what it is about. */
const measuring = /\bhow (?:many|much|long|old|far|tall|large|big|high|deep|fast|often|wide|well)\b/gi;
/** A question with one of these leans on what was said before. */
const leaning =
  /\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|then|one|ones|same|former|latter|more|else|again)\b/i;
const opening = /^\s*(?:and|but|so|or|what about|how about|what else|why|und|et|y)\b/i;

const kinds: readonly (readonly [AnswerKind, RegExp])[] = [
  [
    "date",
    /\b(?:when|what (?:\w+ )?(?:year|date|day|month|century|decade|time)|which (?:year|date|day|month|century|decade)|wann|quand|cu[aá]ndo|quando)\b/i,
  ],
  [
    "number",
    /\b(?:how (?:many|much|long|old|far|tall|large|big|high|deep|fast|often|wide)|what (?:\w+ ){0,3}(?:percent\w*|number|amount|share|rate|ratio|price|cost|total|size|population|age|value|margin)|wie ?viele?|combien|cu[aá]nt[oa]s?|quant[oaie])\b/i,
  ],
  [
    "person",
    /\b(?:who|whom|whose|which (?:person|president|king|author|scientist|leader)|wer|wem|wen|qui|qui[eé]n(?:es)?|chi)\b/i,
  ],
  [
    "place",
    /\b(?:where|(?:what|which) (?:\w+ )?(?:country|city|place|town|state|region|continent|location|river|island)|wo|o[uù]|d[oó]nde|dove)\b/i,
  ],
];

/** @param earlier the person's questions before this one in the conversation, oldest first. */
export function queryOf(question: string, earlier: string[] = []): Query {
  const words = wordsOf(question.replace(measuring, "how"), 1);
  const content = words.filter((word) => word.weight === 1);
  const leans = leaning.test(question) || opening.test(question) || content.length < 2;
  const before = earlier.at(-1);
  if (leans && before !== undefined) {
    const known = new Set(words.map((word) => fold(word.surface)));
    const carried = content.length < 3 ? 0.6 : 0.35;
    for (const word of wordsOf(before, carried)) if (!known.has(fold(word.surface))) words.push(word);
  }
  return { text: question, words, kinds: kinds.filter(([, pattern]) => pattern.test(question)).map(([kind]) => kind) };
}

function wordsOf(text: string, weight: number): QueryWord[] {
  const read = createWordReader(null);
  const words = new Map<string, QueryWord>();
  for (const { start, end } of read(text).slice(0, 400)) {
    const surface = text.slice(start, end).toLowerCase();
    const key = fold(surface);
    if (!words.has(key)) words.set(key, { surface, weight: asking.has(key) ? weight * 0.2 : weight });
    // "FY2020" also means 2020.
    const year = /^\p{L}+(\p{N}{4})$/u.exec(key)?.[1];
    if (year && !words.has(year)) words.set(year, { surface: year, weight: weight * 0.7 });
  }
  return [...words.values()];
}

const month =
  "jan(?:uary|\\.)?|feb(?:ruary|\\.)?|mar(?:ch|\\.)?|apr(?:il|\\.)?|may|june?|july?|aug(?:ust|\\.)?|sept?(?:ember|\\.)?|oct(?:ober|\\.)?|nov(?:ember|\\.)?|dec(?:ember|\\.)?";
const evidence: Record<AnswerKind, RegExp> = {
  date: new RegExp(
    `\\b(?:1[0-9]|20)\\d\\d\\b|\\b\\d{1,4}(?:th|st|nd|rd)?[ -]centur|\\b(?:${month}) \\d|\\b\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}\\b|\\b\\d+ (?:BC|AD|BCE|CE)\\b`,
    "gi",
  ),
  number:
    /\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|third|quarter)s?\b/gi,
  person:
    /(?<=[\p{Ll},;:(] ?["“]?)(?<= )\p{Lu}[\p{L}'’.-]+(?: (?:(?:of|the|de|von|van|da|al|el|ibn|bin) )?\p{Lu}[\p{L}'’.-]+)+|\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+/gu,
  place:
    /(?<=\b(?:in|at|near|from|to|of|around|across|outside|into|throughout|between|through) (?:the )?)\p{Lu}[\p{L}'’-]+/gu,
};

/** Whether a text holds something of the kind asked for that the question does not hold itself. */
export function holdsKind(text: string, query: Query): boolean {
  const asked = query.text.toLowerCase();
  return query.kinds.some((kind) =>
    (text.match(evidence[kind]) ?? []).some((found) => !asked.includes(found.toLowerCase())),
  );
}
