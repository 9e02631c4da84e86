// Rows as the contract shows them: documents, with addresses signed for the session that reads them.
import type { Document, DocumentError, DocumentErrorCode } from "@pagewise/sdk/contract";
import type { DocumentModel } from "../models/document.ts";
import type { Services } from "../services.ts";
import type { Session } from "../sessions.ts";
import { signUrl } from "./signing.ts";

type SigningServices = Pick<Services, "keys" | "clock">;

const thumbnailWidth = 320;
const citedPageWidth = 960;

/** Widths in pixels that pages are drawn at; any other is refused, so that pictures can be kept. */
export const pageWidths: readonly number[] = [160, thumbnailWidth, 640, citedPageWidth, 1280, 1920];

export function presentDocument(services: SigningServices, session: Session, row: DocumentModel): Document {
  return {
    id: row.id,
    title: row.title,
    filename: row.filename,
    bytes: Number(row.bytes),
    pages: row.pages,
    language: row.language,
    status: row.status,
    progress: row.progress,
    embedded: null,
    pages_unreadable: row.pages_unreadable,
    error: row.error_code && row.status === "failed" ? presentDocumentError(row.error_code) : null,
    thumbnail_url: pageUrl(services, session, { documentId: row.id, page: 1, width: thumbnailWidth }),
    file_url: signUrl(services, { session, path: `/documents/${row.id}/file` }),
    created_at: row.created_at.toISOString(),
    processed_at: row.processed_at?.toISOString() ?? null,
  };
}

/** The signed address of a page's picture; `width` is one of `pageWidths`. */
export function pageUrl(
  services: SigningServices,
  session: Session,
  { documentId, page, width = citedPageWidth }: { documentId: string; page: number; width?: number },
): string {
  const path = `/documents/${documentId}/pages/${page}`;
  return signUrl(services, { session, path, params: { width: String(width) } });
}

const documentErrors: Record<DocumentErrorCode, [title: string, detail: string]> = {
  "pdf-encrypted": ["This PDF is locked", "It asks for a password. Save a copy without one and upload that."],
  "pdf-damaged": ["This PDF is damaged", "None of its pages can be read. Export it again from where it was made."],
  "pdf-empty": ["This PDF is empty", "It has no pages."],
  "pdf-no-text": [
    "This PDF holds no text",
    "Its pages are pictures, most likely a scan. Run text recognition (OCR) over it and upload the result.",
  ],
  "pdf-too-many-pages": ["This PDF has too many pages", "Split it into smaller files and upload those."],
  "pdf-too-complex": [
    "This PDF takes too long to read",
    "Its pages are unusually complex. Print it to a new PDF, or split it, and upload the result.",
  ],
  "internal-error": ["Something went wrong on our side", "The PDF was not at fault. Try it again."],
};

function presentDocumentError(code: DocumentErrorCode): DocumentError {
  const [title, detail] = documentErrors[code];
  return { code, title, detail };
}
