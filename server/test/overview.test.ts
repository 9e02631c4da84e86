// Overviews: sentences in which a document speaks of itself come first, and lines that are no prose never.
import { expect, test } from "vitest";
import { mainFiguresOf, overviewOf } from "../overview.ts";
import { queryOf } from "../query.ts";
import type { RankedPage } from "../ranking.ts";
import { segmentsOf } from "../segments.ts";

function page(number: number, ...paragraphs: string[]): RankedPage {
  let text = "";
  const lines: RankedPage["lines"] = [];
  for (const [index, paragraph] of paragraphs.entries()) {
    const y = 0.1 + index * 0.1;
    lines.push({
      start: text.length,
      end: text.length + paragraph.length,
      box: [0.1, y, 0.9, y + 0.012],
      height: 0.012,
    });
    text += `${paragraph}\n`;
  }
  return { documentId: "d", page: number, text, lines, ranges: [{ start: 0, end: text.length }], language: null };
}

const best = (pages: RankedPage[], kind: "about" | "figures") =>
  overviewOf(pages, kind, () => "Tides of the northern islands")
    .flatMap(({ page, segments }) =>
      segments.map(({ start, end, score }) => ({ text: page.text.slice(start, end), score })),
    )
    .sort((left, right) => right.score - left.score)
    .map(({ text }) => text)[0];

test("a sentence in which the document speaks of itself stands before those around it", () => {
  const pages = [
    page(1, "Tel. 020 555 0100 www.example.org", "Contents ................ 3"),
    page(2, "Boats have crossed the sound for eight hundred years or more."),
    page(3, "This report follows the tides of the northern islands through forty winters."),
  ];
  expect(best(pages, "about")).toContain("This report follows the tides");
});

test("figures are asked for and found with their units, and small print is never among them", () => {
  const pages = [
    page(1, "The registrant has paid 4,000 dollars pursuant to rule 12 of the act on registration."),
    page(
      2,
      "The harbour was busy in most of the months of the year before.",
      "In winter 41 percent of the boats stayed in, against 12 percent in summer.",
    ),
  ];
  expect(best(pages, "figures")).toContain("41 percent");
});

test("pages without any prose are still shown, best first page first", () => {
  const pages = [page(1, "PLAN OF THE HARBOUR"), page(2, "1:2500")];
  const found = overviewOf(pages, "about", () => "");
  expect(found.length).toBeGreaterThan(0);
  expect(found[0]?.page.page).toBe(1);
});

test("what a company is and does stands before what its report has to say of itself", () => {
  const pages = [
    page(
      1,
      "This annual report contains forward-looking statements that involve many risks and other uncertainties.",
      "Anna Berg, Esq., David L. Finger, Harwick Mills LLC, Delaware State Commission.",
      "(State or other jurisdiction of incorporation or organization of the company.)",
    ),
    page(2, "Several of our mills stand near the river.", "The company is one of the largest makers of flour there."),
  ];
  expect(best(pages, "about")).toContain("one of the largest makers");
});

test("the main figures are the rows of the table that holds most of them, one of each", () => {
  const table = ["2023 \t2022 \t2021", "Revenue \t50 \t40 \t30", "Net income \t5 \t4 \t3", "Goodwill \t1 \t1 \t1"];
  const pages = [page(7, "2023 \t2022 \t2021", "Revenue \t9 \t8 \t7", "Net sales \t9 \t8 \t7"), page(8, ...table)];
  const read = pages.map((each) => ({ page: each, segments: segmentsOf(each).map(unscored) }));
  const found = mainFiguresOf(read);
  const rows = found?.segments
    .filter(({ score }) => score > 0)
    .map(({ start }) => found.page.text.slice(start, start + 7));
  expect([found?.page.page, rows]).toEqual([8, ["Revenue", "Net inc"]]);
  expect(mainFiguresOf(read.slice(0, 1))).toBe(null);
});

const unscored = (segment: ReturnType<typeof segmentsOf>[number]) => ({
  ...segment,
  score: 0,
  terms: new Set<number>(),
});

test("what a company does is a question about the whole", () => {
  expect(queryOf("What does the company do?").overview).toBe("about");
  expect(queryOf("What does the company pay?").overview).toBe(null);
});
