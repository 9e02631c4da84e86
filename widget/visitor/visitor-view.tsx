// What a visitor sees: the chat, the earlier conversations in its place, the cited page beside or over it; or why there is none.
import { type ReadonlySignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Bones } from "../chat/bones.tsx";
import { ChatPane } from "../chat/chat-pane.tsx";
import type { TurnListProps } from "../chat/turn-list.tsx";
import { Frame } from "../frame.tsx";
import { useKeptFocus } from "../keep-focus.ts";
import { loadPage } from "../page/load-page.ts";
import { usePageReturn } from "../page-return.ts";
import { CloseButton } from "../parts/close-button.tsx";
import { Fault } from "../parts/fault.tsx";
import { Lazy } from "../parts/lazy.tsx";
import { useShell } from "../shell-context.ts";
import { TalkContext, useTalk } from "../talk-context.ts";
import { Greeting } from "./greeting.tsx";
import { useVisitor } from "./visitor-context.ts";
import { VisitorHead } from "./visitor-head.tsx";
import { visitorEnglish } from "./visitor-strings.ts";

const loadTalk = () => import("./talk-part.ts");
const loadTurns = () => loadTalk().then(({ turns }) => turns);
const loadEarlier = () => loadTalk().then(({ earlier }) => earlier);

export function VisitorView() {
  const { state, face } = useVisitor();
  const { t } = useShell();
  const now = state.value;
  return (
    <Frame label={face.value?.name || t.name}>
      {now.is === "in" ? (
        <TalkContext.Provider key={now.talk} value={now.talk}>
          <Panes reopening={now.talk.reopening} />
        </TalkContext.Provider>
      ) : (
        <div class="panes alone" data-view="chat">
          <section class="pane chat" aria-label={t.name} tabIndex={-1}>
            <header class="head">
              <h2 class="grow one-line title visitor-name" dir="auto">
                {face.value?.name || (now.is === "out" && visitorEnglish.chat)}
              </h2>
              <CloseButton />
            </header>
            {now.is === "out" ? <Out error={now.error} /> : <Bones />}
          </section>
        </div>
      )}
    </Frame>
  );
}

/** Trying again cannot help where the owner has to do something first. */
function Out({ error }: { error: unknown }) {
  const { again } = useVisitor();
  const { code } = error as { code?: string };
  const isOwners = code === "embed-not-found" || code === "origin-not-allowed";
  return (
    <div class="visitor-out">
      <Fault error={error} {...(!isOwners && { onRetry: again })} />
    </div>
  );
}

function Panes({ reopening }: { reopening: ReadonlySignal<boolean> }) {
  const { layout, view, page, t } = useTalk();
  const { silent } = useVisitor();
  const { t: around } = useShell();
  const panes = useRef<HTMLDivElement>(null);
  const shown = useRef(view.peek());
  useKeptFocus(panes);
  usePageReturn(panes);

  // Fetched while the first question is written; without a line that is tried again when it is asked.
  useEffect(() => void loadTalk().catch(() => undefined), []);

  // Whoever opened the panel waits to write; what had the focus till now was the panel itself.
  useEffect(() => {
    const root = panes.current?.getRootNode() as ShadowRoot;
    if (root.activeElement?.matches(".app, .app *")) focusIn(panes.current, "[data-first]");
  }, []);

  // Where one pane replaces another, the focus goes along.
  useSignalEffect(() => {
    const before = shown.current;
    shown.current = view.value;
    if (view.value === before || !(layout.narrow.peek() || [before, view.value].includes("library"))) return;
    requestAnimationFrame(() => focusIn(panes.current, `.pane.${view.peek()}`));
  });

  const isEarlier = view.value === "library";
  return (
    <div ref={panes} class="panes alone" data-view={view.value} data-page={page.value ? "" : undefined}>
      <section class="pane chat" aria-label={t.chat.thread} tabIndex={-1} inert={silent}>
        <ChatPane
          head={<VisitorHead />}
          first={reopening.value ? <Bones /> : <Greeting />}
          Turns={Turns}
          invitation={t.chat.ask}
        >
          <p class="scope meta">
            <bdi class="grow">{t.chat.check}</bdi>
            <span>{around.name}</span>
          </p>
        </ChatPane>
      </section>
      {isEarlier && (
        <section class="pane library" aria-label={visitorEnglish.earlier} tabIndex={-1}>
          <Lazy load={loadEarlier} of={{}} />
        </section>
      )}
      {page.value && (
        <section class="pane page" aria-label={t.chat.pages} tabIndex={-1}>
          <Lazy load={loadPage} of={{}} />
        </section>
      )}
    </div>
  );
}

function Turns(props: TurnListProps) {
  return <Lazy load={loadTurns} of={props} />;
}

function focusIn(place: HTMLElement | null, what: string) {
  place?.querySelector<HTMLElement>(what)?.focus({ preventScroll: true });
}
