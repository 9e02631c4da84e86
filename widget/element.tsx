// The custom element <pagewise-app>: the dashboard and the chat for who has an account.
import { render } from "preact";
import { createAccountShell } from "./account-shell.ts";
import type { App, AppOptions, Theme } from "./api.ts";
import { AppView } from "./app.tsx";
import { comesAndGoes, defineElement, placeElement } from "./custom-element.ts";
import { AccountContext, ShellContext } from "./shell-context.ts";
import signIn from "./sign-in/sign-in.css";
import { styles } from "./styles.ts";

const name = "pagewise-app";

/** Puts the whole app into `options.parent`; the loader calls it. */
export function mount(options: AppOptions): App {
  define();
  return comesAndGoes(placeElement(name, options));
}

function define() {
  defineElement<AppOptions>(name, (element, shadow) => {
    shadow.adoptedStyleSheets = styles(signIn);
    const shell = createAccountShell(element.options ?? fromAttributes(element), shadow);
    render(
      <ShellContext.Provider value={shell}>
        <AccountContext.Provider value={shell}>
          <AppView />
        </AccountContext.Provider>
      </ShellContext.Provider>,
      shadow,
    );
    return () => {
      render(null, shadow);
      shell.dispose();
    };
  });
}

/** `<pagewise-app>` written in the page itself; this file lies in `<server>/widget/`. */
function fromAttributes(element: HTMLElement): AppOptions {
  const given = (attribute: string) => element.getAttribute(attribute);
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

define();
