// What kind of thing would answer a question (a date, a name, a reason), and what in a text looks like one.
import { calledSo, isDefined, isWrittenOut } from "./asked-meanings.ts";
import { holderNamed, isCounted, isSeatNamed } from "./asked-things.ts";
import type { Query } from "./query.ts";

export type AnswerKind =
  | "date"
  | "number"
  | "money"
  | "share"
  | "duration"
  | "person"
  | "place"
  | "name"
  | "reason"
  | "manner"
  | "definition"
  | "contact";

const asks: readonly (readonly [AnswerKind, RegExp])[] = [
  [
    "date",
    /\b(?:when|what (?:\w+ )?(?:year|date|day|month|century|decade|time)|which (?:year|date|day|month|century|decade)|in what (?:year|century)|wann|welche[mns]? (?:jahr|datum|tag|monat)|quand|cu[aá]ndo|quando)\b|何年|何月|いつ|什么时候|哪一?年|언제/i,
  ],
  [
    "money",
    /\bhow much\b(?!.*\b(?:percent|time|longer)\b)|\b(?:price|cost|fee|salary|sales|revenues?|turnover|income|earnings|eps|ebitda|expenses?|profits?|umsatz\w*|gewinn|wieviel kostet|was kostet|prix)\b|いくら|多少钱|얼마/i,
  ],
  [
    "share",
    /\b(?:percent\w*|share|proportion|fraction|what portion|prozent\w*|pourcentage|porcentaje)\b|パーセント|百分/i,
  ],
  ["duration", /\b(?:how long|how old|wie lange|wie alt|combien de temps|cu[aá]nto tiempo)\b/i],
  [
    "number",
    /\b(?:how (?:many|much|long|old|far|tall|large|big|high|deep|fast|heavy|often|wide)|what (?:\w+ ){0,3}(?:percent\w*|number|amount|share|rate|ratio|price|cost|total|size|population|age|value|margin)|wie ?(?:viele?|hoch|gro(?:ß|ss)|lang|weit|tief|schwer)|combien|cu[aá]nt[oa]s?|quant[oaie])\b|いくつ|何人|何個|多少|几个|몇/i,
  ],
  [
    "person",
    /\b(?:who|whom|whose|(?:which|what) (?:\w+ ){0,2}(?:person|people|president|king|queen|author|writer|scientist|researcher|economist|leader|ceo|founder|company|organi[sz]ation|actor|artist|director|minister|alumn\w+|member)|wer|wem|wen|qui|qui[eé]n(?:es)?|chi)\b|誰|だれ|谁|누구|누가/i,
  ],
  [
    "place",
    /\b(?:where|(?:what|which) (?:\w+ )?(?:country|countries|city|cities|place|town|state|region|continent|location|river|island|area|county|province)|wo|woher|wohin|o[uù]|d[oó]nde|dove)\b|どこ|哪里|哪儿|어디/i,
  ],
  [
    "name",
    /\b(?:called|named?|nickname|known as|another (?:name|term|word)|(?:term|word) (?:for|used)|refer(?:red)? to as|titled?|hei(?:ß|ss)t|genannt|s'appelle|se llama)\b/i,
  ],
  [
    "reason",
    /\b(?:why|what (?:\w+ )?(?:causes?|caused|reasons?)|for what reason|how come|warum|weshalb|wieso|pourquoi|por qu[eé]|perch[eé])\b|なぜ|为什么|왜/i,
  ],
  [
    "manner",
    /^\W*(?:how (?:do|does|did|is|are|was|were|can|could|should|to|has|have)|wie (?:wird|werden|kann|funktioniert)|comment)\b|どうやって|如何|어떻게/i,
  ],
  [
    "definition",
    /^\W*(?:what|who) (?:is|are|was|were) (?:an? |the )?(?:[\w'’-]+ ){0,3}[\w'’-]+\s*\??\s*$|\b(?:what (?:does|do) .{2,60} (?:mean|do|stand for)\b|definition|defined?|meaning of|was (?:ist|sind)|was bedeutet|qu'est-ce)\b|とは|是什么/i,
  ],
  [
    "contact",
    /\b(?:e-?mail|phone|telephone|fax|web ?site|url|link|address|telefon\w*|adresse|contact)\b|電話|メール|电话/i,
  ],
];

const month =
  "jan(?:uary|\\.)?|feb(?:ruary|\\.)?|mar(?:ch|\\.)?|apr(?:il|\\.)?|may|june?|july?|aug(?:ust|\\.)?|sept?(?:ember|\\.)?|oct(?:ober|\\.)?|nov(?:ember|\\.)?|dec(?:ember|\\.)?|januar|februar|märz|mai|juni|juli|oktober|dezember";
const count =
  "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty|fifty|hundred|thousand|million|billion|half|third|quarter";

const evidence: Record<AnswerKind, RegExp> = {
  date: new RegExp(
    `\\b(?:1[0-9]|20)\\d\\d(?:s|\\b)|\\b\\d{1,4}(?:th|st|nd|rd)?[ -]centur|\\b(?:${month}) \\d|\\b\\d{1,2}\\.? (?:${month})\\b|\\b\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}\\b|\\b\\d+ (?:BC|AD|BCE|CE|BP)\\b|\\b(?:within|not? later than|at least) (?:\\d+|${count}) (?:days|weeks|months|years)\\b|\\d{1,4}\\s*年`,
    "gi",
  ),
  number: new RegExp(`\\d[\\d.,]*|\\b(?:${count})s?\\b`, "gi"),
  money:
    /[$€£¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€£¥]|(?:(?:million|billion|thousand|mio|mrd)\.? )?(?:dollars?|euros?|pounds?|USD|EUR|Rs))|\b(?:million|billion)\b/gi,
  share: /\d[\d.,]*\s?(?:%|percent|per cent|prozent|pour cent)|\b(?:half|third|quarter|majority|most|two-thirds)\b/gi,
  duration: new RegExp(
    `(?:\\d[\\d.,–-]*|\\b(?:${count}|several|few))[ -](?:\\w+ )?(?:second|minute|hour|day|week|month|year|decade|centur|sekunde|minute|stunde|tag|woche|monat|jahr)`,
    "gi",
  ),
  person:
    /(?<=[\p{Ll},;:(] ?["“]?)(?<= )\p{Lu}[\p{L}'’.-]+(?: (?:(?:of|the|de|von|van|da|al|el|ibn|bin) )?\p{Lu}[\p{L}'’.-]+)+|\p{Lu}[\p{L}'’-]+ \p{Lu}[\p{L}'’-]+/gu,
  place:
    /(?<=\b(?:in|at|near|from|to|of|around|across|outside|into|throughout|between|through) (?:the )?)\p{Lu}[\p{L}'’-]+/gu,
  name: /["“„«][^"”“»]{2,60}["”“»]|\b(?:called|named|known as|termed|refer(?:red|s) to as|nicknamed|dubbed|titled|abbreviated|coined|genannt|heißt)\b/giu,
  reason:
    /\b(?:because|due to|since|as a result|in order to|so that|so as to|therefore|owing to|caused? by|driven by|attribut(?:able|ed) to|resulted from|result of|reasons?|thus|leads? to|led to|allow(?:s|ed|ing)?|weil|denn|damit|wegen|daher|aufgrund|parce qu|car|afin)\b|ため|因为/gi,
  manner: /\b(?:by|through|using|via|with the help|means of|press|select|click|step|durch|mithilfe|indem)\b/gi,
  definition:
    /\b(?:is|are|was|were) (?:an?|the|one|any|defined|known)\b|\b(?:refers? to|means|defined as|denotes?|consists? of|ist ein|sind|bezeichnet)\b|とは|である/gi,
  contact:
    /[\w.+-]+@[\w-]+\.[\w.]+|(?:https?:\/\/|www\.)\S+|\+?\d[\d ()/-]{6,}\d|\b(?:street|road|avenue|straße|suite|floor)\b/gi,
};

/** The kinds that a question asks for; often none, sometimes several. */
export function kindsAsked(question: string): AnswerKind[] {
  return asks.filter(([, pattern]) => pattern.test(question)).map(([kind]) => kind);
}

/** What the name of an office's holder, or the number of the thing counted, is worth beside anything of the kind asked for. */
const besideWorth = 8;
/** What is asked why has its reason said in few of the sentences that say it. */
const reasonWorth = 2;
/** What a sentence that says what the thing asked for is, is worth beside those. */
const definedWorth = 0.4;

/**
 * How surely a text holds what a question asks for, by its kind: 1 for anything of that kind, less than 0 for an office
 * without its holder.
 * @param ofAnother the question names somebody whom the text is not about.
 */
export function kindHeld(
  text: string,
  { kinds, text: question, office, counted }: Pick<Query, "kinds" | "text" | "office" | "counted">,
  ofAnother: boolean,
): number {
  const beside = Math.max(
    office && !ofAnother ? holderNamed(text, office, question) : 0,
    counted && isCounted(text, counted) ? 1 : 0,
    isSeatNamed(text, question) ? 1 : 0,
    kinds.includes("definition") && isDefined(text, question) ? definedWorth : 0,
    definedWorth * calledSo(text, question),
    kinds.includes("definition") && isWrittenOut(text, question) ? 1 : 0,
  );
  // A certificate has the office in its name, and nobody's.
  if (office?.isTitle && beside === 0 && text.search(office.pattern) >= 0) return -besideWorth / 2;
  return Math.max(
    beside * besideWorth,
    holdsKind(text, kinds, question) ? (kinds[0] === "reason" ? reasonWorth : 1) : 0,
  );
}

/** Kinds told by the words around them, which the question may have too. */
const toldByCue: ReadonlySet<AnswerKind> = new Set(["name", "reason", "manner", "definition"]);

/** Whether a text holds something of the kinds asked for that does not stand in the question itself. */
function holdsKind(text: string, kinds: AnswerKind[], question: string): boolean {
  const asked = question.toLowerCase();
  return kinds.some((kind) =>
    (text.match(evidence[kind]) ?? []).some((found) => toldByCue.has(kind) || !asked.includes(found.toLowerCase())),
  );
}

const several =
  /\b(?:list|enumerate|compare|comparison|differences?|differ|versus|vs|summari[sz]e|summary|overview|outline|(?:what|which|who) (?:\w+ ){0,2}(?:are|were)(?: all)? (?:the|its|their|some)|(?:all|several|main|key|different|various|types|kinds|steps|requirements|reasons|examples) (?:of|for|to|the|that)|what (?:steps|types|kinds)|nenne|liste|vergleich\w*|unterschiede?|zusammenfass\w*|welche (?:\w+ )?(?:sind|gibt)|énum[eé]re\w*|comparer?|différences?|quel(?:le)?s sont|résum\w*|lista|compara\w*|cu[aá]les son)\b|一覧|比較|要約|列出|比较|总结|비교|목록|요약/i;

/** Whether a question asks for more than one thing, so that more sentences answer it. */
export function asksForSeveral(question: string): boolean {
  return several.test(question);
}

export const comparing =
  /\b(?:compare[sd]?|comparison|between|differences?|differ|versus|vs|vergleich\w*|unterschied\w*|zwischen|différences?|entre|diferencias?|comparer|comparar)\b/gi;

/** Whether what it asks for are items of one list, best read one below the other in the order of their page. */
export function asksForList(question: string): boolean {
  return several.test(question) && question.search(comparing) < 0;
}

/** Two things of which one is more: "Which is larger, X or Y?" */
const either =
  /\b(?:which|who|what|is|are|was|were|did|does|has|had)\b.*?[, ]((?:\p{Lu}[\p{L}\p{N}&.’'-]*)(?: [\p{Lu}\p{N}&][\p{L}\p{N}&.’'-]*)*),? or ((?:\p{Lu}[\p{L}\p{N}&.’'-]*)(?: [\p{Lu}\p{N}&][\p{L}\p{N}&.’'-]*)*)\s*\?*$/u;
/** What is called something, at the end of its part of a question. */
const called = /(?:\p{Lu}[\p{L}\p{N}&-]*|\d{4})(?: (?:\p{Lu}[\p{L}\p{N}&-]*|&|of|\d{4}))*(?=['’]s?\b|\s|$)/gu;

/** The things that a question compares ("X and Y"), as it names them; empty where it compares nothing. */
export function comparedThings(question: string): string[] {
  const [, one, other] = either.exec(question) ?? [];
  if (one && other) return [one, other];
  const from = [...question.matchAll(comparing)].at(-1);
  if (!from) return [];
  const rest = question.slice(from.index + from[0].length).replace(/[?.!]+\s*$/, "");
  const things = partedBy(rest);
  // "How does X's price compare with Y's?"
  const before = things.length === 1 ? (question.slice(1, from.index).match(called) ?? []).slice(-1) : [];
  const all = [...before, ...things].map(asCalled);
  return all.length > 1 ? all : [];
}

function partedBy(text: string): string[] {
  return text
    .split(/\s*,\s*(?:and|und|et|y)?\s*|\s+(?:and|or|with|to|versus|vs\.?|und|mit|et|avec|y|con)\s+/i)
    .map((thing) => thing.replace(/^\s*(?:with|to|and|mit|avec|con)\s/i, "").trim())
    .filter((thing) => /[\p{L}\p{N}]/u.test(thing));
}

/** "The revenue of Best Buy in 2023" is about Best Buy; what has no name is as it is said. */
function asCalled(thing: string): string {
  // "The R&D expenses of Adobe" are Adobe's.
  const whose = /\p{Ll} of (\p{Lu}.*)$/u.exec(thing)?.[1] ?? thing;
  const names = whose.match(called)?.filter((name) => !/^\d+$/.test(name)) ?? [];
  return names[0]?.replace(/ of$/, "") ?? thing;
}
