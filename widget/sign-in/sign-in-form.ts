// The sign-in form's state: what is typed, what is wrong with it, and what the server said.
import { isApiError } from "@pagewise/sdk";
import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { SessionModel } from "../session-model.ts";
import type { english } from "../strings.ts";
import { checkNewPassword } from "./check-password.ts";

type Words = typeof english;

export interface SignInForm {
  mode: Signal<"signIn" | "register">;
  email: Signal<string>;
  password: Signal<string>;
  emailError: ReadonlySignal<string | null>;
  passwordError: ReadonlySignal<string | null>;
  /** Neither field's fault: the line, the server, too many tries. */
  fault: ReadonlySignal<unknown>;
  tooMany: ReadonlySignal<string | null>;
  busy: ReadonlySignal<boolean>;
  switchMode(): void;
  /** Resolves when it is over, whichever way; the first wrong field is then the one to go to. */
  submit(): Promise<"email" | "password" | null>;
}

export function createSignInForm({ session, t }: { session: SessionModel; t: Words }): SignInForm {
  const mode = signal<"signIn" | "register">("signIn");
  const [email, password] = [signal(""), signal("")];
  const [emailError, passwordError, tooMany] = [
    signal<string | null>(null),
    signal<string | null>(null),
    signal<string | null>(null),
  ];
  const fault = signal<unknown>(null);
  const busy = signal(false);

  const clear = () =>
    batch(() => {
      emailError.value = passwordError.value = tooMany.value = fault.value = null;
    });
  const firstWrong = () => (emailError.peek() ? "email" : passwordError.peek() ? "password" : null);

  return {
    mode,
    email,
    password,
    emailError,
    passwordError,
    fault,
    tooMany,
    busy,
    switchMode() {
      clear();
      mode.value = mode.peek() === "signIn" ? "register" : "signIn";
    },
    async submit() {
      if (busy.peek()) return null;
      clear();
      emailError.value = checkEmail(email.peek(), t);
      passwordError.value = checkPassword(password.peek(), mode.peek(), t);
      if (firstWrong()) return firstWrong();
      busy.value = true;
      try {
        const credentials = { email: email.peek().trim(), password: password.peek() };
        await (mode.peek() === "signIn" ? session.signIn(credentials) : session.register(credentials));
        password.value = "";
      } catch (error) {
        batch(() => place(error, { emailError, passwordError, tooMany, fault }, t));
      } finally {
        busy.value = false;
      }
      return firstWrong();
    },
  };
}

interface Places {
  emailError: Signal<string | null>;
  passwordError: Signal<string | null>;
  tooMany: Signal<string | null>;
  fault: Signal<unknown>;
}

/** Says it beside the field it is about. */
function place(error: unknown, to: Places, t: Words) {
  if (!isApiError(error)) {
    to.fault.value = error;
  } else if (error.code === "invalid-credentials") {
    to.passwordError.value = t.noMatch;
  } else if (error.code === "email-taken") {
    to.emailError.value = t.emailTaken;
  } else if (error.status === 429) {
    to.tooMany.value = t.tooMany(t.minutes(Math.max(1, Math.ceil((error.retryAfterMs ?? 60_000) / 60_000))));
  } else if (error.status === 422 && error.errors.length > 0) {
    for (const { pointer, detail } of error.errors) {
      if (pointer.includes("email")) to.emailError.value = t.emailOdd;
      else to.passwordError.value = t.passwordRefused(detail);
    }
  } else {
    to.fault.value = error;
  }
}

function checkEmail(email: string, t: Words): string | null {
  if (email.trim() === "") return t.emailMissing;
  return /^\S+@\S+\.\S+$/.test(email.trim()) ? null : t.emailOdd;
}

function checkPassword(password: string, mode: "signIn" | "register", t: Words): string | null {
  if (mode === "register") return checkNewPassword(password, t);
  return password === "" ? t.passwordMissing : null;
}
