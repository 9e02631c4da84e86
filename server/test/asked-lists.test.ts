// Questions that a list of names answers: who wrote a document, who holds its offices, and which document tells of something.
import { expect, test } from "vitest";
import { asksAuthors, bylineOf } from "../asked-authors.ts";
import { documentsTold, pagesOfTopic, topicOfDocuments } from "../asked-documents.ts";
import { holderPages, holdersAsked } from "../asked-holders.ts";
import type { RankedPage, ScoredPage } from "../ranking.ts";
import { segmentsOf } from "../segments.ts";

/** @param lines those of a title have the height of one. */
function page(documentId: string, number: number, lines: (string | [line: string, height: number])[]): RankedPage {
  const read = lines.map((line) => (typeof line === "string" ? ([line, 0.012] as const) : line));
  const text = read.map(([line]) => `${line}\n`).join("");
  let start = 0;
  const placed = read.map(([line, height], index) => {
    const top = 0.05 + index * 0.04;
    const at = start;
    start += line.length + 1;
    return { start: at, end: at + line.length, box: [0.1, top, 0.5, top + height], height };
  });
  return {
    documentId,
    page: number,
    text,
    lines: placed as RankedPage["lines"],
    ranges: [{ start: 0, end: text.length }],
    language: "en",
  };
}

function scored(of: RankedPage, evidence: Partial<ScoredPage["evidence"]> = {}): ScoredPage {
  const segments = segmentsOf(of).map((segment) => ({ ...segment, terms: new Set<number>(), score: 0.5 }));
  return { page: of, score: 1, segments, features: {}, evidence: { called: 0, ...evidence } } as unknown as ScoredPage;
}

const told = ({ page, segments }: Pick<ScoredPage, "page" | "segments">) =>
  segments.filter(({ score }) => score > 0).map(({ start, end }) => page.text.slice(start, end).replace(/\s+/g, " "));

test("authors are asked for of the document itself, not of what stands in it", () => {
  for (const question of ["Who are the authors?", "Who wrote this paper?", "Wer ist der Autor?", "List the authors"])
    expect(asksAuthors(question)).toBe(true);
  for (const question of [
    "Who is the author of Moss and Stone?",
    "Who wrote the first tide table?",
    "Who is the chair?",
  ])
    expect(asksAuthors(question)).toBe(false);
});

test("the names between a title and its abstract are the authors, and those of places are not", () => {
  const paper = page("p", 1, [
    ["Counting Northern Tides", 0.02],
    "Ada Brook1, Ben Carter2, Cleo Dale1",
    "1 University of Northwind",
    "Abstract",
    "Tides are measured with weights and lines that nobody had compared before.",
  ]);
  const found = bylineOf([paper]);
  expect(found && told(found)).toEqual(["Ada Brook1, Ben Carter2, Cleo Dale1"]);
  const notes = page("n", 2, ["These notes were written by Ada Brook in the winter of the storms."]);
  expect(bylineOf([notes])).not.toBeNull();
  expect(bylineOf([page("r", 1, ["By mail, the tables were sent to every harbour of the north."])])).toBeNull();
});

test("a list of officers or directors is told whole, and goes on over pages", () => {
  expect(holdersAsked("List the executive officers")).toBe("officers");
  expect(holdersAsked("Who is on the board of directors?")).toBe("directors");
  expect(holdersAsked("How much are the directors paid?")).toBeNull();
  expect(holdersAsked("Who is the chief executive officer?")).toBeNull();
  const pages = [
    page("r", 4, ["Ada Brook\tChief Executive Officer", "Ben Carter\tDirector"]),
    page("r", 7, [
      "Information about our Executive Officers",
      "Ada Brook\t51\tChief Executive Officer",
      "Cleo Dale (44)\tExecutive VP, Harbours",
    ]),
    page("r", 8, ["Dora Ennis\t39\tChief Financial Officer"]),
  ].map((each) => scored(each));
  expect(holderPages(pages, "officers").map(told)).toEqual([
    ["Ada Brook 51 Chief Executive Officer", "Cleo Dale (44) Executive VP, Harbours"],
    ["Dora Ennis 39 Chief Financial Officer"],
  ]);
  const signed = scored(
    page("s", 9, [
      "Director\tMarch 3, 2021\tAda Brook",
      "Director\tMarch 3, 2021\tB. C. Carter",
      "Cleo Dale\tDirector",
    ]),
  );
  expect(holderPages([signed], "directors").flatMap(told)).toHaveLength(3);
  expect(holderPages([scored(page("t", 1, ["The directors met in March."]))], "directors")).toEqual([]);
});

test("which document tells of something is asked of each, and none that tells little is named", () => {
  expect(topicOfDocuments("Which document talks about layoffs?")).toBe("layoffs");
  expect(topicOfDocuments("Which of the reports mention the harbour fee?")).toBe("the harbour fee");
  expect(topicOfDocuments("In which file can I find something about tides?")).toBe("tides");
  expect(topicOfDocuments("Welches Dokument handelt von Gezeiten?")).toBe("Gezeiten");
  for (const question of ["Which report did Northwind file?", "Which harbour is the largest?"])
    expect(topicOfDocuments(question)).toBeNull();
  const line = ["The tides are told of here in a sentence."];
  const pages = [
    scored(page("a", 1, line), { sentence: 1, names: 1 }),
    scored(page("b", 1, line), { sentence: 0.9, names: 0 }),
    scored(page("c", 1, line), { sentence: 0.3, names: 1 }),
    scored(page("a", 2, line), { sentence: 1, names: 1 }),
  ];
  expect(pagesOfTopic(pages, () => 0.9).map((each) => `${each.page.documentId}${each.page.page}`)).toEqual(["a1"]);
  const passages = [
    { documentTitle: "A", score: 0.9 },
    { documentTitle: "B", score: 0.1 },
  ];
  expect(documentsTold("Which document talks about layoffs?", passages, 0.4)?.titles).toEqual(["A"]);
  expect(documentsTold("Who talks about layoffs?", passages, 0.4)).toBeNull();
});
