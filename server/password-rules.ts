// Which passwords are too easy to guess: the commonest ones, the address that they belong to, and mere repetition.
import common from "./common-passwords.json" with { type: "json" };

/** In characters. */
export const minPasswordLength = 10;
/** bcrypt reads no further; a longer password would match every other that begins alike. */
export const maxPasswordBytes = 72;

const commonest = new Set(common.passwords.split(" "));
/** What may stand beside somebody's own name without making it harder to guess. */
const maxBeside = 4;
/** Shorter names stand in many words. */
const minName = 3;

/** @returns what is wrong with it as a new password, in words that follow its name; null: nothing. */
export function passwordFault(password: string, email: string): string | null {
  const plain = normal(password);
  const characters = [...plain];
  if (commonest.has(plain)) return "is among the most common passwords";
  if (isRun(characters)) return "is only characters in their order";
  if (repeats(characters)) return "only repeats a few characters";
  if (namesOf(email).some((name) => isNearly(plain, name))) return "is too close to the email address";
  return null;
}

/** However it is typed: guesses are made in every case. */
const normal = (text: string) => text.normalize("NFKC").toLowerCase();

/** abcdefghij, 0987654321; after 9 comes 0. */
function isRun(characters: string[]): boolean {
  const steps = characters.slice(1).map((character, i) => stepBetween(characters[i] ?? "", character));
  return steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

function stepBetween(one: string, next: string): number {
  if (one === "9" && next === "0") return 1;
  if (one === "0" && next === "9") return -1;
  return (next.codePointAt(0) ?? 0) - (one.codePointAt(0) ?? 0);
}

/** Whether it is one piece again and again that would be too short by itself; the last may be cut. */
function repeats(characters: string[]): boolean {
  for (let length = 1; length < minPasswordLength && length * 2 <= characters.length; length++) {
    if (characters.every((character, i) => character === characters[i % length])) return true;
  }
  return false;
}

function namesOf(email: string): string[] {
  const address = normal(email.trim());
  const [local = "", domain = ""] = address.split(/@(?=[^@]*$)/);
  const names = [address, local, domain, ...local.split(/[^\p{L}\p{N}]+/u), local.replace(/[^\p{L}\p{N}]+/gu, "")];
  return names.filter((name) => [...name].length >= minName);
}

/** Whether it is that name, also more than once or backwards, and next to nothing else. */
function isNearly(plain: string, name: string): boolean {
  const backwards = [...name].reverse().join("");
  return [name, backwards].some((part) => plain.includes(part) && [...plain.replaceAll(part, "")].length <= maxBeside);
}
