// A custom element whose open shadow root is drawn into once it stands in a page.

export interface DrawnElement<O> extends HTMLElement {
  /** null where the element was written in the page itself. */
  options: O | null;
}

/** @param draw is given the shadow root, and says how to take down what it drew. */
export function defineElement<O>(name: string, draw: (element: DrawnElement<O>, shadow: ShadowRoot) => () => void) {
  // Once a page, also when the file is loaded twice.
  if (customElements.get(name)) return;
  customElements.define(
    name,
    class extends HTMLElement implements DrawnElement<O> {
      options: O | null = null;
      #end: (() => void) | null = null;

      connectedCallback() {
        this.#end ??= draw(this, this.shadowRoot ?? this.attachShadow({ mode: "open" }));
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

/** Puts one into `parent`. */
export function placeElement<O extends { mode: string; parent: Element }>(name: string, options: O): DrawnElement<O> {
  const element = document.createElement(name) as DrawnElement<O>;
  element.options = options;
  element.setAttribute("mode", options.mode);
  options.parent.append(element);
  return element;
}

/** How a panel comes, with the focus on whatever asks to be first, and goes. */
export function comesAndGoes(element: HTMLElement) {
  return {
    element,
    show() {
      element.hidden = false;
      const inside = element.shadowRoot;
      const first = inside?.querySelector<HTMLElement>("[data-first]") ?? inside?.querySelector<HTMLElement>(".app");
      first?.focus({ preventScroll: true });
    },
    hide() {
      element.hidden = true;
    },
    destroy: () => element.remove(),
  };
}
