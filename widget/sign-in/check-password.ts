// What a new password must have before it is worth sending; the server looks for more.
import type { english } from "../strings.ts";

type Words = Pick<typeof english, "passwordShort" | "passwordLong">;

/** @returns what is wrong with it, in words; null: nothing. */
export function checkNewPassword(password: string, t: Words): string | null {
  const length = [...password].length;
  if (length < 10) return t.passwordShort(length);
  return new TextEncoder().encode(password).length > 72 ? t.passwordLong : null;
}
