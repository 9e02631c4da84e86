// Pages that a question names by their place in the document: "on page 14", "the cover page", "auf Seite 3".

const numbered =
  /\b(?:pages?|pp?\.|seiten?|págs?\.|páginas?|paginas?|pagine)\s*(\d{1,4})(?:\s*(?:-|–|to|and|und|bis|et|y|e|,)\s*(\d{1,4}))?\b/giu;
const ordinals: Record<string, number> = {
  cover: 1,
  title: 1,
  front: 1,
  first: 1,
  opening: 1,
  second: 2,
  third: 3,
  fourth: 4,
  fifth: 5,
  last: -1,
  final: -1,
};
const ordinal = new RegExp(`\\b(${Object.keys(ordinals).join("|")}) (?:cover )?page\\b`, "gi");

/** The pages that a question asks about by number or place. */
export function pagesNamed(question: string): number[] {
  const pages = new Set<number>();
  for (const [, first, last] of question.matchAll(numbered)) {
    pages.add(Number(first));
    if (last) pages.add(Number(last));
  }
  for (const [, word = ""] of question.matchAll(ordinal)) pages.add(ordinals[word.toLowerCase()] ?? 1);
  return [...pages].filter((page) => page !== 0);
}

/**
 * How well a page is the one that was named, 0..1: where a cover goes uncounted, the page printed 28 is the 29th.
 * @param count pages of the document, as far as it is known.
 */
export function namedness(page: number, named: number[], count: number | null): number {
  return Math.max(
    0,
    ...named.map((wanted) => {
      const place = wanted > 0 ? wanted : (count ?? 0) + 1 + wanted;
      return page === place ? 1 : wanted > 1 && page === place + 1 ? 0.7 : 0;
    }),
  );
}
