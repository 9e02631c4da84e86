// What the parent and a PDF child process say to each other: each request gets exactly one answer, in order.
import type { PdfFault, PdfPage, UnreadablePage } from "../ports.ts";

export type PdfRequest =
  | { type: "open"; path: string; maxPages: number; maxPageChars: number }
  | { type: "page"; number: number }
  /** Lets go of the open document. */
  | { type: "close" }
  | { type: "draw"; path: string; page: number; width: number; maxPixels: number };

export type PdfAnswer =
  | { type: "opened"; pages: number; title: string | null }
  | { type: "page"; page: PdfPage | UnreadablePage }
  | ({ type: "closed" } & Wear)
  | ({ type: "drawn"; bytes: Uint8Array; contentType: "image/webp" } & Wear)
  /** The file's fault: permanent. */
  | { type: "fault"; fault: PdfFault; message: string }
  /** Ours: may pass when tried again. `code` is the operating system's, where it has to do with the file. */
  | { type: "error"; message: string; code?: string };

/** What a child has been through, for its parent to replace it in time. */
export interface Wear {
  requests: number;
  rss: number;
}

/** Said once, when the child can take requests. */
export interface PdfReady {
  type: "ready";
}

export type AnswerTo<T extends PdfRequest["type"]> = Extract<
  PdfAnswer,
  { type: { open: "opened"; page: "page"; close: "closed"; draw: "drawn" }[T] }
>;
