// What the world outside says: how wide the widget is, and whether there is a line.
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** Below this the panes stand one at a time; the stylesheets' container queries say the same. */
const narrowPx = 720;

export function watchSurroundings(element: Element, narrow: Signal<boolean>) {
  const online = signal(navigator.onLine);
  const observer = new ResizeObserver(([entry]) => {
    if (entry && entry.contentRect.width > 0) narrow.value = entry.contentRect.width < narrowPx;
  });
  observer.observe(element);
  const listening = new AbortController();
  const look = () => {
    online.value = navigator.onLine;
  };
  addEventListener("online", look, { signal: listening.signal });
  addEventListener("offline", look, { signal: listening.signal });
  return {
    online: online as ReadonlySignal<boolean>,
    dispose() {
      observer.disconnect();
      listening.abort();
    },
  };
}
