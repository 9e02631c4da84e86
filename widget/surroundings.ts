// What the world outside says: how wide the widget is, how large its reader wants text, and whether there is a line and somebody looks.
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";

/** At the usual text size; below it the panes stand one at a time, as the stylesheets' container queries say too. */
const narrowPx = 720;
const usualTextPx = 16;

export function watchSurroundings(element: HTMLElement, narrow: Signal<boolean>) {
  const online = signal(navigator.onLine);
  // The host element is reset to `medium`: the size its reader chose in the browser, whatever the page does to its root.
  const textPx = Number.parseFloat(getComputedStyle(element).fontSize) || usualTextPx;
  const narrowAt = (narrowPx * textPx) / usualTextPx;
  const observer = new ResizeObserver(([entry]) => {
    if (entry && entry.contentRect.width > 0) narrow.value = entry.contentRect.width < narrowAt;
  });
  observer.observe(element);
  const listening = new AbortController();
  const visible = signal(!document.hidden);
  const look = () => {
    online.value = navigator.onLine;
    visible.value = !document.hidden;
  };
  document.addEventListener("visibilitychange", look, { signal: listening.signal });
  addEventListener("online", look, { signal: listening.signal });
  addEventListener("offline", look, { signal: listening.signal });
  const seen = window.visualViewport;
  const fit = () => {
    // Zoomed in, one sees a part on purpose.
    const covered = seen && seen.scale === 1 && innerHeight - seen.height > 1;
    element.style.setProperty("--seen-height", covered ? `${seen.height}px` : null);
    element.style.setProperty("--seen-top", covered ? `${seen.offsetTop}px` : null);
  };
  seen?.addEventListener("resize", fit, { signal: listening.signal });
  seen?.addEventListener("scroll", fit, { signal: listening.signal });
  return {
    textPx,
    online: online as ReadonlySignal<boolean>,
    visible: visible as ReadonlySignal<boolean>,
    dispose() {
      observer.disconnect();
      listening.abort();
    },
  };
}
