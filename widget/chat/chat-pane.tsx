// The chat: its head, the thread, and the composer with what it answers from.
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { ChatHead } from "./chat-head.tsx";
import { Composer } from "./composer.tsx";
import { Scope } from "./scope.tsx";
import { Thread } from "./thread.tsx";

export function ChatPane() {
  const { chat, t } = useApp();
  const composer = useRef<HTMLTextAreaElement>(null);
  const focusComposer = () => composer.current?.focus();
  const shown = useRef(chat.conversation.peek()?.id);

  // A new conversation begins where its first words are typed.
  useSignalEffect(() => {
    const id = chat.conversation.value?.id;
    if (shown.current && !id && chat.turns.peek().length === 0 && matchMedia("(pointer: fine)").matches)
      focusComposer();
    shown.current = id;
  });

  return (
    <>
      <ChatHead />
      <Thread onAnother={focusComposer} />
      <div class="below">
        <Composer field={composer} />
        <Scope />
        <p class="sr" role="status">
          {t.chat.says[chat.said.value]}
        </p>
      </div>
    </>
  );
}
