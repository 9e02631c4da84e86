// What can be done with an answer: leaf through its versions, copy it, say whether it was good, have it given again.
import type { Rating } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { copyText } from "../answer/copy-text.ts";
import { Icon, type IconName } from "../icons.tsx";
import { useTalk } from "../talk-context.ts";
import type { AnswerModel } from "./answer-model.ts";
import { copiedAnswer } from "./cited.ts";
import { CommentField } from "./comment-field.tsx";
import type { Turn } from "./turns.ts";

export function AnswerActions({ turn, answer }: { turn: Turn; answer: AnswerModel }) {
  const { t, chat, toast } = useTalk();
  const asking = useSignal(false);
  const rating = answer.rating.value;

  const copy = async (near: HTMLElement) => {
    const done = await copyText(copiedAnswer(answer.text.peek(), answer.used.peek(), t.chat), near);
    toast(done ? t.chat.copied : t.chat.copyFailed, { bad: !done });
  };
  const rate = (next: Rating) => {
    const now = rating === next ? null : next;
    asking.value = now === "down";
    void chat.rate(answer, now);
  };

  return (
    <>
      <div class="actions">
        <Versions turn={turn} />
        {/* What broke off has a button of its own for the one thing that helps. */}
        {answer.phase.value !== "failed" && (
          <>
            <Action icon="copy" label={t.chat.copy} onPick={copy} />
            <Action icon="good" label={t.chat.good} pressed={rating === "up"} onPick={() => rate("up")} />
            <Action icon="bad" label={t.chat.bad} pressed={rating === "down"} onPick={() => rate("down")} />
            <Action icon="again" label={t.chat.again} disabled={chat.busy.value} onPick={() => chat.regenerate(turn)} />
          </>
        )}
      </div>
      {asking.value && (
        <CommentField
          onDone={async (comment) => {
            asking.value = false;
            if (comment && (await chat.rate(answer, "down", comment))) toast(t.chat.thanks);
          }}
        />
      )}
    </>
  );
}

/** ‹ 2/3 ›, where there is more than one. */
function Versions({ turn }: { turn: Turn }) {
  const { t, format } = useTalk();
  const all = turn.versions.value;
  const at = all.indexOf(turn.answer.value);
  if (all.length < 2) return null;
  const show = (index: number) => {
    turn.answer.value = all[index] ?? turn.answer.peek();
  };
  return (
    <>
      <Action icon="back" label={t.chat.versionBefore} disabled={at === 0} onPick={() => show(at - 1)} />
      <span class="meta num" role="status" aria-label={t.chat.version(at + 1, all.length)}>
        {format.number(at + 1)}/{format.number(all.length)}
      </span>
      <Action icon="next" label={t.chat.versionAfter} disabled={!all[at + 1]} onPick={() => show(at + 1)} />
    </>
  );
}

interface ActionProps {
  icon: IconName;
  label: string;
  pressed?: boolean;
  disabled?: boolean;
  onPick(near: HTMLElement): void;
}

function Action({ icon, label, pressed, disabled, onPick }: ActionProps) {
  return (
    <button
      type="button"
      class={pressed ? "icon-btn is-on" : "icon-btn"}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      // Keeps the focus where it is.
      aria-disabled={disabled}
      onClick={(event) => disabled || onPick(event.currentTarget)}
    >
      <Icon name={icon} />
    </button>
  );
}
