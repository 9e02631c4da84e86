// Rows that a question means without naming them: lines of a company's statements that go by another name there, and rows
// below the name of what they are of. Pure.
import { isLine } from "./lines-asked.ts";
import type { Query } from "./query.ts";
import type { Segment } from "./segments.ts";
import { plainLabel } from "./table-labels.ts";
import { cellsOf, holdsValue } from "./table-rows.ts";

const none = new Set<string>();
/** Of a word that only stands beside the question nothing is asked. */
const leastWeight = 0.5;

/** The places of a question's words that the names of lines have. */
function wordsOf(items: Set<string>[], words: Query["words"]): number[][] {
  return items.map((names) => {
    const held = new Set([...names].flatMap((name) => name.split(/[ -]/)));
    return words.flatMap(({ surface, weight, optional }, term) =>
      !optional && weight >= leastWeight && held.has(surface) ? [term] : [],
    );
  });
}

/**
 * @returns what tells whether a row has no word of the lines that a question asks for by their names, and neither has
 * what stands around it.
 */
export function createOfOther({ words, lines }: Pick<Query, "words" | "lines">, items: Set<string>[]) {
  const ofLines = lines.length > 0 ? wordsOf(items, words).flat() : [];
  return (terms: Set<number>, around: () => string) => {
    if (ofLines.length === 0 || ofLines.some((term) => terms.has(term))) return false;
    const text = around().toLowerCase();
    return !ofLines.some((term) => text.includes(words[term]?.surface ?? ""));
  };
}

/**
 * @param items names of the lines that a question implies, each set in plain letters.
 * @returns what tells of a row the words of the question that its line goes by elsewhere: "net sales" is the revenue
 * asked for; null where the row is none of the lines.
 */
export function createImplied({ words }: Pick<Query, "words">, items: Set<string>[]) {
  const meant = wordsOf(items, words);
  return (row: string): number[] | null => {
    if (items.length === 0) return null;
    const [name = "", ...figures] = cellsOf(row);
    // Years beside a line's name are those of the columns below.
    if (!figures.some(holdsValue)) return null;
    const label = plainLabel(name);
    const found = meant.filter((_, index) => isLine(items[index] ?? none, label));
    return found.length ? found.flat() : null;
  };
}

interface Read {
  segment: Segment;
  /** The question's terms in it. */
  terms: Set<number>;
  /** Places of its words among those of the page. */
  from: number;
  to: number;
}

/**
 * Asked of each segment of a page in turn.
 * @param names terms of what the question names.
 * @returns of a row the terms of the line above it that is the name asked for and nothing else, and the row with that
 * line for a caption: where it is shown it has to say whose it is. Anything else as it is.
 */
export function createUnderName(names: number[]) {
  const none = new Set<number>();
  let above: Read | null = null;
  return (read: Read): { segment: Segment; name: Set<number> } => {
    const { segment, terms, from, to } = read;
    if (segment.kind === "row")
      return above ? { segment: captioned(segment, above), name: above.terms } : { segment, name: none };
    const isName = segment.kind === "heading" && names.some((term) => terms.has(term));
    above = isName && to - from === terms.size ? read : null;
    return { segment, name: none };
  };
}

function captioned(segment: Segment, { segment: { start, end } }: Read): Segment {
  const { head } = segment;
  return head ? { ...segment, head: { ...head, captions: [...head.captions, { start, end }] } } : segment;
}
