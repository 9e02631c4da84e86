// The head of a visitor's chat: what the owner called it, earlier conversations, a new one, and the way out.
import { Icon } from "../icons.tsx";
import { CloseButton } from "../parts/close-button.tsx";
import { useShell } from "../shell-context.ts";
import { useTalk } from "../talk-context.ts";
import { useVisitor } from "./visitor-context.ts";

export function VisitorHead() {
  const { chat, layout, view, t } = useTalk();
  const { t: around } = useShell();
  const { face } = useVisitor();
  const empty = chat.turns.value.length === 0 && !chat.opening.value;
  return (
    <header class="head">
      <h2 class="grow one-line title visitor-name" dir="auto">
        {face.value?.name || around.name}
      </h2>
      <button
        type="button"
        class="icon-btn"
        aria-label={t.chat.history}
        title={t.chat.history}
        onClick={() => {
          layout.closePage();
          view.value = "library";
        }}
      >
        <Icon name="history" />
      </button>
      {!empty && (
        <button
          type="button"
          class="icon-btn"
          aria-label={t.chat.newConversation}
          title={t.chat.newConversation}
          onClick={() => {
            layout.closePage();
            chat.fresh();
          }}
        >
          <Icon name="compose" />
        </button>
      )}
      <CloseButton />
    </header>
  );
}
