// Questions that a section of a manual answers as a whole: how to do something, and what a list below a heading holds. Pure.
import { holderPages, holdersAsked } from "./asked-holders.ts";
import { isFrequentWord } from "./language.ts";
import type { Query } from "./query.ts";
import type { RankedPage, ScoredPage } from "./ranking.ts";
import { lineAt } from "./rects.ts";
import type { ScoredSegment } from "./segment-scores.ts";

const steps =
  /^\W*(?:(?:and|so|please|tell me|explain|show me) )*how (?:(?:do|can|should|could|would|must) (?:i|you|we|one)\b|to\b)|\b(?:steps|instructions) (?:to|for|on)\b|\bwie (?:kann|muss|soll|\p{L}+e) ich\b|\bcomment (?:puis-je|faire|peut-on)\b|\bcómo (?:puedo|se)\b/iu;
const lists =
  /^\W*what(?:['’]?s| is| are| comes| does)? .*\b(?:included?|includes|in the (?:box|package|scope of delivery)|requirements?|prerequisites?|preconditions?|precautions?|deliverables?)\b/i;
/** What holds a thing that is delivered, and what only asks. */
const besides = new Set(
  "i you we my me our your it its the package box delivery scope product item items device unit come comes list steps step instructions way correctly properly safely".split(
    " ",
  ),
);

/** Of a question's words its heading holds, at least, where the page holds the others; above a list of steps; and otherwise. */
const fewestHeld = 0.5;
const fewestOfList = 0.3;
const mostHeld = 0.66;
/** What it counts that a heading says nothing else, or stands above numbered steps. */
const exactness = 0.3;
/** Of one section. */
const mostSegments = 16;
/** With the headings among them: a page may be nothing but headings. */
const mostLooked = 4 * mostSegments;
const fewestSteps = 2;

/** Places of the words that a question is about, in its order. */
function contentOf({ words }: Query): number[] {
  return words.flatMap(({ surface, weight, optional }, index) =>
    optional || weight < 0.5 || isFrequentWord(surface) || besides.has(surface) || /^(?:what['’]?s|how)$/.test(surface)
      ? []
      : [index],
  );
}

/** Whether a question is such that a section answers it; its page may hold little else of the question. */
export const asksSection = (question: string) => steps.test(question) || lists.test(question);

/**
 * @param pages best first.
 * @returns the pages with the section that answers first, and its parts marked as steps; as they were where there is none.
 */
export function withSection(pages: ScoredPage[], query: Query): ScoredPage[] {
  const isSteps = steps.test(query.text);
  if (!isSteps && !lists.test(query.text)) return pages;
  const content = contentOf(query);
  if (content.length === 0) return pages;
  const found = pages.flatMap((page, place) =>
    sectionsOf(page, content, isSteps).map((each) => ({ ...each, page, place })),
  );
  const counted = ({ steps, parts }: Section) => (isSteps ? steps || Math.min(parts.length, fewestSteps) / 10 : 0);
  const [best] = found.sort((one, two) => two.held - one.held || counted(two) - counted(one) || one.place - two.place);
  const first = pages[0];
  if (!best || !first) return pages;
  const most = Math.max(...pages.flatMap(({ segments }) => segments.map(({ score }) => score)));
  const told = new Map(best.parts.map((segment, index) => [segment, most * (1.1 - 0.01 * index)]));
  const segments = best.page.segments.map((segment): ScoredSegment => {
    const score = told.get(segment);
    const kind = segment.kind === "heading" && score ? "sentence" : segment.kind;
    return score ? { ...segment, kind, score, step: true } : segment;
  });
  return [{ ...best.page, segments, score: first.score }, ...pages.filter((page) => page !== best.page)];
}

/**
 * A list of who holds which office is told by the pages on which it stands, and how something is done by its section.
 * @returns `isList`: they have the form of the list that is asked for.
 */
export function listedPages(pages: ScoredPage[], query: Query): { pages: ScoredPage[]; isList: boolean } {
  const holders = holdersAsked(query.text);
  const listed = holders ? holderPages(pages, holders) : [];
  return listed.length > 0 ? { pages: listed, isList: true } : { pages: withSection(pages, query), isList: false };
}

interface Section {
  parts: ScoredSegment[];
  /** Share of the question that its heading holds, and how plainly. */
  held: number;
  steps: number;
}

function sectionsOf({ page, segments }: ScoredPage, content: number[], isSteps: boolean): Section[] {
  const onPage = new Set(segments.flatMap(({ terms }) => [...terms]));
  const holdsAll = content.every((term) => onPage.has(term));
  return segments.flatMap((heading, index): Section[] => {
    if ((heading.kind !== "heading" && !heading.title) || heading.listed) return [];
    const share = content.filter((term) => heading.terms.has(term)).length / content.length;
    // What is done comes first: "clean the screen" is not told below "the screen".
    if (share === 0 || (isSteps && !heading.terms.has(content[0] ?? -1))) return [];
    const below = belowHeading(page, segments, index);
    const numbered = below.filter((segment) => isItem(page.text, segment));
    const counted = numbered.filter((segment) => isCounted(page.text, segment)).length;
    const isList = isSteps && counted >= fewestSteps;
    const least = !isSteps || !holdsAll ? mostHeld : isList ? fewestOfList : fewestHeld;
    if (share < least) return [];
    const words = page.text.slice(heading.start, heading.end).match(/\p{L}{3,}/gu)?.length ?? 1;
    // "Measuring tides" is more surely how to measure them than "Tides are other each time they are measured".
    const held = share + exactness * Math.min(1, (share * content.length) / words) + (isList ? exactness : 0);
    const blocks = new Set(numbered.map(({ block }) => block));
    const parts = numbered.length >= fewestSteps ? below.filter(({ block }) => blocks.has(block)) : below;
    return parts.length > 0 ? [{ parts, held, steps: counted }] : [];
  });
}

/** What stands below a heading until the next that is as large. */
function belowHeading(page: RankedPage, segments: ScoredSegment[], at: number): ScoredSegment[] {
  const heightOf = ({ start }: ScoredSegment) => lineAt(page.lines, start)?.height ?? 0;
  const own = heightOf(segments[at] as ScoredSegment);
  const below: ScoredSegment[] = [];
  for (const segment of segments.slice(at + 1, at + 1 + mostLooked)) {
    const isHeading = segment.kind === "heading" || segment.title;
    if (isHeading && below.length > 0 && (heightOf(segment) >= 0.97 * own || isChapter(page.text, segment))) break;
    if (below.length === mostSegments) break;
    if (!isHeading && !segment.listed && !segment.torn && !segment.names) below.push(segment);
  }
  return below;
}

const isChapter = (text: string, { start }: ScoredSegment) =>
  /^(?:\d{1,2}(?:\.\d{1,2})+|chapter|section|kapitel)\b/i.test(text.slice(start, start + 12));

/** A number stands before it, or is its first word. */
function isCounted(text: string, { start }: ScoredSegment): boolean {
  if (/^\d{1,2}[.)]?\s+\p{Lu}/u.test(text.slice(start, start + 8))) return true;
  return /(?:^|\n)\s*(?:\(?\d{1,2}[.)]|step \d{1,2}[.:]?)\s+$/iu.test(text.slice(Math.max(0, start - 12), start));
}

/** It is an item of a list: a number, a letter or a bullet stands before it. */
function isItem(text: string, segment: ScoredSegment): boolean {
  if (isCounted(text, segment) || /^[•▪●◦‣■]/u.test(text.slice(segment.start, segment.start + 1))) return true;
  const before = text.slice(Math.max(0, segment.start - 12), segment.start);
  return /(?:^|\n)\s*(?:\(?[a-z][.)]|[•·▪●◦‣■□➢✓\uf0b7\uf0a7–—-])\s+$/iu.test(before);
}
