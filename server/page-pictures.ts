// Pictures of pages: drawn once at a time for each page and width, kept in storage, gone with their document.
import { buffer } from "node:stream/consumers";
import type { DocumentErrorCode } from "@pagewise/sdk/contract";
import { DocumentModel } from "./models/document.ts";
import { PdfFaultError } from "./ports.ts";
import { Problem } from "./problem.ts";
import type { Services } from "./services.ts";

export interface PagePicture {
  bytes: Uint8Array;
  contentType: "image/webp" | "image/png";
}

export interface PagePictures {
  /**
   * @param width in pixels, one of a few: each is kept.
   * @param signal aborts when the asker has gone; drawing ends when the last one has.
   * Throws `not-found` for a page that does not exist or cannot be drawn.
   */
  get(document: DocumentModel, page: number, width: number, signal: AbortSignal): Promise<PagePicture>;
}

interface Drawing {
  picture: Promise<PagePicture>;
  askers: number;
  abandon: AbortController;
}

const endings = { "image/webp": ".webp", "image/png": ".png" } as const;
/** Of these files no page can be drawn either. */
const hopeless: readonly (DocumentErrorCode | null)[] = ["pdf-encrypted", "pdf-damaged", "pdf-empty"];

export function createPagePictures(deps: Pick<Services, "db" | "storage" | "reader">): PagePictures {
  const { storage } = deps;
  const drawings = new Map<string, Drawing>();

  async function find(base: string): Promise<PagePicture | null> {
    for (const contentType of ["image/webp", "image/png"] as const) {
      const key = base + endings[contentType];
      if (await storage.stat(key)) return { bytes: await buffer(await storage.read(key)), contentType };
    }
    return null;
  }

  function begin(base: string, document: DocumentModel, page: number, width: number): Drawing {
    const abandon = new AbortController();
    const picture = draw(deps, base, document, { page, width, signal: abandon.signal }).finally(() => {
      if (drawings.get(base) === drawing) drawings.delete(base);
    });
    const drawing = { picture, askers: 0, abandon };
    drawings.set(base, drawing);
    return drawing;
  }

  return {
    async get(document, page, width, signal) {
      const base = `documents/${document.id}/pages/${page}-${width}`;
      const kept = await find(base);
      if (kept) return kept;
      if (hopeless.includes(document.error_code)) throw new Problem("not-found", "This page cannot be drawn.");
      const drawing = drawings.get(base) ?? begin(base, document, page, width);
      drawing.askers += 1;
      const leave = () => {
        drawing.askers -= 1;
        if (drawing.askers > 0) return;
        if (drawings.get(base) === drawing) drawings.delete(base);
        drawing.abandon.abort();
      };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) leave();
      return drawing.picture.finally(() => signal.removeEventListener("abort", leave));
    },
  };
}

async function draw(
  { db, storage, reader }: Pick<Services, "db" | "storage" | "reader">,
  base: string,
  document: DocumentModel,
  { page, ...options }: { page: number; width: number; signal: AbortSignal },
): Promise<PagePicture> {
  const picture = await storage
    .withLocalFile(document.storage_key, (path) => reader.draw(path, page, options))
    .catch((error) => {
      if (error instanceof PdfFaultError)
        throw new Problem("not-found", "This page cannot be drawn.", { cause: error });
      if (error?.code === "ENOENT") throw new Problem("document-not-found");
      throw error;
    });
  const key = base + endings[picture.contentType];
  await storage.put(key, picture.bytes);
  // In this order: a document deleted before now takes no picture with it when it is purged.
  if (!(await DocumentModel.query(db).modify("live").findById(document.id).select("id"))) {
    await storage.removeAll(`documents/${document.id}/`);
    throw new Problem("document-not-found");
  }
  return picture;
}
