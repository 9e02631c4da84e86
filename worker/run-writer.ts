// Gathers pages and chunks into short transactions beside the reading, once enough text has come to know the language.
import { detectLanguage } from "@pagewise/server/language";
import { type PageRow, writeRun } from "@pagewise/server/models/run";
import type { PdfPage } from "@pagewise/server/ports";
import { packLines } from "@pagewise/server/rects";
import { searchTextVersion } from "@pagewise/server/search-text";
import { runBeside } from "./beside.ts";
import { createChunker, type PageChunk } from "./chunk.ts";
import { type ChunkIndexer, createChunkIndexer } from "./chunk-index.ts";
import type { WorkerParts } from "./deps.ts";
import { type KeptLease, LeaseLostError } from "./lease.ts";
import { createStatementSize } from "./statement-size.ts";

/** Rows and characters of text that may wait to be written before the reading waits for them. */
const maxWaitingRows = 400;
const maxWaitingChars = 2_000_000;
/** Text that a language is told from. */
const sampleLength = 4000;
const samplePages = 20;

export interface RunWriter {
  /** Resolves at once unless much waits to be written already. Throws what an earlier write threw. */
  add(page: PdfPage): Promise<void>;
  /** Writes what is left. */
  end(): Promise<{ language: string | null; languages: (string | null)[]; indexVersion: number; chunks: number }>;
  /** Resolves when no write is under way, however it ended. */
  idle(): Promise<void>;
}

export function createRunWriter({ db, vacuum }: WorkerParts, lease: KeptLease): RunWriter {
  const pages: PageRow[] = [];
  const chunks: (PageChunk & { ordinal: number })[] = [];
  const chunker = createChunker();
  let waitingChars = 0;
  let ordinal = 0;
  const size = createStatementSize();
  let sample = "";
  let indexer: ChunkIndexer | undefined;
  let ending = false;
  const waitingRows = () => pages.length + chunks.length;

  async function writeBatch({ index }: ChunkIndexer): Promise<void> {
    const startedAt = performance.now();
    const pageRows = pages.splice(0, size.rows());
    const cut = chunks.splice(0, size.rows() - pageRows.length);
    const rows = pageRows.length + cut.length;
    const chunkRows = cut.map((chunk) => ({ ...chunk, ...index(chunk.content) }));
    if (!(await writeRun(db, lease, { pages: pageRows, chunks: chunkRows }))) throw new LeaseLostError();
    for (const page of pageRows) waitingChars -= page.text.length;
    vacuum.note(rows);
    size.note(rows, startedAt);
  }

  const writing = runBeside(async () => {
    indexer ??= createChunkIndexer(detectLanguage(sample));
    while (waitingRows() >= (ending ? 1 : size.rows())) {
      lease.signal.throwIfAborted();
      await writeBatch(indexer);
    }
  });

  function take(cut: PageChunk[]): void {
    for (const chunk of cut) chunks.push({ ...chunk, ordinal: ordinal++ });
  }

  return {
    async add(page) {
      pages.push(pageRow(page));
      waitingChars += page.text.length;
      take(chunker.add(page));
      if (!indexer) {
        sample += `${page.text.slice(0, sampleLength)}\n`;
        if (sample.length < sampleLength && pages.length < samplePages) return;
      }
      if (waitingRows() >= size.rows()) writing.begin();
      if (waitingRows() > maxWaitingRows || waitingChars > maxWaitingChars) await writing.settled();
    },
    async end() {
      take(chunker.end());
      ending = true;
      await writing.settled();
      writing.begin();
      await writing.settled();
      return {
        language: indexer?.main() ?? null,
        languages: indexer?.languages() ?? [],
        indexVersion: searchTextVersion,
        chunks: ordinal,
      };
    },
    idle: () => writing.settled().catch(() => {}),
  };
}

function pageRow(page: PdfPage): PageRow {
  const { number, text, width, height } = page;
  return { number, text, width, height, lines: packLines(page) };
}
