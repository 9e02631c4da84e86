// Small scopes whose chunks are all in memory: which of them hold a question's words is told without the database.
import type { Candidates } from "./candidates.ts";
import { readChunks } from "./chunk-reading.ts";
import { configsOf, textSearchConfig } from "./language.ts";
import type { Database } from "./models/database.ts";
import type { DocumentModel } from "./models/document.ts";
import { missingPages, readPages } from "./page-reading.ts";
import type { QueryWord } from "./query.ts";
import type { RankedChunk } from "./ranking.ts";
import { nearBeginnings } from "./spelling.ts";
import { isStopWord } from "./stop-words.ts";
import type { Pause, Texts } from "./text-cache.ts";
import { createWordReader, fold, isUnspaced } from "./words.ts";

/** Ten reports have as many, and looking through them takes two milliseconds. */
const maxChunks = 3000;
/** Read at a time. */
const readAtOnce = 250;
/** Pages whose chunks are hardly more than those that a search would find, and be read for, at the first question. */
const fewPages = 120;

type ScopeDocument = Pick<DocumentModel, "id" | "ready_run" | "index_version" | "language">;

interface KeptChunk {
  chunk: RankedChunk;
  language: string | null;
  /** Numbers of its words. */
  terms: Int32Array;
}

/** @returns every chunk in scope; null where there are too many, or not all of them are in memory as they stand now. */
export function keptScope(documents: ScopeDocument[], texts: Texts): KeptChunk[] | null {
  const chunks: KeptChunk[] = [];
  for (const { ready_run, index_version, language } of documents) {
    const ids = ready_run && texts.chunksOf(ready_run);
    if (!ids || chunks.length + ids.length > maxChunks) return null;
    for (const id of ids) {
      const kept = texts.chunk(id);
      if (kept?.version !== index_version) return null;
      const { chunk } = kept;
      const own = chunk.language ?? language;
      // Its words too: reading those of a whole document would be one long stretch.
      const known = texts.known(chunk.content, own);
      if (!known) return null;
      chunks.push({ chunk, language: own, terms: known.terms });
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
export async function keepScope(
  deps: { db: Database },
  documents: DocumentModel[],
  texts: Texts,
  pause?: Pause,
): Promise<void> {
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
    await pause?.();
  }
  // One without any text has none.
  for (const run of runs) texts.keepRun(run, byRun.get(run) ?? []);
}

/** Pages of a small scope that are read ahead: half of what a store has room for. */
const maxPages = 400;
const pagesAtOnce = 8;

/** Reads the pages of a scope, if they are few, and what of its chunks is not kept: for the next questions. */
export async function readAhead(
  deps: { db: Database },
  documents: DocumentModel[],
  texts: Texts,
  pause: Pause,
): Promise<void> {
  await keepScope(deps, documents, texts, pause);
  if (pagesOf(documents) > maxPages) return;
  const pages = documents.flatMap(({ id, pages }) =>
    Array.from({ length: pages ?? 0 }, (_, index) => ({ documentId: id, page: index + 1 })),
  );
  const missing = missingPages(documents, pages, texts);
  for (let at = 0; at < missing.length; at += pagesAtOnce) {
    await readPages(deps, documents, missing.slice(at, at + pagesAtOnce), texts);
    await pause();
  }
}

/**
 * What the statement in `candidates.ts` tells, in the terms by which chunks are ranked.
 * @returns null where the question has words of scripts without spaces, whose parts the index knows better.
 */
export function candidatesAmong(
  chunks: KeptChunk[],
  words: QueryWord[],
  documents: Pick<DocumentModel, "language" | "languages">[],
  texts: Texts,
  { maxCandidates, maxSimilar }: { maxCandidates: number; maxSimilar: number },
): Candidates | null {
  if (words.some(({ surface }) => isUnspaced(surface))) return null;
  const configs = configsOf(documents);
  // One that is left out has a family all the same, which then is missed.
  const asked = words.filter(
    ({ surface, family }) => family?.length || !configs.every((config) => isStopWord(surface, config)),
  );
  const held = heldBy(chunks, asked, texts);
  const frequencies = asked.map((_, word) => held.reduce((sum, marks) => sum + ((marks >>> word) & 1), 0));
  const worth = asked.map(({ weight }, word) => {
    const df = frequencies[word] ?? 0;
    return weight * Math.log(1 + (chunks.length - df + 0.5) / (df + 0.5));
  });
  const scored = chunks.map(({ chunk }, place) => {
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
    const similar = chunks.length <= maxCandidates ? chunks : beginningLike(absent, chunks, texts).slice(0, maxSimilar);
    for (const { chunk } of similar) found.add(chunk);
  }
  return {
    total: chunks.length,
    frequencies: new Map(asked.map(({ surface }, word) => [surface, frequencies[word] ?? 0])),
    chunks: [...found],
  };
}

/** For each chunk the words that it holds, in any form of their families: the n-th as its n-th bit. */
function heldBy(chunks: KeptChunk[], words: QueryWord[], texts: Texts): number[] {
  const tables = new Map<string | null, Int32Array>();
  return chunks.map(({ language, terms }) => {
    const table = tables.get(language) ?? marksOf(words, language, texts);
    tables.set(language, table);
    let marks = 0;
    for (let at = 0; at < terms.length; at++) {
      const number = terms[at] ?? 0;
      // Reading beyond an array's end is slow.
      if (number < table.length) marks |= table[number] ?? 0;
    }
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
function beginningLike(beginnings: string[], chunks: KeptChunk[], texts: Texts): KeptChunk[] {
  const numbers = beginnings.flatMap((letters) => texts.beginningWith(letters));
  if (numbers.length === 0) return [];
  const table = new Uint8Array(Math.max(...numbers) + 1);
  for (const number of numbers) table[number] = 1;
  return chunks.filter(({ terms }) => {
    for (let at = 0; at < terms.length; at++) {
      const number = terms[at] ?? 0;
      if (number < table.length && table[number]) return true;
    }
    return false;
  });
}
