// What a question or an answer is about, as text: its names, its listed things, and what of it another question replaces. Pure.
import { officeReplaced } from "./asked-things.ts";
import { articles, comparing, interchangeable, ordinals, placeWords, prepositions } from "./follow-up-words.ts";
import { withoutOpening } from "./leaning.ts";

/** Words in capitals, also over "of" and "the"; what begins a sentence is not told by its capital alone. */
const namePattern = /\p{Lu}[\p{L}\p{N}&’'-]*(?:(?: (?:of|the|de|du|von|van|del|da|&))* \p{Lu}[\p{L}\p{N}&’'-]*)*/gu;

interface Name {
  text: string;
  start: number;
  end: number;
  slot: "article" | "place" | "other";
}

/** What stands before a place, as far as it can matter: all of it for each name would take minutes in a long text. */
function endOf(text: string, end: number): string {
  return end > seenBefore ? `x${text.slice(end - seenBefore, end)}` : text.slice(0, end);
}
const seenBefore = 60;

function namesWithin(text: string): Name[] {
  return [...text.matchAll(namePattern)].flatMap((match): Name[] => {
    const before = endOf(text, match.index);
    const opens = /(?:^|[.!?。:\n]\s*|^[¿¡"“(]\s*)$/u.test(before);
    const name = opens ? withoutFirst(match[0]) : match[0];
    if (!name) return [];
    const start = match.index + match[0].length - name.length;
    const previous = /(\p{L}+)['’]?\s*["“(]?$/u.exec(endOf(text, start))?.[1]?.toLowerCase() ?? "";
    const slot = articles.has(previous) ? "article" : placeWords.has(previous) ? "place" : "other";
    return [{ text: name.replace(/['’]s?$/, ""), start, end: start + name.length, slot }];
  });
}

/** "Who", "The" and "Did" are capitals of the sentence; two capitals in a row are a name's. */
function withoutFirst(name: string): string {
  const [first = "", ...rest] = name.split(" ");
  if (rest.length === 0) return /^\p{Lu}{2,}|\p{N}|\p{Ll}\p{Lu}/u.test(first) ? name : "";
  return /^(?:what|which|who|whom|whose|when|where|why|how|the|a|an|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|in|on|at|of|for|from|by|and|but|or|so|it|its|he|she|they|his|her|this|that|these|those|there|tell|give|list|name|compare|qui|que|quand|où|comment|combien|pourquoi|quel|quelle|la|le|les|un|une|el|los|las|una|quién|cuándo|dónde|cómo|cuánto|cuántos|cuál|chi|quando|dove|il|lo|gli|quem|onde|wie|wer|wann|wo|was|der|die|das)$/iu.test(
    first,
  )
    ? rest.join(" ").replace(/^(?:(?:of|the|de|du|von|van|del|da|&) )+/, "")
    : name;
}

export function namesOf(text: string): string[] {
  return [...new Set(namesWithin(text).map((name) => name.text))];
}

export function withoutNames(text: string): string {
  return cut(text, namesWithin(text));
}

/**
 * What is left of a text when a question takes the place of a part of it: a year of a year, a name of a name that
 * stands in the sentence as it does.
 * @param how.parallel the question is the same sentence with other things in it.
 * @param how.namesTell false where every noun is written with a capital.
 */
export function replaceWith(
  text: string,
  question: string,
  { parallel, namesTell }: { parallel: boolean; namesTell: boolean },
): string {
  let left = text;
  if (!comparing.test(question)) {
    for (const pattern of interchangeable) if (matches(question, pattern)) left = left.replace(pattern, " ");
    if (ordinals.some(([, pattern]) => pattern.test(question)))
      for (const [, pattern] of ordinals) left = left.replace(pattern, " ");
  }
  if (!parallel) return left;
  const own = withoutOpening(question);
  const office = officeReplaced(left, own);
  if (office !== null) return office;
  // A time or a unit has taken its place already, and is no name.
  const rest = interchangeable.reduce((text, pattern) => text.replace(pattern, " "), own);
  if (namesTell) {
    // A space before it: what a fragment begins with is no sentence's beginning.
    const slots = new Set(namesWithin(` ${rest}`).map(({ slot }) => slot));
    const names = namesWithin(left);
    const same = names.filter(({ slot }) => slots.has(slot));
    left = cut(left, same.length > 0 || !slots.has("other") ? same : names.filter(({ slot }) => slot === "place"));
  }
  return withoutThing(withoutPartner(left, rest), rest);
}

const thing = "(?:a|an|any|eine?n?|une?|una)\\s+(?:\\p{Ll}[\\p{L}’'-]*\\s+){0,2}\\p{Ll}[\\p{L}’'-]*";
const thingAlone = new RegExp(`^\\s*${thing}[\\s?.!]*$`, "u");
const thingAtEnd = new RegExp(`(?<!\\p{L})${thing}(?=[\\s?.!]*$)`, "u");

/** "And a tablet?" after "Who owns a cell phone?" */
function withoutThing(text: string, question: string): string {
  return thingAlone.test(question) ? text.replace(thingAtEnd, " ") : text;
}

/** "And for mint?" after "the pot for parsley": the same word before it. */
function withoutPartner(text: string, question: string): string {
  const own = new RegExp(
    `(?<![\\p{L}])(${prepositions})\\s+(?:(?:the|a|an|der|die|das|den|dem|la|le|les|el|los|las)\\s+)?[\\p{L}\\p{N}’'-]+`,
    "iu",
  ).exec(question);
  if (!own?.[1]) return text;
  return text.replace(
    new RegExp(
      `(?<![\\p{L}])${own[1]}\\s+(?:(?:the|a|an|der|die|das|den|dem|la|le|les|el|los|las)\\s+)?[\\p{L}\\p{N}’'-]+(?=[\\s?.!,]*$|\\s)`,
      "iu",
    ),
    " ",
  );
}

function matches(text: string, pattern: RegExp): boolean {
  return text.match(pattern) !== null;
}

function cut(text: string, names: { start: number; end: number }[]): string {
  return names.reduceRight((left, { start, end }) => `${left.slice(0, start)} ${left.slice(end)}`, text);
}

/**
 * @param place 1-based; -1: the last.
 * @returns that one of the things which a text lists, by lines or within a sentence; null where it lists none.
 */
export function itemOf(text: string, place: number): string | null {
  const lines = text.split(/\n+/).filter((line) => line.trim());
  const items = lines.length > 1 ? lines : listed(text);
  const item = items.length > 1 ? items.at(place === -1 ? -1 : place - 1) : undefined;
  return item?.trim() ?? null;
}

/** "a, b and c" */
function listed(text: string): string[] {
  const list =
    /((?:[^,.;:\s]+(?: [^,.;:\s]+){0,5}, )+[^,.;:]{2,60}?),? (?:and|or|und|oder|et|ou|y|o|e|en) ([^,.;:]{2,60})/u.exec(
      text,
    );
  if (!list) {
    const pair = /(?<=[:]\s|(?:are|were|sind|sont|son) )([^,.;:]{2,60}?) (?:and|und|et|y) ([^,.;:]{2,60})/u.exec(text);
    return pair ? [pair[1] ?? "", pair[2] ?? ""] : [];
  }
  const before = (list[1] ?? "").split(", ");
  // What stands before the first is the sentence's own.
  const first = (before[0] ?? "").replace(
    /^.*(?:are|were|is|was|include[sd]?|sind|waren|sont|étaient|son|eran)\s/u,
    "",
  );
  return [first, ...before.slice(1), list[2] ?? ""];
}
