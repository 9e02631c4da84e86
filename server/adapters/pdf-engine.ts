// Loads pdf-parse inside a PDF child process, puts back what its polyfills slow down, and opens documents with it.
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { TextItem } from "./pdf-join.ts";
import { openFastPort } from "./pdf-port.ts";
import type { TextStyle } from "./pdf-text.ts";

/** The part of pdf.js's document that is used. */
export interface EngineDocument {
  numPages: number;
  getMetadata(): Promise<{ info?: { Title?: unknown } }>;
  getPage(number: number): Promise<EnginePage>;
  canvasFactory: { create(width: number, height: number): { canvas: EngineCanvas; context: unknown } };
}

interface EnginePage {
  getViewport(options: { scale: number }): EngineViewport;
  streamTextContent(options?: object): ReadableStream<{ items: TextItem[]; styles: Record<string, TextStyle> }>;
  render(options: object): { promise: Promise<void>; cancel(): void };
  cleanup(): void;
}

interface EngineViewport {
  width: number;
  height: number;
  transform: number[];
}

interface EngineCanvas {
  width: number;
  height: number;
  encode(format: "webp", quality: number): Promise<Uint8Array>;
}

export interface OpenDocument {
  document: EngineDocument;
  destroy(): Promise<void>;
}

export interface Engine {
  /** For text: messages inside pdf.js are handed over rather than cloned. */
  openForText(data: Uint8Array): Promise<OpenDocument>;
  openForDrawing(data: Uint8Array): Promise<OpenDocument>;
}

interface Parser {
  load(): Promise<EngineDocument>;
  destroy(): Promise<void>;
}

/**
 * Loads the engine. pdfjs-dist's legacy build replaces `Array.prototype.push` and `JSON.parse` by JavaScript ones on
 * Node 20 (5 to 10 times slower, for everything in the process), so the native ones are kept and put back.
 * @param workerEntry the built `pdf-worker.js`: pdf.js's worker, made faster for text.
 */
export async function loadEngine(workerEntry: URL): Promise<Engine> {
  const { push } = Array.prototype;
  const { parse } = JSON;
  // Not static imports: these run before the first line of a module.
  const { PDFParse } = await import("pdf-parse");
  const { PDFWorker } = (await import("pdfjs-dist/legacy/build/pdf.mjs")) as unknown as PdfJs;
  const { WorkerMessageHandler } = (await import(workerEntry.href)) as PdfJsWorker;
  Object.defineProperty(Array.prototype, "push", { value: push, writable: true, configurable: true });
  JSON.parse = parse;

  const resources = resourcePaths();
  const open = async (data: Uint8Array, extra: object): Promise<OpenDocument> => {
    const parser = new PDFParse({
      data,
      ...resources,
      cMapPacked: true,
      isEvalSupported: false,
      // A picture of more pixels than any screen or scanner makes is left out.
      maxImageSize: 100_000_000,
      ...extra,
    }) as unknown as Parser;
    try {
      return { document: await parser.load(), destroy: () => parser.destroy() };
    } catch (error) {
      await parser.destroy().catch(() => {});
      throw error;
    }
  };
  return {
    async openForText(data) {
      const port = openFastPort();
      WorkerMessageHandler.initializeFromPort(port.worker);
      const worker = new PDFWorker({ port: port.main, verbosity: 0 });
      const end = () => {
        worker.destroy();
        port.close();
      };
      try {
        const opened = await open(data, { worker });
        return { document: opened.document, destroy: () => opened.destroy().finally(end) };
      } catch (error) {
        end();
        throw error;
      }
    },
    openForDrawing: (data) => open(data, {}),
  };
}

/** pdf.js reads these as plain paths that end in a separator. */
function resourcePaths(): { cMapUrl: string; standardFontDataUrl: string; wasmUrl: string; iccUrl: string } {
  const root = dirname(createRequire(import.meta.url).resolve("pdfjs-dist/package.json"));
  const folder = (name: string) => `${join(root, name)}${sep === "\\" ? "/" : sep}`;
  return {
    // Without CMaps most CJK text vanishes silently.
    cMapUrl: folder("cmaps"),
    standardFontDataUrl: folder("standard_fonts"),
    wasmUrl: folder("wasm"),
    iccUrl: folder("iccs"),
  };
}

interface PdfJs {
  PDFWorker: new (options: { port: unknown; verbosity: number }) => { destroy(): void };
}

interface PdfJsWorker {
  WorkerMessageHandler: { initializeFromPort(port: unknown): void };
}
