// The questions that an empty conversation offers: the documents' own, in turn, and what can be asked of any.
import type { Document } from "@pagewise/sdk/contract";

export interface Starter {
  question: string;
  /** The document that it was made of; null where it can be asked of any. */
  document: Document | null;
}

const shown = 3;

/**
 * @param documents what is asked of, those first that matter most: each gives one before any gives two.
 * @param anyDocument in the reader's language.
 */
export function startersFor(
  documents: readonly Document[],
  anyDocument: readonly string[],
  language: string,
): Starter[] {
  const asking = documents.filter(({ suggestions }) => suggestions?.length);
  const most = Math.max(0, ...asking.map(({ suggestions }) => suggestions.length));
  const own = Array.from({ length: most }, (_, turn) =>
    asking.flatMap((document): Starter[] => {
      const question = document.suggestions[turn];
      return question ? [{ question, document }] : [];
    }),
  ).flat();
  const some = own.slice(0, shown);
  // Two languages in one list read as a mistake.
  const fits = some.every(({ document }) => !document?.language || document.language === language);
  const rest = fits ? anyDocument.slice(0, shown - some.length).map((question) => ({ question, document: null })) : [];
  return [...some, ...rest];
}
