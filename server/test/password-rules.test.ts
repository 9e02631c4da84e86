import { expect, test } from "vitest";
import common from "../common-passwords.json" with { type: "json" };
import { minPasswordLength, passwordFault } from "../password-rules.ts";

const email = "Ada.Lovelace@example.com";

test.each([
  ["password123", "common"],
  ["PassWord123", "common"],
  // Full-width letters are the same ones.
  ["ｑｗｅｒｔｙｕｉｏｐ", "common"],
  ["1q2w3e4r5t6y", "common"],
  ["christopher", "common"],
  ["abcdefghijklm", "order"],
  ["zyxwvutsrqponm", "order"],
  ["34567890123456", "order"],
  ["21098765432109", "order"],
  ["aaaaaaaaaaaa", "repeats"],
  ["😀😀😀😀😀😀😀😀😀😀", "repeats"],
  ["abcabcabcabca", "repeats"],
  ["herons-herons-herons", "repeats"],
  ["ada.lovelace@example.com", "email"],
  ["ADA.LOVELACE@EXAMPLE.COM", "email"],
  ["adalovelace1", "email"],
  ["lovelace2026", "email"],
  ["!!lovelace!!", "email"],
  ["lovelace-lovelace", "email"],
  ["ecalevol.ada", "email"],
  ["example.com1", "email"],
])("%s is refused: %s", (password, why) => {
  expect(passwordFault(password, email)).toContain(why);
});

test.each([
  "correct horse battery",
  "long password 1",
  "lovelace by the sea",
  "correcthorsecorrecthorse",
  "abcdefghijx",
  "Wien ist schön im Mai",
  "パスワードは長いほうがいい",
])("%s is taken", (password) => {
  expect(passwordFault(password, email)).toBeNull();
});

test("a short or broken address refuses nothing by itself", () => {
  for (const address of ["", "@", "a@b", "al@x.y"]) expect(passwordFault("al and the sea", address)).toBeNull();
});

test("the list holds more than a thousand that could be chosen, as they are compared", () => {
  const all = common.passwords.split(" ");
  expect(all.length).toBeGreaterThan(1000);
  expect(new Set(all).size).toBe(all.length);
  for (const password of all) {
    expect([...password].length).toBeGreaterThanOrEqual(minPasswordLength);
    expect(password).toBe(password.normalize("NFKC").toLowerCase());
  }
});
