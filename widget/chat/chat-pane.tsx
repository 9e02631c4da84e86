// The chat: its head, the thread, and the composer with what stands under it.
import { useSignalEffect } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { useTalk } from "../talk-context.ts";
import { Composer } from "./composer.tsx";
import { Thread } from "./thread.tsx";
import type { TurnListProps } from "./turn-list.tsx";

interface ChatPaneProps {
  head: ComponentChildren;
  /** Before the first question. */
  first: ComponentChildren;
  Turns: ComponentType<TurnListProps>;
  /** What the composer invites to. */
  invitation: string;
  /** Under the composer. */
  children: ComponentChildren;
}

export function ChatPane({ head, first, Turns, invitation, children }: ChatPaneProps) {
  const { chat, t } = useTalk();
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
      {head}
      <Thread first={first} Turns={Turns} onAnother={focusComposer} />
      <div class="below">
        <Composer field={composer} invitation={invitation} />
        {children}
        <p class="sr" role="status">
          {t.chat.says[chat.said.value]}
        </p>
      </div>
    </>
  );
}
