// One embed being edited: the draft beside what is saved, its faults, and what can be done with it.
import { type Client, isApiError } from "@pagewise/sdk";
import type { Embed, Id } from "@pagewise/sdk/contract";
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { changesOf, checkDraft, type Draft, draftOf, type Faults, type Field, type FieldFault, tidy } from "./draft.ts";
import type { EmbedWords } from "./embed-strings.ts";

export interface EditorModel {
  id: Id;
  status: ReadonlySignal<"loading" | "ready" | "gone" | "failed">;
  /** Why it could not be loaded. */
  problem: ReadonlySignal<unknown>;
  /** null until it has been loaded. */
  saved: ReadonlySignal<Embed | null>;
  draft: ReadonlySignal<Draft | null>;
  faults: ReadonlySignal<Faults>;
  /** What was saved last time could not be, and no field was at fault. */
  fault: ReadonlySignal<unknown>;
  /** How often saving was refused: each time somebody has to look at the faults. */
  refusals: ReadonlySignal<number>;
  unsaved: ReadonlySignal<boolean>;
  busy: ReadonlySignal<boolean>;
  load(): Promise<void>;
  edit(changes: Partial<Draft>): void;
  /** The field has been left: what is typed is tidied and checked. */
  settle(field: Field): void;
  /** @returns whether everything is saved; where it is not, `faults` or `fault` say why. */
  save(): Promise<boolean>;
  /** At once, beside what is unsaved. */
  setEnabled(enabled: boolean): Promise<void>;
  remove(): Promise<void>;
  dispose(): void;
}

export interface EditorDeps {
  client: Pick<Client, "embeds">;
  id: Id;
  t: EmbedWords;
  /** Whether a document is known to be deleted. */
  isGone(documentId: Id): boolean;
  /** Hears of it as it stands on the server, whenever that was learnt. */
  onSaved(embed: Embed): void;
}

export function createEditor({ client, id, t, isGone, onSaved }: EditorDeps): EditorModel {
  const status = signal<"loading" | "ready" | "gone" | "failed">("loading");
  const problem = signal<unknown>(null);
  const saved = signal<Embed | null>(null);
  const draft = signal<Draft | null>(null);
  const faults = signal<Faults>(new Map());
  const fault = signal<unknown>(null);
  const refusals = signal(0);
  const busy = signal(false);
  const alive = new AbortController();
  const options = { signal: alive.signal };

  const changes = computed(() => (draft.value && saved.value ? changesOf(draft.value, saved.value) : {}));
  const unsaved = computed(() => Object.keys(changes.value).length > 0);
  const learn = (embed: Embed) => {
    saved.value = embed;
    onSaved(embed);
  };
  const refused = (error: unknown) =>
    batch(() => {
      const found = new Map(faultsOf(error));
      const now = draft.peek();
      if (now && isApiError(error) && error.code === "document-not-found") {
        draft.value = { ...now, document_ids: now.document_ids.filter((document) => !isGone(document)) };
        found.set("/document_ids", { text: t.documentGone });
      }
      faults.value = found;
      refusals.value++;
      if (found.size === 0) fault.value = error;
    });

  return {
    id,
    status,
    problem,
    saved,
    draft,
    faults,
    fault,
    refusals,
    unsaved,
    busy,
    async load() {
      status.value = "loading";
      try {
        const embed = await client.embeds.get(id, options);
        batch(() => {
          learn(embed);
          draft.value ??= draftOf(embed);
          status.value = "ready";
        });
      } catch (error) {
        if (alive.signal.aborted) return;
        batch(() => {
          problem.value = error;
          status.value = isApiError(error) && error.status === 404 ? "gone" : "failed";
        });
      }
    },
    edit(next) {
      const now = draft.peek();
      if (!now) return;
      const changed = Object.keys(next) as Field[];
      const kept = changed.flatMap((field) => stayed(faults.peek(), field, now[field], next[field]));
      batch(() => {
        draft.value = { ...now, ...next };
        fault.value = null;
        faults.value = new Map([...without(faults.peek(), changed), ...kept]);
      });
    },
    settle(field) {
      const now = draft.peek();
      if (!now) return;
      const tidied = { ...now, [field]: tidy(now)[field] };
      batch(() => {
        if (`${tidied[field]}` !== `${now[field]}`) draft.value = tidied;
        const found = [...checkDraft(tidied, t)].filter(([pointer]) => isOf(pointer, field));
        faults.value = new Map([...without(faults.peek(), [field]), ...found]);
      });
    },
    async save() {
      const now = draft.peek();
      if (!now || busy.peek()) return false;
      const tidied = tidy(now);
      batch(() => {
        draft.value = tidied;
        fault.value = null;
        faults.value = checkDraft(tidied, t);
      });
      if (faults.peek().size > 0) {
        refusals.value++;
        return false;
      }
      busy.value = true;
      try {
        const embed = await client.embeds.update(id, changes.peek(), options);
        batch(() => {
          learn(embed);
          // What was typed meanwhile is still to be saved; the rest stands as the server wrote it.
          if (draft.peek() === tidied) draft.value = draftOf(embed);
        });
        return true;
      } catch (error) {
        if (!alive.signal.aborted) refused(error);
        return false;
      } finally {
        busy.value = false;
      }
    },
    async setEnabled(enabled) {
      learn(await client.embeds.update(id, { enabled }, options));
    },
    async remove() {
      await client.embeds.delete(id, options).catch((error) => {
        if (!(isApiError(error) && error.status === 404)) throw error;
      });
    },
    dispose: () => alive.abort(),
  };
}

/** What the server says of fields that stand here; of others the whole answer is shown. */
function faultsOf(error: unknown): [string, FieldFault][] {
  if (!isApiError(error)) return [];
  const placed = error.errors.map(({ pointer, detail }): [string, FieldFault] => [pointer, { text: detail }]);
  return placed.every(([pointer]) => fields.some((field) => isOf(pointer, field))) ? placed : [];
}

const fields: Field[] = [
  ...([
    "name",
    "greeting",
    "starters",
    "document_ids",
    "allowed_origins",
    "scheme",
    "accent",
    "marker",
    "locale",
  ] as const),
  ...(["daily_message_limit", "visitor_message_limit", "address_message_limit"] as const),
];

const isOf = (pointer: string, field: Field) =>
  pointer === `/${field}` || pointer.startsWith(`/${field}/`) || pointer === `/theme/${field}`;

/** The faults of lines that stand as they stood; a line taken out moves those after it. */
function stayed(faults: Faults, field: Field, before: unknown, after: unknown): [string, FieldFault][] {
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  const isChanged = (line: unknown, at: number) => line !== after[at];
  const first = before.findIndex(isChanged);
  const moved = after.length - before.length;
  let last = before.length;
  while (last > Math.max(first, first - moved) && before[last - 1] === after[last - 1 + moved]) last--;
  return before.flatMap((_, at): [string, FieldFault][] => {
    const fault = faults.get(`/${field}/${at}`);
    if (!fault) return [];
    if (first === -1 || at < first) return [[`/${field}/${at}`, fault]];
    return at >= last ? [[`/${field}/${at + moved}`, fault]] : [];
  });
}

const without = (faults: Faults, changed: Field[]): Faults =>
  new Map([...faults].filter(([pointer]) => !changed.some((field) => isOf(pointer, field))));
