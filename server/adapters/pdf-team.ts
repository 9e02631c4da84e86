// Reads the pages of one document, in several child processes where some are idle, and gives them in order.
import { PdfFaultError, type PdfPage, type UnreadablePage } from "../ports.ts";
import type { PdfLimits } from "./pdf-limits.ts";
import type { PdfPool } from "./pdf-pool.ts";
import type { PdfProcess } from "./pdf-process.ts";
import type { PdfRequest } from "./pdf-protocol.ts";
import { createShelf } from "./pdf-shelf.ts";

export interface TeamWork {
  /** The child that has the document open. */
  first: PdfProcess;
  /** What opens it in others. */
  open: Extract<PdfRequest, { type: "open" }>;
  pages: number;
  /** Where idle children are borrowed; null to leave the first one alone. */
  pool: Pick<PdfPool, "borrow"> | null;
  limits: PdfLimits;
  signal: AbortSignal;
  /** Takes back a borrowed child. */
  giveBack(child: PdfProcess): void;
}

interface Member {
  child: PdfProcess;
  /** Pages that are its to read and have not been asked for. */
  block: number[];
  /** Somebody waits for the child. */
  leaving: boolean;
}

/** Each has its own copy of the file and of its fonts. */
const maxMembers = 4;
/** Opening the file once more has to pay. */
const worthHelp = 16;
/** Requests on their way to a child, so that it never waits for the next. */
const lanes = 3;

/** Sums what no single page passes: the document's time, its text, its bad pages. What fails one child ends them all. */
export async function* readPages(work: TeamWork): AsyncGenerator<PdfPage | UnreadablePage> {
  const { pages, limits, signal } = work;
  const shelf = createShelf(pages, limits.documentChars);
  const team = createTeam(work, shelf);
  let readable = 0;
  try {
    for (let number = 1; number <= pages; number++) {
      signal.throwIfAborted();
      const page = await shelf.get(number);
      if (!("unreadable" in page)) readable++;
      yield page;
    }
  } finally {
    shelf.close();
    team.end();
  }
  if (readable === 0) throw new PdfFaultError("pdf-damaged", "No page can be read");
}

function createTeam(work: TeamWork, shelf: ReturnType<typeof createShelf>) {
  const { first, open, pages, pool, limits } = work;
  const members = new Set<Member>();
  const budgetMs = limits.documentMs + limits.documentPerPageMs * pages;
  const clock = watchWork(budgetMs, () => {
    const message = `Not read within ${budgetMs} ms`;
    fail(new PdfFaultError("pdf-too-complex", message, { enforced: true }));
  });

  /** A child that is in the middle of a page for a document that has failed is of no use to anybody for a while. */
  const fail = (error: Error, by?: Member) => {
    shelf.fail(error);
    for (const member of members) if (member !== by) member.child.kill(error);
  };
  const recruit = () => {
    if (!pool || members.size >= maxMembers || shelf.left() < worthHelp) return;
    let member: Member | undefined;
    const child = pool.borrow(() => {
      if (member) member.leaving = true;
      shelf.ring();
    });
    if (!child) return;
    member = { child, block: [], leaving: false };
    void join(member, () => clock(child.request(open, limits.openMs))).then(() => work.giveBack(child));
  };
  const lane = async (member: Member) => {
    while (!shelf.closed()) {
      const number = member.block.shift();
      if (number !== undefined) {
        shelf.put((await clock(member.child.request({ type: "page", number }, limits.pageMs))).page);
        continue;
      }
      if (member.leaving || shelf.left() === 0) return;
      member.block = shelf.take();
      if (member.block.length === 0) await shelf.change();
      else recruit();
    }
  };
  const join = async (member: Member, begin: () => Promise<unknown>) => {
    members.add(member);
    try {
      await begin();
      await Promise.all(Array.from({ length: lanes }, () => lane(member)));
    } catch (error) {
      fail(error as Error, member);
    }
    members.delete(member);
  };

  void join({ child: first, block: [], leaving: false }, async () => {});
  return { end: clock.stop };
}

/** Counts the time in which answers are awaited, not that which the caller takes. */
function watchWork(budgetMs: number, onEnd: () => void) {
  let left = budgetMs;
  let under = 0;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  const settle = () => {
    under--;
    if (under > 0) return;
    clearTimeout(timer);
    left -= performance.now() - since;
  };
  const clock = <T>(work: Promise<T>): Promise<T> => {
    if (under++ === 0) {
      since = performance.now();
      timer = setTimeout(onEnd, Math.max(0, left));
    }
    work.then(settle, settle);
    return work;
  };
  return Object.assign(clock, { stop: () => clearTimeout(timer) });
}
