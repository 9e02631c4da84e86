// Questions that a section answers: the steps below the heading that says what is done, and the list below one that names it.
import { expect, test } from "vitest";
import { chooseSentences } from "../answer-choice.ts";
import { answerText } from "../answer-text.ts";
import { asksSection, withSection } from "../asked-sections.ts";
import { sentencesOf } from "../passage-sentences.ts";
import { queryOf } from "../query.ts";
import { quoteOf } from "../quote.ts";
import { createRanker, type RankedPage, type ScoredPage } from "../ranking.ts";

function page(number: number, ...lines: string[]): RankedPage {
  const text = lines.map((line) => `${line}\n`).join("");
  let start = 0;
  let top = 0.05;
  const placed = lines.map((line) => {
    // White stands above a heading.
    top += /[.]$|^[•\d]/.test(line) ? 0.015 : 0.06;
    const at = start;
    start += line.length + 1;
    return { start: at, end: at + line.length, box: [0.1, top, 0.9, top + 0.012], height: 0.012 };
  });
  const ranges = [{ start: 0, end: text.length }];
  return { documentId: "d", page: number, text, lines: placed as RankedPage["lines"], ranges, language: "en" };
}

const document = { id: "d", title: "lamp", filename: "lamp.pdf", language: "en", pages: 9 };

function ranked(question: string, pages: RankedPage[]): ScoredPage[] {
  const query = queryOf(question);
  const terms = query.words.map(({ surface, weight }) => ({ surface, value: weight }));
  return withSection(createRanker(query, terms, [document]).pages(pages, []), query);
}

function answered(question: string, pages: RankedPage[]): string {
  const passages = ranked(question, pages).map((scored) => {
    const quote = quoteOf(scored.segments, scored.page, true);
    const sentences = quote ? sentencesOf(quote, scored.page.text, 1) : [];
    return {
      documentTitle: "lamp",
      page: scored.page.page,
      text: scored.page.text,
      heading: null,
      score: 1,
      sentences,
    };
  });
  return answerText(chooseSentences(passages, question), true).replaceAll(/ \[\d\]/g, "");
}

const manual = [
  page(2, "Contents", "Replacing the wick ........................ 5", "Storing the lamp .......................... 6"),
  page(4, "The wick", "A wick is replaced after a winter, and whoever replaces the wick of a lamp should not hurry."),
  page(
    5,
    "Replacing the wick",
    "1. Let the lamp cool for an hour.",
    "2. Pull the old wick out of its holder.",
    "3. Push the new one in. It has to stand out a little.",
    "Storing the lamp",
    "Keep it where no frost comes.",
  ),
  page(
    6,
    "What is included",
    "• A lamp with its glass",
    "• Two wicks and a funnel",
    "Care",
    "The glass breaks easily.",
  ),
];

test("how something is done is told by its steps, in their order", () => {
  expect(answered("How do I replace the wick?", manual)).toBe(
    [
      "- Let the lamp cool for an hour.",
      "- Pull the old wick out of its holder.",
      "- Push the new one in. It has to stand out a little.",
    ].join("\n"),
  );
});

test("what a heading lists is told as a list", () => {
  expect(answered("What is included in the box?", manual)).toBe("- A lamp with its glass\n- Two wicks and a funnel");
});

test("a question that no heading answers, or that asks for something else, is left to its sentences", () => {
  for (const question of ["How do I polish the glass?", "What is a wick?", "How often is a wick replaced?"]) {
    expect(ranked(question, manual).some(({ segments }) => segments.some(({ step }) => step))).toBe(false);
  }
  expect(asksSection("How do I store it?")).toBe(true);
  expect(asksSection("How much oil does it hold?")).toBe(false);
});
