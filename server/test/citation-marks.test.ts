import { expect, test } from "vitest";
import { citedIn, createMarkFilter } from "../citation-marks.ts";

function filtered(text: string, count: number, size: number): string {
  const filter = createMarkFilter(count);
  let result = "";
  for (let at = 0; at < text.length; at += size) {
    const sent = filter.push(text.slice(at, at + size));
    expect(sent).toBe(sent.replace(/\p{Surrogate}/gu, "?"));
    result += sent;
  }
  return result + filter.end();
}

test.each([1, 2, 3, 5, 100])("marks outside the list go, however the text is cut (%i at a time)", (size) => {
  expect(filtered("Blue [1], red [9] and [12]. Also [1, 2] and [3; 99].", 3, size)).toBe(
    "Blue [1], red and. Also [1][2] and [3].",
  );
  expect(filtered("A list: [x], a [link](y), [ 2 ], 😀[0]😀", 3, size)).toBe("A list: [x], a [link](y), [2], 😀😀");
  expect(filtered("Cut off [1", 3, size)).toBe("Cut off");
  expect(filtered("a\u0000b\u0007c\n", 3, size).trimEnd()).toBe("abc");
});

test("only a tail that could become a mark is held back", () => {
  const filter = createMarkFilter(3);
  expect(filter.push("word [1")).toBe("word");
  expect(filter.push("2 of")).toBe(" [12 of");
  expect(filter.push("\ud83d")).toBe("");
  expect(filter.push("\ude00!")).toBe("😀!");
});

test("half a character that never becomes whole is replaced", () => {
  expect(filtered("a\ud83d b", 1, 10)).toBe("a\ufffd b");
});

test("the citations of a text, each once", () => {
  expect(citedIn("a [2]. b [1][2]. c [10]")).toEqual([2, 1, 10]);
  expect(citedIn("none [x] [] [99999]")).toEqual([]);
});
