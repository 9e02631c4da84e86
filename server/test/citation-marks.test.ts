import { expect, test } from "vitest";
import { citedIn, createMarkFilter } from "../citation-marks.ts";

/** Through a filter, cut before each of these offsets. */
function filtered(text: string, count: number, cuts: number[]): string {
  const filter = createMarkFilter((number) => number >= 1 && number <= count);
  let result = "";
  let from = 0;
  for (const to of [...cuts, text.length]) {
    const sent = filter.push(text.slice(from, to));
    expect(sent).toBe(sent.replace(/\p{Surrogate}/gu, "?"));
    result += sent;
    from = to;
  }
  return result + filter.end();
}

const everyCharacter = (text: string) => Array.from(text.slice(1), (_, index) => index + 1);

test.each<[string, string, string]>([
  ["a number outside the list", "Blue [1], red [9] and [12].", "Blue [1], red and."],
  ["beside a good one", "Blue [1][99].", "Blue [1]."],
  ["several in one", "Also [1, 2] and [3; 99].", "Also [1][2] and [3]."],
  ["a range", "So [1, 2-4] and [2–99].", "So [1][2][3] and [2][3]."],
  ["brackets of other scripts", "So 【1】, ［2］ and 〔9〕.", "So [1], [2] and."],
  ["digits of other scripts", "So [１], [٢], [३], [৭] and [²].", "So [1], [2], [3], and [2]."],
  ["a footnote's mark", "So [^1] and [^9].", "So [1] and."],
  ["another form", "So [passage 1], [Sources 2 and 3], 【3†source】.", "So [1], [2][3], [3]."],
  ["with a link", "So [1](http://evil.example/?q=secret) and [9](javascript:alert(1)).", "So [1] and)."],
  ["with words in brackets", "So [1](see below).", "So [1] (see below)."],
  ["escaped", String.raw`So \[99\] and \[1\].`, "So and [1]."],
  ["in double brackets", "So [[1]] and [[7]].", "So [1] and."],
  ["too many digits", `So [${"9".repeat(30)}] and [0].`, "So and."],
  ["hidden characters in it", "So [\u200b9\u200b\u{e0039}9] and [\u00ad1].", "So and [1]."],
  ["parted by a line", "So [1,\n2].", "So [1][2]."],
  ["no marks", "A list: [x], a [word], [ 2 ], 😀[0]😀", "A list: [x], a [word], [2], 😀😀"],
  ["cut off", "Cut off [1", "Cut off"],
  ["cut off, of another script", "Cut off 【1", "Cut off"],
  ["control characters", "a\u0000b\u0007c\u009bd", "abcd"],
  ["a link", "See [here](http://evil.example).", "See [here] (http://evil.example)."],
  ["a picture", "![x](https://evil.example/?q=1)", "![x] (https://evil.example/?q=1)"],
  ["a definition", "[1]: http://evil.example\n[x]: /y", "[1] : http://evil.example\n[x] : /y"],
  [
    "elements",
    "<img src=x> <IMG/src=x> </a> <https://evil.example> 1 <2 a<b",
    "< img src=x> < IMG/src=x> < /a> < https://evil.example> 1 <2 a<b",
  ],
])("marks that name no citation go, however the text is cut: %s", (_, text, expected) => {
  const cutsTried = [[], everyCharacter(text), ...everyCharacter(text).map((cut) => [cut])];
  for (const cuts of cutsTried) expect(filtered(text, 3, cuts)).toBe(expected);
});

test("what is sent does not depend on where the text was cut", () => {
  const pieces = [
    "[",
    "]",
    "1",
    "99",
    "(",
    ")",
    "http://x",
    " ",
    "\n",
    "word",
    "^",
    "【",
    "】",
    "\\",
    "<",
    "img",
    "!",
    ":",
  ];
  pieces.push(
    "passage ",
    ", ",
    "-",
    "†s",
    "\u200b",
    "\u202e",
    "😀",
    "\u{1f3f4}\u{e0067}\u{e0062}",
    "١",
    "٢ab",
    "].",
    "a".repeat(130),
  );
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  for (let round = 0; round < 1500; round++) {
    const text = Array.from({ length: 12 }, () => pieces[random(pieces.length)]).join("");
    const cuts = everyCharacter(text).filter(() => random(3) === 0);
    const whole = filtered(text, 3, []);
    expect({ text, cuts, sent: filtered(text, 3, cuts) }).toEqual({ text, cuts, sent: whole });
    expect(citedIn(whole).filter((number) => number > 3)).toEqual([]);
  }
});

test("a flood of what could become a mark is passed on", () => {
  for (const piece of ["[", " ", "[1", "[1](", "1, ", "\\", "<", "]", "[1] (", "^"]) {
    const filter = createMarkFilter(() => true);
    for (let count = 0; count < 4000; count++) filter.push(piece);
    filter.end();
  }
});

test("only a tail that could become a mark is held back", () => {
  const filter = createMarkFilter((number) => number < 4);
  expect(filter.push("word [1")).toBe("word");
  expect(filter.push("2 of")).toBe("");
  expect(filter.push(" x] it")).toBe(" [12 of x] it");
  expect(filter.push("\ud83d")).toBe("");
  expect(filter.push("\ude00!")).toBe("😀!");
});

test("whose marks are exact has its other brackets left alone", () => {
  const filter = createMarkFilter((number) => number < 3, true);
  const sent = ["The interval \\[0", ", 1\\] is \\[2\\] or [0, 1]. [1", "] And [9] [2]"].map((part) =>
    filter.push(part),
  );
  expect(sent.join("") + filter.end()).toBe("The interval \\[0, 1\\] is \\[2\\] or [0, 1]. [1] And [2]");
});

test("half a character that never becomes whole is replaced", () => {
  expect(filtered("a\ud83d b", 1, [])).toBe("a\ufffd b");
});

test("the citations of a text, each once", () => {
  expect(citedIn("a [2]. b [1][2]. c [10]")).toEqual([2, 1, 10]);
  expect(citedIn("none [x] [] [99999]")).toEqual([]);
});
