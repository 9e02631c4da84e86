// Documents or conversations: what the library lists.
import type { TargetedKeyboardEvent } from "preact";
import { useApp } from "../app-context.ts";

const tabs = ["documents", "conversations"] as const;

export function Tabs() {
  const { documents, layout, selection, format, t } = useApp();
  const go = (event: TargetedKeyboardEvent<HTMLElement>) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    layout.tab.value = layout.tab.value === "documents" ? "conversations" : "documents";
    const next = tabs.indexOf(layout.tab.value);
    (event.currentTarget.children[next] as HTMLElement | undefined)?.focus();
  };
  const chosen = selection.ids.value.length;
  return (
    <div class="tabs-row">
      <div class="tabs" role="tablist" aria-label={t.library} onKeyDown={go}>
        {tabs.map((tab) => (
          <button
            key={tab}
            type="button"
            role="tab"
            aria-selected={layout.tab.value === tab}
            aria-controls="library-panel"
            tabIndex={layout.tab.value === tab ? 0 : -1}
            onClick={() => {
              layout.tab.value = tab;
            }}
          >
            {t[tab]}
            {tab === "documents" && documents.list.value.length > 0 && (
              <span class="num"> {format.number(documents.list.value.length)}</span>
            )}
          </button>
        ))}
      </div>
      {layout.tab.value === "documents" && chosen > 1 && !layout.choosing.value && (
        <button type="button" class="clear meta" onClick={selection.clear}>
          {t.clear} <bdi class="num">{format.number(chosen)}</bdi>
        </button>
      )}
    </div>
  );
}
