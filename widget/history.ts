// The browser's own back button on our own page: from an embed to the list of them, from the page to the answer to the
// library, and not out of the product.
import { batch, effect } from "@preact/signals";
import type { LayoutModel, View } from "./layout-model.ts";
import type { Screen, ScreenModel } from "./screen-model.ts";

const panes: View[] = ["library", "chat", "page"];

/** Each step from the library to where the reader is, one entry of the browser's history each. */
interface Entry {
  pagewise: string[];
}

/** Among panes there is a way back only where one stands at a time. @returns how to stop. */
export function followHistory({ view, narrow, closePage }: LayoutModel, screens: ScreenModel): () => void {
  const listening = new AbortController();
  const wayNow = (): string[] => {
    const entry = history.state as Partial<Entry> | null;
    return Array.isArray(entry?.pagewise) ? entry.pagewise : ["library"];
  };
  const wayShown = () => {
    const toScreen = wayTo(screens.screen.value);
    if (toScreen.length > 1) return toScreen;
    return narrow.value ? panes.slice(0, panes.indexOf(view.value) + 1) : panes.slice(0, 1);
  };

  const follow = () => {
    const [to, from] = [wayNow(), wayShown()];
    if (same(to, from)) return;
    const screen = screenOf(to);
    if (!same(wayTo(screen), wayTo(screens.screen.peek())) && !screens.go(screen)) {
      // They are asked first, and until they answer they are where they were.
      return history.go(starts(from, to) ? from.length - to.length : -1);
    }
    const pane = to.at(-1) as View;
    if (screen.at !== "workspace" || !narrow.peek() || pane === view.peek()) return;
    if (view.peek() === "page") closePage();
    view.value = pane;
  };

  // After a reload the screen is the one it was.
  if (screens.screen.peek().at === "workspace") screens.go(screenOf(wayNow()));
  addEventListener("popstate", () => batch(follow), { signal: listening.signal });
  const stop = effect(() => {
    const [was, now] = [wayNow(), wayShown()];
    if (same(was, now)) return;
    if (!starts(was, now)) {
      const common = now.findIndex((step, at) => step !== was[at]);
      for (let end = common + 1; end <= now.length; end++) {
        history.pushState({ pagewise: now.slice(0, end) } satisfies Entry, "");
      }
    } else if (narrow.value || screenOf(was).at !== "workspace") {
      history.go(now.length - was.length);
    }
  });
  return () => {
    listening.abort();
    stop();
  };
}

function wayTo(screen: Screen): string[] {
  if (screen.at === "workspace") return ["library"];
  return screen.at === "embed" ? ["library", "embeds", `embed ${screen.id}`] : ["library", screen.at];
}

function screenOf([, at, embed]: string[]): Screen {
  if (at === "account") return { at };
  if (at !== "embeds") return { at: "workspace" };
  return embed ? { at: "embed", id: embed.slice("embed ".length) } : { at };
}

const starts = (whole: string[], part: string[]) => part.every((step, at) => step === whole[at]);
const same = (a: string[], b: string[]) => a.length === b.length && starts(a, b);
