// What chunks are found by: each is indexed by its own language, which the document's language stands in for.
import { detectLanguage, textSearchConfig } from "@pagewise/server/language";
import type { ChunkIndex } from "@pagewise/server/models/run";
import { searchTextOf } from "@pagewise/server/search-text";

export interface ChunkIndexer {
  index(content: string): ChunkIndex;
  /** Every language that a chunk was indexed by. */
  languages(): (string | null)[];
  /** The language of most of the text. */
  main(): string | null;
}

/** @param usual the document's language, as far as it is known. */
export function createChunkIndexer(usual: string | null): ChunkIndexer {
  const used = new Set<string | null>();
  const lengths = new Map<string, number>();
  const main = () => [...lengths].toSorted((one, two) => two[1] - one[1])[0]?.[0] ?? usual;
  return {
    index(content) {
      const told = detectLanguage(content, usual);
      if (told) lengths.set(told, (lengths.get(told) ?? 0) + content.length);
      const language = told ?? usual ?? main();
      used.add(language);
      return { language, config: textSearchConfig(language), ...searchTextOf(content) };
    },
    languages: () => [...used],
    main,
  };
}
