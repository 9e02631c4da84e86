// What changes in a user's documents, as it happens: a first picture, then each changed document as it stands.
import { setTimeout as sleep } from "node:timers/promises";
import { DocumentModel } from "./models/document.ts";
import type { LogEntry } from "./ports.ts";
import type { Services } from "./services.ts";
import type { Session } from "./sessions.ts";

export type DocumentChange =
  | { event: "snapshot"; documents: DocumentModel[] }
  | { event: "document"; document: DocumentModel }
  | { event: "deleted"; id: string };

/** A document is told of at most once in this time; what changes meanwhile is told as one. */
const joinMs = 250;

type Next = Promise<IteratorResult<LogEntry, unknown>>;

/**
 * Yields the unfinished documents once, then each change.
 * Ends when `signal` aborts and when the session is ended.
 */
export async function* watchDocuments(
  { db, events }: Pick<Services, "db" | "events">,
  session: Session,
  signal: AbortSignal,
): AsyncGenerator<DocumentChange> {
  const live = () => DocumentModel.query(db).modify("live").where("user_id", session.userId);
  const entries = events.read(DocumentModel.eventsKey(session.userId), { after: "end", signal });
  const log = entries[Symbol.asyncIterator]();
  try {
    // Asked for before the snapshot is taken, so that no change falls between the two.
    let next: Next = log.next();
    yield {
      event: "snapshot",
      documents: await live().whereIn("status", ["queued", "processing"]).orderBy("id", "desc"),
    };
    for (;;) {
      const gathered = await gather(log, next, session);
      for (const document of await live().findByIds([...gathered.changed])) yield { event: "document", document };
      for (const id of gathered.deleted) yield { event: "deleted", id };
      if (gathered.ended || signal.aborted) return;
      next = gathered.next;
    }
  } finally {
    // Not awaited: a log that waits for its next entry ends by the signal.
    void log.return?.();
  }
}

/** Waits for a change, then joins to it what comes shortly after. */
async function gather(log: AsyncIterator<LogEntry>, first: Next, session: Session) {
  const changed = new Set<string>();
  const deleted = new Set<string>();
  const over = sleep(joinMs).then(() => null);
  let waited: Promise<null> | null = null;
  let next = first;
  for (;;) {
    const result = await (waited ? Promise.race([next, waited]) : next);
    if (!result) return { changed, deleted, next, ended: false };
    if (result.done || endsSession(result.value, session)) return { changed, deleted, next, ended: true };
    const { event, data } = result.value;
    if (event === "document") {
      const change = data as { id: string; deleted?: true };
      if (change.deleted) deleted.add(change.id);
      else changed.add(change.id);
      waited = over;
    }
    next = log.next();
  }
}

function endsSession({ event, data }: LogEntry, session: Session): boolean {
  return event === "session-ended" && (data as { session_id: string }).session_id === session.sessionId;
}
