// Where a question is written: grows to six lines, Enter sends, and while an answer comes the same button stops it.
import { useSignalEffect } from "@preact/signals";
import type { RefObject, TargetedKeyboardEvent } from "preact";
import { useEffect } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";
import { maxQuestionLength } from "./chat-model.ts";

const maxLines = 6;
/** From here on the reader is told how many characters are left. */
const nearEnd = 400;

interface ComposerProps {
  field: RefObject<HTMLTextAreaElement | null>;
  /** What stands in it while it is empty. */
  invitation: string;
}

export function Composer({ field, invitation }: ComposerProps) {
  const { chat, t } = useTalk();
  const busy = chat.busy.value;
  const left = maxQuestionLength - chat.draft.value.trim().length;
  const sendable = left >= 0 && left < maxQuestionLength;

  const send = () => {
    if (chat.ask(chat.draft.peek())) chat.draft.value = "";
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    // 229: a key that a writing aid has taken; some browsers say so only there.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };
  useSignalEffect(() => {
    const place = field.current;
    if (!place) return;
    if (place.value !== chat.draft.value) place.value = chat.draft.value;
    fitHeight(place);
  });
  // Another width breaks the lines elsewhere.
  useEffect(() => {
    const place = field.current;
    if (!place) return;
    let width = 0;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry || entry.contentRect.width === width) return;
      width = entry.contentRect.width;
      fitHeight(place);
    });
    observer.observe(place);
    return () => observer.disconnect();
  }, []);

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onPointerDown={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        field.current?.focus();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        enterkeyhint="send"
        placeholder={invitation}
        aria-label={t.chat.question}
        // Where a keyboard would cover what stands above it, only who taps it gets one.
        data-first={matchMedia("(pointer: fine)").matches ? "" : undefined}
        onInput={(event) => {
          chat.draft.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
      {left < nearEnd && (
        <span class={left < 0 ? "left is-over" : "left"} role="status">
          {t.chat.left(left)}
        </span>
      )}
      {/* One button for both, so that the focus stays where it is. */}
      <button
        type="button"
        class={busy ? "send stop" : "send"}
        aria-label={busy ? t.chat.stop : t.chat.send}
        title={busy ? t.chat.stop : t.chat.send}
        disabled={busy ? false : !sendable}
        onClick={(event) => {
          // The second press of a double click was meant for send, not for stop.
          if (event.detail > 1) return;
          if (busy) chat.stop();
          else send();
        }}
      >
        <Icon name={busy ? "stop" : "up"} />
      </button>
    </form>
  );
}

/** As high as its lines, six at most. While its pane is not shown it has no lines to measure. */
function fitHeight(field: HTMLTextAreaElement) {
  field.style.height = "";
  const needed = field.scrollHeight;
  if (needed === 0) return;
  const { lineHeight, paddingBlockStart, paddingBlockEnd } = getComputedStyle(field);
  const most =
    maxLines * Number.parseFloat(lineHeight) +
    Number.parseFloat(paddingBlockStart) +
    Number.parseFloat(paddingBlockEnd);
  field.style.height = `${Math.min(needed, most)}px`;
  field.style.overflowY = needed > most ? "auto" : "hidden";
}
