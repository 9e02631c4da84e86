// The stored conversations: a list that grows backwards in time and is searched; rename, and deletion that can be undone.
import type { Client } from "@pagewise/sdk";
import { isApiError } from "@pagewise/sdk";
import type { Conversation, ExportFormat, Id } from "@pagewise/sdk/contract";
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

export interface ConversationsModel {
  /** What is looked for in titles and in what was said; `load` finds it. */
  query: Signal<string>;
  /** Last asked first, without those whose deletion can still be undone; while something is looked for those that hold it. */
  list: ReadonlySignal<readonly Conversation[]>;
  status: ReadonlySignal<"idle" | "loading" | "ready" | "failed">;
  /** There are older ones on the server. */
  more: ReadonlySignal<boolean>;
  load(): Promise<void>;
  loadMore(): Promise<void>;
  /** A conversation that was begun, asked in or renamed elsewhere. */
  put(conversation: Conversation): void;
  rename(id: Id, title: string): Promise<void>;
  /** The whole conversation, to keep. */
  file(id: Id, format: ExportFormat): Promise<File>;
  /** Hides it now and deletes it after `undoMs`; `done` rejects when the server would not. */
  remove(id: Id): { undo(): void; done: Promise<void> };
  /** Does now what could still be undone. */
  flush(): Promise<void>;
  /** Forgets everything: another person may sign in. */
  clear(): void;
}

export interface ConversationsDeps {
  client: Pick<Client, "conversations">;
  undoMs: number;
  /** The conversation changed (or is gone) for whoever shows it. */
  onChange(id: Id, conversation: Conversation | null): void;
}

export function createConversations({ client, undoMs, onChange }: ConversationsDeps): ConversationsModel {
  const entries = signal<readonly Conversation[]>([]);
  const hidden = signal<ReadonlySet<Id>>(new Set());
  const status = signal<"idle" | "loading" | "ready" | "failed">("idle");
  const cursor = signal<string | null>(null);
  const query = signal("");
  /** Null: nothing is looked for. */
  const found = signal<ReadonlySet<Id> | null>(null);
  const pending = new Map<Id, () => Promise<void>>();
  let visit = new AbortController();

  const list = computed(() =>
    entries.value
      .filter((one) => !hidden.value.has(one.id) && (found.value?.has(one.id) ?? true))
      .toSorted((a, b) =>
        a.updated_at === b.updated_at ? (a.id < b.id ? 1 : -1) : a.updated_at < b.updated_at ? 1 : -1,
      ),
  );
  const merge = (found: readonly Conversation[]) => {
    const ids = new Set(found.map((one) => one.id));
    entries.value = [...entries.peek().filter((one) => !ids.has(one.id)), ...found];
  };
  const show = (id: Id) => {
    const next = new Set(hidden.peek());
    next.delete(id);
    hidden.value = next;
  };

  const leave = () => {
    visit.abort();
    visit = new AbortController();
  };

  async function fetchPage(from: string | null) {
    if (!from) leave();
    const { signal: left } = visit;
    const q = query.peek().trim();
    status.value = "loading";
    try {
      const page = await client.conversations.list(
        { ...(q && { q }), ...(from && { cursor: from }) },
        { signal: left },
      );
      if (left.aborted) return;
      batch(() => {
        merge(page.data);
        const before = from ? (found.peek() ?? []) : [];
        found.value = q ? new Set([...before, ...page.data.map(({ id }) => id)]) : null;
        cursor.value = page.next_cursor;
        status.value = "ready";
      });
    } catch {
      if (!left.aborted) status.value = "failed";
    }
  }

  async function erase(id: Id) {
    pending.delete(id);
    try {
      await client.conversations.delete(id);
    } catch (error) {
      if (!(isApiError(error) && error.status === 404)) {
        show(id);
        throw error;
      }
    }
    batch(() => {
      entries.value = entries.peek().filter((one) => one.id !== id);
      show(id);
    });
  }

  return {
    query,
    list,
    status,
    more: computed(() => cursor.value !== null),
    load: () => fetchPage(null),
    async loadMore() {
      if (cursor.peek() && status.peek() !== "loading") await fetchPage(cursor.peek());
    },
    put: (conversation) => merge([conversation]),
    file: (id, format) => client.conversations.export(id, format),
    async rename(id, title) {
      const before = entries.peek().find((one) => one.id === id);
      if (!before || before.title === title) return;
      merge([{ ...before, title }]);
      try {
        const renamed = await client.conversations.rename(id, title);
        merge([renamed]);
        onChange(id, renamed);
      } catch (error) {
        merge([before]);
        throw error;
      }
    },
    remove(id) {
      hidden.value = new Set(hidden.peek()).add(id);
      onChange(id, null);
      let undo = () => {};
      const done = new Promise<void>((resolve, reject) => {
        const finish = () => {
          clearTimeout(timer);
          return erase(id).then(resolve, reject);
        };
        const timer = setTimeout(finish, undoMs);
        pending.set(id, finish);
        undo = () => {
          if (!pending.delete(id)) return;
          clearTimeout(timer);
          show(id);
          resolve();
        };
      });
      return { undo, done };
    },
    async flush() {
      await Promise.all([...pending.values()].map((finish) => finish()));
    },
    clear() {
      leave();
      batch(() => {
        entries.value = [];
        query.value = "";
        found.value = null;
        cursor.value = null;
        status.value = "idle";
      });
    },
  };
}
