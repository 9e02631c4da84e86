// The round button at the corner of a host page, in a shadow root of its own; small, because every visitor loads it.
import type { Theme } from "./api.ts";
import css from "./bubble.css";

export interface Bubble {
  element: HTMLElement;
  setOpen(open: boolean): void;
  focus(): void;
}

const shapes = {
  sheet: "M5 3.5h9.5l5 5v12H5zM14.5 3.5v5h5M8.5 13h7M8.5 16.5H13",
  down: "m6 9 6 6 6-6",
};

/** `onIntent`: the pointer or the focus came near, so the app is worth fetching. */
export function createBubble(options: {
  label: string;
  theme: Theme | undefined;
  onIntent: () => void;
  onPress: () => void;
}): Bubble {
  const element = document.createElement("pagewise-bubble");
  const shadow = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  shadow.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  // What is no scheme, as "auto", is not taken.
  button.style.colorScheme = options.theme ?? "";
  button.setAttribute("aria-label", options.label);
  button.setAttribute("aria-haspopup", "dialog");
  const drawn = (name: string) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const svg = drawn("svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  const path = drawn("path");
  svg.append(path);
  button.append(svg);
  shadow.append(button);

  const setOpen = (open: boolean) => {
    path.setAttribute("d", shapes[open ? "down" : "sheet"]);
    button.setAttribute("aria-expanded", `${open}`);
    element.toggleAttribute("open", open);
  };
  setOpen(false);
  for (const sign of ["pointerenter", "focus"]) button.addEventListener(sign, options.onIntent, { once: true });
  button.addEventListener("click", options.onPress);
  return { element, setOpen, focus: () => button.focus() };
}
