// The bounds within which a PDF is read or drawn; tests pass smaller ones.

export interface PdfLimits {
  /** From request to ready, of a fresh child process. */
  startMs: number;
  openMs: number;
  pageMs: number;
  /** For a whole document: this much, and more for each page. */
  documentMs: number;
  documentPerPageMs: number;
  drawMs: number;
  /** Resident memory past which a child is killed. */
  rssBytes: number;
  /** `RLIMIT_DATA` of a child, where `prlimit` is installed: fails an allocation before memory is used. */
  dataBytes: number;
  /** JavaScript heap of a child. */
  heapMb: number;
  /** UTF-16 units of text. */
  pageChars: number;
  documentChars: number;
  /** Pixels of a picture. */
  pixels: number;
  /** A child with more resident memory after a document or picture, or after so many requests, is replaced. */
  idleRssBytes: number;
  requestsPerChild: number;
}

/** Measured: good pages take at most 2 s and 300 MB; hostile ones go on for ever and past 1 GB, which is the most that a child
 * may ever take: what it can get between two looks at it is left below. */
export const defaultLimits: PdfLimits = {
  startMs: 30_000,
  openMs: 15_000,
  pageMs: 10_000,
  documentMs: 120_000,
  documentPerPageMs: 100,
  drawMs: 15_000,
  rssBytes: 800_000_000,
  dataBytes: 800_000_000,
  heapMb: 384,
  pageChars: 1_000_000,
  documentChars: 20_000_000,
  pixels: 16_000_000,
  idleRssBytes: 400_000_000,
  requestsPerChild: 20_000,
};
