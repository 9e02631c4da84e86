// What stands behind the sign-in: library, chat and page side by side (where it is narrow, one at a time), or another screen.
import { untracked, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { AppContext, useApp } from "./app-context.ts";
import { createAppModel } from "./app-model.ts";
import { OwnChat } from "./chat/own-chat.tsx";
import { useKeptFocus } from "./keep-focus.ts";
import { DropAnywhere } from "./library/drop-anywhere.tsx";
import { EmptySheet } from "./library/empty-sheet.tsx";
import { Library } from "./library/library.tsx";
import { loadPage } from "./page/load-page.ts";
import { usePageReturn } from "./page-return.ts";
import { Lazy } from "./parts/lazy.tsx";
import { useAccount } from "./shell-context.ts";
import { TalkContext } from "./talk-context.ts";

const loadEmbeds = () => import("./embeds/embeds-part.ts");
const loadAccount = () => import("./account/account-part.ts");

export function Workspace() {
  const shell = useAccount();
  const app = untracked(() => shell.keep(() => createAppModel(shell)));
  return (
    <AppContext.Provider value={app}>
      <TalkContext.Provider value={app}>
        <ScreenView />
      </TalkContext.Provider>
    </AppContext.Provider>
  );
}

function ScreenView() {
  const { at } = useApp().screens.screen.value;
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef(at);
  useEffect(() => {
    if (shown.current === at) return;
    shown.current = at;
    place.current?.querySelector<HTMLElement>(".pane, .screen")?.focus({ preventScroll: true });
  }, [at]);
  return (
    <div ref={place} class="screens">
      {at === "workspace" && <Panes />}
      {(at === "embeds" || at === "embed") && <Lazy key="embeds" load={loadEmbeds} of={{}} />}
      {at === "account" && <Lazy key="account" load={loadAccount} of={{}} />}
    </div>
  );
}

function Panes() {
  const { documents, uploads, layout, view, page, t } = useApp();
  const panes = useRef<HTMLDivElement>(null);
  const shown = useRef(view.peek());
  useKeptFocus(panes);
  usePageReturn(panes);

  // Where one pane replaces another, the focus goes along.
  useSignalEffect(() => {
    if (view.value === shown.current) return;
    shown.current = view.value;
    if (!layout.narrow.peek()) return;
    const pane = `.pane.${view.value}`;
    requestAnimationFrame(() => panes.current?.querySelector<HTMLElement>(pane)?.focus({ preventScroll: true }));
  });

  const nothingYet =
    documents.status.value === "ready" && documents.list.value.length === 0 && uploads.uploads.value.length === 0;
  return (
    <div ref={panes} class="panes" data-view={view.value} data-page={page.value ? "" : undefined}>
      <section class="pane library" aria-label={t.library} tabIndex={-1}>
        <Library />
      </section>
      {nothingYet && layout.tab.value === "documents" && !layout.narrow.value ? (
        <section class="pane chat first-run" aria-label={t.emptyTitleTouch} tabIndex={-1}>
          <EmptySheet />
        </section>
      ) : (
        <section class="pane chat" aria-label={t.chat.thread} tabIndex={-1}>
          <OwnChat />
        </section>
      )}
      {page.value && (
        <section class="pane page" aria-label={t.page} tabIndex={-1}>
          <Lazy load={loadPage} of={{}} />
        </section>
      )}
      <DropAnywhere over={panes} />
    </div>
  );
}
