// The documents that the next question is about; none chosen means all that are ready.
import type { Document, Id } from "@pagewise/sdk/contract";
import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { View } from "./layout-model.ts";

export interface SelectionModel {
  ids: Signal<Id[]>;
  /** The chosen ones that are here and ready, in the order they were chosen. */
  documents: ReadonlySignal<Document[]>;
  /** Asks about these and no others, and brings the chat forward. */
  open(ids: Id[]): void;
  toggle(id: Id): void;
  clear(): void;
}

export function createSelection(deps: { documents: ReadonlySignal<Document[]>; view: Signal<View> }): SelectionModel {
  const ids = signal<Id[]>([]);
  const documents = computed(() => {
    const ready = new Map(deps.documents.value.filter((one) => one.status === "ready").map((one) => [one.id, one]));
    return ids.value.flatMap((id) => ready.get(id) ?? []);
  });
  return {
    ids,
    documents,
    open: (next) =>
      batch(() => {
        ids.value = next;
        deps.view.value = "chat";
      }),
    toggle: (id) => {
      const now = ids.peek();
      ids.value = now.includes(id) ? now.filter((one) => one !== id) : [...now, id];
    },
    clear: () => {
      ids.value = [];
    },
  };
}
