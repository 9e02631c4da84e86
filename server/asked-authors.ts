// Questions for who wrote the documents themselves: the lines below a title, or those that say by whom it was written. Pure.

import { person } from "./asked-things.ts";
import { isGeneralWord } from "./asking-words.ts";
import type { OverviewPage } from "./overview.ts";
import type { RankedPage } from "./ranking.ts";
import { lineAt } from "./rects.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import { type Segment, segmentsOf } from "./segments.ts";
import type { Texts } from "./text-cache.ts";

const asks =
  /\b(?:who (?:is|are|was|were) the (?:authors?|writers?|editors?)|who (?:wrote|authored|has written|have written)|(?:list|name|names of|give me|show) (?:all )?(?:the )?authors?|authors? (?:names?)?$|wer (?:ist|sind) (?:der|die) (?:autor\p{L}*|verfasser\p{L}*)|wer hat|qui (?:est|sont) (?:l['’]|les )auteurs?|qui a écrit|qui[eé]n(?:es)? (?:es|son) (?:el|los|la|las) autor\p{L}*|qui[eé]n escribió)/iu;
const written = /^(?:written|geschrieben|verfasst|it|this)$/;

/** Whether the authors of the documents are asked for: of nothing that stands in them. */
export function asksAuthors(question: string): boolean {
  const text = question.replace(/[\s?.!]+$/, "");
  if (!asks.test(text)) return false;
  const rest =
    text
      .replace(asks, " ")
      .toLowerCase()
      .match(/[\p{L}\p{N}’'-]+/gu) ?? [];
  return rest.every((word) => isGeneralWord(word) || written.test(word));
}

const several = `${person}(?:(?:,| and| und| et| y| &)+ ${person})*`;
const by = new RegExp(
  `^(?:by|von|par|por)\\s+${several}|\\b(?:written|authored|edited|compiled|geschrieben|verfasst|écrit|escrito) (?:by|von|par|por) (?:\\p{L}+\\. ?)*${person}|\\bvon (?:\\p{L}+\\. ?)*${person} (?:geschrieben|verfasst)|^(?:authors?|autor(?:en|in|innen)?|auteurs?|verfasser):?\\s+(?:\\p{L}+\\. ?)*${person}`,
  "iu",
);
const opens = /^(?:by|von|par|por|authors?|autor\p{L}*|auteurs?|verfasser)\b/iu;
const personAlone = new RegExp(`^${person}$`, "u");
/** What ends the lines below a title. */
const begins =
  /^(?:\d+\.?\s+)?(?:abstract|summary|introduction|zusammenfassung|einleitung|résumé|kurzfassung|resumen|keywords)\b/i;
const place =
  /@|\b(?:universit\p{L}*|institut\p{L}*|departments?|dept|school|college|academy|laborator\p{L}*|labs?|cent(?:er|re)|inc|corp\p{L}*|ltd|llc|gmbh|research|proceedings|conference|annual|meeting|journal|volume|hospital|faculty|association|company|hochschule|fakultät)\b/iu;
/** Marks that lead to an affiliation. */
const marks = /[\d*†‡§¶∗⋆,;&]+|\t|\b(?:and|und|et|y)\b/gu;
/** Characters in which a title and what is below it stand. */
const head = 3000;
const smaller = 0.97;

/** @returns the page that says who wrote a document, with those lines alone worth anything; null where none does. */
export function bylineOf(pages: RankedPage[], cut: Texts["segments"] = segmentsOf): OverviewPage | null {
  for (const page of pages) {
    const segments = cut(page);
    const below = new Set(belowTitle(page, segments));
    const says = (segment: Segment) => {
      const text = page.text.slice(segment.start, segment.end).replace(/\s+/g, " ");
      const found = by.exec(text);
      // "By" opens many a sentence: only the pattern's letters are matched whatever their case, a name has capitals.
      return found !== null && (opens.test(text) ? text.length < 120 : true) && hasPerson(found[0]);
    };
    const told = segments.map((segment) => below.has(segment) || (below.size === 0 && says(segment)));
    if (!told.includes(true)) continue;
    const scored = segments.map((segment, index): ScoredSegment => {
      const kind = told[index] && below.has(segment) ? "row" : segment.kind;
      return { ...segment, kind, terms: new Set(), score: told[index] ? 1 : 0 };
    });
    return { page, segments: scored, score: 1 };
  }
  return null;
}

const anyPerson = new RegExp(person, "u");
const hasPerson = (text: string) => anyPerson.test(text.replace(opens, ""));

/** The lines of names between a title and the abstract, in smaller letters than the title's. */
function belowTitle(page: RankedPage, segments: Segment[]): Segment[] {
  if (page.page !== 1) return [];
  const end = segments.findIndex(({ start, end }) => begins.test(page.text.slice(start, end)));
  const first = end < 1 ? [] : segments.slice(0, end);
  if ((first.at(-1)?.end ?? 0) > head) return [];
  const heights = first.map(({ start }) => lineAt(page.lines, start)?.height ?? 0);
  const tallest = Math.max(0, ...heights);
  return first.filter(({ start, end }, index) => {
    const text = page.text.slice(start, end);
    if (index === 0 || (heights[index] ?? 0) >= smaller * tallest || place.test(text)) return false;
    const names = text
      .split(marks)
      .map((part) => part.replace(/\s+/g, " ").trim())
      .filter(Boolean);
    return names.length > 0 && names.filter((name) => personAlone.test(name)).length >= 0.5 * names.length;
  });
}
