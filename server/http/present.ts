// Rows as the contract shows them: documents, with addresses signed for whoever reads them.
import type { Document } from "@pagewise/sdk/contract";
import { documentError } from "../document-errors.ts";
import type { DocumentModel } from "../models/document.ts";
import type { Services } from "../services.ts";
import { type Reader, signUrl } from "./signing.ts";

type SigningServices = Pick<Services, "keys" | "clock">;

const thumbnailWidth = 320;
const citedPageWidth = 960;

/** Widths in pixels that pages are drawn at; any other is refused, so that pictures can be kept. */
export const pageWidths: readonly number[] = [160, thumbnailWidth, 640, citedPageWidth, 1280, 1920];

export function presentDocument(
  services: SigningServices & Pick<Services, "embedder">,
  reader: Reader,
  row: DocumentModel,
): Document {
  return {
    id: row.id,
    title: row.title,
    filename: row.filename,
    bytes: Number(row.bytes),
    pages: row.pages,
    language: row.language,
    status: row.status,
    progress: row.progress,
    embedded: services.embedder && row.embeddedBy(services.embedder.name),
    pages_unreadable: row.pages_unreadable,
    suggestions: row.suggestions ?? [],
    error: row.status === "failed" ? documentError(row.error_code) : null,
    thumbnail_url: pageUrl(services, reader, { documentId: row.id, page: 1, width: thumbnailWidth }),
    file_url: signUrl(services, { reader, path: `/documents/${row.id}/file` }),
    created_at: row.created_at.toISOString(),
    processed_at: row.processed_at?.toISOString() ?? null,
  };
}

/** The signed address of a page's picture; `width` is one of `pageWidths`. */
export function pageUrl(
  services: SigningServices,
  reader: Reader,
  { documentId, page, width = citedPageWidth }: { documentId: string; page: number; width?: number },
): string {
  const path = `/documents/${documentId}/pages/${page}`;
  return signUrl(services, { reader, path, params: { width: String(width) } });
}
