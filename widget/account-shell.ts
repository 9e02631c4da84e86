// What is there before anybody has signed in: the shell, the client and the session.
import { type Client, createClient, isApiError, localStorageTokens, memoryTokens } from "@pagewise/sdk";
import { type Signal, signal } from "@preact/signals";
import type { AppOptions, Theme } from "./api.ts";
import { findReach, wordsFor } from "./problem-words.ts";
import { createSession, type SessionModel } from "./session-model.ts";
import { createShell, type ShellModel } from "./shell-model.ts";
import { english } from "./strings.ts";
import { createTheme } from "./theme-model.ts";

export interface AccountShell extends ShellModel {
  options: AppOptions;
  /** The server is the page's own: here things may be remembered. */
  own: boolean;
  client: Client;
  t: typeof english;
  session: SessionModel;
  theme: Signal<Theme>;
  /** What lies behind the sign-in, made when its file has come and kept until the widget goes. */
  keep<T extends { dispose(): void }>(make: () => T): T;
}

export function createAccountShell(options: AppOptions, shadow: ShadowRoot): AccountShell {
  const own = new URL(options.server).origin === location.origin;
  const client = createClient({
    baseUrl: options.server,
    // A host page could read whatever lies in its own storage: there the tokens live in memory only.
    ...(options.getToken
      ? { getToken: options.getToken }
      : { tokens: own ? localStorageTokens("pagewise.session") : memoryTokens() }),
  });
  const t = english;
  const theme = createTheme(options.theme, own);
  const session = createSession({ client });
  const shell = createShell({
    options,
    shadow,
    looks: { theme: theme.theme, accent: signal(options.accent) },
    async explain(error) {
      if (isApiError(error)) return wordsFor(error, null, t);
      const reach = await findReach(options.server);
      // biome-ignore lint/suspicious/noConsole: the page's developer has no other way to hear of it
      if (reach === "refused") console.error(`Pagewise: ${t.problems.refusedFix(location.origin)}`);
      return wordsFor(error, reach, t);
    },
  });
  let kept: { dispose(): void } | null = null;

  return {
    ...shell,
    options,
    own,
    client,
    t,
    session,
    theme: theme.theme,
    keep<T extends { dispose(): void }>(make: () => T) {
      kept ??= make();
      return kept as T;
    },
    dispose() {
      kept?.dispose();
      shell.dispose();
      theme.dispose();
      session.dispose();
    },
  };
}
