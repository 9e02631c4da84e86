// The custom element <pagewise-chat>: the chat of an embed for whoever visits the page; the loader and the preview put it there.
import { computed, signal } from "@preact/signals";
import { render } from "preact";
import type { VisitorApp, VisitorOptions } from "../api.ts";
import chat from "../chat/chat.css";
import composer from "../chat/composer.css";
import { comesAndGoes, defineElement, placeElement } from "../custom-element.ts";
import { ShellContext } from "../shell-context.ts";
import { createShell } from "../shell-model.ts";
import { styles } from "../styles.ts";
import { directionOf } from "./direction.ts";
import { explainToVisitor } from "./explain.ts";
import visitorCss from "./visitor.css";
import { VisitorContext } from "./visitor-context.ts";
import { createVisitorModel, type EmbedFace } from "./visitor-model.ts";
import { VisitorView } from "./visitor-view.tsx";

const name = "pagewise-chat";

/** What a mounted chat can be told, by its element. */
type Told = Pick<VisitorApp, "identify" | "redraw">;

/** Puts the chat into `options.parent`. */
export function mount(options: VisitorOptions): VisitorApp {
  let told: Told | null = null;
  const drawing: Drawing = {
    ...options,
    onDrawn: (next) => {
      told = next;
    },
  };
  defineElement<Drawing>(name, (element, shadow) => {
    if (!element.options) throw new TypeError(`<${name}> is put on a page by the script tag or by code`);
    return draw(element.options, shadow);
  });
  return {
    ...comesAndGoes(placeElement(name, drawing)),
    identify(identity) {
      // Kept for when the element is taken off the page and put back.
      if (identity) drawing.identityToken = identity;
      else delete drawing.identityToken;
      told?.identify(identity);
    },
    redraw(draft) {
      drawing.draft = draft;
      told?.redraw(draft);
    },
  };
}

interface Drawing extends VisitorOptions {
  onDrawn(told: Told): void;
}

function draw(options: Drawing, shadow: ShadowRoot): () => void {
  const { server, key } = options;
  shadow.adoptedStyleSheets = styles(chat + composer + visitorCss);
  const face = signal<EmbedFace | null>(options.draft ?? null);
  const shell = createShell({
    options,
    shadow,
    // What the tag says goes before what the owner chose.
    looks: {
      theme: computed(() => options.theme ?? face.value?.theme.scheme ?? "auto"),
      accent: computed(() => options.accent ?? face.value?.theme.accent),
      marker: computed(() => face.value?.theme.marker),
      direction: computed(() => directionOf(options.locale ?? face.value?.locale ?? document.documentElement.lang)),
    },
    explain: (error) => explainToVisitor(error, server, key ?? ""),
  });
  const visitor = createVisitorModel({ options, shell, face });
  options.onDrawn({
    identify: visitor.identify,
    redraw: (draft) => {
      face.value = draft;
    },
  });
  render(
    <ShellContext.Provider value={shell}>
      <VisitorContext.Provider value={visitor}>
        <VisitorView />
      </VisitorContext.Provider>
    </ShellContext.Provider>,
    shadow,
  );
  return () => {
    render(null, shadow);
    visitor.dispose();
    shell.dispose();
  };
}
