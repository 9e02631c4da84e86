// Passwords as they come in: those that are only compared, and new ones, which must not be easy to guess.
import { z } from "zod";
import { maxPasswordBytes, minPasswordLength, passwordFault } from "../password-rules.ts";
import { invalid } from "./validate.ts";

/** Whatever was once accepted or mistyped; it is only compared. */
export const anyPassword = z.string().max(1000);

export const newPassword = z
  .string()
  .refine((value) => [...value].length >= minPasswordLength, `needs at least ${minPasswordLength} characters`)
  .refine((value) => Buffer.byteLength(value) <= maxPasswordBytes, `may hold at most ${maxPasswordBytes} bytes`)
  .meta({
    minLength: minPasswordLength,
    description:
      `At least ${minPasswordLength} characters, at most ${maxPasswordBytes} bytes of UTF-8. The commonest passwords, mere ` +
      "repetition and the email address itself are refused.",
  });

export const examplePassword = "correct horse battery";

/** Throws `invalid-request` with the pointer where a new password is easy to guess. */
export function refuseEasy(pointer: string, password: string, email: string): void {
  const fault = passwordFault(password, email);
  if (fault) throw invalid([{ pointer, detail: fault }]);
}
