// A question and its answer.
import { computed, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { AnswerContext, type AnswerSurroundings } from "../answer/answer-context.ts";
import type { PeekControl } from "../answer/peek.tsx";
import { shortNames } from "../answer/short-names.ts";
import { loadPage } from "../page/load-page.ts";
import { useTalk } from "../talk-context.ts";
import { AnswerView } from "./answer-view.tsx";
import { citationsSoFar } from "./cited.ts";
import type { Turn } from "./turns.ts";

interface TurnViewProps {
  turn: Turn;
  isLast: boolean;
  peek: PeekControl;
  onAnother(): void;
}

export function TurnView({ turn, isLast, peek, onAnother }: TurnViewProps) {
  const { t, openPage } = useTalk();
  const answer = turn.answer.value;
  const long = useSignal(turn.question.length > 600 || turn.question.split("\n").length > 8);

  // Where there are answers there will be pages to open; without a line that is tried again when one is.
  useEffect(() => void loadPage().catch(() => undefined), []);

  const surroundings = useMemo<AnswerSurroundings>(
    () => ({
      find: (index) => answer.citations.value.find((one) => one.index === index),
      names: computed(() => shortNames(answer.citations.value)),
      open: (citation) =>
        openPage({
          documentId: citation.document_id,
          page: citation.page,
          citations: citationsSoFar(answer, citation),
          active: citation.index,
        }),
      peek: peek.show,
      unpeek: peek.hide,
    }),
    [answer],
  );

  return (
    <section class={isLast ? "turn is-last" : "turn"}>
      <div class="ask" dir="auto">
        <span class="sr">{t.chat.youAsked} </span>
        <span class={long.value ? "ask-text is-long" : "ask-text"}>{turn.question}</span>
        {long.value && (
          <button
            type="button"
            class="link"
            onClick={() => {
              long.value = false;
            }}
          >
            {t.chat.wholeQuestion}
          </button>
        )}
      </div>
      <AnswerContext.Provider value={surroundings}>
        <AnswerView turn={turn} answer={answer} isLast={isLast} onAnother={onAnother} />
      </AnswerContext.Provider>
    </section>
  );
}
