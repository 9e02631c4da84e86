// One line of the draft, with its fault beside it.
import type { TargetedInputEvent } from "preact";
import { FieldError } from "../parts/field-error.tsx";
import type { Draft } from "./draft.ts";
import { useEditor } from "./editor-context.ts";

/** The fields that are one text. */
type TextOf = { [F in keyof Draft]: Draft[F] extends string ? F : never }[keyof Draft];

interface TextFieldProps {
  field: TextOf;
  label: string;
  /** Where the server's faults point to; absent: the field's own name. */
  pointer?: string;
  hint?: string;
  placeholder?: string;
  maxLength: number;
  dir: "auto" | "ltr";
  inputMode?: "numeric";
  autocapitalize?: "none";
  spellcheck?: boolean;
  class?: string;
}

export function TextField({ field, label, pointer = `/${field}`, hint, class: extra, ...input }: TextFieldProps) {
  const { editor, draft } = useEditor();
  const fault = editor.faults.value.get(pointer);
  const id = `embed-${field}`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class={`input ${extra ?? ""}`}
        autocomplete="off"
        aria-invalid={fault !== undefined}
        aria-describedby={`${id}-error${hint ? ` ${id}-hint` : ""}`}
        value={draft[field]}
        onInput={(event: TargetedInputEvent<HTMLInputElement>) => editor.edit({ [field]: event.currentTarget.value })}
        onBlur={() => editor.settle(field)}
        {...input}
      />
      <FieldError id={`${id}-error`} text={fault?.text ?? null} />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
