// The chat's head: the way back, the conversation's title, a new conversation, and what can be done with this one.
import { useSignal } from "@preact/signals";
import { useApp } from "../app-context.ts";
import { Icon } from "../icons.tsx";
import { CloseButton } from "../parts/close-button.tsx";
import { renameConversation } from "./conversation-actions.ts";
import { ConversationMenu } from "./conversation-menu.tsx";
import { TitleField } from "./title-field.tsx";

export function ChatHead() {
  const app = useApp();
  const { chat, layout, view, t } = app;
  const renaming = useSignal(false);
  const conversation = chat.conversation.value;
  // Until the server has given a title, the first question is one.
  const title = conversation?.title || chat.turns.value[0]?.question || t.chat.untitled;
  const empty = chat.turns.value.length === 0 && !chat.opening.value;

  return (
    <header class="head">
      <button
        type="button"
        class="icon-btn only-narrow"
        aria-label={t.chat.toLibrary}
        onClick={() => {
          view.value = "library";
        }}
      >
        <Icon name="back" />
      </button>
      {renaming.value && conversation ? (
        <TitleField
          title={conversation.title}
          onDone={(next) => {
            renaming.value = false;
            if (next) void renameConversation(app, conversation, next);
          }}
        />
      ) : (
        <h1 class="grow one-line title" dir="auto">
          {title}
        </h1>
      )}
      <button
        type="button"
        class="icon-btn"
        aria-label={t.chat.newConversation}
        title={t.chat.newConversation}
        disabled={empty}
        onClick={() => {
          layout.closePage();
          chat.fresh();
        }}
      >
        <Icon name="compose" />
      </button>
      {conversation && <ConversationMenu conversation={conversation} renaming={renaming} label={t.chat.more} />}
      <CloseButton />
    </header>
  );
}
