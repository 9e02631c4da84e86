// Quotes and copies of an answer as a reader meets them.
import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { createAnswer } from "../chat/answer-model.ts";
import { chatEnglish } from "../chat/chat-strings.ts";
import { citationsSoFar, copiedAnswer, groupSources, quoted } from "../chat/cited.ts";

const citation = { index: 1, document_id: "d", filename: "a.pdf", title: "A", page: 3, quote: "Taxes", rects: [] };
const used = [{ ...citation, page_image_url: "/a", file_url: "/b" }];

test.each([
  ["2022 … 2021 … 2020 … $ 16,388 … ……", "2022 · 2021 · 2020 · $ 16,388"],
  ["Revenue … 1,234 … (5) % … Cost of revenue … 561 … —", "Revenue · 1,234 · (5) %\nCost of revenue · 561 · —"],
  [
    "2022 … Gross profit (as a percentage of all net sales) … 37.6% … 9%",
    "2022\nGross profit (as a percentage of all net sales) · 37.6% · 9%",
  ],
  ["Name … Title … Age", "Name · Title · Age"],
  ["The first sentence ends. … Another one follows.", "The first sentence ends. … Another one follows."],
  ["Charging ........ … 8", "Charging · 8"],
  ["“It is red.”", "It is red."],
  ['Press "Lock" on the 27" screen', 'Press ‘Lock’ on the 27" screen'],
  ["……", ""],
])("%s is read as %s", (quote, shown) => expect(quoted(quote).replaceAll("\u00a0", " ")).toBe(shown));

test("a copy has no backslashes before signs, but in code", () => {
  expect(copiedAnswer("11\\. Income \\*Taxes\\* `a\\.b`", [], chatEnglish)).toBe("11. Income *Taxes* `a\\.b`");
  expect(copiedAnswer("11\\. Taxes [1]", used, chatEnglish)).toMatch(/^11\. Taxes \[1\]\n\nSources\n\[1\] /);
});

test("passages are stepped through as the strip of pages shows them", () => {
  const at = (index: number, document_id: string, page: number) => ({ ...used[0], index, document_id, page });
  const cited = [at(2, "d", 3), at(1, "e", 1), at(4, "d", 5), at(3, "d", 3)] as typeof used;
  const answer = createAnswer((run) => run());
  Object.assign(answer, { used: signal(cited) });
  const strip = groupSources(cited).flatMap(({ sources }) => sources.map(({ citations }) => citations[0].index));
  const steps = citationsSoFar(answer, cited[0] as (typeof cited)[0]).map(({ index }) => index);
  expect(steps).toEqual([2, 3, 4, 1]);
  expect(steps.filter((index) => strip.includes(index))).toEqual(strip);
});
