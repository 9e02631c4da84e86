// The visitor's earlier conversations, in the place of the chat.
import { ConversationList } from "../chat/conversation-list.tsx";
import { Icon } from "../icons.tsx";
import { CloseButton } from "../parts/close-button.tsx";
import { useTalk } from "../talk-context.ts";
import { visitorEnglish } from "./visitor-strings.ts";

export function Earlier() {
  const { view } = useTalk();
  return (
    <>
      <header class="head">
        <button
          type="button"
          class="icon-btn"
          aria-label={visitorEnglish.toChat}
          onClick={() => {
            view.value = "chat";
          }}
        >
          <Icon name="back" />
        </button>
        <h2 class="grow one-line title">{visitorEnglish.earlier}</h2>
        <CloseButton />
      </header>
      <div class="scroll visitor-earlier">
        <ConversationList />
      </div>
    </>
  );
}
