// What can be done with an answer: copy it, say whether it was good, have it given again.
import type { Rating } from "@pagewise/sdk/contract";
import { useSignal } from "@preact/signals";
import { copyText } from "../answer/copy-text.ts";
import { useApp } from "../app-context.ts";
import { Icon, type IconName } from "../icons.tsx";
import type { AnswerModel } from "./answer-model.ts";
import { copiedAnswer } from "./cited.ts";
import { CommentField } from "./comment-field.tsx";
import type { Turn } from "./turns.ts";

export function AnswerActions({ turn, answer }: { turn: Turn; answer: AnswerModel }) {
  const { t, chat, toast } = useApp();
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
        <Action icon="copy" label={t.chat.copy} onPick={copy} />
        <Action icon="good" label={t.chat.good} pressed={rating === "up"} onPick={() => rate("up")} />
        <Action icon="bad" label={t.chat.bad} pressed={rating === "down"} onPick={() => rate("down")} />
        <Action icon="again" label={t.chat.again} disabled={chat.busy.value} onPick={() => chat.regenerate(turn)} />
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
      disabled={disabled ?? false}
      onClick={(event) => onPick(event.currentTarget)}
    >
      <Icon name={icon} />
    </button>
  );
}
