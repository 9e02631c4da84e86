// What happened to the account, newest first, one page after the other.
import type { Client } from "@pagewise/sdk";
import type { Activity, Id } from "@pagewise/sdk/contract";
import { batch, type ReadonlySignal, signal } from "@preact/signals";

export interface ActivityModel {
  list: ReadonlySignal<Activity[]>;
  status: ReadonlySignal<"loading" | "ready" | "failed">;
  problem: ReadonlySignal<unknown>;
  /** What the embeds among them are called, as far as they still exist. */
  names: ReadonlySignal<ReadonlyMap<Id, string>>;
  /** There is more to load. */
  more: ReadonlySignal<boolean>;
  load(): Promise<void>;
  loadMore(): Promise<void>;
  dispose(): void;
}

const pageSize = 10;

export function createActivity({ client }: { client: Pick<Client, "users" | "embeds"> }): ActivityModel {
  const list = signal<Activity[]>([]);
  const status = signal<"loading" | "ready" | "failed">("loading");
  const problem = signal<unknown>(null);
  const names = signal<ReadonlyMap<Id, string>>(new Map());
  const more = signal(false);
  let cursor: string | null = null;
  let run = new AbortController();

  /** Told by the way: without them the events are still what happened. */
  const learnNames = async (stopped: AbortSignal) => {
    const isNamed = ({ event, subject }: Activity) =>
      !event.startsWith("embed-") || !subject || names.peek().has(subject);
    if (list.peek().every(isNamed)) return;
    const page = await client.embeds.list({ limit: 100 }, { signal: stopped }).catch(() => null);
    if (page && !stopped.aborted) names.value = new Map(page.data.map(({ id, name }) => [id, name]));
  };
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
      await learnNames(stopped);
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
    names,
    more,
    load() {
      cursor = null;
      return fetchPage([]);
    },
    loadMore: () => fetchPage(list.peek()),
    dispose: () => run.abort(),
  };
}
