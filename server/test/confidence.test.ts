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
  asked: { words: 1, together: 1, thing: 1, years: 1, figure: 1 },
  statement: 0,
  office: 1,
  line: 1,
};

test("what holds most of the question is trusted, what holds little is not, and no page at all is certain of nothing", () => {
  expect(confidenceOf([{ evidence: whole }], 1)).toBeGreaterThan(0.9);
  expect(confidenceOf([{ evidence: { ...whole, chunk: 0.1, sentence: 0.1, names: 0 } }], 1)).toBeLessThan(0.4);
  expect(confidenceOf([], 1)).toBe(0);
});

test("a year, an office, a thing or a number that stands nowhere is enough to refuse, one on a further page is not", () => {
  for (const missing of [
    { office: 0 },
    ...(["years", "thing", "figure"] as const).map((each) => ({ asked: { ...whole.asked, [each]: 0 } })),
  ]) {
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
  const box: [number, number, number, number] = [0.1, 0.1, 0.9, 0.12];
  const line = { start: 0, end: content.length, box, height: 0.012 };
  const ranges = [{ start: 0, end: content.length }];
  const page = { documentId: "d", page: 1, text: content, language: "en", lines: [line], ranges };
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

test("a year counts where it stands beside what is asked, in its sentence or over its table", () => {
  const question = "What was the revenue in 2012?";
  expect(
    sureOf(question, "Revenue grew to 4 million. Ada has audited us since 2012. Lunch is at noon."),
  ).toBeGreaterThan(0.4);
  const apart = "Revenue grew. It grew again. Many were glad. Ada has audited us since 2012. Lunch is at noon.";
  expect(sureOf(question, apart)).toBeLessThan(0.4);
  expect(sureOf(question, "Revenue was 4 million in 2012.")).toBeGreaterThan(0.9);
  expect(sureOf("What was the population in 1990?", "The population lived in houses of the 1990s.")).toBeLessThan(0.4);
});

test("a name that stands apart from what is asked of it, and a thing that nothing is said of, are refused", () => {
  const text = "The mill sells flour in Australia. Its working capital is small. Its address is given below.";
  expect(sureOf("What is the capital of Australia?", text)).toBeLessThan(0.4);
  expect(sureOf("Where is Australia's flour sold?", text)).toBeGreaterThan(0.4);
  expect(sureOf("Does the mill sell cars?", text, "Mill")).toBeLessThan(0.4);
  expect(sureOf("Does the mill sell flour?", text, "Mill")).toBeGreaterThan(0.9);
});

test("a number is asked for where one is told, in figures or in words", () => {
  const question = "How large is the endowment?";
  expect(sureOf(question, "The endowment pays for the academic work.")).toBeLessThan(0.4);
  expect(sureOf(question, "The endowment is 7.5 billion dollars.")).toBeGreaterThan(0.9);
  expect(sureOf("How many locks are there?", "There are seven locks.")).toBeGreaterThan(0.9);
});

test("a question in other words than the page's is still answered", () => {
  expect(
    sureOf(
      "What are millers forbidden to do?",
      "Millers are prohibited from grinding on Sundays by the millers' rules.",
    ),
  ).toBeGreaterThan(0.4);
});

test("a line of a statement that no page has makes less sure, and does not refuse by itself", () => {
  const certain = { ...whole, chunk: 1, sentence: 1 };
  const without = confidenceOf([{ evidence: { ...certain, line: 0 } }], 1);
  expect(without).toBeLessThan(0.8);
  expect(without).toBeGreaterThan(0.4);
  expect(confidenceOf([{ evidence: { ...certain, line: 0 } }, { evidence: certain }], 1)).toBeGreaterThan(0.95);
});
