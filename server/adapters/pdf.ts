// Reads and draws PDFs in child processes, bounded in time, memory and text, so that no file can harm this process.
import { type Logger, PdfFaultError, type PdfPage, type PdfReader, type UnreadablePage } from "../ports.ts";
import { defaultLimits, type PdfLimits } from "./pdf-limits.ts";
import { createPdfPool } from "./pdf-pool.ts";
import type { PdfProcess } from "./pdf-process.ts";
import type { Wear } from "./pdf-protocol.ts";

export interface PdfReaderOptions {
  /** The built `pdf-child.js`. */
  childEntry: URL;
  /** How many documents are read at once. Pictures are drawn in others, half as many, so that neither waits for the other. */
  processes: number;
  maxPages: number;
  log: Logger;
  limits?: Partial<PdfLimits>;
}

/** Pages asked for before the reader of the text has taken the last one. */
const ahead = 3;

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
    async *read(path, { signal, onInfo }) {
      const child = await readers.acquire(signal);
      const abort = () => child.kill(signal.reason);
      signal.addEventListener("abort", abort, { once: true });
      try {
        signal.throwIfAborted();
        const open = { type: "open", path, maxPages, maxPageChars: limits.pageChars } as const;
        const { pages, title } = await child.request(open, limits.openMs);
        onInfo?.({ pages, title });
        yield* readPages(child, pages, limits);
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

/** Asks for pages a few at a time, and sums what no single page passes: the document's time, its text, its bad pages. */
async function* readPages(
  child: PdfProcess,
  pages: number,
  limits: PdfLimits,
): AsyncGenerator<PdfPage | UnreadablePage> {
  const clock = watchWork(child, limits.documentMs + limits.documentPerPageMs * pages);
  const asked: Promise<PdfPage | UnreadablePage>[] = [];
  let next = 1;
  let readable = 0;
  let chars = 0;
  const ask = () => {
    while (next <= pages && asked.length < ahead) asked.push(clock(requestPage(child, next++, limits)));
  };
  for (ask(); asked.length > 0; ask()) {
    const page = (await asked[0]) as PdfPage | UnreadablePage;
    asked.shift();
    if (!("unreadable" in page)) {
      readable++;
      chars += page.text.length;
    }
    if (chars > limits.documentChars) throw new PdfFaultError("pdf-too-complex", "The document has too much text");
    yield page;
  }
  if (readable === 0) throw new PdfFaultError("pdf-damaged", "No page can be read");
}

async function requestPage(child: PdfProcess, number: number, limits: PdfLimits): Promise<PdfPage | UnreadablePage> {
  return (await child.request({ type: "page", number }, limits.pageMs)).page;
}

/** Counts the time in which answers are awaited, not that which the caller takes, and kills the child after `budgetMs`. */
function watchWork(child: PdfProcess, budgetMs: number): <T>(work: Promise<T>) => Promise<T> {
  let left = budgetMs;
  let under = 0;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const settle = () => {
    under--;
    if (under > 0) return;
    clearTimeout(timer);
    left -= performance.now() - since;
  };
  return (work) => {
    if (under++ === 0) {
      since = performance.now();
      timer = setTimeout(
        () => child.kill(new PdfFaultError("pdf-too-complex", `Not read within ${budgetMs} ms`)),
        Math.max(0, left),
      );
    }
    work.then(settle, settle);
    return work;
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
