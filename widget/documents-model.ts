// The reader's documents: the whole list, kept current by the server's events; rename, retry, and deletion that can be undone.
import type { Client } from "@pagewise/sdk";
import { isApiError } from "@pagewise/sdk";
import type { Document, DocumentEvent, Id } from "@pagewise/sdk/contract";
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { later } from "./later.ts";

export interface DocumentsModel {
  /** Newest first, without those whose deletion can still be undone. */
  list: ReadonlySignal<Document[]>;
  status: ReadonlySignal<"idle" | "loading" | "ready" | "failed">;
  /** Why the list could not be loaded. */
  problem: ReadonlySignal<unknown>;
  /** What is typed into the search field. */
  query: Signal<string>;
  /** `list`, narrowed to `query`. */
  found: ReadonlySignal<Document[]>;
  ready: ReadonlySignal<Document[]>;
  /** Whether it is known to be no more; false while the list is not known. */
  isGone(id: Id): boolean;
  /** Loads the list and follows its changes until `stop`. */
  start(): void;
  stop(): void;
  put(document: Document): void;
  /** Puts one that came anew, also when its deletion could still be undone: then it is not deleted. */
  bringBack(document: Document): void;
  rename(id: Id, title: string): Promise<void>;
  /** Queues a failed document again. */
  retry(id: Id): Promise<void>;
  /** Hides it now and deletes it after `undoMs`; `undo` brings it back. `done` rejects when the server would not. */
  remove(id: Id): { undo(): void; done: Promise<void> };
  undoMs: number;
  /** Deletes now what could still be undone. */
  flush(): Promise<void>;
}

export interface DocumentsDeps {
  client: Pick<Client, "documents">;
  /** How long a deletion can be undone, in milliseconds. */
  undoMs: number;
}

type Entries = ReadonlyMap<Id, Document>;

export function createDocuments({ client, undoMs }: DocumentsDeps): DocumentsModel {
  const entries = signal<Entries>(new Map());
  const hidden = signal<ReadonlySet<Id>>(new Set());
  const status = signal<"idle" | "loading" | "ready" | "failed">("idle");
  const problem = signal<unknown>(null);
  const query = signal("");
  const pending = new Set<() => Promise<void>>();
  const undos = new Map<Id, () => void>();
  let run: AbortController | null = null;

  // Ids are UUIDv7: their order is the order of arrival.
  const list = computed(() =>
    [...entries.value.values()].filter((one) => !hidden.value.has(one.id)).sort((a, b) => (a.id < b.id ? 1 : -1)),
  );
  const found = computed(() => list.value.filter((one) => matches(one, query.value)));
  const ready = computed(() => list.value.filter((one) => one.status === "ready"));
  // One string: what only looks for ids is not drawn again when a document makes progress.
  const ids = computed(() => (status.value === "ready" ? list.value.map(({ id }) => id).join(" ") : null));

  const change = (edit: (map: Map<Id, Document>) => void) => {
    const next = new Map(entries.peek());
    edit(next);
    entries.value = next;
  };
  const put = (document: Document) => change((map) => map.set(document.id, document));
  const drop = (id: Id) => change((map) => map.delete(id));

  return {
    list,
    status,
    problem,
    query,
    found,
    ready,
    isGone: (id) => ids.value !== null && !ids.value.includes(id),
    undoMs,
    put,
    bringBack(document) {
      undos.get(document.id)?.();
      put(document);
    },
    start() {
      run?.abort();
      run = new AbortController();
      void load({ client, signal: run.signal, entries, status, problem });
      void follow({ client, signal: run.signal, entries, put, drop });
    },
    stop() {
      run?.abort();
      run = null;
      for (const finish of [...pending]) void finish();
      batch(() => {
        entries.value = new Map();
        status.value = "idle";
        problem.value = null;
        query.value = "";
      });
    },
    async flush() {
      await Promise.allSettled([...pending].map((finish) => finish()));
    },
    async rename(id, title) {
      const before = entries.peek().get(id);
      if (!before) return;
      put({ ...before, title });
      try {
        put(await client.documents.rename(id, title));
      } catch (error) {
        const now = entries.peek().get(id);
        if (now) put({ ...now, title: before.title });
        throw error;
      }
    },
    async retry(id) {
      put(await client.documents.retry(id));
    },
    remove(id) {
      hidden.value = new Set(hidden.peek()).add(id);
      const show = () => {
        undos.delete(id);
        const next = new Set(hidden.peek());
        next.delete(id);
        hidden.value = next;
      };
      const removal = later(undoMs, pending, {
        run: async () => {
          try {
            await client.documents.delete(id);
          } catch (error) {
            if (!(isApiError(error) && error.status === 404)) throw error;
          }
          drop(id);
        },
        settle: show,
      });
      undos.set(id, removal.undo);
      return removal;
    },
  };
}

interface Shared {
  client: Pick<Client, "documents">;
  signal: AbortSignal;
  entries: Signal<Entries>;
}

interface Edits {
  put(document: Document): void;
  drop(id: Id): void;
}

/** All pages of the list. What an event said meanwhile is newer than what a page says. */
async function load(
  shared: Shared & { status: Signal<"idle" | "loading" | "ready" | "failed">; problem: Signal<unknown> },
) {
  const { client, signal: stopped, entries, status, problem } = shared;
  const before = entries.peek();
  const kept = new Map<Id, Document>();
  batch(() => {
    status.value = "loading";
    problem.value = null;
  });
  try {
    for await (const document of client.documents.all({}, { signal: stopped })) kept.set(document.id, document);
    if (stopped.aborted) return;
    for (const [id, document] of entries.peek()) if (before.get(id) !== document) kept.set(id, document);
    batch(() => {
      entries.value = kept;
      status.value = "ready";
    });
  } catch (error) {
    if (stopped.aborted) return;
    batch(() => {
      problem.value = error;
      status.value = "failed";
    });
  }
}

/** Follows the event stream; it reconnects by itself and begins each time with the unfinished documents. */
async function follow({ client, signal: stopped, entries, put, drop }: Shared & Edits) {
  try {
    for await (const event of client.documents.events({ signal: stopped })) {
      if (stopped.aborted) return;
      if (event.event === "document") apply(event, { put, drop });
      else await catchUp(event.data.documents, { client, signal: stopped, entries, put, drop });
    }
  } catch {
    // The session ended, or the server is gone for good: the list says so where it is asked for.
  }
}

function apply(event: Extract<DocumentEvent, { event: "document" }>, to: Edits) {
  if ("deleted" in event.data) to.drop(event.data.id);
  else to.put(event.data);
}

/** What was unfinished here and is missing from the snapshot has finished or gone while nobody listened. */
async function catchUp(unfinished: Document[], shared: Shared & Edits) {
  const { client, signal: stopped, entries, put, drop } = shared;
  const open = new Set(unfinished.map((one) => one.id));
  const missed = [...entries.peek().values()].filter((one) => isUnfinished(one) && !open.has(one.id));
  for (const document of unfinished) put(document);
  for (const { id } of missed) {
    try {
      put(await client.documents.get(id, { signal: stopped }));
    } catch (error) {
      if (isApiError(error) && error.status === 404) drop(id);
    }
  }
}

export const isUnfinished = (document: Document) => document.status === "queued" || document.status === "processing";

/** Every word typed stands somewhere in the title or the file's name, without regard to case or accents. */
export function matches(document: Pick<Document, "title" | "filename">, query: string): boolean {
  const text = fold(`${document.title} ${document.filename}`);
  return fold(query)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

const fold = (text: string) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
