// Where the reader is: which pane a phone shows, and the page that is open beside the chat.
import type { Citation, Id } from "@pagewise/sdk/contract";
import { batch, type Signal, signal } from "@preact/signals";

export type View = "library" | "chat" | "page";

export interface OpenPage {
  documentId: Id;
  /** 1-based. */
  page: number;
  /** The answer's cited passages, of any document: what one can step through. */
  citations: Citation[];
  /** The `index` of the citation that is looked at; null when the page was opened by itself. */
  active: number | null;
}

export interface LayoutModel {
  /** The one pane that a narrow container shows. */
  view: Signal<View>;
  /** null: no page is open. Set it through `openPage`, which also brings the pane forward. */
  page: Signal<OpenPage | null>;
  /** The widget's own container is under 720 px wide. */
  narrow: Signal<boolean>;
  /** What the library lists. */
  tab: Signal<"documents" | "conversations">;
  /** Touch: taps on cards choose instead of opening. */
  choosing: Signal<boolean>;
  openPage(page: OpenPage): void;
  closePage(): void;
  /** Back to how it begins. */
  reset(): void;
}

/** `narrow`: kept true to the container by whoever watches it. */
export function createLayout(narrow: Signal<boolean> = signal(false)): LayoutModel {
  const view = signal<View>("library");
  const page = signal<OpenPage | null>(null);
  const tab = signal<"documents" | "conversations">("documents");
  const choosing = signal(false);
  return {
    view,
    page,
    narrow,
    tab,
    choosing,
    openPage: (next) =>
      batch(() => {
        page.value = next;
        view.value = "page";
      }),
    closePage: () =>
      batch(() => {
        page.value = null;
        if (view.peek() === "page") view.value = "chat";
      }),
    reset: () =>
      batch(() => {
        page.value = null;
        view.value = "library";
        tab.value = "documents";
        choosing.value = false;
      }),
  };
}
