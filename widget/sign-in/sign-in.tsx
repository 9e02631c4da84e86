// One sheet: sign in, or the same sheet with other words to register.
import { useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { Icon, Mark } from "../icons.tsx";
import { CloseButton } from "../parts/close-button.tsx";
import { Fault } from "../parts/fault.tsx";
import { FieldError } from "../parts/field-error.tsx";
import { useAccount } from "../shell-context.ts";
import { createSignInForm } from "./sign-in-form.ts";

/** `onIntent`: somebody began to sign in, so what comes after is worth fetching. */
export function SignIn({ onIntent }: { onIntent: () => unknown }) {
  const { session, options, t } = useAccount();
  // On a host page the first heading is the host's.
  const Heading = options.mode === "page" ? "h1" : "h2";
  const form = useMemo(() => createSignInForm({ session, t }), []);
  const shown = useSignal(false);
  const fields = { email: useRef<HTMLInputElement>(null), password: useRef<HTMLInputElement>(null) };
  const registers = form.mode.value === "register";
  const words = registers ? t.register : t.signIn;
  const left = session.farewell.value ?? (session.ended.value ? t.signIn.ended : null);
  const lede = (!registers && left) || words.lede;

  const submit = async (event: Event) => {
    event.preventDefault();
    const wrong = await form.submit();
    if (wrong) fields[wrong].current?.focus();
  };

  return (
    <div class="sign-in scroll">
      <CloseButton />
      <div class="sign-in-sheet fold">
        <div class="brand">
          <Mark />
          {t.name}
        </div>
        <div>
          <Heading class="sign-in-title">{words.title}</Heading>
          <p class="lede">{lede}</p>
        </div>
        <form onSubmit={submit} noValidate onFocusIn={onIntent} aria-busy={form.busy.value}>
          {form.tooMany.value && (
            <p class="error" role="alert">
              <Icon name="warn" small />
              {form.tooMany.value}
            </p>
          )}
          {form.fault.value !== null && <Fault error={form.fault.value} />}
          <div class="field">
            <label for="email">{t.email}</label>
            <input
              ref={fields.email}
              data-first
              class="input"
              id="email"
              type="email"
              inputMode="email"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              value={form.email.value}
              onInput={(event) => {
                form.email.value = event.currentTarget.value;
              }}
              aria-invalid={form.emailError.value !== null}
              aria-describedby="email-error"
            />
            <FieldError id="email-error" text={form.emailError.value} />
          </div>
          <div class="field">
            <label for="password">{t.password}</label>
            <div class="secret">
              <input
                ref={fields.password}
                class="input"
                id="password"
                {...({ type: shown.value ? "text" : "password" } as { type: "text" })}
                autocomplete={registers ? "new-password" : "current-password"}
                autocapitalize="none"
                spellcheck={false}
                value={form.password.value}
                onInput={(event) => {
                  form.password.value = event.currentTarget.value;
                }}
                aria-invalid={form.passwordError.value !== null}
                aria-describedby="password-error password-hint"
              />
              <button
                type="button"
                aria-label={shown.value ? t.hidePassword : t.showPassword}
                onClick={() => {
                  shown.value = !shown.value;
                  fields.password.current?.focus();
                }}
              >
                {shown.value ? t.hide : t.show}
              </button>
            </div>
            <FieldError id="password-error" text={form.passwordError.value} />
            {registers && !form.passwordError.value && (
              <p class="hint" id="password-hint">
                {t.passwordHint}
              </p>
            )}
          </div>
          <button class="btn btn-primary" type="submit" aria-disabled={form.busy.value}>
            {form.busy.value ? words.busy : words.submit}
          </button>
        </form>
        <p class="other">
          {words.other}{" "}
          <button type="button" class="link" onClick={form.switchMode}>
            {words.otherLink}
          </button>
        </p>
      </div>
    </div>
  );
}
