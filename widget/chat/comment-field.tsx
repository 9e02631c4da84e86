// What was wrong with an answer, in the reader's words; it may be left empty.
import { useEffect, useId, useRef } from "preact/hooks";
import { useTalk } from "../talk-context.ts";

export function CommentField({ onDone }: { onDone(comment: string): void }) {
  const { t } = useTalk();
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  return (
    <form
      class="field comment"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(field.current?.value.trim() ?? "");
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onDone("");
      }}
    >
      <label for={id}>{t.chat.whatWasWrong}</label>
      <div class="comment-row">
        <input ref={field} id={id} class="input" dir="auto" maxLength={1_000} placeholder={t.chat.optional} />
        <button type="submit" class="btn">
          {t.chat.sendComment}
        </button>
      </div>
    </form>
  );
}
