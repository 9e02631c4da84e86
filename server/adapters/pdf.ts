// Reads and draws PDFs in child processes, bounded in time, memory and text, so that no file can harm this process.
import type { Logger, PdfReader } from "../ports.ts";
import { defaultLimits, type PdfLimits } from "./pdf-limits.ts";
import { createPdfPool } from "./pdf-pool.ts";
import type { PdfProcess } from "./pdf-process.ts";
import type { Wear } from "./pdf-protocol.ts";
import { readPages } from "./pdf-team.ts";

export interface PdfReaderOptions {
  /** The built `pdf-child.js`. */
  childEntry: URL;
  /** How many documents are read at once; idle ones help with a long document. Pictures are drawn in others, half as many, so that neither waits for the other. */
  processes: number;
  maxPages: number;
  log: Logger;
  limits?: Partial<PdfLimits>;
}

export function createPdfReader(options: PdfReaderOptions): PdfReader {
  const limits = { ...defaultLimits, ...options.limits };
  const { childEntry: entry, log, maxPages } = options;
  const readers = createPdfPool({ entry, size: options.processes, limits, log });
  const drawers = createPdfPool({ entry, size: Math.max(1, options.processes >> 1), limits, log });
  const finishing = new Set<Promise<void>>();
  /** Lets go of the document behind the caller's back: a caller that leaves early does not wait for pages asked for. */
  const giveBack = (child: PdfProcess) => {
    const done = finish(child, limits).then(() => {
      readers.release(child);
      finishing.delete(done);
    });
    finishing.add(done);
  };
  return {
    async *read(path, { signal, onInfo, alone = false }) {
      const child = await readers.acquire(signal, { fresh: alone });
      const abort = () => child.kill(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      try {
        signal.throwIfAborted();
        const open = { type: "open", path, maxPages, maxPageChars: limits.pageChars } as const;
        const { pages, title } = await child.request(open, limits.openMs);
        onInfo?.({ pages, title });
        yield* readPages({ first: child, open, pages, pool: alone ? null : readers, limits, signal, giveBack });
      } finally {
        signal.removeEventListener("abort", abort);
        giveBack(child);
      }
    },
    async draw(path, page, { width, signal }) {
      const child = await drawers.acquire(signal);
      const abort = () => child.kill(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      try {
        signal.throwIfAborted();
        const draw = { type: "draw", path, page, width, maxPixels: limits.pixels } as const;
        const { bytes, contentType, ...wear } = await child.request(draw, limits.drawMs);
        replaceWorn(child, wear, limits);
        return { bytes, contentType };
      } finally {
        signal.removeEventListener("abort", abort);
        drawers.release(child);
      }
    },
    async close() {
      await Promise.all([readers.close(), drawers.close()]);
      await Promise.all(finishing);
    },
  };
}

/** Ends a child that has grown or served long enough; the pool starts a fresh one when it is needed. */
function replaceWorn(child: PdfProcess, { rss, requests }: Wear, limits: PdfLimits): void {
  if (rss > limits.idleRssBytes || requests >= limits.requestsPerChild) child.kill(new Error("Replaced"));
}

/** Closes the document of a child. */
async function finish(child: PdfProcess, limits: PdfLimits): Promise<void> {
  if (!child.alive()) return;
  try {
    replaceWorn(child, await child.request({ type: "close" }, limits.pageMs), limits);
  } catch {
    child.kill(new Error("Did not let go of a document"));
  }
}
