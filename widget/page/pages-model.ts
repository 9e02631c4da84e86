// What is known of pages: their proportions, so that nothing moves when a picture comes, and pictures of uncited pages.
import type { Id } from "@pagewise/sdk/contract";

/** Width over height of what most pages are, until one of the document is known. */
const usualRatio = 595 / 842;
/** Pictures kept, each some 4 MB once decoded. */
const keptPictures = 24;

export interface PagesModel {
  /** Width over height: the page's own, else that of another page of the document. */
  ratio(documentId: Id, page: number): number;
  learnRatio(documentId: Id, page: number, ratio: number): void;
  /** The page's picture. Drawn by the reader on a canvas: a strict page policy allows no picture made of bytes. */
  picture(documentId: Id, page: number): Promise<ImageBitmap>;
  /** Forgets everything: another person may sign in. */
  clear(): void;
}

export interface PagesDeps {
  /** A page whose signed address is not known, or has run out. */
  fetchPicture(documentId: Id, page: number): Promise<ImageBitmap>;
}

export function createPages({ fetchPicture }: PagesDeps): PagesModel {
  const ratios = new Map<string, number>();
  const pictures = new Map<string, Promise<ImageBitmap>>();
  const key = (documentId: Id, page: number) => `${documentId} ${page}`;

  return {
    ratio: (documentId, page) => ratios.get(key(documentId, page)) ?? ratios.get(documentId) ?? usualRatio,
    learnRatio(documentId, page, ratio) {
      if (!(ratio > 0.05 && ratio < 20)) return;
      ratios.set(key(documentId, page), ratio);
      if (!ratios.has(documentId)) ratios.set(documentId, ratio);
    },
    picture(documentId, page) {
      const name = key(documentId, page);
      const picture = pictures.get(name) ?? fetchPicture(documentId, page);
      // The last used stand at the end.
      pictures.delete(name);
      pictures.set(name, picture);
      picture.catch(() => pictures.delete(name));
      for (const oldest of pictures.keys()) {
        if (pictures.size <= keptPictures) break;
        pictures.delete(oldest);
      }
      return picture;
    },
    clear() {
      ratios.clear();
      pictures.clear();
    },
  };
}
