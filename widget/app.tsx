// The whole app: sign-in, or library, chat and page side by side (one at a time where it is narrow).

import { useApp } from "./app-context.ts";
import { ChatPane } from "./chat/chat-pane.tsx";
import { PagePane } from "./page/page-pane.tsx";

export function AppView() {
  const { options, view, page } = useApp();
  return (
    <div class="root" data-mode={options.mode} data-theme={options.theme}>
      <div class="app">
        <div class="panes" data-view={view.value} data-page={page.value ? "" : undefined}>
          <aside class="pane library" />
          <section class="pane chat">
            <ChatPane />
          </section>
          {page.value && (
            <section class="pane page">
              <PagePane />
            </section>
          )}
        </div>
      </div>
    </div>
  );
}
