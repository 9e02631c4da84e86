// What a host page may say to the widget and hear from it: types only, shared by the loader and the apps.
import type { EmbedSession } from "@pagewise/sdk/contract";

export type Theme = "light" | "dark" | "auto";

/**
 * A JWT that the host's server signs with the embed's secret: one that serves once, or a function that fetches one each
 * time, or gives null where nobody is signed in.
 */
export type IdentityToken = string | (() => Promise<string | null>);

export interface WidgetOptions {
  /** `pk_…`: the chat of that embed, for whoever visits the page; absent: the dashboard, for who has an account. */
  key?: string;
  /** With a key: who is there. Absent: somebody whom nobody has named. */
  identityToken?: IdentityToken;
  /** Where Pagewise runs; absent: where the script came from. */
  server?: string;
  /** An element, or a selector of one, that the whole app fills; absent: a bubble that opens a panel. */
  target?: Element | string;
  theme?: Theme;
  /** Any CSS colour; its lightness is adjusted where contrast needs it. */
  accent?: string;
  /** A BCP 47 tag for words, numbers and dates; absent: the embed's, or the page's. */
  locale?: string;
  /** The panel is open from the start. */
  open?: boolean;
  /** The bubble's name for assistive technology. */
  label?: string;
  /** An access token made by the host page's own server; without it people sign in here. */
  getToken?: () => Promise<string>;
}

export interface WidgetEvents {
  /** The app has loaded and is on the page. */
  ready: undefined;
  open: undefined;
  close: undefined;
  error: Error;
}

export interface Widget {
  open(): void;
  close(): void;
  /**
   * With a key: somebody else is there, or, with null, nobody whom the page names. What was shown is gone from this page
   * and from the other tabs.
   */
  identify(identity: IdentityToken | null): void;
  /** Forgets who was there, here and in the other tabs, and takes everything off the page. */
  shutdown(): void;
  /** Takes everything off the page: elements, listeners, connections. */
  destroy(): void;
  /** Returns a function that ends the subscription. */
  on<E extends keyof WidgetEvents>(event: E, listener: (detail: WidgetEvents[E]) => void): () => void;
}

/** `window.Pagewise`. Before the script has loaded, `(window.Pagewise ||= []).push((pagewise) => …)` keeps the call. */
export interface PagewiseApi {
  mount(options?: WidgetOptions): Widget;
  push(...calls: ((api: PagewiseApi) => void)[]): void;
  version: string;
}

/** What the loader hands to the app. */
export interface AppOptions extends Omit<WidgetOptions, "target" | "open" | "label" | "key" | "identityToken"> {
  /** Ends without a slash. */
  server: string;
  /** `page`: the whole window; `inline`: fills its place in a host page; `panel`: floats beside the bubble; `preview`: a panel in its place. */
  mode: "page" | "inline" | "panel" | "preview";
  parent: Element;
  /** The panel asks to be closed: its own button, or Escape. */
  onClose?: () => void;
}

export interface App {
  element: HTMLElement;
  show(): void;
  hide(): void;
  destroy(): void;
}

/** What the loader, or a preview, hands to the chat of an embed. */
export interface VisitorOptions
  extends Pick<AppOptions, "server" | "mode" | "parent" | "theme" | "accent" | "locale" | "onClose"> {
  /** null: there is none yet; only the draft can be looked at. */
  key: string | null;
  identityToken?: IdentityToken;
  /** Shown instead of what the server has stored, before anything is saved. */
  draft?: EmbedSession["embed"];
}

export interface VisitorApp extends App {
  identify(identity: IdentityToken | null): void;
  /** Shows another draft. */
  redraw(draft: EmbedSession["embed"]): void;
}
