// Joins what is near a question in meaning to what holds its words. Pure: without vectors nothing is changed.
import type { NearChunk } from "./models/embedding.ts";
import type { Query } from "./query.ts";
import type { RankedChunk, RankedPage, ScoredPage } from "./ranking.ts";
import type { ScoredSegment } from "./segment-scores.ts";
import type { Nearest } from "./vector-search.ts";

/** What nearness counts beside the words' whole score, both 0..1. */
const weight = 0.5;
/** What it adds to the sentences of the nearest chunk, of which the quote is chosen. */
const sentenceWeight = 0.15;
/** How sure nearness alone can be: it tells what a chunk is about, not whether it answers. */
const maxConfidence = 0.5;
/** Standard deviations by which the nearest chunk must stand out from all for half of that. */
const halfSure = 3.5;
const steepness = 1.5;

export interface Nearness {
  /** 1 for the nearest chunk of all, 0 for those that are no nearer than most. */
  nearness: number;
  chunk: NearChunk;
}

/** @returns the nearest chunk of each page, by `keyOf`. */
export function nearnessOf(found: Nearest[], keyOf: (chunk: NearChunk) => string): Map<string, Nearness> {
  const byPage = new Map<string, Nearness>();
  for (const { chunks, total, mean } of found) {
    const best = chunks[0]?.similarity ?? 0;
    // Of chunks that are not among the nearest it is only known that they are no nearer than the last of these.
    const last = total > chunks.length ? (chunks.at(-1)?.similarity ?? 0) : mean;
    const floor = Math.min(Math.max(mean, last), best);
    for (const chunk of chunks) {
      const nearness = best > floor ? Math.max(0, (chunk.similarity - floor) / (best - floor)) : 1;
      const key = keyOf(chunk);
      if (nearness > (byPage.get(key)?.nearness ?? 0)) byPage.set(key, { nearness, chunk });
    }
  }
  return byPage;
}

/** The question with the words that it leans on, as a text to embed. */
export function spoken({ text, words }: Query): string {
  const asked = text.toLowerCase();
  const carried = words.filter(({ surface, optional }) => !optional && !asked.includes(surface));
  return [text, ...carried.map(({ surface }) => surface)].join(" ");
}

/** Those that hold words of the question, and those that are near it without. */
export function withNear(chunks: RankedChunk[], found: Nearest[]): RankedChunk[] {
  if (found.length === 0) return chunks;
  const byContent = new Map<string, RankedChunk>();
  for (const chunk of [...chunks, ...found.flatMap((nearest) => nearest.chunks)]) {
    const key = `${chunk.documentId} ${chunk.page} ${chunk.content}`;
    if (!byContent.has(key)) byContent.set(key, chunk);
  }
  return [...byContent.values()];
}

type WordScored = Pick<ScoredPage, "page" | "segments" | "score">;

/**
 * Pages of documents without vectors count as near as their words make them good: neither better nor worse off.
 * @param pages by their words, best first.
 * @returns best first.
 */
export function fuseNearness<T extends WordScored>(
  pages: T[],
  found: Nearest[],
  nearness: Map<string, Nearness>,
  keyOf: (page: RankedPage) => string,
): T[] {
  if (found.length === 0) return pages;
  const compared = new Set(found.flatMap(({ documentIds }) => documentIds));
  const best = Math.max(0, ...pages.map(({ score }) => score)) || 1;
  return pages
    .map((scored) => {
      const byWords = scored.score / best;
      const near = nearness.get(keyOf(scored.page));
      const byMeaning = compared.has(scored.page.documentId) ? (near?.nearness ?? 0) : byWords;
      const segments = near ? scored.segments.map((segment) => lifted(segment, near)) : scored.segments;
      return { ...scored, segments, score: byWords + weight * byMeaning };
    })
    .sort((left, right) => right.score - left.score || left.page.page - right.page.page);
}

/** Which sentence of a near chunk is meant is not known: all of them are lifted, headings hardly. */
function lifted(segment: ScoredSegment, { nearness, chunk }: Nearness): ScoredSegment {
  if (segment.end <= chunk.start || segment.start >= chunk.end) return segment;
  const share = segment.kind === "heading" ? 0.2 : 1;
  return { ...segment, score: segment.score + sentenceWeight * nearness * share };
}

/**
 * Raised where the nearest chunk stands out, never lowered. Similarities of one model mean nothing in another, so
 * it is measured by how far it stands out from the rest: in few chunks none can.
 * @param confidence by words, 0..1.
 */
export function confidenceWith(found: Nearest[], confidence: number): number {
  const standsOut = Math.max(
    0,
    ...found.map(({ chunks, mean, deviation }) =>
      deviation > 0 ? ((chunks[0]?.similarity ?? mean) - mean) / deviation : 0,
    ),
  );
  if (found.length === 0) return confidence;
  const sure = maxConfidence / (1 + Math.exp(-steepness * (standsOut - halfSure)));
  return 1 - (1 - confidence) * (1 - sure);
}
