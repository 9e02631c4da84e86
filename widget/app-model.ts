// The one place where the models are made and tied together.
import { type Client, createClient, localStorageTokens, memoryTokens } from "@pagewise/sdk";
import { effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { AppOptions } from "./api.ts";
import { createDocuments, type DocumentsModel } from "./documents-model.ts";
import { createLayout, type LayoutModel, type OpenPage, type View } from "./layout-model.ts";
import { createSelection, type SelectionModel } from "./selection-model.ts";
import { createSession, type SessionModel } from "./session-model.ts";
import { createToasts, type ToastsModel } from "./toasts-model.ts";

export interface AppModel {
  options: AppOptions;
  client: Client;
  session: SessionModel;
  documents: DocumentsModel;
  selection: SelectionModel;
  layout: LayoutModel;
  view: Signal<View>;
  page: Signal<OpenPage | null>;
  openPage: LayoutModel["openPage"];
  closePage: LayoutModel["closePage"];
  toasts: ToastsModel["toasts"];
  toast: ToastsModel["toast"];
  online: ReadonlySignal<boolean>;
  dispose(): void;
}

/** `element` is the widget's own: its width decides between three panes and one. */
export function createAppModel(options: AppOptions, element: Element): AppModel {
  const client = createClient({
    baseUrl: options.server,
    ...(options.getToken ? { getToken: options.getToken } : { tokens: tokenStore(options.server) }),
  });
  const { toasts, toast, dispose: disposeToasts } = createToasts();
  const layout = createLayout();
  const surroundings = watchSurroundings(element, layout);
  const session = createSession({ client });
  const documents = createDocuments({ client, undoMs: 6_000 });
  const selection = createSelection({ documents: documents.list, view: layout.view });

  const stop = effect(() => {
    if (session.status.value === "out") return;
    documents.start();
    return () => {
      documents.stop();
      selection.clear();
      layout.closePage();
      layout.view.value = "library";
    };
  });

  return {
    options,
    client,
    session,
    documents,
    selection,
    layout,
    view: layout.view,
    page: layout.page,
    openPage: layout.openPage,
    closePage: layout.closePage,
    toasts,
    toast,
    online: surroundings.online,
    dispose() {
      surroundings.dispose();
      stop();
      session.dispose();
      disposeToasts();
    },
  };
}

/** Keeps `narrow` and `online` true to the world outside. */
function watchSurroundings(element: Element, { narrow }: LayoutModel) {
  const online = signal(navigator.onLine);
  const observer = new ResizeObserver(([entry]) => {
    if (entry && entry.contentRect.width > 0) narrow.value = entry.contentRect.width < 720;
  });
  observer.observe(element);
  const listening = new AbortController();
  const look = () => {
    online.value = navigator.onLine;
  };
  addEventListener("online", look, { signal: listening.signal });
  addEventListener("offline", look, { signal: listening.signal });
  return {
    online,
    dispose() {
      observer.disconnect();
      listening.abort();
    },
  };
}

/** A host page could read whatever lies in its own storage: there the tokens live in memory only. */
function tokenStore(server: string) {
  return new URL(server).origin === location.origin ? localStorageTokens("pagewise.session") : memoryTokens();
}
