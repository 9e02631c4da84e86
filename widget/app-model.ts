// The one place where the models are made and tied together.
import { type Client, createClient, localStorageTokens, memoryTokens } from "@pagewise/sdk";
import { batch, effect, type ReadonlySignal, type Signal } from "@preact/signals";
import type { AppOptions, Theme } from "./api.ts";
import { type ChatParts, createChatParts } from "./chat/chat-parts.ts";
import { beforeNextFrame, createTabMemory } from "./chat/tab.ts";
import { createDocuments, type DocumentsModel } from "./documents-model.ts";
import { createFormat, type Format } from "./format.ts";
import { followHistory } from "./history.ts";
import { createLayout, type LayoutModel, type OpenPage, type View } from "./layout-model.ts";
import { findReach, type ProblemWords, wordsFor } from "./problem-words.ts";
import { createSelection, type SelectionModel } from "./selection-model.ts";
import { createSession, type SessionModel } from "./session-model.ts";
import { english, type Strings } from "./strings.ts";
import { styleSheet } from "./styles.ts";
import { watchSurroundings } from "./surroundings.ts";
import { createTheme } from "./theme-model.ts";
import { createToasts, type ToastsModel } from "./toasts-model.ts";
import { createUploads, type UploadsModel } from "./uploads-model.ts";

export interface AppModel {
  options: AppOptions;
  client: Client;
  /** Every word that is shown. */
  t: Strings;
  format: Format;
  session: SessionModel;
  documents: DocumentsModel;
  uploads: UploadsModel;
  selection: SelectionModel;
  chat: ChatParts["chat"];
  conversations: ChatParts["conversations"];
  pages: ChatParts["pages"];
  layout: LayoutModel;
  view: Signal<View>;
  page: Signal<OpenPage | null>;
  openPage: LayoutModel["openPage"];
  closePage: LayoutModel["closePage"];
  theme: Signal<Theme>;
  toasts: ToastsModel["toasts"];
  toast: ToastsModel["toast"];
  online: ReadonlySignal<boolean>;
  /** The reader's own text size: what one rem is in here. */
  textPx: number;
  /** Takes a part's stylesheet in, once. */
  adopt(css: string): void;
  /** Words for whatever a call threw; a dead line is looked into first. */
  explain(error: unknown): Promise<ProblemWords>;
  /** What could still be undone is done first. */
  signOut(): Promise<void>;
  dispose(): void;
}

/** `shadow` is the widget's own: its host's width decides between three panes and one. */
export function createAppModel(options: AppOptions, shadow: ShadowRoot): AppModel {
  const own = new URL(options.server).origin === location.origin;
  const client = createClient({
    baseUrl: options.server,
    // A host page could read whatever lies in its own storage: there the tokens live in memory only.
    ...(options.getToken
      ? { getToken: options.getToken }
      : { tokens: own ? localStorageTokens("pagewise.session") : memoryTokens() }),
  });
  const adopted = new Set<string>();
  const t = english;
  const toasts = createToasts();
  const layout = createLayout();
  const surroundings = watchSurroundings(shadow.host as HTMLElement, layout.narrow);
  const theme = createTheme(options.theme, own);
  const session = createSession({ client });
  const documents = createDocuments({ client, undoMs: 6_000 });
  const selection = createSelection({ documents: documents.list, view: layout.view });
  const uploads = createUploads({
    client,
    onDone: ({ document }) => {
      if (documents.list.peek().some((one) => one.id === document.id)) toasts.toast(t.alreadyHere(document.title));
      documents.put(document);
    },
  });

  const { online } = surroundings;
  const memory = createTabMemory(own);
  const parts = createChatParts({
    client,
    session,
    selection,
    layout,
    online,
    toast: toasts.toast,
    t: t.chat,
    memory,
    schedule: beforeNextFrame,
  });

  const stop = effect(() => {
    if (session.status.value === "out") return;
    documents.start();
    return () =>
      batch(() => {
        documents.stop();
        uploads.clear();
        selection.clear();
        layout.reset();
      });
  });

  const leaveHistory = options.mode === "page" ? followHistory(layout) : () => {};

  return {
    options,
    client,
    t,
    format: createFormat(options.locale),
    session,
    documents,
    uploads,
    selection,
    chat: parts.chat,
    conversations: parts.conversations,
    pages: parts.pages,
    layout,
    view: layout.view,
    page: layout.page,
    openPage: layout.openPage,
    closePage: layout.closePage,
    theme: theme.theme,
    toasts: toasts.toasts,
    toast: toasts.toast,
    online,
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
    async signOut() {
      await Promise.all([documents.flush(), parts.conversations.flush()]);
      await session.signOut();
    },
    dispose() {
      leaveHistory();
      parts.dispose();
      stop();
      surroundings.dispose();
      theme.dispose();
      session.dispose();
      toasts.dispose();
    },
  };
}
