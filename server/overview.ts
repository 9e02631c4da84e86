// Questions about a document as a whole: which sentences of its first pages say what it is about, or hold its figures.
import type { RankedPage } from "./ranking.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import { type Segment, segmentsOf } from "./segments.ts";
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
  /^(?:abstract|summary|executive summary|introduction|overview|about|background|zusammenfassung|einleitung|résumé)\b/i;
/** The small print that forms begin with. */
const smallPrint = /\b(?:pursuant|registrant|check ?mark|hereby|herein|thereof|all rights reserved)\b/i;
const measured = /[%$€£¥]|\b(?:percent|million|billion|thousand|euros?|dollars?|pounds?|prozent|millionen|mio|mrd)\b/i;

/**
 * @param pages the documents' first pages in their order
 * @param title of a page's document
 */
export function overviewOf(
  pages: RankedPage[],
  kind: OverviewKind,
  title: (page: RankedPage) => string,
): OverviewPage[] {
  let before = 0;
  const scored = pages.map((page): OverviewPage => {
    const titleWords = new Set(longWords(title(page)));
    let opening = false;
    const segments = segmentsOf(page).map((segment): ScoredSegment => {
      const text = page.text.slice(segment.start, segment.end);
      if (segment.kind === "heading") opening = opensWell.test(text.trim());
      const prose = isProse(segment, text);
      const worth = () => (kind === "about" ? aboutness(text, titleWords, opening || page.page === 1) : figures(text));
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

function aboutness(text: string, titleWords: Set<string>, opening: boolean): number {
  const shared = longWords(text).filter((word) => titleWords.has(word)).length;
  return 0.5 + (itself.test(text) ? 0.6 : 0) + (opening ? 0.3 : 0) + 0.15 * Math.min(2, shared);
}

function figures(text: string): number {
  const numbers = text.match(/\d[\d.,]*/g)?.length ?? 0;
  if (numbers === 0) return 0;
  return 0.2 + 0.15 * Math.min(3, numbers) + (measured.test(text) ? 0.6 : 0);
}

/** A whole sentence rather than an address, a line of a contents list or a caption in capitals. */
function isProse(segment: Segment, text: string): boolean {
  if (segment.kind !== "sentence" || !/[.!?。！？…]["'”’)\]]*$/.test(text.trim())) return false;
  if (/\.{4,}|(?:\. ){3,}|www\.|https?:|[@•▪●]/.test(text) || smallPrint.test(text)) return false;
  if (!/^["'“‘«(]*[\p{Lu}\p{Lo}]/u.test(text.trim())) return false;
  const solid = text.replace(/\s/g, "");
  const letters = solid.match(/\p{L}/gu)?.length ?? 0;
  const capitals = solid.match(/\p{Lu}/gu)?.length ?? 0;
  const long = isUnspaced(text) ? letters >= 12 : text.trim().split(/\s+/).length >= 7;
  return long && letters / solid.length >= 0.7 && capitals / letters < 0.4;
}

function longWords(text: string): string[] {
  return text.toLowerCase().match(/\p{L}{4,}/gu) ?? [];
}
