// A question that compares what several documents are called by, asked of each of them by itself. Pure.
import { comparedThings, comparing } from "./answer-types.ts";
import { lineItemsImplied } from "./finance-terms.ts";
import { interrogative } from "./follow-up-words.ts";
import { contentOf } from "./leaning.ts";
import { linesAsked } from "./lines-asked.ts";
import { fold } from "./words.ts";

export interface Named {
  title: string;
  filename: string;
}

/** What is asked of the documents of one thing. */
export interface Part<T> {
  documents: T[];
  /** The question without the other things, and without that they are compared. */
  question: string;
}

/** Documents that are told of one by one. */
export interface Compared {
  titles: string[];
  /** @param passage its 1-based number. */
  titleOf: (passage: number) => string;
  /** How many sentences of each; absent: its best. */
  sentencesOfEach?: number;
}

const ofEach =
  /\s*\b(?:(?:of|for|by|in|at|from) )?(?:each|every|both|all)(?: of)?(?: the| these| those)?(?: two| three| four| five)? (?:compan(?:y|ies)|corporations?|firms?|businesses|banks?|issuers?|reports?|documents?|filings?|files?|papers?|pdfs?)\b/i;
/** One company has one of them. */
const holders = /^\W*who (?:are|were) (?:the|their) (?:c[a-z]os|chief [a-z]+ officers)\b/i;
/** Of more documents an answer would tell too little each. */
const mostOfEach = 5;

/** Whether every one of the documents is asked by itself. */
const asksEach = (question: string) => ofEach.test(question) || holders.test(question);

/**
 * @returns each document where every one is asked, or each thing that a question compares; null where it does not compare, says nothing that they are compared by, or
 * where one of the things has no documents of its own.
 */
export function partsOf<T extends Named>(question: string, documents: T[]): Part<T>[] | null {
  if (documents.length < 2) return null;
  if (asksEach(question) && documents.length <= mostOfEach) {
    const own = question.replace(ofEach, "");
    return contentOf(own, "en").length === 0 ? null : documents.map((each) => ({ documents: [each], question: own }));
  }
  const things = comparedThings(question);
  const own = things.map((thing) => ({ thing, documents: documents.filter(isCalled(thing)) }));
  const all = own.flatMap((each) => each.documents);
  if (own.length < 2 || own.some((each) => each.documents.length === 0) || new Set(all).size < all.length) return null;
  const asked = plainly(things.reduce(without, question.replace(/[?\s]+$/, "")).replace(comparing, " "));
  if (contentOf(asked, "en").length === 0) return null;
  return own.map(({ thing, documents }) => ({ documents, question: questionOf(asked, thing) }));
}

/** The documents are those of the thing: its name would find their pages that say it most, and not those with the line. */
function questionOf(asked: string, thing: string): string {
  const figure = asFigure(asked);
  return linesAsked(figure).length > 0 ? `${figure.replace(beforeNothing, " ").trimEnd()}?` : `${figure} of ${thing}?`;
}

const beforeNothing =
  /\s*\b(?:of|for|at|by|between)(?:[\s,]+(?:and|or|to|with|versus|vs\.?))*[\s,]*(?=$|\b(?:in|for|during|of)\b)/gi;
const beforeNoun = /^\W*(?:(?:the|a|an|in|of|between|me|us)\b\W*)*/i;

/** "Net income of …" names the line of a statement, of which "what was the net income" asks the amount. */
function asFigure(asked: string): string {
  const noun = asked.replace(beforeNothing, " ").replace(beforeNoun, "").replace(/\s+/g, " ").trim();
  const amountAsked = `What was the ${noun}`;
  return asked.match(interrogative) === null && lineItemsImplied(amountAsked).length > 0 ? amountAsked : asked;
}

/**
 * @returns what tells the document of each passage, by its 1-based number, and the documents in the order of the things that a
 * question compares; null where it neither compares two of the documents nor asks every one.
 */
export function comparedDocuments(
  question: string,
  passages: { documentTitle: string; filename?: string }[],
): Compared | null {
  const titles = [...new Set(passages.map(({ documentTitle }) => documentTitle))];
  const titleOf = (passage: number) => passages[passage - 1]?.documentTitle ?? "";
  if (asksEach(question)) return titles.length > 1 && titles.length <= mostOfEach ? { titles, titleOf } : null;
  const named = passages.map(({ documentTitle: title, filename = "" }) => ({ title, filename }));
  const things = comparedThings(question);
  const own = things.map((thing) => named.find(isCalled(thing))?.title);
  const compared = [...new Set(own.flatMap((title) => title ?? []))];
  return compared.length > 1 ? { titles: compared, titleOf } : null;
}

/** Rows of one line in several documents' statements: whose each is, it does not say. @param told numbers of passages. */
export function linesOfSeveral(
  question: string,
  passages: { documentTitle: string }[],
  told: number[],
): Compared | null {
  if (linesAsked(question).length === 0) return null;
  const titleOf = (passage: number) => passages[passage - 1]?.documentTitle ?? "";
  const titles = [...new Set(told.map(titleOf))];
  return titles.length > 1 ? { titles, titleOf } : null;
}

const whichHas =
  /^\W*(?:which|what|who)\b(?: (?:of (?:the|these|them)|one|two|company|companies|firm|business|bank|country|city|group|report|document)\b){0,3}(?: that)? (?:has|had|have|reported|posted|made|earned|employs?|employed|generated|recorded|showed|paid|spent|sold|owns?|owned)\b(?: on)?(?: (?:the|a|an))?/i;
const degree =
  /\b(more|most|fewer|fewest|less|least|higher|highest|lower|lowest|larger|largest|bigger|biggest|greater|greatest|smaller|smallest|better|best)\b/i;
const joining = /^(?:or|and|than)$/i;
const countable = /^\s*(?:[\p{L}-]+ )?[\p{L}-]{3,}(?<!s)s\b/iu;

/** "Which company had more employees, or" asks of each how many it has; "the higher revenue" what it is. */
function plainly(asked: string): string {
  const opening = whichHas.exec(asked);
  if (!opening) return asked;
  const rest = asked.slice(opening[0].length);
  const compared = degree.exec(rest.slice(0, 40));
  if (!compared) return asked;
  const words = `${rest.slice(0, compared.index)} ${rest.slice(compared.index + compared[0].length)}`.split(/[\s,;]+/);
  const thing = words
    .slice(0, words.findLastIndex((word) => word !== "" && !joining.test(word)) + 1)
    .join(" ")
    .trim();
  const isCounted = /^(?:more|most|fewer|fewest)$/i.test(compared[0]) && countable.test(thing);
  return `${isCounted ? "How many" : "What was the"} ${thing}`;
}

const letters = (text: string) => fold(text).replace(/[^\p{L}\p{N}]+/gu, "");

/** Whether a document is called like a thing: "BESTBUY_2023" like "Best Buy". */
export function isCalled(thing: string): (document: Named) => boolean {
  const words = thing.split(/\s+/).map(letters).filter(Boolean);
  return ({ title, filename }) => {
    const name = `${title} ${filename}`;
    const parts = name.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).map(letters);
    const held = new Set([...parts, ...parts.map((part, index) => part + (parts[index + 1] ?? ""))]);
    return words.length > 0 && (held.has(words.join("")) || words.every((word) => held.has(word)));
  };
}

function without(text: string, thing: string): string {
  const at = text.indexOf(thing);
  return at < 0 ? text : `${text.slice(0, at)}${text.slice(at + thing.length).replace(/^['’]s?/, "")}`;
}
