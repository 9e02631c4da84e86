// The way back from an opened page: Escape closes it, and the focus goes to what opened it.
import { effect } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";
import { useTalk } from "./talk-context.ts";

/** The page's own file may still be on its way: who presses Escape meanwhile means the page, not the whole chat. */
export function usePageReturn(panes: RefObject<HTMLElement | null>) {
  const { page, closePage } = useTalk();
  useEffect(() => {
    const place = panes.current;
    if (!place) return;
    let opener: HTMLElement | null = null;
    // Within the press that opens it: a frame later what was pressed may be hidden, and without the focus.
    const stop = effect(() => {
      if (page.value) {
        const active = (place.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
        if (!active?.closest(".pane.page")) opener = active;
        return;
      }
      // Where one pane replaces another the chat has to be there again first.
      requestAnimationFrame(() => requestAnimationFrame(() => opener?.focus({ preventScroll: true })));
    });
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !(event.target as Element).closest(".pane.page")) return;
      event.preventDefault();
      closePage();
    };
    // Goes with its element.
    place.addEventListener("keydown", onKeyDown);
    return stop;
  }, []);
}
