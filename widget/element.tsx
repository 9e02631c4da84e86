// The custom element <pagewise-app>: an open shadow root, its stylesheets, and the app drawn into it.
import { render } from "preact";
import type { App, AppOptions, Theme } from "./api.ts";
import { AppView } from "./app.tsx";
import { ShellContext } from "./shell-context.ts";
import { createShellModel } from "./shell-model.ts";
import { styles } from "./styles.ts";

/** Puts the whole app into `options.parent`; the loader calls it. */
export function mount(options: AppOptions): App {
  define();
  const element = document.createElement("pagewise-app") as PagewiseApp;
  element.options = options;
  element.setAttribute("mode", options.mode);
  options.parent.append(element);
  return {
    element,
    show() {
      element.hidden = false;
      focusFirst(element);
    },
    hide() {
      element.hidden = true;
    },
    destroy: () => element.remove(),
  };
}

interface PagewiseApp extends HTMLElement {
  options: AppOptions | null;
}

/** Once a page, also when the file is loaded twice. */
function define() {
  if (customElements.get("pagewise-app")) return;
  customElements.define(
    "pagewise-app",
    class extends HTMLElement implements PagewiseApp {
      options: AppOptions | null = null;
      #end: (() => void) | null = null;

      connectedCallback() {
        this.#end ??= draw(this, this.options ?? fromAttributes(this));
      }
      disconnectedCallback() {
        // Moving the element within the page disconnects it for a moment only.
        queueMicrotask(() => {
          if (this.isConnected) return;
          this.#end?.();
          this.#end = null;
        });
      }
    },
  );
}

/** `<pagewise-app>` written in the page itself; this file lies in `<server>/widget/`. */
function fromAttributes(element: HTMLElement): AppOptions {
  const given = (name: string) => element.getAttribute(name);
  const [theme, accent, locale] = [given("theme") as Theme | null, given("accent"), given("locale")];
  return {
    server: (given("server") ?? new URL("..", import.meta.url).href).replace(/\/+$/, ""),
    mode: "inline",
    parent: element,
    ...(theme && { theme }),
    ...(accent && { accent }),
    ...(locale && { locale }),
  };
}

function draw(element: HTMLElement, options: AppOptions): () => void {
  const shadow = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = styles();
  const shell = createShellModel(options, shadow);
  render(
    <ShellContext.Provider value={shell}>
      <AppView />
    </ShellContext.Provider>,
    shadow,
  );
  return () => {
    render(null, shadow);
    shell.dispose();
  };
}

/** The composer, or the first field: whatever asks to be first. */
function focusFirst(element: HTMLElement) {
  const inside = element.shadowRoot;
  const first = inside?.querySelector<HTMLElement>("[data-first]") ?? inside?.querySelector<HTMLElement>(".app");
  first?.focus({ preventScroll: true });
}

define();
