// What manuals and handbooks are told by: what the thing is for, and the chapters that their contents name. Pure.

import type { OverviewPage } from "./overview.ts";
import type { RankedPage } from "./ranking.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import { segmentsOf } from "./segments.ts";
import type { Texts } from "./text-cache.ts";

const guide =
  /\b(?:manual|guide|handbook|instructions for use|operating instructions|handbuch|bedienungsanleitung|gebrauchsanweisung|manuel|mode d['’]emploi|manuale)\b/i;
/** Where a first page says what it is the first page of. */
const titleLength = 600;

/** @param pages the first of a document. */
export function isGuide(title: string, [first]: Pick<RankedPage, "text">[]): boolean {
  return guide.test(title.replace(/[_.-]+/g, " ")) || guide.test(first?.text.slice(0, titleLength) ?? "");
}

/** Asked of the whole document, for what its first pages do not say. */
export const purposeQuestion = "What is the intended use, and what is it designed for?";

/** A thing that is intended for something, not "these limits" or "the above". */
const isFor =
  /^(?:the |this |our |your )?(?!above|following|these|those|such|it\b)(?:[\p{L}\p{N}-]+ ){1,5}is (?:\p{L}+ly )?(?:intended|designed|meant) (?:for|to)\b|\bthis (?:manual|guide|handbook) (?:is (?:intended|for)|describes|explains|contains|covers|provides|tells|gives)\b/iu;

/** @returns the first page that says what it is for, with only those sentences worth anything; null where none does. */
export function purposeOf(pages: Pick<OverviewPage, "page" | "segments">[]): OverviewPage | null {
  for (const { page, segments } of pages) {
    const scored = segments.map((segment): ScoredSegment => {
      const tells =
        segment.kind === "sentence" && isFor.test(page.text.slice(segment.start, segment.end).replace(/\s+/g, " "));
      return { ...segment, score: tells ? 1 : 0 };
    });
    if (scored.some(({ score }) => score > 0)) return { page, segments: scored, score: 1 };
  }
  return null;
}

/** Entries that make a list of contents. */
const fewestEntries = 6;
/** Headings on a page of contents that are its chapters. */
const fewestHeadings = 3;
/** A longer heading among the entries is the first line of one. */
const mostWords = 6;
const contents = /^(?:table of )?contents$|^(?:inhalt|inhaltsverzeichnis|sommaire|table des matières|índice|indice)$/i;
const chapter = /^(?:chapter|part|kapitel|teil|chapitre|partie|capítulo|parte|capitolo)\b/i;
const numbered = /^\d{1,2}(?:\.\d{1,2})+/;
/** Before the number of a page. */
const leaders = /(?:\s*\.){3,}.*$|\t.*$/s;

/** @returns the page of contents with its chapters alone worth anything; null where there is none. */
export function chaptersOf(pages: RankedPage[], cut: Texts["segments"] = segmentsOf): OverviewPage | null {
  for (const page of pages) {
    const segments = cut(page);
    if (segments.filter(({ listed }) => listed).length < fewestEntries) continue;
    const entries = segments.map((segment) => {
      const text = page.text.slice(segment.start, segment.end);
      const title = text.replace(leaders, "").trimEnd();
      return { segment, title: /\p{L}{3}/u.test(title) && !contents.test(title) ? title : "" };
    });
    const titled = entries.filter(({ title }) => title !== "");
    const chapters = titled.filter(({ title }) => chapter.test(title));
    const headings = titled.filter(
      ({ segment, title }) => segment.kind === "heading" && !segment.listed && title.split(/\s+/).length <= mostWords,
    );
    const listed = titled.filter(({ segment, title }) => segment.listed && !numbered.test(title));
    const told = chapters.length >= fewestHeadings ? chapters : headings.length >= fewestHeadings ? headings : listed;
    const shown = new Set(told);
    const scored = entries.map((entry): ScoredSegment => {
      const { kind, listed: _, ...segment } = entry.segment;
      const isTold = shown.has(entry);
      const end = isTold ? segment.start + entry.title.length : segment.end;
      return { ...segment, kind: isTold ? "row" : kind, end, terms: new Set(), score: isTold ? 1 : 0 };
    });
    return { page, segments: scored, score: 1 };
  }
  return null;
}

/** Steps and warnings on its first pages say little of a guide: what it is for does, and its chapters. */
export function asGuide(
  overview: OverviewPage[],
  opening: RankedPage[],
  ranked: Pick<OverviewPage, "page" | "segments">[],
  cut: Texts["segments"],
): OverviewPage[] {
  const told = [purposeOf([...overview, ...ranked]), chaptersOf(opening, cut)].flatMap((page) => page ?? []);
  return told.length > 0 ? told : overview;
}
