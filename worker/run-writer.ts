// Gathers pages and chunks into short transactions, once enough text has come to know the document's language.
import { detectLanguage, textSearchConfig } from "@pagewise/server/language";
import { type ChunkRow, type PageRow, writeRun } from "@pagewise/server/models/run";
import type { PdfPage } from "@pagewise/server/ports";
import { packLines } from "@pagewise/server/rects";
import { createChunker, type PageChunk } from "./chunk.ts";
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
  end(): Promise<{ language: string | null; chunks: number }>;
}

export function createRunWriter({ db, vacuum }: WorkerParts, lease: KeptLease): RunWriter {
  const pages: PageRow[] = [];
  const chunks: ChunkRow[] = [];
  const chunker = createChunker();
  let ordinal = 0;
  let rowsAtOnce = 40;
  let sample = "";
  let language: string | null | undefined;

  async function write(atLeast: number): Promise<void> {
    if (language === undefined) language = detectLanguage(sample);
    const config = textSearchConfig(language);
    while (pages.length + chunks.length >= atLeast && pages.length + chunks.length > 0) {
      lease.signal.throwIfAborted();
      const startedAt = performance.now();
      const batch = { pages: pages.splice(0, rowsAtOnce), chunks: [] as ChunkRow[], config };
      batch.chunks = chunks.splice(0, rowsAtOnce - batch.pages.length);
      const rows = batch.pages.length + batch.chunks.length;
      if (!(await writeRun(db, lease, batch))) throw new LeaseLostError();
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
      if (language === undefined) {
        sample += `${page.text.slice(0, sampleLength)}\n`;
        if (sample.length < sampleLength && pages.length < samplePages) return;
      }
      await write(rowsAtOnce);
    },
    async end() {
      take(chunker.end());
      await write(0);
      return { language: language ?? null, chunks: ordinal };
    },
  };
}

function pageRow(page: PdfPage): PageRow {
  const { number, text, width, height } = page;
  return { number, text, width, height, lines: packLines(page) };
}
