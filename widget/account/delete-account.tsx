// The account's end: says what goes, and asks for the password.

import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Fault } from "../parts/fault.tsx";
import { SectionHeading } from "../parts/screen.tsx";
import { accountEnglish } from "./account-strings.ts";
import { PasswordField } from "./password-field.tsx";
import { createDeletionForm } from "./password-form.ts";

export function DeleteAccount() {
  const t = accountEnglish;
  const asking = useSignal(false);
  return (
    <section>
      <SectionHeading>{t.remove}</SectionHeading>
      <p class="hint">{t.removeNote}</p>
      <button
        type="button"
        class="btn btn-bad"
        onClick={() => {
          asking.value = true;
        }}
      >
        {t.removeOpen}
      </button>
      {asking.value && (
        <Confirm
          onClose={() => {
            asking.value = false;
          }}
        />
      )}
    </section>
  );
}

function Confirm({ onClose }: { onClose(): void }) {
  const { client, session, t: words } = useApp();
  const t = accountEnglish;
  const form = useMemo(() => createDeletionForm({ client, t: { ...words, ...t } }), []);
  const field = useRef<HTMLInputElement>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    const end = await form.submit();
    if (end === "done") {
      session.farewell.value = t.removed;
      await session.signOut();
    } else if (end) field.current?.focus();
  };
  return (
    <Dialog title={t.removeTitle} onClose={onClose}>
      <p>{t.removeWhat}</p>
      <ul class="goes">
        {t.removeGoes.map((what) => (
          <li key={what}>{what}</li>
        ))}
      </ul>
      <form class="dialog-form" onSubmit={submit} noValidate aria-busy={form.busy.value}>
        {form.fault.value !== null && <Fault error={form.fault.value} title={t.removeFailed} />}
        <PasswordField
          id="delete-password"
          label={t.removePassword}
          value={form.current}
          error={form.currentError.value}
          autocomplete="current-password"
          field={field}
        />
        <div class="dialog-foot">
          <button type="button" class="btn btn-quiet" onClick={onClose}>
            {t.cancel}
          </button>
          <button type="submit" class="btn btn-bad-primary" aria-disabled={form.busy.value}>
            {form.busy.value ? t.removing : t.removeDo}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
