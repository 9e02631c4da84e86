// Files held over the widget: says what letting go will do, and does it.
import { useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { useApp } from "../app-context.ts";

export function DropAnywhere({ over }: { over: RefObject<HTMLElement | null> }) {
  const { uploads, layout, t } = useApp();
  const held = useSignal(0);

  useEffect(() => {
    const place = over.current?.closest<HTMLElement>(".root");
    if (!place) return;
    const listening = new AbortController();
    // Enter and leave come for every element inside: only the balance tells whether the files are still over us.
    let depth = 0;
    const listen = (type: "dragenter" | "dragover" | "dragleave" | "drop", run: (event: DragEvent) => void) =>
      place.addEventListener(
        type,
        (event) => {
          if (!event.dataTransfer?.types.includes("Files")) return;
          event.preventDefault();
          run(event);
        },
        { signal: listening.signal },
      );
    listen("dragenter", (event) => {
      depth++;
      held.value = Math.max(1, [...(event.dataTransfer?.items ?? [])].filter((one) => one.kind === "file").length);
    });
    listen("dragover", (event) => {
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    });
    listen("dragleave", () => {
      if (--depth <= 0) depth = held.value = 0;
    });
    listen("drop", (event) => {
      depth = held.value = 0;
      layout.tab.value = "documents";
      layout.view.value = "library";
      uploads.add(event.dataTransfer?.files ?? []);
    });
    return () => listening.abort();
  }, []);

  if (held.value === 0) return null;
  return (
    <div class="drop-over" aria-hidden="true">
      <div class="drop fold is-over">
        <h2>{t.drop(held.value)}</h2>
      </div>
    </div>
  );
}
