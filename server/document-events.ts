// What changes in a user's documents, as it happens: a first picture, then each changed document as it stands.
import { setTimeout as sleep } from "node:timers/promises";
import { DocumentModel } from "./models/document.ts";
import type { LogEntry } from "./ports.ts";
import type { Services } from "./services.ts";
import { findLiveSession, type Session } from "./sessions.ts";

export type DocumentChange =
  | { event: "snapshot"; documents: DocumentModel[] }
  | { event: "document"; document: DocumentModel }
  | { event: "deleted"; id: string };

/** A document is told of at most once in this time; what changes meanwhile is told as one. */
const joinMs = 250;
/** How often the rows are looked at: an event can be lost with its process, or while the log cannot be reached. */
const lookEveryMs = 20_000;

type Next = Promise<IteratorResult<LogEntry, unknown>>;

/**
 * Yields the unfinished documents once, then each change.
 * Ends when `signal` aborts and when the session is ended.
 */
export async function* watchDocuments(
  { db, events }: Pick<Services, "db" | "events">,
  session: Session,
  signal: AbortSignal,
  { lookMs = lookEveryMs }: { lookMs?: number } = {},
): AsyncGenerator<DocumentChange> {
  const key = DocumentModel.eventsKey(session.userId);
  const live = () => DocumentModel.query(db).modify("live").where("user_id", session.userId);
  const unfinished = () => live().whereIn("status", ["queued", "processing"]).orderBy("id", "desc");
  const told = createTold();
  // Taken before the snapshot, so that no change falls between the two; telling of an old one again does no harm.
  const after = await events.last(key).catch(() => 0);
  const log = events.read(key, { after, signal })[Symbol.asyncIterator]();
  try {
    let next: Next = log.next();
    yield { event: "snapshot", documents: told.note(await unfinished()) };
    for (;;) {
      const gathered = await gather(log, next, session, lookMs);
      if (gathered.isSilent) {
        if (signal.aborted || !(await findLiveSession({ db }, session.sessionId))) return;
        const found = [...(await unfinished()), ...(await live().findByIds(told.ids()).whereIn("status", finished))];
        for (const id of told.without(found)) gathered.deleted.add(id);
        for (const document of told.changed(found)) yield { event: "document", document };
      }
      for (const document of told.note(await live().findByIds([...gathered.changed]))) {
        yield { event: "document", document };
      }
      for (const id of told.forget(gathered.deleted)) yield { event: "deleted", id };
      if (gathered.ended || signal.aborted) return;
      next = gathered.next;
    }
  } finally {
    // Not awaited: a log that waits for its next entry ends by the signal.
    void log.return?.();
  }
}

const finished = ["ready", "failed"];

/** What a reader has been told of the documents that are not finished. */
function createTold() {
  const marks = new Map<string, string>();
  const markOf = ({ status, progress }: DocumentModel) => `${status} ${progress}`;
  const note = (documents: DocumentModel[]) => {
    for (const document of documents) {
      if (finished.includes(document.status)) marks.delete(document.id);
      else marks.set(document.id, markOf(document));
    }
    return documents;
  };
  return {
    note,
    ids: () => [...marks.keys()],
    /** Those that are not what was told of them. */
    changed: (documents: DocumentModel[]) =>
      note(documents.filter((document) => marks.get(document.id) !== markOf(document))),
    without: (documents: DocumentModel[]) => {
      const found = new Set(documents.map(({ id }) => id));
      return [...marks.keys()].filter((id) => !found.has(id));
    },
    forget: (ids: Set<string>) => {
      for (const id of ids) marks.delete(id);
      return ids;
    },
  };
}

/** Waits for a change, then joins to it what comes shortly after; `isSilent` where none comes for `lookMs`. */
async function gather(log: AsyncIterator<LogEntry>, first: Next, session: Session, lookMs: number) {
  const changed = new Set<string>();
  const deleted = new Set<string>();
  const timer = new AbortController();
  const after = (ms: number) => sleep(ms, null, { signal: timer.signal }).catch(() => null);
  let over = after(lookMs);
  let isSilent = true;
  let next = first;
  try {
    for (;;) {
      const result = await Promise.race([next, over]);
      if (!result) return { changed, deleted, next, ended: false, isSilent };
      if (result.done || endsSession(result.value, session))
        return { changed, deleted, next, ended: true, isSilent: false };
      const { event, data } = result.value;
      if (event === "document") {
        const change = data as { id: string; deleted?: true };
        if (change.deleted) deleted.add(change.id);
        else changed.add(change.id);
        if (isSilent) over = after(joinMs);
        isSilent = false;
      }
      next = log.next();
    }
  } finally {
    timer.abort();
  }
}

function endsSession({ event, data }: LogEntry, session: Session): boolean {
  return event === "session-ended" && (data as { session_id: string }).session_id === session.sessionId;
}
