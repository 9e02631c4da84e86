// What happened to the account, newest first, one page after the other.
import type { Client } from "@pagewise/sdk";
import type { Activity } from "@pagewise/sdk/contract";
import { batch, type ReadonlySignal, signal } from "@preact/signals";

export interface ActivityModel {
  list: ReadonlySignal<Activity[]>;
  status: ReadonlySignal<"loading" | "ready" | "failed">;
  problem: ReadonlySignal<unknown>;
  /** There is more to load. */
  more: ReadonlySignal<boolean>;
  load(): Promise<void>;
  loadMore(): Promise<void>;
  dispose(): void;
}

const pageSize = 10;

export function createActivity({ client }: { client: Pick<Client, "users"> }): ActivityModel {
  const list = signal<Activity[]>([]);
  const status = signal<"loading" | "ready" | "failed">("loading");
  const problem = signal<unknown>(null);
  const more = signal(false);
  let cursor: string | null = null;
  let run = new AbortController();

  const fetchPage = async (before: Activity[]) => {
    run.abort();
    run = new AbortController();
    const { signal: stopped } = run;
    status.value = "loading";
    try {
      const page = await client.users.activity({ limit: pageSize, ...(cursor && { cursor }) }, { signal: stopped });
      if (stopped.aborted) return;
      cursor = page.next_cursor;
      batch(() => {
        list.value = [...before, ...page.data];
        more.value = page.next_cursor !== null;
        status.value = "ready";
      });
    } catch (error) {
      if (stopped.aborted) return;
      batch(() => {
        problem.value = error;
        status.value = "failed";
      });
    }
  };
  return {
    list,
    status,
    problem,
    more,
    load() {
      cursor = null;
      return fetchPage([]);
    },
    loadMore: () => fetchPage(list.peek()),
    dispose: () => run.abort(),
  };
}
