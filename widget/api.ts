// What a host page may say to the widget and hear from it: types only, shared by the loader and the app.

export type Theme = "light" | "dark" | "auto";

export interface WidgetOptions {
  /** Where Pagewise runs; absent: where the script came from. */
  server?: string;
  /** An element, or a selector of one, that the whole app fills; absent: a bubble that opens a panel. */
  target?: Element | string;
  theme?: Theme;
  /** Any CSS colour; its lightness is adjusted where contrast needs it. */
  accent?: string;
  /** A BCP 47 tag for words, numbers and dates; absent: the page's. */
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
export interface AppOptions extends Omit<WidgetOptions, "target" | "open" | "label"> {
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
