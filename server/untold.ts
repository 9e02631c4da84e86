// Puts behind the others what the reader has been told already, for a question that asks for more. Pure.
import { inOneLine } from "./one-line.ts";
import type { ScoredPage } from "./ranking.ts";

/** What a sentence counts that the last answer held. */
const toldShare = 0.15;

type Page = Pick<ScoredPage, "page" | "segments" | "score">;

/** @param told the last answer. */
export function untold<P extends Page>(pages: P[], told: string): P[] {
  const known = bare(told);
  return pages
    .map((found) => {
      const segments = found.segments.map((segment) => {
        const text = bare(inOneLine(found.page.text.slice(segment.start, segment.end)));
        return text.length > 2 && known.includes(text) ? { ...segment, score: segment.score * toldShare } : segment;
      });
      const best = (of: { score: number }[]) => Math.max(0, ...of.map(({ score }) => score));
      const share = best(segments) / (best(found.segments) || 1);
      return { ...found, segments, score: found.score * share };
    })
    .sort((left, right) => right.score - left.score);
}

/** Words alone: whether a hyphen at a line's end was the word's own is no difference. */
function bare(text: string): string {
  return text
    .toLowerCase()
    .replace(/[-\u2010]/g, "")
    .replace(/[^\p{L}\p{N}]+/gu, " ");
}
