import { expect, test } from "vitest";
import { confidenceOf } from "../confidence.ts";
import type { Evidence } from "../page-features.ts";
import { queryOf } from "../query.ts";
import { termsOf, withFamilies } from "../query-terms.ts";
import { createRanker } from "../ranking.ts";

const whole: Evidence = {
  chunk: 0.8,
  sentence: 0.7,
  names: 1,
  called: 0,
  placed: 0,
  years: 1,
  statement: 0,
  office: 1,
};

test("what holds most of the question is trusted, what holds little is not, and no page at all is certain of nothing", () => {
  expect(confidenceOf([{ evidence: whole }], 1)).toBeGreaterThan(0.9);
  expect(confidenceOf([{ evidence: { ...whole, chunk: 0.1, sentence: 0.1, names: 0 } }], 1)).toBeLessThan(0.4);
  expect(confidenceOf([], 1)).toBe(0);
});

test("a year or an office that stands nowhere is enough to refuse, one that stands on a further page is not", () => {
  for (const missing of [{ years: 0 }, { office: 0 }]) {
    const without = { evidence: { ...whole, ...missing } };
    expect(confidenceOf([without], 1)).toBeLessThan(0.4);
    expect(confidenceOf([without, { evidence: whole }], 1)).toBeGreaterThan(0.9);
  }
});

/** How sure it is of a document of one page. */
function sureOf(question: string, content: string, title = "Report"): number {
  const documents = [{ id: "d", title, filename: `${title}.pdf`, language: "en", languages: ["en"], pages: 1 }];
  const chunks = [{ documentId: "d", page: 1, content, heading: null, language: "en" }];
  const query = withFamilies(queryOf(question), documents);
  const held = (surface: string) => content.toLowerCase().includes(surface.replace(/s$/, ""));
  const frequencies = new Map(
    query.words.map(({ surface, family = [] }) => [surface, Number([surface, ...family].some(held))]),
  );
  const terms = termsOf(query, { total: 1, frequencies, chunks }, documents);
  const ranker = createRanker(query, terms, documents);
  const page = { documentId: "d", page: 1, text: content, language: "en", lines: [], ranges: [] };
  return confidenceOf(ranker.pages([page], ranker.chunks(chunks)), 1);
}

test("a year that the document never has is not answered by another's figures", () => {
  const text = "Total revenue of the mill was 40 million in 2021 and 38 million in fiscal 2020.";
  expect(sureOf("What was the total revenue of the mill in 2021?", text)).toBeGreaterThan(0.9);
  expect(sureOf("What was the total revenue of the mill in 2030?", text)).toBeLessThan(0.4);
  expect(
    sureOf("What was the total revenue of the mill in 2022?", "Total revenue of the mill, FY22: 40 million"),
  ).toBeGreaterThan(0.9);
  expect(
    sureOf("What was the total revenue in 2022?", "Total revenue of the mill: 40 million", "Mill 2022"),
  ).toBeGreaterThan(0.9);
});

test("an office is answered where the page names it, by another word for it too", () => {
  const text = "Ada Brook is our chief executive officer.";
  expect(sureOf("Who is the CEO?", text)).toBeGreaterThan(0.8);
  expect(sureOf("Who is the chief scientific officer?", text)).toBeLessThan(0.4);
});

test("a planet is not the month that its name looks like the plural of", () => {
  expect(sureOf("Is there life on Mars?", "Life Mar. Comm'n, 383 U.S. 607")).toBeLessThan(0.5);
  expect(sureOf("Is there life on Mars?", "There may be life on Mars.")).toBeGreaterThan(0.9);
});
