// The state of the two forms that ask for a password: to change it, and to delete the account.
import { type Client, isApiError } from "@pagewise/sdk";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { checkNewPassword } from "../sign-in/check-password.ts";
import type { english } from "../strings.ts";
import type { AccountWords } from "./account-strings.ts";

type Words = AccountWords & Pick<typeof english, "passwordShort" | "passwordLong" | "tooMany" | "minutes">;

export interface PasswordForm {
  current: Signal<string>;
  next: Signal<string>;
  currentError: ReadonlySignal<string | null>;
  nextError: ReadonlySignal<string | null>;
  /** Neither field's fault. */
  fault: ReadonlySignal<unknown>;
  busy: ReadonlySignal<boolean>;
  /** @returns "done", or the field to go to, or null where none is at fault. */
  submit(): Promise<"done" | "current" | "next" | null>;
}

interface FormDeps {
  client: Pick<Client, "users">;
  t: Words;
}

export function createPasswordForm({ client, t }: FormDeps): PasswordForm {
  const form = createForm(t, async ({ current, next }) => {
    await client.users.changePassword({ current_password: current, new_password: next });
  });
  return {
    ...form,
    submit: () =>
      form.submit(({ current, next }) => ({
        current: current === "" ? t.currentMissing : null,
        next: next === "" ? t.nextMissing : current === next ? t.nextSame : checkNewPassword(next, t),
      })),
  };
}

export function createDeletionForm({ client, t }: FormDeps): PasswordForm {
  const form = createForm(t, ({ current }) => client.users.delete({ password: current }));
  return {
    ...form,
    submit: () => form.submit(({ current }) => ({ current: current === "" ? t.passwordMissing : null, next: null })),
  };
}

interface Typed {
  current: string;
  next: string;
}
type Wrong = { [F in keyof Typed]: string | null };

function createForm(t: Words, send: (typed: Typed) => Promise<void>) {
  const [current, next] = [signal(""), signal("")];
  const [currentError, nextError] = [signal<string | null>(null), signal<string | null>(null)];
  const fault = signal<unknown>(null);
  const busy = signal(false);
  const say = (wrong: Wrong) => {
    currentError.value = wrong.current;
    nextError.value = wrong.next;
    fault.value = null;
  };
  const firstWrong = () => (currentError.peek() ? "current" : nextError.peek() ? "next" : null);
  return {
    current,
    next,
    currentError: currentError as ReadonlySignal<string | null>,
    nextError: nextError as ReadonlySignal<string | null>,
    fault: fault as ReadonlySignal<unknown>,
    busy: busy as ReadonlySignal<boolean>,
    async submit(check: (typed: Typed) => Wrong): Promise<"done" | "current" | "next" | null> {
      if (busy.peek()) return null;
      const typed = { current: current.peek(), next: next.peek() };
      batch(() => say(check(typed)));
      if (firstWrong()) return firstWrong();
      busy.value = true;
      try {
        await send(typed);
        current.value = next.value = "";
        return "done";
      } catch (error) {
        batch(() => {
          const wrong = wrongOf(error, t);
          say(wrong);
          if (!wrong.current && !wrong.next) fault.value = error;
        });
        return firstWrong();
      } finally {
        busy.value = false;
      }
    },
  };
}

/** What the server says of a field. */
function wrongOf(error: unknown, t: Words): Wrong {
  if (!isApiError(error)) return { current: null, next: null };
  const of = (pointer: string) => error.errors.find((one) => one.pointer === pointer)?.detail ?? null;
  if (error.code === "invalid-credentials") return { current: t.currentWrong, next: null };
  if (error.status === 429) {
    const minutes = Math.max(1, Math.ceil((error.retryAfterMs ?? 60_000) / 60_000));
    return { current: t.tooMany(t.minutes(minutes)), next: null };
  }
  const next = of("/new_password");
  return { current: of("/current_password") ?? of("/password"), next: next && t.passwordRefused(next) };
}
