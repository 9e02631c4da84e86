// A title while it is changed: Enter keeps the new one, Escape the old one.
import { useLayoutEffect, useRef } from "preact/hooks";
import { useTalk } from "../talk-context.ts";

/** `onDone` gets the new title, or null where the old one stands. */
export function TitleField({ title, onDone }: { title: string; onDone(next: string | null): void }) {
  const { t } = useTalk();
  const field = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  const finish = (keep: boolean) => {
    if (done.current) return;
    done.current = true;
    const next = field.current?.value.trim() ?? "";
    onDone(keep && next !== "" && next !== title ? next : null);
  };
  // Before the next key can be pressed.
  useLayoutEffect(() => field.current?.select(), []);
  return (
    <input
      ref={field}
      class="input title-field grow"
      aria-label={t.chat.title}
      dir="auto"
      maxLength={200}
      defaultValue={title}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key === "Enter") finish(true);
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        finish(false);
      }}
    />
  );
}
