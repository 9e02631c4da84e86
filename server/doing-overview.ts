// Questions for what a company, or whoever else documents are named after, does: the sentences that say it of itself. Pure.

import { type OverviewPage, overviewOf } from "./overview.ts";
import type { RankedPage } from "./ranking.ts";
import type { Texts } from "./text-cache.ts";

/** What a sentence is about stands at its beginning. */
const subjectLength = 70;
const itself = /\b(?:we|our (?:company|group)|the (?:company|group))\b/i;
const isSome =
  /\b(?:is|are) (?:an? |the |one of |among )(?:[^\s.;]+ ){0,6}(?:leader|leading|largest|premier|compan(?:y|ies)|providers?|retailers?|manufacturers?|makers?|producers?|developers?|suppliers?|distributors?|operators?|network|platform|bank|insurer|airline|firm|organi[sz]ation|institution|university|association|agency)\b/i;
const does =
  /\b(?:we|company|group|inc\.?|corp\.?|ltd\.?) (?:also |primarily |mainly )?(?:provides?|offers?|operates?|develops?|designs?|manufactures?|produces?|sells?|suppl(?:y|ies)|distributes?|delivers?|specialis?es|specializ?es)\b/i;
/** What has happened, and where somebody is entered, is not what he does. */
const news =
  /\b(?:announced|reported|issued|completed|filed|incorporated|registered|organi[sz]ed under|quarter|compared|we believe)\b/i;
const [someWorth, doesWorth, newsShare] = [2, 0.8, 0.4];

/** How surely a sentence says what somebody does: 0 where it does not. */
function doingWorth(text: string, name: string[]): number {
  const line = text.replace(/\s+/g, " ");
  const start = line.slice(0, subjectLength).toLowerCase();
  if (!itself.test(start) && !name.every((word) => start.includes(word))) return 0;
  const worth = isSome.test(line) ? someWorth : does.test(line) ? doesWorth : 0;
  return news.test(line) ? newsShare * worth : worth;
}

/**
 * What all of some documents tell of it: the pages that tell it best, whichever they are of; none where none says it.
 * @param name its words, as they are asked for
 */
export function overviewOfOne(
  pages: RankedPage[],
  name: string[],
  title: (page: RankedPage) => string,
  cut?: Texts["segments"],
): OverviewPage[] {
  const ids = [...new Set(pages.map(({ documentId }) => documentId))];
  const own = (id: string) => pages.filter(({ documentId }) => documentId === id);
  const told = ids.flatMap((id) => overviewOf(own(id), "about", title, cut));
  const weighed = told.map(({ page, segments }): OverviewPage => {
    const scored = segments.map((segment) => ({
      ...segment,
      score: segment.score * (1 + doingWorth(page.text.slice(segment.start, segment.end), name)),
    }));
    return { page, segments: scored, score: Math.max(0, ...scored.map(({ score }) => score)) };
  });
  const most = Math.max(0.001, ...weighed.map(({ score }) => score));
  const [best] = weighed.flatMap(({ page, segments }) =>
    segments.filter(({ score }) => score === most).map(({ start, end }) => page.text.slice(start, end)),
  );
  if (!best || doingWorth(best, name) < doesWorth) return [];
  return weighed
    .map((page) => ({ ...page, score: Math.max(0.1, page.score / most) }))
    .sort((one, two) => two.score - one.score);
}
