// The script tag: puts a bubble (or, with data-target, the whole app) on the page and loads the app when it is wanted.
import type { App, AppOptions, PagewiseApi, Widget, WidgetEvents, WidgetOptions } from "./api.ts";
import { createBubble } from "./bubble.ts";

declare const APP_FILES: [string, ...string[]];
declare const VERSION: string;
declare global {
  interface Window {
    Pagewise?: PagewiseApi | ((api: PagewiseApi) => void)[];
  }
}

type AppModule = { mount(options: AppOptions): App };

/** Everything on this page, by where it stands: the same place is never filled twice. */
function createApi(home: string): PagewiseApi {
  const standing = new Map<Element | string, Widget>();
  const api: PagewiseApi = {
    version: VERSION,
    mount(options = {}) {
      const place = options.target ?? "";
      const found = standing.get(place);
      if (found) return found;
      const widget = createWidget(home, options, () => standing.delete(place));
      standing.set(place, widget);
      return widget;
    },
    push(...calls) {
      for (const call of calls) call(api);
    },
  };
  return api;
}

function createWidget(home: string, options: WidgetOptions, forget: () => void): Widget {
  const { target, open: openFirst, label = "Ask our documents", ...rest } = options;
  const events = new EventTarget();
  const emit = <E extends keyof WidgetEvents>(event: E, detail?: WidgetEvents[E]) =>
    events.dispatchEvent(new CustomEvent(event, { detail }));
  const locale = options.locale ?? document.documentElement.lang;
  const bubble = target ? null : createBubble({ label, theme: options.theme, onIntent: load, onPress: toggle });
  let file: Promise<AppModule> | undefined;
  let app: App | undefined;
  let wanted = false;
  let gone = false;

  function load() {
    // What the app imports is asked for beside it, not after it.
    file ??= Promise.all(APP_FILES.map((name) => import(`${home}/widget/${name}`))).then(([app]) => app as AppModule);
    file.catch(fail);
    return file;
  }
  function fail(error: Error) {
    file = undefined;
    // biome-ignore lint/suspicious/noConsole: the page's developer has no other way to hear of it
    console.error(`Pagewise (${home}):`, error);
    emit("error", error);
  }
  async function draw(parent: Element, mode: AppOptions["mode"]) {
    const { mount } = await load();
    if (gone) return;
    if (app) return app;
    app = mount({ server: home, ...rest, ...(locale && { locale }), mode, parent, onClose: close });
    emit("ready");
    return app;
  }
  function toggle() {
    if (wanted) close();
    else open();
  }
  function open() {
    if (wanted || !bubble) return;
    wanted = true;
    bubble.setOpen(true);
    draw(document.body, "panel").then(
      (drawn) => {
        if (!drawn || !wanted) return;
        if (!drawn.element.isConnected) document.body.append(drawn.element);
        drawn.show();
        emit("open");
      },
      () => {
        wanted = false;
        bubble.setOpen(false);
      },
    );
  }
  function close() {
    if (!wanted || !bubble) return;
    wanted = false;
    app?.hide();
    bubble.setOpen(false);
    bubble.focus();
    emit("close");
  }

  // Pages that swap their body take the bubble and the panel along: both are put back.
  const keeper = new MutationObserver(() => {
    for (const element of [bubble?.element, app?.element]) {
      if (element?.isConnected === false) document.body?.append(element);
    }
  });
  whenReady(() => {
    if (gone) return;
    if (bubble) {
      document.body.append(bubble.element);
      keeper.observe(document.documentElement, { childList: true });
      if (openFirst) open();
      return;
    }
    const parent = typeof target === "string" ? document.querySelector(target) : target;
    if (parent) void draw(parent, parent === document.body ? "page" : "inline").catch(() => {});
    else fail(new Error(`data-target: nothing on this page matches ${target}`));
  });

  return {
    open,
    close,
    destroy() {
      gone = true;
      keeper.disconnect();
      app?.destroy();
      bubble?.element.remove();
      forget();
    },
    on(event, listener) {
      const hear = (heard: Event) => listener((heard as CustomEvent).detail);
      events.addEventListener(event, hear);
      return () => events.removeEventListener(event, hear);
    },
  };
}

function whenReady(run: () => void) {
  if (document.body && document.readyState !== "loading") run();
  else addEventListener("DOMContentLoaded", run, { once: true });
}

function start() {
  const script =
    (document.currentScript as HTMLScriptElement | null) ??
    document.querySelector<HTMLScriptElement>('script[src*="widget.js"]');
  if (!script) return;
  const queued = window.Pagewise;
  const api = queued && !Array.isArray(queued) ? queued : createApi(new URL(".", script.src).href.slice(0, -1));
  window.Pagewise = api;
  const { open, manual, ...options } = script.dataset;
  if (manual === undefined) {
    api.mount({ ...(options as WidgetOptions), open: open !== undefined && open !== "false" });
  }
  if (Array.isArray(queued)) api.push(...queued);
}

start();
