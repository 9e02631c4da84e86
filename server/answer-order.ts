// The order in which chosen sentences read well. Pure.
import type { Chosen } from "./answer-choice.ts";
import { leaningLength, leansOnBefore } from "./leaning-sentences.ts";

/**
 * The likeliest sentence first and the others by how likely they are, but those that stand together on the page as
 * they stand there. A sentence that leans on the one before it follows it. A list keeps the order of its page.
 */
export function inOrder(chosen: Chosen[], asListed: boolean): Chosen[] {
  const [first, ...others] = chosen;
  if (!first) return [];
  const before = others.find((other) => standsBefore(other, first));
  const leans = before && !before.row && leansOnBefore(first.text);
  const opening =
    leans && before.text.length + first.text.length <= leaningLength ? [before, first] : alone(first, others);
  const rest = others.filter((other) => !opening.includes(other));
  if (asListed) return [...opening, ...asOnPages(rest, chosen)];
  for (let index = 0; index + 1 < rest.length; index++) {
    const [one, two] = [rest[index] as Chosen, rest[index + 1] as Chosen];
    if (standsBefore(two, one)) rest.splice(index, 2, two, one);
  }
  return [...opening, ...rest];
}

const hardlyLess = 0.8;

/** What is hardly less likely and says of what it tells opens rather than what leans on a sentence not told. */
function alone(first: Chosen, others: Chosen[]): Chosen[] {
  if (first.row || !leansOnBefore(first.text)) return [first];
  const other = others.find(
    ({ text, row, score }) => !row && score >= hardlyLess * first.score && !leansOnBefore(text),
  );
  return other && other.text.length + first.text.length <= leaningLength ? [other, first] : [first];
}

/** With the sentence that the likeliest one leans on, in the place of the least likely where there are enough. */
export function withLeantOn(chosen: Chosen[], all: Chosen[], enough: number): Chosen[] {
  const [first] = chosen;
  if (!first || first.row || !leansOnBefore(first.text)) return chosen;
  const before = all.find((other) => standsBefore(other, first));
  if (!before || before.row || chosen.includes(before)) return chosen;
  if (before.text.length + first.text.length > leaningLength) return chosen;
  return [first, before, ...(chosen.length < enough ? chosen.slice(1) : chosen.slice(1, -1))];
}

/** More than a passage has sentences. */
const maxOrder = 1000;

/** Those of one passage together, as they stand there. @param all whose first is of the passage that comes first. */
export function asOnPages(chosen: Chosen[], all = chosen): Chosen[] {
  const passages = [...new Set(all.map(({ passage }) => passage))];
  const place = ({ passage, order }: Chosen) => passages.indexOf(passage) * maxOrder + order;
  return chosen.toSorted((one, two) => place(one) - place(two));
}

/** Whether one ends where the other begins. */
function standsBefore(one: Chosen, other: Chosen): boolean {
  return Boolean(other.follows) && one.passage === other.passage && one.order === other.order - 1;
}
