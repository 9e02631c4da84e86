// Questions about a document as a whole: which sentences of its first pages say what it is about, or hold its figures.

import { mainFigureOf } from "./finance-terms.ts";
import type { RankedPage } from "./ranking.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import { type Segment, segmentsOf } from "./segments.ts";
import { plainLabel } from "./table-labels.ts";
import { cellsOf } from "./table-rows.ts";
import type { Texts } from "./text-cache.ts";
import { isUnspaced } from "./words.ts";

export type OverviewKind = "about" | "figures";

/** A page with its sentences scored; the better a page's best sentence, the earlier it stands. */
export interface OverviewPage {
  page: RankedPage;
  segments: ScoredSegment[];
  score: number;
}

/** A document that speaks of itself. */
const itself =
  /\b(?:this|the present|our|these)\s+(?:annual\s+|user\s+|white\s*)?(?:report|paper|study|survey|guide|handbook|manual|document|article|book|analysis|brochure|release)\b|\bin diese[mr] (?:bericht|arbeit|buch)\b|\b(?:ce|cette) (?:rapport|étude|document)\b/i;
const opensWell =
  /^(?:item 1\.?\s+business|(?:our |the )?business|our company|company overview|who we are|at a glance|(?:key |main )?(?:findings|highlights)|abstract|summary|executive summary|introduction|overview|about|background|zusammenfassung|einleitung|résumé)\b/i;
/** What stands below it sums the document up. */
const summarises =
  /^(?:\d+\.?\s+)?(?:abstract|(?:executive |management )?summary|(?:key |main )?findings|(?:key )?(?:highlights|takeaways)|at a glance|zusammenfassung|kurzfassung|résumé|resumen)\s*$/i;
/** What something is for. */
const purpose =
  /\b(?:intended (?:for|to|use)|designed (?:for|to)|purpose of (?:this|the)|aims? (?:of|to)|used (?:for|to)|describes how|explains how)\b/i;
/** A step of instructions. */
const instructs =
  /^(?:please|press|touch|tap|click|select|open|close|turn|power|access|set|use|enter|remove|insert|connect|check|make|ensure|do|don['’]t|never|always|see|refer|read|go|wait|place|put|keep|follow|swipe|raise|lower|record|contact|visit|download|install|before|when|if)\b/i;
const instructionShare = 0.5;
/** What somebody or something is and does. */
const tells =
  /\b(?:is|are|was) (?:a|an|the (?:world|leading|largest|global)\S*|one of|among)\b|\btoday announced\b|\b(?:provides?|offers?|operates?|develops?|designs?|manufactures?|sells?|serves?|helps?)\b/i;
/** The small print that forms begin with, and what reports say of themselves because they have to. */
const smallPrint =
  /\b(?:pursuant|registrant|check ?mark|hereby|herein|thereof|all rights reserved|forward-looking|safe harbor|no obligation|actual (?:results|events)|(?:these|such|following|other) (?:risks|factors|statements)|risks? and uncertainties|proxy statement|unless (?:otherwise|the context)|incorporated by reference|form (?:10-[kq]|8-k|20-f)|securities (?:act|exchange act|and exchange commission)|securities litigation|consolidated subsidiaries|trademarks?|non-gaap|accelerated filer|additional factors|factors that|risk factors|see accompanying notes)\b/i;
const measured = /[%$€£¥]|\b(?:percent|million|billion|thousand|euros?|dollars?|pounds?|prozent|millionen|mio|mrd)\b/i;

/**
 * @param pages the documents' first pages in their order
 * @param title of a page's document
 */
export function overviewOf(
  pages: RankedPage[],
  kind: OverviewKind,
  title: (page: RankedPage) => string,
  cut: Texts["segments"] = segmentsOf,
): OverviewPage[] {
  let before = 0;
  const counts = wordCounts(pages);
  const scored = pages.map((page): OverviewPage => {
    const titleWords = new Set(longWords(title(page)));
    let opening = false;
    let summary = false;
    const segments = cut(page).map((segment): ScoredSegment => {
      const text = page.text.slice(segment.start, segment.end);
      if (segment.kind !== "sentence") opening = opensWell.test(text.trim()) || (opening && segment.kind === "row");
      if (segment.kind === "heading") summary = summarises.test(text.trim());
      const prose = isProse(segment, text);
      const worth = () =>
        kind === "about"
          ? aboutness(text, {
              titleWords,
              counts,
              opening: opening || page.page === 1,
              summary,
              isFirst: before < firstSentences,
            })
          : figures(text);
      const score = prose ? worth() : 0;
      const early = 1 / (1 + 0.04 * (prose ? before++ : before));
      return { ...segment, terms: new Set<number>(), score: score * early || 0.001 };
    });
    return { page, segments, score: Math.max(0, ...segments.map((segment) => segment.score)) };
  });
  const best = Math.max(0, ...scored.map(({ score }) => score));
  const telling = scored.filter(({ score }) => score > 0.05 * best && score > 0.01);
  return (telling.length ? telling : scored.filter(({ segments }) => segments.length > 0))
    .sort((left, right) => right.score - left.score)
    .map((entry) => ({ ...entry, score: best ? Math.max(0.1, entry.score / best) : 1 }));
}

/** Of each document the page that tells it best, in the order of the pages: each is worth as much as the others. */
export function overviewOfEach(
  pages: RankedPage[],
  kind: OverviewKind,
  title: (page: RankedPage) => string,
  cut: Texts["segments"] = segmentsOf,
): OverviewPage[] {
  const ids = [...new Set(pages.map(({ documentId }) => documentId))];
  return ids.flatMap((id) => {
    const own = pages.filter(({ documentId }) => documentId === id);
    const [best] = overviewOf(own, kind, title, cut);
    const most = Math.max(0.001, ...(best?.segments ?? []).map(({ score }) => score));
    const scaled = best?.segments.map((segment) => ({ ...segment, score: segment.score / most }));
    return best && scaled ? [{ ...best, segments: scaled, score: 1 }] : [];
  });
}

/** The words of a document's first pages that it uses often. */
function wordCounts(pages: RankedPage[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of longWords(pages.map(({ text }) => text).join(" "))) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** What a sentence is about stands at its beginning. */
const subjectLength = 40;
const firstSentences = 5;
/** More often than this says no more. */
const often = 12;

interface Whole {
  titleWords: Set<string>;
  counts: Map<string, number>;
  /** It stands where documents say what they are about. */
  opening: boolean;
  /** It stands in its abstract, or what else sums it up. */
  summary: boolean;
  /** It is one of the first of all. */
  isFirst: boolean;
}

function aboutness(text: string, { titleWords, counts, opening, summary, isFirst }: Whole): number {
  const words = longWords(text);
  const shared = words.filter((word) => titleWords.has(word)).length;
  const usual =
    words.reduce((sum, word) => sum + Math.min(often, counts.get(word) ?? 0), 0) / (often * words.length || 1);
  const isOfIt = shared > 0 || /\b(?:we|our|company|group)\b/i.test(text);
  const begins = /^["“]/.test(text) ? [] : longWords(text.slice(0, subjectLength));
  const worth =
    0.4 +
    (itself.test(text) ? 0.6 : 0) +
    (isOfIt && tells.test(text) ? 0.4 : 0) +
    (opening ? 0.3 : 0) +
    (summary ? 1.2 : 0) +
    (purpose.test(text) ? 0.2 : 0) +
    0.15 * Math.min(2, shared) +
    (isFirst && begins.some((word) => titleWords.has(word) || titleWords.has(word.replace(/s$/, ""))) ? 0.3 : 0) +
    0.4 * usual;
  return instructs.test(text) ? instructionShare * worth : worth;
}

function figures(text: string): number {
  const numbers = text.match(/\d[\d.,]*/g)?.length ?? 0;
  if (numbers === 0) return 0;
  return 0.2 + 0.15 * Math.min(3, numbers) + (measured.test(text) ? 0.6 : 0);
}

/** Main figures of which a page must hold so many to be the one that tells them. */
const fewestFigures = 2;

/** @returns the page on which a table holds most of a company's main figures, with a row of each; null where none does. */
export function mainFiguresOf(pages: Pick<OverviewPage, "page" | "segments">[]): OverviewPage | null {
  let best: OverviewPage | null = null;
  for (const { page, segments } of pages) {
    // Of each table its first row of each figure.
    const tables = new Map<number, Map<number, Segment>>();
    for (const segment of segments) {
      if (!segment.head) continue;
      const figure = mainFigureOf(plainLabel(cellsOf(page.text.slice(segment.start, segment.end))[0] ?? ""));
      const found = tables.get(segment.head.start) ?? new Map<number, Segment>();
      tables.set(segment.head.start, found);
      if (figure >= 0 && !found.has(figure)) found.set(figure, segment);
    }
    for (const found of tables.values()) {
      if (found.size < Math.max(fewestFigures, (best?.score ?? 0) + 1)) continue;
      const rows = new Set<Segment>(found.values());
      const scored = segments.map((segment) => ({ ...segment, score: rows.has(segment) ? 1 : 0 }));
      best = { page, segments: scored, score: found.size };
    }
  }
  return best;
}

/** Where they follow what a document is about. */
const figuresAfter = 0.7;

/** A company's report is told by its main figures too, which stand far behind its first pages. @param ranked pages that may hold them. */
export function withMainFigures(
  overview: OverviewPage[],
  kind: OverviewKind,
  ranked: Pick<OverviewPage, "page" | "segments">[],
): OverviewPage[] {
  const figures = mainFiguresOf(ranked);
  if (!figures) return overview;
  const best = Math.max(0.01, ...overview.flatMap(({ segments }) => segments.map(({ score }) => score)));
  const score = kind === "figures" ? 1 : figuresAfter;
  const raised = figures.segments.map((segment) => ({ ...segment, score: 1.3 * best * segment.score }));
  const others = overview.filter(({ page }) => page.page !== figures.page.page || kind === "about");
  return [...others, { ...figures, segments: raised, score }].sort((left, right) => right.score - left.score);
}

/** A whole sentence rather than an address, a line of a contents list or a caption in capitals. */
function isProse(segment: Segment, text: string): boolean {
  if (segment.kind !== "sentence" || !/[.!?。！？…]["'”’)\]]*$/.test(text.trim())) return false;
  if (/\.{4,}|(?:\. ){3,}|www\.|https?:|[@•▪●]/.test(text) || smallPrint.test(text)) return false;
  if (/^\(.*\)\.?$/s.test(text.trim())) return false;
  if (!/^["'“‘«(]*[\p{Lu}\p{Lo}]/u.test(text.trim())) return false;
  const solid = text.replace(/\s/g, "");
  const letters = solid.match(/\p{L}/gu)?.length ?? 0;
  const capitals = solid.match(/\p{Lu}/gu)?.length ?? 0;
  const words = text.trim().split(/\s+/);
  // Lists of names are none.
  if (!isUnspaced(text) && words.filter((word) => /^["“‘(]?\p{Ll}/u.test(word)).length < 0.4 * words.length)
    return false;
  const long = isUnspaced(text) ? letters >= 12 : words.length >= 7;
  return long && letters / solid.length >= 0.7 && capitals / letters < 0.4;
}

function longWords(text: string): string[] {
  return text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
}
