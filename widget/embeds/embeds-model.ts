// The account's embeds: their list, how much each was asked, and a new one.
import type { Client } from "@pagewise/sdk";
import type { Embed, EmbedUsage, Id } from "@pagewise/sdk/contract";
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";

export type UsageDays = EmbedUsage["data"];

export interface EmbedsModel {
  /** Newest first. */
  list: ReadonlySignal<Embed[]>;
  status: ReadonlySignal<"idle" | "loading" | "ready" | "failed">;
  /** Why the list could not be loaded. */
  problem: ReadonlySignal<unknown>;
  /** Of the last `usageDays` days, as far as it has come; null: it could not be had. */
  usage: ReadonlySignal<ReadonlyMap<Id, UsageDays | null>>;
  /** A secret just made, until it has been taken or its embed is left: nobody can have it again. */
  secret: ReadonlySignal<{ id: Id; secret: string } | null>;
  load(): Promise<void>;
  loadUsage(id: Id): Promise<void>;
  /** @returns the id of the new one. */
  create(name: string, documentIds: Id[]): Promise<Id>;
  rotateSecret(id: Id, revokeNow: boolean): Promise<void>;
  forgetSecret(): void;
  put(embed: Embed): void;
  drop(id: Id): void;
  dispose(): void;
}

export const usageDays = 14;
/** How many figures are asked for at once: the list may be long. */
const atOnce = 3;

export function createEmbeds({ client }: { client: Pick<Client, "embeds"> }): EmbedsModel {
  const entries = signal<ReadonlyMap<Id, Embed>>(new Map());
  const status = signal<"idle" | "loading" | "ready" | "failed">("idle");
  const problem = signal<unknown>(null);
  const usage = signal<ReadonlyMap<Id, UsageDays | null>>(new Map());
  const secret = signal<{ id: Id; secret: string } | null>(null);
  const alive = new AbortController();
  const options = { signal: alive.signal };
  // Ids are UUIDv7: their order is the order in which they were made.
  const list = computed(() => [...entries.value.values()].sort((a, b) => (a.id < b.id ? 1 : -1)));

  const put = (embed: Embed) => {
    entries.value = new Map(entries.peek()).set(embed.id, embed);
  };
  const loadUsage = async (id: Id) => {
    const days = await client.embeds.usage(id, { days: usageDays }, options).then(
      ({ data }) => data,
      () => usage.peek().get(id) ?? null,
    );
    if (!alive.signal.aborted) usage.value = new Map(usage.peek()).set(id, days);
  };
  const keep = ({ secret: made, ...embed }: Embed & { secret: string }) =>
    batch(() => {
      put(embed);
      secret.value = { id: embed.id, secret: made };
    });

  return {
    list,
    status,
    problem,
    usage,
    secret,
    loadUsage,
    put,
    async load() {
      status.value = "loading";
      problem.value = null;
      try {
        const found = new Map<Id, Embed>();
        for await (const embed of all(client, options)) found.set(embed.id, embed);
        batch(() => {
          entries.value = found;
          status.value = "ready";
        });
        const waiting = list.peek().map(({ id }) => id);
        const next = async () => {
          for (let id = waiting.shift(); id && !alive.signal.aborted; id = waiting.shift()) await loadUsage(id);
        };
        await Promise.all(Array.from({ length: atOnce }, next));
      } catch (error) {
        if (alive.signal.aborted) return;
        batch(() => {
          problem.value = error;
          status.value = "failed";
        });
      }
    },
    async create(name, documentIds) {
      const made = await client.embeds.create({ name, document_ids: documentIds }, options);
      keep(made);
      return made.id;
    },
    async rotateSecret(id, revokeNow) {
      keep(await client.embeds.rotateSecret(id, { revoke_now: revokeNow }, options));
    },
    forgetSecret() {
      secret.value = null;
    },
    drop(id) {
      const next = new Map(entries.peek());
      next.delete(id);
      entries.value = next;
    },
    dispose: () => alive.abort(),
  };
}

async function* all(client: Pick<Client, "embeds">, options: { signal: AbortSignal }): AsyncGenerator<Embed, void> {
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await client.embeds.list({ limit: 100, ...(cursor && { cursor }) }, options);
    yield* page.data;
    cursor = page.next_cursor;
  }
}
