// Words found by character codes are those that the pattern finds, on any mixture of what stands in texts.
import { expect, test } from "vitest";
import { eachWord } from "../word-bounds.ts";
import { wordSource } from "../words.ts";

/** Pieces that words begin with, go on with and end at. */
const pieces =
  "a b Z word The 1 42 007 1,234 3.50 1. 2, ' ’ - \u2010 \u00ad \n - -\n \u2010\n \u00ad\n . , ! ( ) é É ß ² ½ ₂ ١ ا ل ی\u200c \u0301 \u{1d400} \u{1f600} \u2014 \u2026 \u00a0 \t Ж café CO₂ don't it’s _ # €".split(
    " ",
  );
pieces.push(" ", " ", " ");

/** Park and Miller's: the same texts at every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test("words stand where the pattern finds them", () => {
  const random = randomFrom(11);
  const sticky = new RegExp(wordSource, "yu");
  for (let round = 0; round < 5_000; round++) {
    const length = 1 + Math.floor(random() * 14);
    const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join("");
    const found: [number, string][] = [];
    eachWord(text, sticky, (start, end, plain) => {
      const word = text.slice(start, end);
      if (plain) expect(word, JSON.stringify(text)).toMatch(/^[a-zA-Z\d]+$/);
      found.push([start, word]);
    });
    const expected = [...text.matchAll(new RegExp(wordSource, "gu"))].map((match) => [match.index, match[0]]);
    expect(found, JSON.stringify(text)).toEqual(expected);
  }
});
