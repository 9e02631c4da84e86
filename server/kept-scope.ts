// Small scopes whose chunks are all in memory: which of them hold a question's words is told without the database.
import type { Candidates } from "./candidates.ts";
import { readChunks } from "./chunk-reading.ts";
import { configsOf, textSearchConfig } from "./language.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import type { QueryWord } from "./query.ts";
import type { RankedChunk } from "./ranking.ts";
import { nearBeginnings } from "./spelling.ts";
import { isStopWord } from "./stop-words.ts";
import type { Texts } from "./text-cache.ts";
import { createWordReader, fold, isUnspaced } from "./words.ts";

/** Ten reports have as many, and looking through them takes two milliseconds. */
const maxChunks = 3000;
/** Read at a time. */
const readAtOnce = 250;
/** Pages whose chunks are hardly more than those that a search would find, and be read for, at the first question. */
const fewPages = 120;

type ScopeDocument = Pick<DocumentModel, "id" | "ready_run" | "index_version" | "language">;

/** @returns every chunk in scope; null where there are too many, or not all of them are in memory as they stand now. */
export function keptScope(documents: ScopeDocument[], texts: Texts): RankedChunk[] | null {
  const chunks: RankedChunk[] = [];
  for (const { ready_run, index_version, language } of documents) {
    const ids = ready_run && texts.chunksOf(ready_run);
    if (!ids || chunks.length + ids.length > maxChunks) return null;
    for (const id of ids) {
      const kept = texts.chunk(id);
      if (kept?.version !== index_version) return null;
      // Its words too: reading those of a whole document would be one long stretch.
      if (!texts.known(kept.chunk.content, kept.chunk.language ?? language)) return null;
      chunks.push(kept.chunk);
    }
  }
  return chunks;
}

/** Whether a scope is read whole at once, so that its first question is answered as every other. */
export function isReadWhole(documents: Pick<DocumentModel, "pages">[]): boolean {
  return pagesOf(documents) <= fewPages;
}

function pagesOf(documents: Pick<DocumentModel, "pages">[]): number {
  return documents.reduce((sum, { pages }) => sum + (pages ?? 0), 0);
}

/** Reads what a scope lacks to be kept, if it is a small one: for the next question. */
export async function keepScope(deps: { db: Database }, documents: DocumentModel[], texts: Texts): Promise<void> {
  const ready = documents.filter(({ ready_run }) => ready_run !== null);
  const runs = ready.flatMap(({ ready_run }) => ready_run ?? []);
  // A page has a chunk at least.
  if (pagesOf(ready) > maxChunks || keptScope(ready, texts)) return;
  const found = await deps.db.raw(
    `select run, json_agg(id order by id) ids from chunks
     where document_id = any(?::uuid[]) and run = any(?::uuid[]) group by run`,
    [ready.map(({ id }) => id), runs],
  );
  const byRun = new Map((found.rows as { run: string; ids: number[] }[]).map(({ run, ids }) => [run, ids]));
  const ids = [...byRun.values()].flat();
  if (ids.length > maxChunks) return;
  for (let at = 0; at < ids.length; at += readAtOnce) {
    await readChunks(deps, ready, ids.slice(at, at + readAtOnce), texts);
  }
  // One without any text has none.
  for (const run of runs) texts.keepRun(run, byRun.get(run) ?? []);
}

/**
 * What the statement in `candidates.ts` tells, in the terms by which chunks are ranked.
 * @returns null where the question has words of scripts without spaces, whose parts the index knows better.
 */
export function candidatesAmong(
  chunks: RankedChunk[],
  words: QueryWord[],
  documents: Pick<DocumentModel, "id" | "language" | "languages">[],
  texts: Texts,
  { maxCandidates, maxSimilar }: { maxCandidates: number; maxSimilar: number },
): Candidates | null {
  if (words.some(({ surface }) => isUnspaced(surface))) return null;
  const configs = configsOf(documents);
  // One that is left out has a family all the same, which then is missed.
  const asked = words.filter(
    ({ surface, family }) => family?.length || !configs.every((config) => isStopWord(surface, config)),
  );
  const languages = new Map(documents.map(({ id, language }) => [id, language]));
  const read: Read = (chunk) => {
    const language = chunk.language ?? languages.get(chunk.documentId) ?? null;
    return { language, terms: texts.read(chunk.content, language).terms };
  };
  const held = heldBy(chunks, asked, read, texts);
  const frequencies = asked.map((_, word) => held.reduce((sum, marks) => sum + ((marks >>> word) & 1), 0));
  const worth = asked.map(({ weight }, word) => {
    const df = frequencies[word] ?? 0;
    return weight * Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5));
  });
  const scored = chunks.map((chunk, place) => {
    const marks = held[place] ?? 0;
    const score = worth.reduce((sum, each, word) => sum + ((marks >>> word) & 1 ? each : 0), 0);
    return { chunk, place, score };
  });
  const best = scored
    .filter(({ score }) => score > 0)
    .sort((left, right) => right.score - left.score || left.place - right.place)
    .slice(0, maxCandidates);
  const absent = asked.flatMap(({ surface }, word) => (frequencies[word] === 0 ? nearBeginnings(fold(surface)) : []));
  const found = new Set(best.map(({ chunk }) => chunk));
  if (absent.length > 0) {
    if (chunks.length <= maxCandidates) for (const chunk of chunks) found.add(chunk);
    else for (const chunk of beginningLike(absent, chunks, read, texts).slice(0, maxSimilar)) found.add(chunk);
  }
  return {
    total: chunks.length,
    frequencies: new Map(asked.map(({ surface }, word) => [surface, frequencies[word] ?? 0])),
    chunks: [...found],
  };
}

type Read = (chunk: RankedChunk) => { language: string | null; terms: Int32Array };

/** For each chunk the words that it holds, in any form of their families: the n-th as its n-th bit. */
function heldBy(chunks: RankedChunk[], words: QueryWord[], read: Read, texts: Texts): number[] {
  const tables = new Map<string | null, Int32Array>();
  return chunks.map((chunk) => {
    const { language, terms } = read(chunk);
    const table = tables.get(language) ?? marksOf(words, language, texts);
    tables.set(language, table);
    let marks = 0;
    for (let at = 0; at < terms.length; at++) marks |= table[terms[at] ?? 0] ?? 0;
    return marks;
  });
}

/** Which words the number of a term stands for. Terms that are met later have higher numbers and stand for none. */
function marksOf(words: QueryWord[], language: string | null, texts: Texts): Int32Array {
  const read = createWordReader(language);
  const marks = new Map<number, number>();
  const config = textSearchConfig(language);
  for (const [word, { surface, family = [] }] of words.entries()) {
    // A chunk's own language leaves it out, whatever others do.
    const sought = isStopWord(surface, config) ? family : [surface, ...family];
    for (const { term } of sought.flatMap(read)) {
      const number = texts.numberOf(term);
      if (term) marks.set(number, (marks.get(number) ?? 0) | (1 << word));
    }
  }
  const table = new Int32Array(Math.max(-1, ...marks.keys()) + 1);
  for (const [number, mark] of marks) table[number] = mark;
  return table;
}

/** Chunks with a word that begins in one of these ways. */
function beginningLike(beginnings: string[], chunks: RankedChunk[], read: Read, texts: Texts): RankedChunk[] {
  const terms = chunks.map((chunk) => read(chunk).terms);
  const last = terms.reduce((most, numbers) => numbers.reduce((high, number) => Math.max(high, number), most), -1);
  // Of each term whether it does: looked at once, since most stand in many chunks.
  const does = new Int8Array(last + 1);
  const begins = (number: number) => {
    if (does[number] === 0) {
      const term = texts.termOf(number);
      does[number] = beginnings.some((letters) => term.startsWith(letters)) ? 1 : -1;
    }
    return does[number] === 1;
  };
  return chunks.filter((_, place) => terms[place]?.some(begins));
}
