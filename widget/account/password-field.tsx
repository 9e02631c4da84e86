// A password that is typed, with its fault beside it.
import type { Signal } from "@preact/signals";
import type { RefObject } from "preact";
import { FieldError } from "../parts/field-error.tsx";

interface PasswordFieldProps {
  id: string;
  label: string;
  value: Signal<string>;
  error: string | null;
  autocomplete: "current-password" | "new-password";
  field: RefObject<HTMLInputElement | null>;
  hint?: string;
  shown?: boolean;
}

export function PasswordField({ id, label, value, error, autocomplete, field, hint, shown }: PasswordFieldProps) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        ref={field}
        class="input"
        id={id}
        {...({ type: shown ? "text" : "password" } as { type: "text" })}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
        aria-invalid={error !== null}
        aria-describedby={`${id}-error${hint ? ` ${id}-hint` : ""}`}
      />
      <FieldError id={`${id}-error`} text={error} />
      {hint && !error && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
