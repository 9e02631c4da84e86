// The entry of a PDF child process: opens one file at a time, answers page by page, and dies with its parent.
import { readFile, stat } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { type PdfFault, PdfFaultError, type PdfPage, type UnreadablePage } from "../ports.ts";
import { drawPage } from "./pdf-draw.ts";
import { type Engine, loadEngine, type OpenDocument } from "./pdf-engine.ts";
import { isGarbled } from "./pdf-garbled.ts";
import type { TextItem } from "./pdf-join.ts";
import type { PdfAnswer, PdfRequest } from "./pdf-protocol.ts";
import { layOut, type TextStyle } from "./pdf-text.ts";
import { usableTitle } from "./pdf-title.ts";

const faultsByName: Record<string, PdfFault> = {
  PasswordException: "pdf-encrypted",
  InvalidPDFException: "pdf-damaged",
  FormatError: "pdf-damaged",
  UnknownErrorException: "pdf-damaged",
};

/** Takes requests one after another. */
function serve(engine: Engine): void {
  let open: (OpenDocument & { maxPageChars: number }) | null = null;
  /** Kept open, since pages of one document are looked at together. */
  let drawn: (OpenDocument & { file: string }) | null = null;
  let requests = 0;
  const wear = () => ({ requests, rss: process.memoryUsage.rss() });

  const answer = async (request: PdfRequest): Promise<PdfAnswer> => {
    switch (request.type) {
      case "open": {
        await open?.destroy();
        open = null;
        const data = await bytesOf(request.path);
        const opened = await opening(() => engine.openForText(data));
        open = { ...opened, maxPageChars: request.maxPageChars };
        return await describe(opened, request.maxPages);
      }
      case "page":
        if (!open) throw new Error("No document is open");
        return { type: "page", page: await readPage(open, request.number, open.maxPageChars) };
      case "close":
        await open?.destroy();
        open = null;
        return { type: "closed", ...wear() };
      case "draw": {
        const file = await identityOf(request.path);
        if (drawn?.file !== file) {
          await drawn?.destroy();
          drawn = null;
          const data = await bytesOf(request.path);
          drawn = { ...(await opening(() => engine.openForDrawing(data))), file };
        }
        const { document } = drawn;
        const bytes = await opening(() => drawPage(document, request));
        return { type: "drawn", bytes, contentType: "image/webp", ...wear() };
      }
    }
  };

  let turn = Promise.resolve();
  process.on("message", (request: PdfRequest) => {
    turn = turn.then(async () => {
      requests++;
      const result = await answer(request).catch(failure);
      await new Promise<void>((resolve) => process.send?.(result, undefined, undefined, () => resolve()));
    });
  });
}

/** A path whose file was changed or replaced is another file. */
async function identityOf(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path);
  return [path, ino, size, mtimeMs].join(" ");
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const file = await readFile(path);
  return new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
}

/** Turns what pdf.js throws while it opens or draws into faults of the file. */
async function opening<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PdfFaultError) throw error;
    const { name, message } = error as Error;
    if (isOutOfMemory(error)) throw new PdfFaultError("pdf-too-complex", message);
    // Kinds of encryption that pdf.js does not know.
    if (/encryption|key length/i.test(message)) throw new PdfFaultError("pdf-encrypted", message);
    // By name: pdf-parse and pdf.js have classes of their own for the same faults. The rest are bugs that files provoke.
    throw new PdfFaultError(faultsByName[name] ?? "pdf-damaged", message);
  }
}

async function describe({ document }: OpenDocument, maxPages: number): Promise<PdfAnswer> {
  const pages = document.numPages;
  if (!(pages > 0)) throw new PdfFaultError("pdf-empty", "The file has no pages");
  // Before any page is looked for: in a flat tree each costs as much as there are pages.
  if (pages > maxPages) throw new PdfFaultError("pdf-too-many-pages", `${pages} pages`);
  const metadata = await document.getMetadata().catch(() => null);
  return { type: "opened", pages, title: usableTitle(metadata?.info?.Title) };
}

async function readPage(
  { document }: OpenDocument,
  number: number,
  maxChars: number,
): Promise<PdfPage | UnreadablePage> {
  try {
    const page = await document.getPage(number);
    const { items, styles } = await textOf(page.streamTextContent().getReader(), maxChars);
    if (isGarbled(items.map((item) => item.str).join(""))) return { number, unreadable: true };
    const frame = page.getViewport({ scale: 1 });
    const { text, lines } = layOut(items, styles, frame);
    page.cleanup();
    return { number, text, lines, width: sizeOf(frame.width), height: sizeOf(frame.height) };
  } catch (error) {
    if (error instanceof PdfFaultError) throw error;
    if (isOutOfMemory(error)) throw new PdfFaultError("pdf-too-complex", (error as Error).message);
    return { number, unreadable: true };
  }
}

/** In points: what no page has is nothing that a database has to hold. */
const sizeOf = (points: number) => Math.min(1e6, Math.max(1e-3, Number.isFinite(points) ? points : 1));

interface TextReader {
  read(): Promise<{ done: boolean; value?: { items: TextItem[]; styles: Record<string, TextStyle> } | undefined }>;
  cancel(reason: Error): Promise<void>;
}

/** Ends a page without end while it is read: its text is counted as it comes. */
async function textOf(reader: TextReader, maxChars: number) {
  const items: TextItem[] = [];
  const styles: Record<string, TextStyle> = {};
  let chars = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !value) return { items, styles };
    Object.assign(styles, value.styles);
    for (const item of value.items) {
      if (!("str" in item)) continue;
      items.push(item);
      chars += item.str.length;
    }
    if (chars > maxChars || items.length > maxChars) {
      const fault = new PdfFaultError("pdf-too-complex", "A page has too much text");
      await reader.cancel(fault).catch(() => {});
      throw fault;
    }
  }
}

function isOutOfMemory(error: unknown): boolean {
  return /allocation failed|out of memory|invalid array (buffer )?length|invalid string length/i.test(
    (error as Error)?.message ?? "",
  );
}

function failure(error: unknown): PdfAnswer {
  if (error instanceof PdfFaultError) return { type: "fault", fault: error.fault, message: error.message };
  const { message = String(error), code } = (error ?? {}) as NodeJS.ErrnoException;
  return { type: "error", message, ...(code ? { code } : {}) };
}

/**
 * Ends this process when the parent is gone, also while a page keeps the main thread busy: a thread of its own looks
 * whether the process has been handed to another parent.
 */
function dieWithParent(): void {
  process.on("disconnect", () => process.exit(0));
  // A stop from a terminal or a service manager reaches every process; this one ends when the parent is done with it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  const watch = `
    const parent = ${process.ppid};
    setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, "SIGKILL"); }, 1000);
  `;
  const thread = new Worker(watch, {
    eval: true,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
  });
  thread.unref();
}

if (process.send) {
  dieWithParent();
  serve(await loadEngine(new URL("pdf-worker.js", import.meta.url)));
  process.send({ type: "ready" });
}
