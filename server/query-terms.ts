// What each word of a question is worth among the chunks in scope, and what may stand there in its place.
import type { Candidates } from "./candidates.ts";
import { shareOfChunks } from "./common-words.ts";
import { inEnglish } from "./foreign-terms.ts";
import { isFrequentWord } from "./language.ts";
import type { Query } from "./query.ts";
import type { RankedChunk } from "./ranking.ts";
import { hasNear, nearWords } from "./spelling.ts";
import type { Term } from "./term-matching.ts";
import { createTexts, type Texts } from "./text-cache.ts";
import { familyOf } from "./word-families.ts";
import { fold } from "./words.ts";

/** Chunks that every scope is taken to have besides its own: frequencies in a two-page document tell little. */
const backgroundChunks = 40;
/** Of English it is known in how many chunks a common word stands. */
const englishBackground = 120;

/** What no chunk holds may only be put in other words there: it counts less, unless it is a name. */
const absentShare = 0.5;

/** A word that stands in for one of the question counts less than that would. */
const insteadShare = 0.8;

/** A word that only asks has no family that matters. */
const leastWithFamily = 0.3;

/** The query in the documents' language, with the family of each word as their languages make families. */
export function withFamilies(
  asked: Query,
  documents: { language: string | null; languages: (string | null)[] }[],
): Query {
  const query = inEnglish(asked, documents);
  const languages = new Set(documents.flatMap(({ language, languages }) => [language, ...languages]));
  const words = query.words.map((word) => {
    if (word.weight < leastWithFamily || word.optional || isFrequentWord(word.surface)) return word;
    const family = familyOf(word.surface, languages);
    return family.length ? { ...word, family } : word;
  });
  return { ...query, words };
}

/** The question's words with what each is worth among the chunks in scope. */
export function termsOf(
  query: Query,
  { total, frequencies, chunks }: Candidates,
  documents: { id: string; language: string | null }[],
  texts: Texts = createTexts(),
): Term[] {
  const isEnglish = documents.some(({ language }) => language === "en");
  const background = isEnglish ? englishBackground : backgroundChunks;
  const names = new Set(query.names.flat());
  const absent = query.words.flatMap(({ surface }) => (frequencies.get(surface) === 0 ? [fold(surface)] : []));
  const vocabulary = createVocabulary(chunks, absent.filter(hasNear), documents, texts);
  const idf = (surface: string, found: number) => {
    const held = found + (isEnglish ? background * shareOfChunks(surface) : 0);
    return Math.log(1 + (total + background - held + 0.5) / (held + 0.5));
  };
  return query.words.map(({ surface, weight, optional, family }, index): Term => {
    const df = names.has(index) && isMistaken(surface, chunks) ? 0 : frequencies.get(surface);
    if (df === 0 && frequencies.get(surface)) return { surface: "", value: weight * idf(surface, 0) };
    if (df === undefined || (optional && df === 0)) return { surface, value: 0 };
    if (df > 0) return { surface, value: weight * idf(surface, df), ...(family ? { instead: family } : {}) };
    const near = nearWords(fold(surface), vocabulary().keys());
    if (near.length === 0) return { surface, value: weight * idf(surface, 0) * (names.has(index) ? 1 : absentShare) };
    const found = Math.max(...near.map((word) => vocabulary().get(word) ?? 0));
    return { surface, value: weight * idf(surface, found) * insteadShare, instead: near };
  });
}

/** Whether a short name that looks like a plural ("Mars") was found only as what it would be one of ("Mar."). */
function isMistaken(surface: string, chunks: RankedChunk[]): boolean {
  if (!/^[a-z]{2,3}s$/.test(surface)) return false;
  const whole = new RegExp(`(?<!\\p{L})${surface}(?!\\p{L})`, "iu");
  return !chunks.some(({ content }) => whole.test(content));
}

/**
 * The words of the candidates that begin as one of `absent` does and are about as long, with the number of chunks that
 * hold each; read only where they are asked for.
 */
function createVocabulary(
  chunks: RankedChunk[],
  absent: string[],
  documents: { id: string; language: string | null }[],
  texts: Texts,
): () => Map<string, number> {
  let known: Map<string, number> | undefined;
  return () => {
    known ??= wordsOf(chunks, absent, documents, texts);
    return known;
  };
}

/** `nearWords` takes none that is shorter by more, or longer by more; what an apostrophe sets apart comes on top. */
const shorterBy = 2;
const longerBy = 6;
const lettersAlone = /^[\p{L}\p{M}]+$/u;

function wordsOf(
  chunks: RankedChunk[],
  absent: string[],
  documents: { id: string; language: string | null }[],
  texts: Texts,
): Map<string, number> {
  const counts = new Map<string, number>();
  if (absent.length === 0) return counts;
  const languages = new Map(documents.map(({ id, language }) => [id, language]));
  const lengths = absent.map((word) => word.length);
  const [least, most] = [Math.min(...lengths) - shorterBy, Math.max(...lengths) + longerBy];
  const initials = new Set(absent.flatMap((word) => [word.charCodeAt(0), word.toUpperCase().charCodeAt(0)]));
  for (const { content, language, documentId } of chunks) {
    const { starts, ends } = texts.read(content, language ?? languages.get(documentId) ?? null);
    const words = new Set<string>();
    for (let at = 0; at < starts.length; at++) {
      const [start, end] = [starts[at] ?? 0, ends[at] ?? 0];
      const code = content.charCodeAt(start);
      // Folding may make another letter of one with an accent.
      if (end - start < least || end - start > most || (code < 0x80 && !initials.has(code))) continue;
      const word = fold(content.slice(start, end));
      if (lettersAlone.test(word)) words.add(word);
    }
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}
