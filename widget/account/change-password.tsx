// Changes the password.

import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Fault } from "../parts/fault.tsx";
import { SectionHeading } from "../parts/screen.tsx";
import { accountEnglish } from "./account-strings.ts";
import { PasswordField } from "./password-field.tsx";
import { createPasswordForm } from "./password-form.ts";

export function ChangePassword({ onChanged }: { onChanged(): void }) {
  const { client, session, toast, t: words } = useApp();
  const t = accountEnglish;
  const form = useMemo(() => createPasswordForm({ client, t: { ...words, ...t } }), []);
  const shown = useSignal(false);
  const fields = { current: useRef<HTMLInputElement>(null), next: useRef<HTMLInputElement>(null) };
  const submit = async (event: Event) => {
    event.preventDefault();
    const end = await form.submit();
    if (end === "done") {
      toast(t.changed);
      onChanged();
    } else if (end) {
      // A wrong password is kept among what happened.
      if (form.current.peek() !== "") onChanged();
      fields[end].current?.focus();
    }
  };
  return (
    <section>
      <SectionHeading>{t.password}</SectionHeading>
      <form onSubmit={submit} noValidate aria-busy={form.busy.value}>
        {/* What a password manager takes for the name. */}
        <input type="email" autocomplete="username" readOnly hidden value={session.user.value?.email ?? ""} />
        {form.fault.value !== null && <Fault error={form.fault.value} />}
        <PasswordField
          id="current-password"
          label={t.current}
          value={form.current}
          error={form.currentError.value}
          autocomplete="current-password"
          field={fields.current}
          shown={shown.value}
        />
        <PasswordField
          id="new-password"
          label={t.next}
          value={form.next}
          error={form.nextError.value}
          autocomplete="new-password"
          field={fields.next}
          hint={t.nextHint}
          shown={shown.value}
        />
        <div class="row">
          <button type="submit" class="btn" aria-disabled={form.busy.value}>
            {form.busy.value ? t.changing : t.change}
          </button>
          <button
            type="button"
            class="btn btn-quiet"
            aria-label={shown.value ? t.hidePasswords : t.showPasswords}
            onClick={() => {
              shown.value = !shown.value;
            }}
          >
            {shown.value ? t.hide : t.show}
          </button>
        </div>
      </form>
    </section>
  );
}
