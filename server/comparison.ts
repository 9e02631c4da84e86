// A question that compares what several documents are called by, asked of each of them by itself. Pure.
import { comparedThings, comparing } from "./answer-types.ts";
import { contentOf } from "./leaning.ts";
import { fold } from "./words.ts";

interface Named {
  title: string;
  filename: string;
}

export interface Parts<T> {
  /** Of each thing. */
  documents: T[][];
  /** What is asked of each: the question without the things, and without that they are compared. */
  question: string;
}

/**
 * @returns the documents of each thing that a question compares; null where it does not compare, says nothing that they are
 * compared by, or where one of the things has no documents of its own.
 */
export function partsOf<T extends Named>(question: string, documents: T[]): Parts<T> | null {
  if (documents.length < 2) return null;
  const things = comparedThings(question);
  const own = things.map((thing) => documents.filter(isCalled(thing)));
  const all = own.flat();
  if (own.length < 2 || own.some(({ length }) => length === 0) || new Set(all).size < all.length) return null;
  const asked = things.reduce(without, question).replace(comparing, " ");
  return contentOf(asked, "en").length > 0 ? { documents: own, question: asked } : null;
}

const letters = (text: string) => fold(text).replace(/[^\p{L}\p{N}]+/gu, "");

/** Whether a document is called like a thing: "BESTBUY_2023" like "Best Buy". */
export function isCalled(thing: string): (document: Pick<Named, "title"> & Partial<Named>) => boolean {
  const words = thing.split(/\s+/).map(letters).filter(Boolean);
  return ({ title, filename = "" }) => {
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
