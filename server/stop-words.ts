// Which words PostgreSQL's text search leaves out: no index tells of them.
import stopWords from "./stop-words.json" with { type: "json" };

const byConfig = new Map(Object.entries(stopWords).map(([config, words]) => [config, new Set(words.split(" "))]));

/** @param config a PostgreSQL text search configuration. @param word in lower case. */
export function isStopWord(word: string, config: string): boolean {
  const known = byConfig.get(config);
  // As its parser takes "don't" apart.
  return known !== undefined && word.split(/[^\p{L}\p{M}\p{N}]+/u).every((part) => part === "" || known.has(part));
}
