// The browser's own back button on our own page: from the page to the answer to the library, not out of the product.
import { effect } from "@preact/signals";
import type { LayoutModel, View } from "./layout-model.ts";

const order: View[] = ["library", "chat", "page"];

interface Entry {
  pagewise: View;
}

/** Only where one pane stands at a time is there a way back to take. @returns how to stop. */
export function followHistory({ view, narrow, closePage }: LayoutModel): () => void {
  const listening = new AbortController();
  const depthNow = () => order.indexOf((history.state as Entry | null)?.pagewise ?? "library");
  addEventListener(
    "popstate",
    () => {
      const to = order[depthNow()] ?? "library";
      if (!narrow.peek() || to === view.peek()) return;
      if (view.peek() === "page") closePage();
      view.value = to;
    },
    { signal: listening.signal },
  );
  const stop = effect(() => {
    const depth = order.indexOf(view.value);
    if (!narrow.value) return;
    const was = depthNow();
    for (const pagewise of order.slice(was + 1, depth + 1)) history.pushState({ pagewise } satisfies Entry, "");
    if (depth < was) history.go(depth - was);
  });
  return () => {
    listening.abort();
    stop();
  };
}
