// The one place where the models behind the sign-in are made and tied together.
import { batch, effect, type Signal } from "@preact/signals";
import type { AccountShell } from "./account-shell.ts";
import { type ChatParts, createChatParts } from "./chat/chat-parts.ts";
import { chatEnglish } from "./chat/chat-strings.ts";
import { beforeNextFrame, createTabMemory } from "./chat/tab.ts";
import { createDocuments, type DocumentsModel } from "./documents-model.ts";
import { createFormat, type Format } from "./format.ts";
import { followHistory } from "./history.ts";
import { createLayout, type LayoutModel, type OpenPage, type View } from "./layout-model.ts";
import { createScreens, type ScreenModel } from "./screen-model.ts";
import { createSelection, type SelectionModel } from "./selection-model.ts";
import type { Strings } from "./strings.ts";
import { createUploads, type UploadsModel } from "./uploads-model.ts";

export interface AppModel extends Omit<AccountShell, "t"> {
  /** Every word that is shown. */
  t: Strings;
  format: Format;
  documents: DocumentsModel;
  uploads: UploadsModel;
  selection: SelectionModel;
  chat: ChatParts["chat"];
  conversations: ChatParts["conversations"];
  pages: ChatParts["pages"];
  layout: LayoutModel;
  screens: ScreenModel;
  view: Signal<View>;
  page: Signal<OpenPage | null>;
  openPage: LayoutModel["openPage"];
  closePage: LayoutModel["closePage"];
  /** What could still be undone is done first. */
  signOut(): Promise<void>;
}

/** Made once a widget; signing out empties it. */
export function createAppModel(shell: AccountShell): AppModel {
  const { client, session, toast, online, visible, own, options } = shell;
  const t: Strings = { ...shell.t, chat: chatEnglish };
  const layout = createLayout(shell.narrow);
  const screens = createScreens();
  const documents = createDocuments({ client, undoMs: 6_000 });
  const selection = createSelection({ documents: documents.list, view: layout.view });
  const uploads = createUploads({
    client,
    // A failed one is queued again by being sent again.
    standing: () => documents.list.peek().flatMap((one) => (one.status === "failed" ? [] : [one.id])),
    online,
    onDone: ({ document }, again) => {
      if (again) toast(t.alreadyHere(document.title));
      documents.bringBack(document);
    },
  });

  const parts = createChatParts({
    client,
    session,
    selection,
    layout,
    online,
    visible,
    toast,
    t: t.chat,
    memory: createTabMemory(own, "pagewise.conversation"),
    drafts: createTabMemory(own, "pagewise.draft"),
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
        screens.reset();
      });
  });

  // A list that could not be loaded is asked for again when the line is back.
  const stopWaiting = effect(() => {
    if (online.value && documents.status.peek() === "failed") documents.start();
  });
  // Who leaves has stopped thinking of undoing.
  const leave = () => void documents.flush();
  addEventListener("pagehide", leave);

  const leaveHistory = options.mode === "page" ? followHistory(layout, screens) : () => {};

  return {
    ...shell,
    t,
    format: createFormat(options.locale ?? document.documentElement.lang),
    documents,
    uploads,
    selection,
    chat: parts.chat,
    conversations: parts.conversations,
    pages: parts.pages,
    layout,
    screens,
    view: layout.view,
    page: layout.page,
    openPage: layout.openPage,
    closePage: layout.closePage,
    async signOut() {
      await Promise.all([documents.flush(), parts.conversations.flush()]);
      await session.signOut();
    },
    dispose() {
      removeEventListener("pagehide", leave);
      stopWaiting();
      leaveHistory();
      parts.dispose();
      uploads.destroy();
      stop();
    },
  };
}
