// What of texts does not depend on a question: chunks and pages, their words as numbers, labels of rows, sentences.
import { setTimeout as sleep } from "node:timers/promises";
import type { RankedChunk, RankedPage } from "./ranking.ts";
import { type Segment, type SegmentedPage, segmentsOf } from "./segments.ts";
import { rowLabels } from "./table-labels.ts";
import { createTermReader } from "./words.ts";

/** The words of a text in their order. */
export interface ReadText {
  /** UTF-16 offsets in the text. */
  starts: Uint16Array | Int32Array;
  ends: Uint16Array | Int32Array;
  /** Numbers of their terms. */
  terms: Int32Array;
}

/** What one question reads with from its beginning to its end: the numbers of its terms stay what they are. */
export interface Texts {
  /** @param language by which its words are stemmed. */
  read(text: string, language: string | null): ReadText;
  /** The same where it has been read by that language and is kept still. */
  known(text: string, language: string | null): ReadText | undefined;
  /** See `rowLabels`. */
  labels(text: string): string[];
  segments(page: SegmentedPage): Segment[];
  /** The number of a term, which is given one where it has none. */
  numberOf(term: string): number;
  termOf(number: number): string;
  /** The numbers of the terms that begin so, in at least `indexedLetters` letters. */
  beginningWith(letters: string): number[];
  /** A page as it was kept under this key, which must name its run: pages of a run never change. */
  page(key: string): RankedPage | undefined;
  keep(key: string, page: RankedPage): void;
  /** A chunk as it was kept under its id. */
  chunk(id: number): KeptChunk | undefined;
  keepChunk(id: number, kept: KeptChunk): void;
  /** The ids of all chunks of a run, where they were told. */
  chunksOf(run: string): number[] | undefined;
  keepRun(run: string, ids: number[]): void;
}

interface KeptChunk {
  chunk: RankedChunk;
  /** Of the index by which its language was told. */
  version: number;
}

export type Pause = () => Promise<void>;

export interface TextCache {
  open(): Texts;
  /**
   * Does what spares the next questions work, or leaves it where that has been done too much of late. The work waits for
   * `pause` between its pieces; after the signal has aborted it gets no further.
   */
  atLeisure(work: (texts: Texts, pause: Pause) => Promise<void>, signal: AbortSignal): Promise<void>;
}

/** A conversation goes over the same pages again and again; it holds about two thousand, and the chunks of fifty reports. */
const defaultMaxBytes = 128 * 2 ** 20;
/** Surfaces and terms are never forgotten one by one: with so many all begins anew. */
const defaultMaxTerms = 150_000;
/** Letters by which terms are found that begin alike. */
const indexedLetters = 4;
/** One who reads ahead pauses for as many times as long as it took: many documents in turn must not keep it busy. */
const leisure = 10;
/** Of an entry besides its text and numbers, and of a line with its share of the page's sentences. */
const entryBytes = 400;
const lineBytes = 250;

/** Every text is told by itself, so that what is kept can never be out of date. */
export function createTextCache(maxBytes = defaultMaxBytes, maxTerms = defaultMaxTerms): TextCache {
  let texts = createTexts(maxBytes);
  let restUntil = 0;
  const open = () => {
    if (texts.size() > maxTerms) texts = createTexts(maxBytes);
    return texts;
  };
  return {
    open,
    async atLeisure(work, signal) {
      let begun = performance.now();
      if (begun < restUntil) return;
      restUntil = Number.POSITIVE_INFINITY;
      const rest = () => leisure * (performance.now() - begun);
      const pause = async () => {
        await sleep(rest(), undefined, { ref: false, signal });
        begun = performance.now();
      };
      try {
        await work(open(), pause);
      } finally {
        restUntil = performance.now() + rest();
      }
    },
  };
}

interface KnownText extends ReadText {
  language: string | null;
  labels?: string[];
}

export function createTexts(maxBytes = defaultMaxBytes): Texts & { size(): number } {
  const numbers = new Map<string, number>();
  const terms: string[] = [];
  /** Terms by their first letters, as far as they were indexed. */
  const byHead = new Map<string, number[]>();
  let indexed = 0;
  const numberOf = (term: string) => {
    let number = numbers.get(term);
    if (number === undefined) {
      number = terms.push(term) - 1;
      numbers.set(term, number);
    }
    return number;
  };
  const readers = new Map<string | null, ReturnType<typeof createTermReader<number>>>();
  const reader = (language: string | null) => {
    let read = readers.get(language);
    if (!read) {
      read = createTermReader(language, numberOf);
      readers.set(language, read);
    }
    return read;
  };
  const readWords = createWordList();
  const known = createRecent<string, KnownText>(maxBytes / 2);
  const pages = createRecent<string, RankedPage>(maxBytes / 4);
  const chunks = createRecent<number, KeptChunk>(maxBytes / 4);
  const runs = createRecent<string, number[]>(maxBytes / 64);
  const cut = new WeakMap<SegmentedPage, Segment[]>();
  const knownBy = (text: string, language: string | null) => {
    const found = known.get(text);
    return found?.language === language ? found : undefined;
  };
  const read = (text: string, language: string | null): KnownText => {
    const found = knownBy(text, language);
    if (found) return found;
    const entry = { language, ...readWords(text, reader(language)) };
    known.set(text, entry, entryBytes + 2 * text.length + 8 * entry.terms.length);
    return entry;
  };
  return {
    read,
    known: knownBy,
    labels(text) {
      const entry = known.get(text);
      if (!entry) return rowLabels(text);
      entry.labels ??= rowLabels(text);
      return entry.labels;
    },
    segments(page) {
      let segments = cut.get(page);
      if (!segments) {
        segments = segmentsOf(page);
        cut.set(page, segments);
      }
      return segments;
    },
    numberOf,
    termOf: (number) => terms[number] ?? "",
    beginningWith(letters) {
      for (; indexed < terms.length; indexed++) {
        const head = terms[indexed]?.slice(0, indexedLetters) ?? "";
        const known = byHead.get(head);
        if (known) known.push(indexed);
        else byHead.set(head, [indexed]);
      }
      const numbers = byHead.get(letters.slice(0, indexedLetters)) ?? [];
      return numbers.filter((number) => terms[number]?.startsWith(letters));
    },
    page: (key) => pages.get(key),
    keep: (key, page) => pages.set(key, page, entryBytes + 2 * page.text.length + lineBytes * page.lines.length),
    chunk: (id) => chunks.get(id),
    keepChunk: (id, kept) => chunks.set(id, kept, entryBytes + 2 * kept.chunk.content.length),
    chunksOf: (run) => runs.get(run),
    keepRun: (run, ids) => runs.set(run, ids, entryBytes + 8 * ids.length),
    size: () => terms.length,
  };
}

/** Gathers words where the ones before were gathered, since arrays that grow take longer than finding them. */
function createWordList() {
  const each = 3;
  let gathered = new Int32Array(0);
  return (text: string, read: ReturnType<typeof createTermReader<number>>): ReadText => {
    // No text has more words than characters.
    if (gathered.length < each * text.length) gathered = new Int32Array(2 * each * text.length);
    let length = 0;
    read(text, (term, start, end) => {
      gathered[length++] = start;
      gathered[length++] = end;
      gathered[length++] = term;
    });
    const places = text.length < 2 ** 16 ? Uint16Array : Int32Array;
    const count = length / each;
    const [starts, ends, terms] = [new places(count), new places(count), new Int32Array(count)];
    for (let at = 0; at < count; at++) {
      starts[at] = gathered[each * at] ?? 0;
      ends[at] = gathered[each * at + 1] ?? 0;
      terms[at] = gathered[each * at + 2] ?? 0;
    }
    return { starts, ends, terms };
  };
}

/**
 * Keeps what was asked for of late, as far as it has room: the oldest goes, but what was asked for since it came or was
 * spared is spared once more (Corbató's clock).
 */
function createRecent<K, T>(maxBytes: number) {
  const entries = new Map<K, { value: T; bytes: number; asked: boolean }>();
  let held = 0;
  const forget = (key: K) => {
    held -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  };
  return {
    get(key: K): T | undefined {
      const entry = entries.get(key);
      if (entry) entry.asked = true;
      return entry?.value;
    },
    set(key: K, value: T, bytes: number): void {
      forget(key);
      if (bytes > maxBytes) return;
      // A map goes in the order of its insertions.
      entries.set(key, { value, bytes, asked: false });
      held += bytes;
      for (const [oldest, entry] of entries) {
        if (held <= maxBytes) break;
        if (oldest === key) continue;
        if (!entry.asked) forget(oldest);
        else {
          entry.asked = false;
          entries.delete(oldest);
          entries.set(oldest, entry);
        }
      }
    },
  };
}
