// What went wrong with a document, said to the person who uploaded it: what it is and what helps.
import type { DocumentError, DocumentErrorCode } from "@pagewise/sdk/contract";

const sentences: Record<DocumentErrorCode, { title: string; detail: string }> = {
  "pdf-encrypted": {
    title: "This PDF is protected by a password",
    detail: "Pagewise cannot open it. Save a copy without the password and upload that one.",
  },
  "pdf-damaged": {
    title: "This PDF is damaged",
    detail:
      "No page of it could be read. Open it in a PDF program, save it anew or export it again, and upload the new file.",
  },
  "pdf-empty": {
    title: "This PDF has no pages",
    detail: "There is nothing in it to read. Check that the right file was exported, and upload it again.",
  },
  "pdf-no-text": {
    title: "This PDF holds pictures but no text",
    detail:
      "It looks like a scan. Run text recognition (OCR) over it, for example in your scanner's or PDF program, and upload the result.",
  },
  "pdf-too-many-pages": {
    title: "This PDF has too many pages",
    detail: "Split it into parts, and upload those one by one.",
  },
  "pdf-too-complex": {
    title: "This PDF is too complex to read",
    detail:
      "Reading it took more time or memory than is allowed. Print or export it to a new PDF, or split it, and upload that.",
  },
  "internal-error": {
    title: "Something went wrong on our side",
    detail: "The file itself may be fine. Try again in a little while.",
  },
};

export function documentError(code: DocumentErrorCode | null): DocumentError | null {
  return code ? { code, ...sentences[code] } : null;
}
