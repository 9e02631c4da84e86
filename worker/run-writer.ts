// Gathers pages and chunks into short transactions beside the reading, once enough text has come to know the language.
import { detectLanguage, textSearchConfig } from "@pagewise/server/language";
import { type ChunkRow, type PageRow, writeRun } from "@pagewise/server/models/run";
import type { PdfPage } from "@pagewise/server/ports";
import { packLines } from "@pagewise/server/rects";
import { runBeside } from "./beside.ts";
import { createChunker, type PageChunk } from "./chunk.ts";
import type { WorkerParts } from "./deps.ts";
import { type KeptLease, LeaseLostError } from "./lease.ts";

/** Rows of a transaction at most. */
const maxRows = 100;
/** What a transaction is allowed to take: on the embedded database everybody waits behind it. */
const targetMs = 30;
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
  end(): Promise<{ language: string | null; chunks: number }>;
  /** Resolves when no write is under way, however it ended. */
  idle(): Promise<void>;
}

export function createRunWriter({ db, vacuum }: WorkerParts, lease: KeptLease): RunWriter {
  const pages: PageRow[] = [];
  const chunks: ChunkRow[] = [];
  const chunker = createChunker();
  let waitingChars = 0;
  let ordinal = 0;
  let rowsAtOnce = 40;
  let atLeast = rowsAtOnce;
  let sample = "";
  let language: string | null | undefined;
  const waitingRows = () => pages.length + chunks.length;

  const writing = runBeside(async () => {
    if (language === undefined) language = detectLanguage(sample);
    const config = textSearchConfig(language);
    while (waitingRows() >= Math.max(atLeast, 1)) {
      lease.signal.throwIfAborted();
      const startedAt = performance.now();
      const batch = { pages: pages.splice(0, rowsAtOnce), chunks: [] as ChunkRow[], config };
      batch.chunks = chunks.splice(0, rowsAtOnce - batch.pages.length);
      const rows = batch.pages.length + batch.chunks.length;
      if (!(await writeRun(db, lease, batch))) throw new LeaseLostError();
      for (const page of batch.pages) waitingChars -= page.text.length;
      vacuum.note(rows);
      const tookMs = Math.max(performance.now() - startedAt, 1);
      rowsAtOnce = Math.max(5, Math.min(maxRows, Math.round((rowsAtOnce + (rows * targetMs) / tookMs) / 2)));
      if (atLeast > 0) atLeast = rowsAtOnce;
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
      if (language === undefined) {
        sample += `${page.text.slice(0, sampleLength)}\n`;
        if (sample.length < sampleLength && pages.length < samplePages) return;
      }
      if (waitingRows() >= atLeast) writing.begin();
      if (waitingRows() > maxWaitingRows || waitingChars > maxWaitingChars) await writing.settled();
    },
    async end() {
      take(chunker.end());
      atLeast = 0;
      await writing.settled();
      writing.begin();
      await writing.settled();
      return { language: language ?? null, chunks: ordinal };
    },
    idle: () => writing.settled().catch(() => {}),
  };
}

function pageRow(page: PdfPage): PageRow {
  const { number, text, width, height } = page;
  return { number, text, width, height, lines: packLines(page) };
}
