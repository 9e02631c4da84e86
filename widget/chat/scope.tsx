// What the next question is answered from, and the way to change it.
import { useComputed } from "@preact/signals";
import type { TargetedMouseEvent } from "preact";
import { useApp } from "../app-context.ts";

/** `single`: the one document's title; null where there are none or several. `text`: null where nothing is ready. */
export function useScope(): { single: string | null; text: string | null; count: number } {
  const { selection, chat, documents, t } = useApp();
  return useComputed(() => {
    const chosen = selection.documents.value;
    const ids = chat.conversation.value?.document_ids ?? [];
    const stored = documents.list.value.filter((one) => ids.includes(one.id));
    const ready = documents.ready.value;
    const named = chosen.length > 0 ? chosen : stored;
    const titles =
      named.length > 0 ? named.map((one) => one.title) : ready.length === 1 ? ready.map((one) => one.title) : [];
    const [first] = titles;
    if (first !== undefined && (titles.length === 1 || titles.length < ready.length)) {
      const text = titles.length === 1 ? first : t.chat.andMore(first, titles.length - 1);
      return { single: titles.length === 1 ? first : null, text, count: titles.length };
    }
    return { single: null, text: ready.length > 0 ? t.chat.allDocuments(ready.length) : null, count: ready.length };
  }).value;
}

export function Scope() {
  const { t, view, layout } = useApp();
  const { text } = useScope();
  const change = (event: TargetedMouseEvent<HTMLElement>) => {
    const root = event.currentTarget.getRootNode() as ShadowRoot;
    // Between wide and narrow the page stands where the library was.
    if (!root.querySelector(".pane.library")?.checkVisibility()) layout.closePage();
    layout.tab.value = "documents";
    layout.choosing.value = true;
    view.value = "library";
  };
  return (
    <p class="scope meta">
      <span class="one-line" dir="auto">
        {text ? t.chat.answersFrom(text) : t.chat.noDocuments}
      </span>
      <button type="button" class="change" onClick={change}>
        {t.chat.change}
      </button>
    </p>
  );
}
