// The script tag: puts a bubble (or, with data-target, the whole app) on the page and loads the app when it is wanted.
import type {
  App,
  AppOptions,
  PagewiseApi,
  VisitorApp,
  VisitorOptions,
  Widget,
  WidgetEvents,
  WidgetOptions,
} from "./api.ts";
import { createBubble } from "./bubble.ts";
import { claimsPart, leave, storageName } from "./visitor/persons.ts";

declare const APP_FILES: [string, ...string[]];
declare const VISITOR_FILES: [string, ...string[]];
declare const VERSION: string;
declare global {
  interface Window {
    Pagewise?: PagewiseApi | ((api: PagewiseApi) => void)[];
  }
}

type AppModule = { mount(options: AppOptions | VisitorOptions): App | VisitorApp };

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
  const heard = new Set<[event: string, listener: (detail: never) => void]>();
  // One after the other and later: what a listener throws is the page's affair.
  const emit = (event: keyof WidgetEvents, detail?: Error) => {
    for (const [wanted, listener] of heard) if (wanted === event) Promise.resolve(detail as never).then(listener);
  };
  const { key, identityToken } = rest;
  const name = storageName(rest.server ?? home, key);
  const bubble = target
    ? null
    : createBubble({ label, theme: options.theme, onIntent: load, onPress: () => turn(!wanted) });
  let file: Promise<AppModule> | undefined;
  let app: App | VisitorApp | undefined;
  let wanted = false;
  let gone = false;

  function load() {
    // What the app imports is asked for beside it, not after it.
    file ??= Promise.all((key ? VISITOR_FILES : APP_FILES).map((name) => import(`${home}/widget/${name}`))).then(
      ([app]) => app as AppModule,
    );
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
    app = mount({ server: home, ...rest, mode, parent, onClose: close } as VisitorOptions);
    emit("ready");
    return app;
  }
  function turn(open: boolean) {
    if (open === wanted || !bubble) return;
    wanted = open;
    bubble.setOpen(open);
    if (!open) {
      app?.hide();
      bubble.focus();
      emit("close");
    } else draw(document.body, "panel").then(show, close);
  }
  function show(drawn: App | undefined) {
    if (!drawn || !wanted) return;
    if (!drawn.element.isConnected) document.body.append(drawn.element);
    drawn.show();
    emit("open");
  }
  const open = () => turn(true);
  const close = () => turn(false);

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
    else fail(new Error(`data-target: there is no ${target}`));
  });

  // Whoever was there in another tab gives way, before anything of this one is opened.
  if (typeof identityToken === "string") leave(name, claimsPart(identityToken));

  function destroy() {
    gone = true;
    keeper.disconnect();
    app?.destroy();
    bubble?.element.remove();
    forget();
  }

  return {
    open,
    close,
    destroy,
    identify(next) {
      if (app) (app as VisitorApp).identify(next);
      else if (rest.identityToken) leave(name);
      rest.identityToken = next ?? "";
    },
    shutdown() {
      destroy();
      leave(name);
    },
    on(event, listener) {
      const own: [string, typeof listener] = [event, listener];
      heard.add(own);
      return () => heard.delete(own);
    },
  };
}

function whenReady(run: () => void) {
  if (document.readyState !== "loading") run();
  else addEventListener("DOMContentLoaded", run, { once: true });
}

function start() {
  const script = document.currentScript as HTMLScriptElement | null;
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
