// Questions about documents as a whole: those that a question calls by name, and the guides that are told by their chapters.
import { expect, test } from "vitest";
import { chooseSentences } from "../answer-choice.ts";
import { titlesApart } from "../cited-pages.ts";
import { chaptersOf, isGuide, purposeOf } from "../guide-overview.ts";
import type { Passage } from "../model-ports.ts";
import { overviewOf, overviewOfEach } from "../overview.ts";
import { wholeAsked, wholesTold } from "../whole-asked.ts";
import { page } from "./line-pages.ts";

const library = [
  { title: "NORTHWIND_2021_10K", filename: "NORTHWIND_2021_10K.pdf" },
  { title: "NORTHWIND_2022Q4_EARNINGS", filename: "NORTHWIND_2022Q4_EARNINGS.pdf" },
  { title: "Tail spin", filename: "TAILSPIN.pdf" },
  { title: "Green parrot", filename: "Green_parrot.pdf" },
];
const meant = (question: string) => wholeAsked(question, library)?.documents.map(({ title }) => title) ?? null;

test("what sums up a document by its name is about that one", () => {
  expect(meant("Summarise the Northwind report")).toEqual(["NORTHWIND_2021_10K", "NORTHWIND_2022Q4_EARNINGS"]);
  expect(meant("Summarize Northwind's 2022 earnings release")).toEqual(["NORTHWIND_2022Q4_EARNINGS"]);
  expect(meant("What is the Tail Spin 10-K about?")).toBeNull();
  expect(meant("Give me an overview of the Tail Spin report")).toEqual(["Tail spin"]);
  expect(meant("Tell me about green parrots")).toEqual(["Green parrot"]);
  expect(wholeAsked("What are the key figures of Northwind in 2021?", library)?.kind).toBe("figures");
});

test("what is asked of everything is about every document, and what is asked for something about none as a whole", () => {
  expect(meant("Summarise all documents")).toHaveLength(library.length);
  expect(meant("What is this handbook about?")).toHaveLength(library.length);
  expect(meant("Worum geht es in diesen Dokumenten?")).toHaveLength(library.length);
  for (const question of [
    "Summarise the risk factors of Northwind",
    "What does the Northwind report say about wages?",
    "What about Northwind?",
    "Which report did Northwind file?",
    "Summarise the Contoso report",
  ])
    expect(meant(question)).toBeNull();
});

test("of several documents each is told by its own best page", () => {
  const pages = [
    page("a", 1, "This report follows the tides of the northern islands through forty winters."),
    page("b", 1, "The harbour was busy in most of the months of the year before."),
    page("b", 2, "This study tells of the boats that crossed the sound for eight hundred years."),
  ];
  const told = overviewOfEach(pages, "about", () => "");
  expect(told.map((each) => `${each.page.documentId}${each.page.page}`)).toEqual(["a1", "b2"]);
  expect(told.every(({ score }) => score === 1)).toBe(true);
});

test("an abstract is told before what stands around it, and a step of instructions after what says something", () => {
  const best = (...pages: string[][]) => {
    const [found] = overviewOf(
      pages.map((lines, index) => page("a", index + 1, ...lines)),
      "about",
      () => "",
    );
    const segment = found?.segments.toSorted((one, two) => two.score - one.score)[0];
    return found?.page.text.slice(segment?.start, segment?.end);
  };
  const around = "Our group offers a helpful list of all of the harbours that it has ever seen.";
  const abstract = "Tides are measured with weights and lines that nobody had compared before.";
  expect(best([around], ["Abstract", abstract])).toBe(abstract);
  const step = "Press the lower button when the lamp of the boat is a green one.";
  const said = "The lamp has two buttons and a battery that lasts for a fortnight.";
  expect(best([step], [said])).toBe(said);
});

const manual = [
  page("m", 1, "LAMP L7", "USER GUIDE"),
  page(
    "m",
    2,
    "Contents",
    ...["Unpacking", "Mounting", "Wiring", "Cleaning", "Storing", "Disposal"].map(
      (name, index) => `${name} ................................ ${index + 3}`,
    ),
  ),
];

test("a guide is told by what it is for and by its chapters", () => {
  expect(isGuide("lamp_l7", manual)).toBe(true);
  expect(isGuide("lamp_l7", [page("r", 1, "Annual report")])).toBe(false);
  const chapters = chaptersOf(manual);
  const shown = chapters?.segments.filter(({ score }) => score > 0) ?? [];
  expect(shown.map(({ start, end }) => chapters?.page.text.slice(start, end))).toEqual([
    "Unpacking",
    "Mounting",
    "Wiring",
    "Cleaning",
    "Storing",
    "Disposal",
  ]);
  const safety = page(
    "m",
    9,
    "These limits are designed to provide protection against fire.",
    "The Lamp L7 is intended to light the decks of small boats.",
  );
  const [read] = overviewOf([safety], "about", () => "");
  const purpose = purposeOf(read ? [read] : []);
  const told = purpose?.segments.filter(({ score }) => score > 0) ?? [];
  expect(told.map(({ start, end }) => safety.text.slice(start, end))).toEqual([
    "The Lamp L7 is intended to light the decks of small boats.",
  ]);
  expect(purposeOf([])).toBeNull();
  expect(chaptersOf([safety])).toBeNull();
});

test("each document has its sentences, as they stand on its page", () => {
  const passage = (documentTitle: string, ...texts: string[]): Passage =>
    ({
      documentTitle,
      filename: "",
      page: 1,
      text: texts.join(" "),
      heading: null,
      score: 0.6,
      sentences: texts.map((text, index) => ({ text, row: false, score: 0.5 + 0.05 * index })),
    }) as Passage;
  const passages = [passage("A", "One came first.", "Two came later."), passage("B", "Three is of another.")];
  const compared = wholesTold(passages);
  const told = chooseSentences(passages, "Summarise all documents", { compared, asRead: true });
  expect(told.map(({ text }) => text)).toEqual(["One came first.", "Two came later.", "Three is of another."]);
  expect(wholesTold(passages.slice(0, 1))).toBeNull();
});

test("documents of one title are told apart by their files, or by a number", () => {
  const document = (id: string, title: string, filename: string) => ({ id, title, filename });
  const titles = titlesApart([
    document("a", "Annual report", "oats.pdf"),
    document("b", "Annual report", "barley.pdf"),
    document("a", "Annual report", "oats.pdf"),
    document("c", "Rye", "rye.pdf"),
    document("d", "Notes", "Notes"),
    document("e", "Notes", "Notes"),
  ]);
  expect([...titles.values()]).toEqual([
    "Annual report (oats.pdf)",
    "Annual report (barley.pdf)",
    "Rye",
    "Notes",
    "Notes (2)",
  ]);
});
