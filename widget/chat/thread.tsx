// The thread: the first view, or questions and answers, the last of them kept in view.

import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren, ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";
import { Bones } from "./bones.tsx";
import { FaultCard } from "./fault-card.tsx";
import { useFollow } from "./follow.ts";
import { useRecent } from "./recent.ts";
import type { TurnListProps } from "./turn-list.tsx";

interface ThreadProps {
  /** Before the first question. */
  first: ComponentChildren;
  Turns: ComponentType<TurnListProps>;
  onAnother(): void;
}

export function Thread({ first, Turns, onAnother }: ThreadProps) {
  const { chat, t } = useTalk();
  const { scroller, content, atEnd, go } = useFollow(() => chat.turns.peek().length > 0);
  const turns = chat.turns.value;
  const opening = chat.opening.value;
  const { hidden, edge, showMore } = useRecent(turns.length, turns[0]?.key, scroller);
  const seen = useRef(0);
  const begun = useSignal(false);

  // Whoever asks wants to see what comes of it; an opened conversation is taken up at its last question.
  useSignalEffect(() => {
    const count = chat.turns.value.length;
    if (count > seen.current) {
      const asked = seen.current > 0 || chat.busy.peek();
      requestAnimationFrame(() => go("last", asked && seen.current > 1));
    }
    if (count === 0 && seen.current > 0) requestAnimationFrame(() => scroller.current?.scrollTo({ top: 0 }));
    seen.current = count;
    begun.value = count > 0;
  });

  return (
    <div class="talk">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div ref={scroller} class="scroll" role="log" aria-live="off" aria-label={t.chat.thread} tabIndex={0}>
        <div ref={content} class="thread-content">
          {turns.length > 0 ? (
            <div class="thread">
              {hidden > 0 && (
                <div ref={edge} class="earlier">
                  <button type="button" class="btn btn-quiet" onClick={showMore}>
                    {t.chat.earlier}
                  </button>
                </div>
              )}
              <Turns hidden={hidden} onAnother={onAnother} />
            </div>
          ) : opening ? (
            <Opening />
          ) : (
            first
          )}
        </div>
      </div>
      {begun.value && !atEnd.value && (
        <button type="button" class="btn pill" onClick={() => go("end", true)}>
          <Icon name="down" small />
          {chat.busy.value ? t.chat.newContent : t.chat.toEnd}
        </button>
      )}
    </div>
  );
}

/** A stored conversation on its way; its bones only where it takes a while. */
function Opening() {
  const { chat } = useTalk();
  const failed = chat.opening.value?.failed;
  if (failed) {
    const { id } = chat.opening.value as { id: string };
    return (
      <div class="thread">
        <FaultCard fault={failed} onAgain={() => void chat.open(id)} onFresh={chat.fresh} />
      </div>
    );
  }
  return <Bones />;
}
