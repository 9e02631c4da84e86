// Questions for the documents that tell of something: each is named, with the sentence that tells of it. Pure.
import type { Compared } from "./comparison.ts";
import type { ScoredPage } from "./ranking.ts";

const kinds =
  "(?:documents?|files?|reports?|papers?|articles?|pdfs?|manuals?|handbooks?|guides?|contracts?|filings?|books?)";
const which = new RegExp(
  `^\\W*(?:(?:in|on) )?(?:(?:which|what)(?: one)?(?: of (?:the|these|my|our|your|all))? ${kinds}(?: here| (?:in|of) (?:the|this|my) library)?|which(?: one)? of (?:the|these|my) ${kinds})(?: is| are| can| does| do)?(?: (?:it|that|this|i|one|you|we|they|find|something|anything|information))*\\s+(?:talks?|speaks?|tells?|deals?|mentions?|mentioned|discuss(?:es|ed)?|covers?|covered|describes?|described|contains?|refers?|says? (?:something|anything)|explains?|concerns?|treats?|has something|have something|about)(?: (?:something|anything|us|me|more))*(?: (?:about|of|with|on|to|regarding))?\\s+(.{2,})$`,
  "iu",
);
const welche =
  /^\W*(?:in )?welche[msnr]? (?:dokumente?s?|datei(?:en)?|berichte?|artikel|pdfs?|texte?)\s+(?:geht es um|(?:handelt|handeln|spricht|sprechen|erwähnt|erwähnen|beschreibt|behandelt|behandeln|enthält)(?: von| über| um)?)\s+(.{2,})$/iu;

/** What the documents are asked to tell of; null where no document is asked for. */
export function topicOfDocuments(question: string): string | null {
  const text = question.replace(/[\s?.!]+$/, "");
  return (which.exec(text) ?? welche.exec(text))?.[1] ?? null;
}

/** Documents that are named at most, and what each has to be worth beside the best. */
const mostDocuments = 5;
const closeToBest = 0.6;
/** How much of the topic has to stand in one sentence. */
const fewestHeld = 0.5;

/**
 * @param surest how sure it is, of a page and of those after it, that they tell of the topic.
 * @returns of each document that tells of it the best page, best first.
 */
export function pagesOfTopic(pages: ScoredPage[], surest: (pages: ScoredPage[]) => number): ScoredPage[] {
  const ids = [...new Set(pages.map(({ page }) => page.documentId))];
  const own = ids.map((id) => pages.filter(({ page }) => page.documentId === id));
  const best = (found: ScoredPage[], pick: (evidence: ScoredPage["evidence"]) => number) =>
    Math.max(0, ...found.map(({ evidence }) => pick(evidence)));
  const most = { sure: Math.max(0, ...own.map(surest)), held: best(pages, ({ sentence }) => sentence) };
  const names = best(pages, (evidence) => evidence.names);
  return own
    .flatMap((found) => {
      const share = surest(found) / (most.sure || 1);
      const held = best(found, ({ sentence }) => sentence);
      const isNamed = best(found, (evidence) => evidence.names) >= names;
      const tells = isNamed && held >= Math.max(fewestHeld, closeToBest * most.held) && share >= closeToBest;
      return found[0] && tells ? [{ ...found[0], score: share }] : [];
    })
    .slice(0, mostDocuments);
}

/**
 * @param threshold below which a passage tells nothing.
 * @returns how the documents found are told; null where the question asks for none.
 */
export function documentsTold(
  question: string,
  passages: { documentTitle: string; score: number }[],
  threshold: number,
): Compared | null {
  if (topicOfDocuments(question) === null) return null;
  const telling = passages.filter(({ score }) => score >= threshold);
  return telling.length === 0
    ? null
    : {
        titles: [...new Set(telling.map(({ documentTitle }) => documentTitle))],
        titleOf: (passage) => passages[passage - 1]?.documentTitle ?? "",
      };
}
