// What each word of a question is worth among the chunks in scope, and what may stand there in its place.
import type { Candidates } from "./candidates.ts";
import type { Query } from "./query.ts";
import type { RankedChunk } from "./ranking.ts";
import { nearWords } from "./spelling.ts";
import type { Term } from "./term-matching.ts";
import { fold } from "./words.ts";

/** Chunks that every scope is taken to have besides its own: frequencies in a two-page document tell little. */
const backgroundChunks = 40;

/** What no chunk holds may only be put in other words there: it counts less, unless it is a name. */
const absentShare = 0.5;

/** A word that stands in for one of the question counts less than that would. */
const insteadShare = 0.8;

/** The question's words with what each is worth among the chunks in scope. */
export function termsOf(query: Query, { total, frequencies, chunks }: Candidates): Term[] {
  const names = new Set(query.names.flat());
  const vocabulary = createVocabulary(chunks);
  return query.words.map(({ surface, weight, optional }, index) => {
    const df = frequencies.get(surface);
    if (df === undefined || (optional && df === 0)) return { surface, value: 0 };
    const idf = (frequency: number) => Math.log(1 + (total + backgroundChunks - frequency + 0.5) / (frequency + 0.5));
    if (df > 0) return { surface, value: weight * idf(df) };
    const near = nearWords(fold(surface), vocabulary().keys());
    if (near.length === 0) return { surface, value: weight * idf(0) * (names.has(index) ? 1 : absentShare) };
    const found = Math.max(...near.map((word) => vocabulary().get(word) ?? 0));
    return { surface, value: weight * idf(found) * insteadShare, instead: near };
  });
}

/** The words of the candidates with the number of chunks that hold each, read only where they are asked for. */
function createVocabulary(chunks: RankedChunk[]): () => Map<string, number> {
  let known: Map<string, number> | undefined;
  return () => {
    if (known) return known;
    known = new Map();
    for (const { content } of chunks) {
      for (const word of new Set(content.match(/[\p{L}\p{M}]{4,}/gu)?.map(fold))) {
        known.set(word, (known.get(word) ?? 0) + 1);
      }
    }
    return known;
  };
}
