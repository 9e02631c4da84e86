// Keeps the keyboard's place where what had the focus goes away: a deleted card, a button whose work is done.
import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Gives the focus to the pane that held it last, or to the first that is shown. */
export function useKeptFocus(panes: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const place = panes.current;
    const root = place?.getRootNode();
    if (!place || !(root instanceof ShadowRoot)) return;
    let held: EventTarget | null = null;
    let pane: HTMLElement | null = null;
    const onFocusIn = ({ target }: Event) => {
      held = target;
      pane = (target as HTMLElement).closest<HTMLElement>(".pane") ?? pane;
    };
    // Who left by themselves is not called back; some browsers tell of a removal in the same way.
    const onFocusOut = ({ target }: Event) =>
      queueMicrotask(() => {
        if (held === target && (target as HTMLElement).isConnected) held = null;
      });
    const observer = new MutationObserver(() => {
      if (!held || (held as HTMLElement).isConnected) return;
      held = null;
      if (root.activeElement || document.activeElement !== document.body) return;
      const next = pane?.isConnected ? pane : place.querySelector<HTMLElement>(".pane");
      next?.focus({ preventScroll: true });
    });
    observer.observe(root, { childList: true, subtree: true });
    root.addEventListener("focusin", onFocusIn);
    root.addEventListener("focusout", onFocusOut);
    return () => {
      observer.disconnect();
      root.removeEventListener("focusin", onFocusIn);
      root.removeEventListener("focusout", onFocusOut);
    };
  }, []);
}
