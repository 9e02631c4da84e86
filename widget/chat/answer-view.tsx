// An answer in each of its states: looked for, being written, whole, not found, stopped, failed.
import { AnswerBody } from "../answer/answer-body.tsx";
import { useTalk } from "../talk-context.ts";
import { AnswerActions } from "./answer-actions.tsx";
import type { AnswerModel } from "./answer-model.ts";
import { FaultCard } from "./fault-card.tsx";
import { NotFound } from "./not-found.tsx";
import { Reading } from "./reading.tsx";
import { Sources } from "./sources.tsx";
import type { Turn } from "./turns.ts";

interface AnswerViewProps {
  turn: Turn;
  answer: AnswerModel;
  isLast: boolean;
  onAnother(): void;
}

export function AnswerView({ turn, answer, isLast, onAnother }: AnswerViewProps) {
  const { t, chat, view, layout } = useTalk();
  const phase = answer.phase.value;
  const text = answer.text.value;
  const fault = answer.fault.value;
  if (phase === "queued") return <p class="meta aside">{t.chat.waitingOffline}</p>;
  const growing = phase === "streaming";
  const refused = answer.finish.value === "refused";
  const isPast = fault?.code === "too-many-requests" && isAnsweredAfter(turn, chat.turns.value);

  return (
    <article class="reply" aria-label={t.chat.answer} aria-busy={growing}>
      {text !== "" && <AnswerBody text={text} growing={growing} unsupported={answer.unsupported.value} />}
      {growing && <Reading answer={answer} />}
      {refused && <NotFound citations={answer.citations.value} />}
      <Notes turn={turn} answer={answer} />
      {fault && isPast && (
        <button type="button" class="link aside" disabled={chat.busy.value} onClick={() => chat.retry(turn)}>
          {t.chat.askAgain}
        </button>
      )}
      {fault && !isPast && (
        <FaultCard
          fault={fault}
          again={fault.code === "connection-lost" ? t.chat.tryAgain : t.chat.askAgain}
          onAgain={() => chat.retry(turn)}
          onFresh={() => {
            chat.fresh();
            chat.ask(turn.question);
          }}
          onLibrary={() => {
            layout.closePage();
            view.value = "library";
          }}
        />
      )}
      {!growing && (text !== "" || turn.versions.value.length > 1) && (
        <div class="foot">
          {refused ? isLast && <Another onAnother={onAnother} /> : <Sources used={answer.used.value} />}
          {answer.id.value && <AnswerActions key={answer.id.value} turn={turn} answer={answer} />}
        </div>
      )}
    </article>
  );
}

/** Then a limit that stood in the way does no more. */
function isAnsweredAfter(turn: Turn, turns: readonly Turn[]): boolean {
  return turns.slice(turns.indexOf(turn) + 1).some((later) => later.answer.value.phase.value === "complete");
}

function Another({ onAnother }: { onAnother(): void }) {
  const { t } = useTalk();
  return (
    <button type="button" class="btn" onClick={onAnother}>
      {t.chat.another}
    </button>
  );
}

/** What the reader should know about how the answer ended. */
function Notes({ turn, answer }: { turn: Turn; answer: AnswerModel }) {
  const { t, chat } = useTalk();
  const finish = answer.finish.value;
  const again = answer.id.value && !chat.busy.value && (
    <button type="button" class="link" onClick={() => chat.regenerate(turn)}>
      {t.chat.answerAgain}
    </button>
  );
  if (answer.phase.value === "stopped") {
    return (
      <p class="meta aside">
        {t.chat.stopped} {again}
      </p>
    );
  }
  if (finish === "length") return <p class="meta aside">{t.chat.cutShort}</p>;
  if (finish === "blocked") {
    return (
      <p class="meta aside">
        {t.chat.blocked} {again}
      </p>
    );
  }
  if (answer.unsupported.value.length > 0) {
    return (
      <p class="meta aside">
        <span class="cite doubt" aria-hidden="true">
          ?
        </span>{" "}
        {t.chat.doubts(answer.unsupported.value.length)}
      </p>
    );
  }
  return null;
}
