// Gathers pages and chunks into short transactions, once enough text has come to know the document's language.
import { detectLanguage } from "@pagewise/server/language";
import { type PageRow, writeRun } from "@pagewise/server/models/run";
import type { PdfPage } from "@pagewise/server/ports";
import { packLines } from "@pagewise/server/rects";
import { searchTextVersion } from "@pagewise/server/search-text";
import { createChunker, type PageChunk } from "./chunk.ts";
import { type ChunkIndexer, createChunkIndexer } from "./chunk-index.ts";
import type { WorkerParts } from "./deps.ts";
import { type KeptLease, LeaseLostError } from "./lease.ts";

/** Rows of a transaction at most. */
const maxRows = 100;
/** What a transaction is allowed to take: on the embedded database everybody waits behind it. */
const targetMs = 30;
/** Text that a language is told from. */
const sampleLength = 4000;
const samplePages = 20;

export interface RunWriter {
  add(page: PdfPage): Promise<void>;
  /** Writes what is left. */
  end(): Promise<{ language: string | null; languages: (string | null)[]; indexVersion: number; chunks: number }>;
}

export function createRunWriter({ db, vacuum }: WorkerParts, lease: KeptLease): RunWriter {
  const pages: PageRow[] = [];
  const chunks: (PageChunk & { ordinal: number })[] = [];
  const chunker = createChunker();
  let ordinal = 0;
  let rowsAtOnce = 40;
  let sample = "";
  let indexer: ChunkIndexer | undefined;

  async function write(atLeast: number): Promise<void> {
    indexer ??= createChunkIndexer(detectLanguage(sample));
    const { index } = indexer;
    while (pages.length + chunks.length >= atLeast && pages.length + chunks.length > 0) {
      lease.signal.throwIfAborted();
      const startedAt = performance.now();
      const pageRows = pages.splice(0, rowsAtOnce);
      const cut = chunks.splice(0, rowsAtOnce - pageRows.length);
      const rows = pageRows.length + cut.length;
      const chunkRows = cut.map((chunk) => ({ ...chunk, ...index(chunk.content) }));
      if (!(await writeRun(db, lease, { pages: pageRows, chunks: chunkRows }))) throw new LeaseLostError();
      vacuum.note(rows);
      const tookMs = Math.max(performance.now() - startedAt, 1);
      rowsAtOnce = Math.max(5, Math.min(maxRows, Math.round((rowsAtOnce + (rows * targetMs) / tookMs) / 2)));
    }
  }

  function take(cut: PageChunk[]): void {
    for (const chunk of cut) chunks.push({ ...chunk, ordinal: ordinal++ });
  }

  return {
    async add(page) {
      pages.push(pageRow(page));
      take(chunker.add(page));
      if (!indexer) {
        sample += `${page.text.slice(0, sampleLength)}\n`;
        if (sample.length < sampleLength && pages.length < samplePages) return;
      }
      await write(rowsAtOnce);
    },
    async end() {
      take(chunker.end());
      await write(0);
      return {
        language: indexer?.main() ?? null,
        languages: indexer?.languages() ?? [],
        indexVersion: searchTextVersion,
        chunks: ordinal,
      };
    },
  };
}

function pageRow(page: PdfPage): PageRow {
  const { number, text, width, height } = page;
  return { number, text, width, height, lines: packLines(page) };
}
