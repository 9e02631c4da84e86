// Several lines of the draft, each with its own fault, and an empty one at the end to add to.
import type { HTMLAttributes, InputHTMLAttributes, TargetedClipboardEvent, TargetedKeyboardEvent } from "preact";
import { useRef } from "preact/hooks";
import { Icon } from "../icons.tsx";
import type { FieldFault } from "./draft.ts";
import { useEditor } from "./editor-context.ts";
import { useEmbeds } from "./embeds-context.ts";

interface LinesFieldProps {
  label: string;
  field: "allowed_origins" | "starters";
  /** More cannot be added. */
  most: number;
  /** What the line at a place, from 1, is called. */
  name(at: number): string;
  /** What stands in the empty line. */
  add: string;
  input: InputHTMLAttributes & Pick<HTMLAttributes, "dir">;
  /** Takes what may have been meant. */
  onInstead?(at: number, text: string): void;
}

export function LinesField({ label, field, most, name, add, input, onInstead }: LinesFieldProps) {
  const { editor, draft } = useEditor();
  const { t } = useEmbeds();
  const place = useRef<HTMLUListElement>(null);
  const lines = draft[field];
  const rows = lines.length < most ? [...lines, ""] : lines;
  const change = (next: string[]) => editor.edit({ [field]: next.slice(0, most) });
  const inputs = () => [...(place.current?.querySelectorAll<HTMLInputElement>("input") ?? [])];
  const goTo = (at: number) => requestAnimationFrame(() => inputs()[at]?.focus());

  const type = (at: number, text: string) => change(at < lines.length ? lines.with(at, text) : [...lines, text]);
  const remove = (at: number) => {
    change(lines.toSpliced(at, 1));
    editor.settle(field);
    goTo(Math.min(at, lines.length - 1));
  };
  const leave = (at: number, to: EventTarget | null) => {
    if (lines[at]?.trim() !== "") return editor.settle(field);
    // An emptied line goes; whoever went on to a later one stays in it.
    const next = inputs().indexOf(to as HTMLInputElement);
    change(lines.toSpliced(at, 1));
    if (next > at) goTo(next - 1);
  };
  const onKeyDown = (at: number, event: TargetedKeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    inputs()[at + 1]?.focus();
  };
  const onPaste = (at: number, event: TargetedClipboardEvent<HTMLInputElement>) => {
    const pasted = (event.clipboardData?.getData("text/plain") ?? "").split(/[\r\n]+/).filter((line) => line.trim());
    if (pasted.length < 2) return;
    event.preventDefault();
    change(lines.toSpliced(at, lines[at]?.trim() ? 0 : 1, ...pasted));
    editor.settle(field);
    goTo(Math.min(at + pasted.length, most - 1));
  };

  return (
    <ul ref={place} class="lines" aria-label={label}>
      {rows.map((line, at) => {
        const fault = editor.faults.value.get(`/${field}/${at}`);
        const id = `embed-${field}-${at}`;
        return (
          // Known by its place, so that the empty line keeps the focus when it becomes one.
          <li key={at} class={fault ? "is-bad" : undefined}>
            <input
              class="line"
              autocomplete="off"
              enterkeyhint="next"
              {...input}
              aria-label={at < lines.length ? name(at + 1) : add}
              placeholder={at < lines.length ? undefined : add}
              aria-invalid={fault !== undefined}
              aria-describedby={fault && id}
              value={line}
              onInput={(event) => type(at, event.currentTarget.value)}
              onBlur={(event) => at < lines.length && leave(at, event.relatedTarget)}
              onKeyDown={(event) => onKeyDown(at, event)}
              onPaste={(event) => onPaste(at, event)}
            />
            {at < lines.length && (
              <button
                type="button"
                class="icon-btn"
                aria-label={t.removeLine(line)}
                // The line that is left would be checked, and its fault move this away before it is let go.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => remove(at)}
              >
                <Icon name="close" small />
              </button>
            )}
            {fault && <LineFault id={id} fault={fault} onTake={(text) => onInstead?.(at, text)} />}
          </li>
        );
      })}
    </ul>
  );
}

function LineFault({ id, fault, onTake }: { id: string; fault: FieldFault; onTake(text: string): void }) {
  const { t } = useEmbeds();
  const { instead } = fault;
  return (
    <p class="error" id={id} role="alert">
      <Icon name="warn" small />
      <span>
        {fault.text}
        {instead && (
          <>
            {" "}
            {t.didYouMean}{" "}
            <button type="button" class="link" onClick={() => onTake(instead)}>
              <bdi dir="ltr">{instead}</bdi>
            </button>
            ?
          </>
        )}
      </span>
    </p>
  );
}
