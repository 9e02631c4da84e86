import { expect, test } from "vitest";
import { askingShare } from "../asking-words.ts";
import { shareOfChunks } from "../common-words.ts";
import { queryOf } from "../query.ts";
import { termsOf } from "../query-terms.ts";

test("a common word of English stands in many texts, in each of its forms, and a rare one in hardly any", () => {
  expect(shareOfChunks("people")).toBeGreaterThan(shareOfChunks("information"));
  expect(shareOfChunks("Companies")).toBe(shareOfChunks("company"));
  expect(shareOfChunks("information")).toBeGreaterThan(0.01);
  expect(shareOfChunks("ctenophore")).toBe(0);
  expect(shareOfChunks("constructor")).toBe(0);
});

test("in a short document of English a common word tells less than a rare one that stands there as often", () => {
  const query = queryOf("What information did Galor show?");
  const frequencies = new Map([
    ["information", 3],
    ["galor", 3],
    ["show", 3],
  ]);
  const values = (language: string | null) =>
    new Map(
      termsOf(query, { total: 20, frequencies, chunks: [] }, [{ id: "d", language }]).map(({ surface, value }) => [
        surface,
        value,
      ]),
    );
  const english = values("en");
  expect(english.get("galor")).toBeGreaterThan(1.2 * (english.get("information") ?? 0));
  const other = values("de");
  expect(other.get("galor")).toBe(other.get("information"));
});

test("words that stand for the answer tell less than those of what is asked about, and more than those that only ask", () => {
  expect(askingShare("which")).toBeLessThan(askingShare("type"));
  expect(askingShare("type")).toBeLessThan(askingShare("engine"));
});
