// Pictures of pages: drawn once at a time for each page and width, kept in storage, gone with their document.
import { buffer } from "node:stream/consumers";
import type { DocumentErrorCode } from "@pagewise/sdk/contract";
import { DocumentModel } from "./models/document.ts";
import { PdfFaultError } from "./ports.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";

interface PagePicture {
  bytes: Uint8Array;
  contentType: "image/webp" | "image/png";
}

export interface PagePictures {
  /**
   * @param width in pixels, one of a few: each is kept.
   * @param signal aborts when the asker has gone; a drawing that waits is given up when the last one has.
   * Throws `not-found` for a page that does not exist or cannot be drawn.
   */
  get(document: DocumentModel, page: number, width: number, signal: AbortSignal): Promise<PagePicture>;
}

interface Drawing {
  picture: Promise<PagePicture>;
  askers: number;
  abandon: AbortController;
}

/** Drawings that the reader has at once; the others wait here, where giving them up costs nothing. */
const drawnAtOnce = 2;
const endings = { "image/webp": ".webp", "image/png": ".png" } as const;
/** Of these files no page can be drawn either, or only at the cost of everybody else's pictures. */
const hopeless: readonly (DocumentErrorCode | null)[] = [
  "pdf-encrypted",
  "pdf-damaged",
  "pdf-empty",
  "pdf-too-complex",
];
/** Pages that could not be drawn are not tried again while they are among the last so many. */
const rememberedFaults = 10_000;

type PictureDeps = Pick<Services, "db" | "storage" | "reader" | "log">;

export function createPagePictures(deps: PictureDeps): PagePictures {
  const { storage } = deps;
  const drawings = new Map<string, Drawing>();
  /** By document and page: no width of them can be drawn. */
  const undrawable = new Set<string>();
  const turns = createTurns(drawnAtOnce);

  async function find(base: string): Promise<PagePicture | null> {
    for (const contentType of ["image/webp", "image/png"] as const) {
      const kept = await storage.read(base + endings[contentType]).catch(ignoreMissing);
      if (kept) return { bytes: await buffer(kept), contentType };
    }
    return null;
  }

  function begin(base: string, document: DocumentModel, page: number, width: number): Drawing {
    const abandon = new AbortController();
    const picture = turns(abandon.signal, () => {
      // Another width of it may have failed while this one waited.
      if (undrawable.has(pageOf(document, page))) throw cannotBeDrawn();
      return draw(deps, base, document, page, width);
    })
      .catch((error) => {
        if (error instanceof Problem && error.cause instanceof PdfFaultError) remember(pageOf(document, page));
        throw error;
      })
      .finally(() => drawings.delete(base));
    const drawing = { picture, askers: 0, abandon };
    drawings.set(base, drawing);
    return drawing;
  }

  function remember(page: string): void {
    undrawable.add(page);
    const [oldest] = undrawable;
    if (undrawable.size > rememberedFaults && oldest !== undefined) undrawable.delete(oldest);
  }

  return {
    async get(document, page, width, signal) {
      const base = `documents/${document.id}/pages/${page}-${width}`;
      const kept = await find(base);
      if (kept) return kept;
      if (hopeless.includes(document.error_code) || undrawable.has(pageOf(document, page))) throw cannotBeDrawn();
      const drawing = drawings.get(base) ?? begin(base, document, page, width);
      drawing.askers += 1;
      const leave = () => {
        drawing.askers -= 1;
        if (drawing.askers === 0) drawing.abandon.abort();
      };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
      return drawing.picture.finally(() => signal.removeEventListener("abort", leave));
    },
  };
}

async function draw(
  { db, storage, reader, log }: PictureDeps,
  base: string,
  document: DocumentModel,
  page: number,
  width: number,
): Promise<PagePicture> {
  const picture = await storage
    // Not given up once begun: it is bounded, it is kept, and ending it would cost the reader a process.
    .withLocalFile(document.storage_key, (path) =>
      reader.draw(path, page, { width, signal: new AbortController().signal }),
    )
    .catch(async (error) => {
      if (error instanceof PdfFaultError) throw cannotBeDrawn(error);
      // Deleted since it was found: what reads the file says so in words of its own.
      if (!(await storage.stat(document.storage_key)))
        throw new Problem("document-not-found", undefined, { cause: error });
      throw error;
    });
  const key = base + endings[picture.contentType];
  try {
    await storage.put(key, picture.bytes);
  } catch (error) {
    // Shown all the same; the next one who asks has it drawn again.
    log.warn({ error, documentId: document.id, page }, "the picture of a page could not be kept");
    return picture;
  }
  // In this order: a document deleted before now takes no picture with it when it is purged.
  if (!(await DocumentModel.query(db).modify("live").findById(document.id).select("id"))) {
    await storage.removeAll(`documents/${document.id}/`);
    throw new Problem("document-not-found");
  }
  return picture;
}

const pageOf = ({ id }: DocumentModel, page: number) => `${id}/${page}`;

const cannotBeDrawn = (cause?: PdfFaultError) => new Problem("not-found", "This page cannot be drawn.", { cause });

function ignoreMissing(error: NodeJS.ErrnoException): null {
  if (error.code !== "ENOENT") throw error;
  return null;
}

/** @returns runs what it is given, at most `atOnce` at a time, in order; one whose signal aborts while it waits never runs. */
function createTurns(atOnce: number) {
  const waiting: (() => void)[] = [];
  let free = atOnce;

  return async <T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> => {
    if (free === 0) {
      await new Promise<void>((begin, giveUp) => {
        const turn = () => {
          signal.removeEventListener("abort", leave);
          begin();
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(turn), 1);
          giveUp(signal.reason);
        };
        waiting.push(turn);
        signal.addEventListener("abort", leave, { once: true });
      });
    } else {
      free -= 1;
    }
    try {
      return await run();
    } finally {
      // Handed on, so that nobody comes in between.
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
