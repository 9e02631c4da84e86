// What stands around everything else, whoever is there: the surroundings, the looks, the toasts, and words for failures.
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AppOptions, Theme } from "./api.ts";
import type { ProblemWords } from "./problem-words.ts";
import { type ShellStrings, shellEnglish } from "./shell-strings.ts";
import { styleSheet } from "./styles.ts";
import { watchSurroundings } from "./surroundings.ts";
import { createToasts, type ToastsModel } from "./toasts-model.ts";

/** How it looks; absent: its own. */
interface Looks {
  theme: ReadonlySignal<Theme>;
  accent: ReadonlySignal<string | null | undefined>;
  marker: ReadonlySignal<string | null | undefined>;
  direction: ReadonlySignal<"ltr" | "rtl">;
}

export interface ShellModel extends Looks {
  options: Pick<AppOptions, "server" | "mode" | "onClose">;
  t: ShellStrings;
  toasts: ToastsModel["toasts"];
  toast: ToastsModel["toast"];
  clearToasts: ToastsModel["clear"];
  online: ReadonlySignal<boolean>;
  /** Somebody looks at the page. */
  visible: ReadonlySignal<boolean>;
  /** The widget's own container is too small for two panes. */
  narrow: Signal<boolean>;
  /** The reader's own text size: what one rem is in here. */
  textPx: number;
  /** Takes a part's stylesheet in, once. */
  adopt(css: string): void;
  /** Words for whatever a call threw; a dead line is looked into first. */
  explain(error: unknown): Promise<ProblemWords>;
  dispose(): void;
}

export interface ShellDeps extends Pick<ShellModel, "options" | "explain"> {
  /** The widget's own: its host's width decides between three panes and one. */
  shadow: ShadowRoot;
  looks: Partial<Looks>;
}

export function createShell({ options, explain, shadow, looks }: ShellDeps): ShellModel {
  const adopted = new Set<string>();
  const narrow = signal(false);
  const toasts = createToasts();
  const surroundings = watchSurroundings(shadow.host as HTMLElement, narrow);
  const none = computed(() => null);

  return {
    theme: signal("auto"),
    accent: none,
    marker: none,
    direction: computed(() => shellEnglish.direction),
    ...looks,
    options,
    t: shellEnglish,
    toasts: toasts.toasts,
    toast: toasts.toast,
    clearToasts: toasts.clear,
    online: surroundings.online,
    visible: surroundings.visible,
    narrow,
    textPx: surroundings.textPx,
    adopt(css) {
      if (adopted.has(css)) return;
      adopted.add(css);
      shadow.adoptedStyleSheets.push(styleSheet(css));
    },
    explain,
    dispose() {
      surroundings.dispose();
      toasts.clear();
    },
  };
}
