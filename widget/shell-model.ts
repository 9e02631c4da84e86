// What is there before anybody has signed in: the client, the session, the surroundings and the toasts.
import { type Client, createClient, localStorageTokens, memoryTokens } from "@pagewise/sdk";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AppOptions, Theme } from "./api.ts";
import { findReach, type ProblemWords, wordsFor } from "./problem-words.ts";
import { createSession, type SessionModel } from "./session-model.ts";
import { english } from "./strings.ts";
import { styleSheet } from "./styles.ts";
import { watchSurroundings } from "./surroundings.ts";
import { createTheme } from "./theme-model.ts";
import { createToasts, type ToastsModel } from "./toasts-model.ts";

export interface ShellModel {
  options: AppOptions;
  /** The server is the page's own: here things may be remembered. */
  own: boolean;
  client: Client;
  t: typeof english;
  session: SessionModel;
  theme: Signal<Theme>;
  toasts: ToastsModel["toasts"];
  toast: ToastsModel["toast"];
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
  /** What lies behind the sign-in, made when its file has come and kept until the widget goes. */
  keep<T extends { dispose(): void }>(make: () => T): T;
  dispose(): void;
}

/** `shadow` is the widget's own: its host's width decides between three panes and one. */
export function createShellModel(options: AppOptions, shadow: ShadowRoot): ShellModel {
  const own = new URL(options.server).origin === location.origin;
  const client = createClient({
    baseUrl: options.server,
    // A host page could read whatever lies in its own storage: there the tokens live in memory only.
    ...(options.getToken
      ? { getToken: options.getToken }
      : { tokens: own ? localStorageTokens("pagewise.session") : memoryTokens() }),
  });
  const t = english;
  const adopted = new Set<string>();
  const narrow = signal(false);
  const toasts = createToasts();
  const surroundings = watchSurroundings(shadow.host as HTMLElement, narrow);
  const theme = createTheme(options.theme, own);
  const session = createSession({ client });
  let kept: { dispose(): void } | null = null;

  return {
    options,
    own,
    client,
    t,
    session,
    theme: theme.theme,
    toasts: toasts.toasts,
    toast: toasts.toast,
    online: surroundings.online,
    visible: surroundings.visible,
    narrow,
    textPx: surroundings.textPx,
    adopt(css) {
      if (adopted.has(css)) return;
      adopted.add(css);
      shadow.adoptedStyleSheets.push(styleSheet(css));
    },
    async explain(error) {
      const words = wordsFor(error, null, t);
      return words.requestId === null ? wordsFor(error, await findReach(options.server), t) : words;
    },
    keep<T extends { dispose(): void }>(make: () => T) {
      kept ??= make();
      return kept as T;
    },
    dispose() {
      kept?.dispose();
      surroundings.dispose();
      theme.dispose();
      session.dispose();
      toasts.dispose();
    },
  };
}
