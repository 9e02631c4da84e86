// Pages on their way: handed out in blocks a bounded way ahead, brought back in any order, given in theirs.
import { PdfFaultError, type PdfPage, type UnreadablePage } from "../ports.ts";

type Page = PdfPage | UnreadablePage;

/** Pages next to each other share fonts and a branch of the page tree; few enough that nobody is left with much at the end. */
const blockPages = 4;
/** Pages handed out and not given yet; no more are handed out while so much text waits. */
const aheadPages = 32;
const aheadChars = 4_000_000;

/** @param maxChars UTF-16 units of all pages together; more fails the document. */
export function createShelf(pages: number, maxChars: number) {
  const held = new Map<number, Page>();
  let handedOut = 0;
  let given = 0;
  let chars = 0;
  let heldChars = 0;
  let failure: Error | null = null;
  let closed = false;
  let waiting: (() => void)[] = [];

  const ring = () => {
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  };
  const change = () => new Promise<void>((resolve) => waiting.push(resolve));
  const fail = (error: Error) => {
    failure ??= error;
    closed = true;
    ring();
  };
  return {
    /** Pages that nobody has been handed. */
    left: () => pages - handedOut,
    closed: () => closed,
    /** Resolves when something may have changed. */
    change,
    ring,
    /** The next pages to be read; none while enough is under way. */
    take(): number[] {
      if (closed || handedOut - given >= aheadPages || heldChars > aheadChars) return [];
      const from = handedOut;
      handedOut = Math.min(pages, from + blockPages);
      return Array.from({ length: handedOut - from }, (_, index) => from + index + 1);
    },
    put(page: Page) {
      if (closed) return;
      held.set(page.number, page);
      const length = lengthOf(page);
      chars += length;
      heldChars += length;
      if (chars > maxChars) fail(new PdfFaultError("pdf-too-complex", "The document has too much text"));
      ring();
    },
    /** Takes the page off; waits until it is there. Throws what has failed the document. */
    async get(number: number): Promise<Page> {
      for (;;) {
        if (failure) throw failure;
        const page = held.get(number);
        if (page) {
          held.delete(number);
          heldChars -= lengthOf(page);
          given = number;
          ring();
          return page;
        }
        await change();
      }
    },
    fail,
    /** Nothing more is wanted. */
    close() {
      closed = true;
      ring();
    },
  };
}

function lengthOf(page: Page): number {
  return "unreadable" in page ? 0 : page.text.length;
}
