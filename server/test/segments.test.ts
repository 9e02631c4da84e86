import { expect, test } from "vitest";
import { citedPages } from "../cited-pages.ts";
import { inOneLine } from "../one-line.ts";
import type { PageLine } from "../ports.ts";
import { quoteOf, quoteText } from "../quote.ts";
import type { ScoredSegment } from "../segment-scores.ts";
import { type SegmentedPage, segmentsOf } from "../segments.ts";
import { createPageCheck } from "../standing.ts";
import { cellsOf, isRow, isTextWithGaps } from "../table-rows.ts";

/** A page whose lines stand evenly one below the other; `above` sets lines apart by more white. */
function pageOf(text: string, above: Record<number, number> = {}): SegmentedPage {
  let start = 0;
  let y = 0.1;
  const lines = text.split("\n").map((line, index): PageLine => {
    y += 0.02 + (above[index] ?? 0);
    const end = start + line.length;
    const placed: PageLine = { start, end, box: [0.1, y, 0.9, y + 0.015], height: 0.012 };
    start = end + 1;
    return placed;
  });
  return { text, lines, ranges: [{ start: 0, end: text.length }] };
}

const cut = (text: string, above?: Record<number, number>) =>
  segmentsOf(pageOf(text, above)).map(({ kind, start, end }) => [kind, inOneLine(text.slice(start, end))]);

test("sentences run over lines, and end at neither initials nor abbreviations", () => {
  const text =
    "The plant was described by J. F. D. Shrewsbury and Dr. Smith in\n1970, e.g. in the journal of the society. It grows slow-\nly there. “Why?” she asked.";
  expect(cut(text)).toEqual([
    [
      "sentence",
      "The plant was described by J. F. D. Shrewsbury and Dr. Smith in 1970, e.g. in the journal of the society.",
    ],
    ["sentence", "It grows slowly there."],
    ["sentence", "“Why?” she asked."],
  ]);
});

test("headings, list items and table rows stand alone", () => {
  const text =
    "Care of the pump\nCheck the seals every month, and the motor once a year at the latest.\n• Close the valve before you begin with anything else at all.\n• Open it.\nRevenue\t1,204.5\t(988.0)\t12%\nCosts 88 77 66";
  expect(cut(text).map(([kind]) => kind)).toEqual(["heading", "sentence", "sentence", "sentence", "row", "row"]);
});

test("text without spaces between words is cut at its own full stops", () => {
  expect(cut("今日は晴れです。明日は雨です。")).toEqual([
    ["sentence", "今日は晴れです。"],
    ["sentence", "明日は雨です。"],
  ]);
});

test("every segment is a slice of the page, in order, and none is endless", () => {
  const text = `${"word ".repeat(1000)}\n\n${"x".repeat(3000)}`;
  const segments = segmentsOf(pageOf(text));
  let last = 0;
  for (const { start, end } of segments) {
    expect(start).toBeGreaterThanOrEqual(last);
    expect(end - start).toBeLessThanOrEqual(1200);
    last = end;
  }
  expect(segmentsOf(pageOf(""))).toEqual([]);
  expect(segmentsOf(pageOf(" \n\t\n"))).toEqual([]);
});

test("a paragraph ends where white sets the next apart, and what is no content is left out", () => {
  const text = "Running head\nOne sentence stands here.\nAnother one follows.\nA third stands apart.";
  const page = pageOf(text, { 3: 0.03 });
  const content = { ...page, ranges: [{ start: 13, end: text.length }] };
  expect(segmentsOf(content).map(({ start, end, block }) => [block, text.slice(start, end)])).toEqual([
    [0, "One sentence stands here."],
    [0, "Another one follows."],
    [1, "A third stands apart."],
  ]);
});

test("full stops within a sentence do not end it", () => {
  const sentences = [
    "Acme Ltd. sold 3.5 million units in the U.S. market, i.e. more than ever [12].",
    "Mr. J. R. Hale of Hale & Co. met Prof. Ito on Jan. 5, 2021, at 9.30 a.m. in St. Ives.[citation needed]",
    "See Fig. 3, Sec. 2.1 and Smith et al. for more.",
    "Er wurde am 3. Oktober 1990 im Kreis Borken geboren, z. B. wie Dr. Weiß sagt.",
  ];
  expect(cut(sentences.join(" ")).map(([, text]) => text)).toEqual(sentences);
});

test("a line of running text is no row, however many figures it holds, and a list's label is no part of its item", () => {
  const text =
    "The plague broke out in the town again and again over the years, as it did in\n1498, 1535, 1543, 1563, 1589, and 1636, and ended with the fire of the old town.\n(1) Open the valve.\n\u2022 Close it again.\n4.2 \tSupplemental rules apply.";
  expect(cut(text)).toEqual([
    [
      "sentence",
      "The plague broke out in the town again and again over the years, as it did in 1498, 1535, 1543, 1563, 1589, and 1636, and ended with the fire of the old town.",
    ],
    ["sentence", "Open the valve."],
    ["sentence", "Close it again."],
    ["sentence", "Supplemental rules apply."],
  ]);
});

test("what opens an item of a list is no cell, and its sentence goes on in the next line", () => {
  expect(
    cut("\u2022\tThe form is due in Term 1 by 01 July and in Term 2 by\n02 January; later ones are void."),
  ).toEqual([["sentence", "The form is due in Term 1 by 01 July and in Term 2 by 02 January; later ones are void."]]);
  expect(isRow("\u2022\tBoats\t12\t14")).toBe(true);
});

test("a very long sentence is cut at its semicolons alone", () => {
  const clause = (name: string) =>
    `the ${name} of the harbour ${"is as long and as wide as any other ".repeat(4).trim()}`;
  const parts = ["quay", "wall", "pier", "bridge"].map(clause);
  expect(cut(`Here ${parts.join("; ")}.`).map(([, text]) => text)).toEqual(
    parts.map((part, index) => (index === 0 ? `Here ${part};` : index === 3 ? `${part}.` : `${part};`)),
  );
});

test("rows know the row that names their columns, and a currency stands with its figure", () => {
  const text =
    "Balance sheets\nJanuary 28, 2023 \tJanuary 29, 2022\nCurrent assets\nCash and cash equivalents \t$ \t1,874 \t$ \t2,936\nOther \t(647) \t12 \t%\nShares 5 6";
  const segments = segmentsOf(pageOf(text));
  const told = segments.map(({ kind, start, end, head, names }) => ({
    kind,
    cells: cellsOf(text.slice(start, end)),
    head: head && text.slice(head.start, head.end),
    names: names ?? false,
  }));
  const head = "January 28, 2023 \tJanuary 29, 2022";
  expect(told.filter(({ kind }) => kind === "row")).toEqual([
    { kind: "row", cells: ["January 28, 2023", "January 29, 2022"], head: undefined, names: true },
    { kind: "row", cells: ["Cash and cash equivalents", "$ 1,874", "$ 2,936"], head, names: false },
    { kind: "row", cells: ["Other", "(647)", "12%"], head, names: false },
    { kind: "row", cells: ["Shares", "5", "6"], head, names: false },
  ]);
  expect(isRow("are \tprone \tto \tsmuggling \tby 12 \tunscrupulous")).toBe(false);
});

function scored(page: SegmentedPage, scores: number[]): ScoredSegment[] {
  return segmentsOf(page).map((segment, index) => ({
    ...segment,
    score: scores[index] ?? 0,
    terms: new Set<number>(),
  }));
}

test("a short quote is widened in its paragraph and no further", () => {
  const page = pageOf("One sentence stands here.\nAnother one follows.\nA third stands apart.", { 2: 0.03 });
  const quote = quoteOf(scored(page, [0, 1, 0]), page);
  expect(quote && quoteText(quote, page.text)).toBe("One sentence stands here. Another one follows.");
  expect(quoteOf([], page)).toBeNull();
});

test("the sentence that the best one leans on is quoted with it", () => {
  const page = pageOf("The mill fell silent. It was built by Anna Berg. The river is wide. Boats come and go.");
  const text = (scores: number[]) => {
    const quote = quoteOf(scored(page, scores), page);
    return quote && quoteText(quote, page.text);
  };
  expect(text([0, 1, 0.9, 0.9])).toMatch(/^The mill fell silent\. It was/);
  expect(text([0, 0.9, 1, 0.9])).toMatch(/^It was/);
});

test("sentences apart, cells and columns are quoted with a gap between them, and all of it stands on the page", () => {
  const filler =
    "This long sentence about nothing at all stands between the two that matter here and fills the page. ".repeat(2);
  const page = pageOf(
    `The first of them says much.\n${filler}\nThe last of them says as much.\n2022 \t2021\nSales \t5 \t6`,
  );
  const quote = quoteOf(scored(page, [0.9, 0, 0, 1, 0, 0.7]), page);
  const text = quote ? quoteText(quote, page.text) : "";
  expect(text).toBe("The first of them says much. … The last of them says as much. … 2022 … 2021 … Sales … 5 … 6");
  expect(quote?.pieces.length).toBe(4);
  const stands = createPageCheck(page.text);
  expect(stands(text)).toBe(true);
  expect(stands("The first of them says more.")).toBe(false);
  expect(stands("The first of them says much. The last of them says as much.")).toBe(false);
});

test("a quote says nothing twice, and no further part of it is a source or the marks of an axis", () => {
  const lines = [
    "About half of all adults read the news every day.",
    "Source: Survey conducted in December.",
    "Younger people read less of it than all others.",
    "18-29 \t30-49 \t50-64 \t65+",
    "About half of all adults read the news every day.",
    "Median age 18 \t34 \t38",
  ];
  const page = pageOf(lines.join("\n"), { 1: 0.03, 2: 0.03, 3: 0.03, 4: 0.03, 5: 0.03 });
  const quote = quoteOf(scored(page, [1, 0.9, 0.8, 0.95, 1, 0.7]), page);
  expect(quote && quoteText(quote, page.text)).toBe(`${lines[0]} … ${lines[2]} … Median age 18 … 34 … 38`);
  // Where nothing else is asked for, a source is.
  const source = quoteOf(scored(page, [0, 1]), page);
  expect(source && quoteText(source, page.text)).toContain(lines[1]);
});

test("what every page of a document says is quoted from none where something else answers", () => {
  const source = "Survey of the Centre for Research among adults in 2013.";
  const told = (count: number, documentId = (_: number) => "a") => {
    const pages = Array.from({ length: count }, (_, index) => {
      const text = `Some ${index + 1} of all adults go online every day.\n${source}`;
      const page = pageOf(text, { 1: 0.03 });
      const ranked = { ...page, documentId: documentId(index), page: index + 1, language: "en" };
      return { page: ranked, segments: scored(page, [0.5, 1]), score: 1 };
    });
    return citedPages(pages, 1, false).map(({ page, quote }) => page.text.slice(quote.start, quote.end));
  };
  expect(told(3)).toEqual([1, 2, 3].map((count) => `Some ${count} of all adults go online every day.`));
  expect(told(2)).toEqual([source, source]);
  expect(told(3, String)).toEqual([source, source, source]);
});

test("names of columns in a line of text are quoted with gaps, figures set apart in a sentence are not", () => {
  const quoted = (text: string) => {
    const page = pageOf(text);
    const segments = segmentsOf(page).map((segment) => ({ ...segment, score: 1, terms: new Set<number>() }));
    const quote = quoteOf(segments, page, true);
    return quote && quoteText(quote, page.text);
  };
  expect(
    quoted("Securities registered pursuant to the Act:\nTitle of each class\t\tTrading symbol(s)\tName of each place"),
  ).toBe("Securities registered pursuant to the Act: Title of each class … Trading symbol(s) … Name of each place");
  const sentence = "Marketing expenses increased because of a\t\t$148.9 million\t\tincrease in costs of personnel.";
  expect(quoted(sentence)).toBe(sentence.replace(/\t+/g, " "));
});

test("a sentence that goes on in the next column is quoted in two pieces", () => {
  const page = pageOf("The sentence begins at the foot of the\nfirst column and ends in the next.");
  const [first, second] = page.lines;
  if (!first || !second) throw new Error("no lines");
  page.lines = [
    { ...first, box: [0.1, 0.9, 0.45, 0.915] },
    { ...second, box: [0.5, 0.1, 0.9, 0.115] },
  ];
  const quote = quoteOf(scored(page, [1]), page);
  expect(quote && quoteText(quote, page.text)).toBe(
    "The sentence begins at the foot of the … first column and ends in the next.",
  );
});

test("a list that begins within a line is apart from the cell that names it", () => {
  expect(cut("Press once • Wakes the screen when\nit is off.").map(([, text]) => text)).toEqual([
    "Press once",
    "Wakes the screen when it is off.",
  ]);
});

test("notes, entries of contents, units and lines in capitals are no part of what stands above them", () => {
  const notes = "1 Excludes the net impact of all acquisitions and divestitures\n2 Excludes the vaccine";
  expect(cut(notes).map(([, text]) => text)).toEqual(notes.split("\n"));
  const contents = [
    "Getting started",
    "Screens and buttons",
    "Choosing a strap that fits the wrist",
    "Time",
    "Charging it",
  ];
  const entries = contents.map((title, index) => `${title} ${index + 1}`);
  expect(cut(entries.join("\n")).map(([, text]) => text)).toEqual(entries);
  const title = ["Consolidated Statements", "(In thousands, except per share data)", "52 Weeks Ended"];
  expect(cut(title.join("\n")).map(([, text]) => text)).toEqual(title);
  const source = ["The survey was made by telephone in the autumn of the year.", "CENTER FOR RESEARCH"];
  const pageOfSource = source.join("\n");
  expect(segmentsOf(pageOf(pageOfSource)).map(({ block }) => block)).toEqual([0, 1]);
});

test("a note begins where its raised number stands before it, though the number comes last in the text", () => {
  const notes = [
    "The financial measures that were communicated before reflect amounts before the separation",
    "Average shares outstanding as reported on the form of the second quarter reflect no impact",
    "of the offer to exchange shares",
  ];
  const cutWith = (x: number, height: number) => {
    const set = pageOf([...notes, "6", "7"].join("\n"));
    for (const index of [0, 1]) {
      const y = set.lines[index]?.box[1] ?? 0;
      Object.assign(set.lines[notes.length + index] ?? {}, { height, box: [x, y, x + 0.004, y + height] });
    }
    return segmentsOf(set).map(({ start, end }) => inOneLine(set.text.slice(start, end)));
  };
  const [first = "", second = "", rest = ""] = notes;
  expect(cutWith(0.092, 0.008).slice(0, 2)).toEqual([first, `${second} ${rest}`]);
  // Numbers of lines are as large as these, and what stands further off counts something else.
  expect(cutWith(0.092, 0.012)[0]).toBe(notes.join(" "));
  expect(cutWith(0.05, 0.008)[0]).toBe(notes.join(" "));
});

test("a line of many short cells is a row wherever it stands, and figures end a sentence that leads to them", () => {
  const text =
    "The value of a share in each of the years\nYears ended \tMay 3, 2018 \tMay 2, 2019 \tMay 1, 2020\n93rd \t2003-04 \t30/07/2004 \t10.30 a.m. \tAuditors appointed.";
  expect(cut(text).map(([kind]) => kind)).toEqual(["heading", "row", "row"]);
  const figures =
    "Few learning models on all of the claims of the set Gold Open\nGold Open Gold Open Gold Open Gold Open Gold Open\nBaseline of the year 53.40 50.68 50.90 49.86";
  expect(cut(figures).map(([kind, content]) => [kind, content?.slice(0, 9)])).toEqual([
    ["heading", "Few learn"],
    ["heading", "Gold Open"],
    ["row", "Baseline "],
  ]);
});

test("the first figure of a row may stand closer to its label, and a note's number or a year is the label's own", () => {
  expect(cellsOf("Previous methods 62.6(1.0)\t74.1(1.7)\t66.5(1.7)")).toEqual([
    "Previous methods",
    "62.6(1.0)",
    "74.1(1.7)",
    "66.5(1.7)",
  ]);
  expect(cellsOf("Net sales 1,234\t$ 1,100")).toEqual(["Net sales", "1,234", "$ 1,100"]);
  expect(cellsOf("Working capital (1)\t1,902\t1,263")).toEqual(["Working capital (1)", "1,902", "1,263"]);
  expect(cellsOf("Fiscal 2022\t1,902\t1,263")).toEqual(["Fiscal 2022", "1,902", "1,263"]);
  expect(cellsOf("Rate of 3.5%\tnotes due")).toEqual(["Rate of 3.5%", "notes due"]);
});

test("a title beside the number of its page is no content, wherever it changes", () => {
  const text = "28 \tChapter 3: Important Information\nSignal \t640 \t480";
  const page = pageOf(text);
  const [head, row] = page.lines as [PageLine, PageLine];
  const rowsAt = (y: number) => {
    const lines = [{ ...head, box: [0.6, y, 0.9, y + 0.015] as PageLine["box"] }, row];
    return segmentsOf({ ...page, lines }).map(({ start, end }) => cellsOf(text.slice(start, end)));
  };
  expect(rowsAt(0.02)).toEqual([["Signal", "640", "480"]]);
  expect(rowsAt(0.95)).toEqual([["Signal", "640", "480"]]);
  expect(rowsAt(0.3)).toHaveLength(2);
});

test("beside a picture the short lines of a paragraph still are one", () => {
  expect(
    cut("Fully 93% of all voters see it\nas a threat, compared with 79% of\nDemocrats and\nIndependents."),
  ).toHaveLength(1);
  const wide = "These lines are as wide as the page, and they are what a full line is measured by here.";
  const narrow =
    "However, use among\nolder people still trails\nthe population as a whole\nby a margin, as nearly\n86% are online.";
  const [sentence] = cut(`${narrow}\n${wide}\n${wide}\n${wide}`);
  expect(sentence?.[1]).toBe(narrow.replaceAll("\n", " "));
});

test("a title of several lines stands whole, and is quoted where no sentence says as much", () => {
  const page = pageOf(
    "More seniors go online than ever before\nin each group by age …\nIn 2013 some 59% of all the seniors went online.\nThey did so every day.",
  );
  for (const line of page.lines.slice(0, 2)) line.height = 0.015;
  const segments = segmentsOf(page);
  expect(segments.map(({ title }) => title ?? false)).toEqual([true, false, false]);
  const scored = (...scores: number[]): ScoredSegment[] =>
    segments.map((segment, index) => ({ ...segment, terms: new Set(), score: scores[index] ?? 0 }));
  const quoted = (...scores: number[]) => {
    const quote = quoteOf(scored(...scores), page);
    return quote && quoteText(quote, page.text);
  };
  expect(quoted(0.9, 0.8, 0)).toMatch(/^In 2013/);
  expect(quoted(0.9, 0.1, 0)).toMatch(/^More seniors/);
});

test("a label in a cell beside running text is no part of its sentence", () => {
  const page = (first: string, below: string, left: number, right: number) => {
    const one: PageLine = { start: 0, end: first.length, box: [0.1, 0.1, 0.9, 0.12], height: 0.012 };
    const two: PageLine = {
      start: first.length + 1,
      end: first.length + 1 + below.length,
      box: [left, 0.12, right, 0.14],
      height: 0.012,
    };
    const text = `${first}\n${below}`;
    return segmentsOf({ text, lines: [one, two], ranges: [{ start: 0, end: text.length }] }).map(({ start, end }) =>
      inOneLine(text.slice(start, end)),
    );
  };
  const first = "10 hours Current students may receive an invitation to serve as a";
  const below = "guide to those who come later.";
  expect(page(first, below, 0.3, 0.62)).toEqual([
    "10 hours",
    `Current students may receive an invitation to serve as a ${below}`,
  ]);
  expect(page(first, below, 0.1, 0.42)).toEqual([`${first} ${below}`]);
  // A title of two centred lines, and a name within a sentence.
  expect(page(first, below, 0.34, 0.66)).toEqual([`${first} ${below}`]);
  const name = "they met Current students of Leeds who had an invitation to serve as";
  expect(page(name.replace("Current students", "in Leeds"), below, 0.3, 0.62)).toHaveLength(1);
});

test("words cut at a line's end are joined, with the hyphen where it may be theirs", () => {
  expect(inOneLine("It grows slow-\nly on the Franco-\nGerman border, 10-\n20 cm high - or\nmore.")).toBe(
    "It grows slowly on the Franco-German border, 10-20 cm high - or more.",
  );
});

test("a hyphen at a line's end stays where the page shows it to be the word's own", () => {
  const words: [cut: string, elsewhere: string, whole: string][] = [
    ["over-the-\ncounter", "", "over-the-counter"],
    ["multi-cul-\ntural", "It is multi-cultural.", "multi-cultural"],
    ["fourth-\nquarter", "Fourth-quarter sales fell.", "fourth-quarter"],
    ["fourth-\nquarter", "In the fourth week of a quarter", "fourth-quarter"],
    ["fourth-\nquarter", "In the fourth week", "fourthquarter"],
    ["under-\nstanding", "An understanding under a standing order", "understanding"],
    ["exam-\nple", "Another exam-\nple", "example"],
    ["fourth\u00ad\nquarter", "Fourth-quarter sales", "fourthquarter"],
    ["step-\nby-\nstep", "A step-by-step guide by a step", "step-by-step"],
  ];
  for (const [cut, elsewhere, whole] of words)
    expect(inOneLine(`It is ${cut}.`, `It is ${cut}. ${elsewhere}`)).toBe(`It is ${whole}.`);
});

test("running text whose figures are set apart is told from cells, and reads as text", () => {
  const line = "Rent was \t$34.7 million \t, \t$26.6 million \tand \t$27.9 million \tfor 2015.";
  expect(isTextWithGaps(line)).toBe(true);
  expect(isTextWithGaps("Rent \t34.7 \t26.6 \tand others")).toBe(false);
  expect(inOneLine(line)).toBe("Rent was $34.7 million, $26.6 million and $27.9 million for 2015.");
});

test("prose whose figures are set apart stays a sentence, over its lines", () => {
  const text =
    "As of\t\tDecember 31, 2017\t\t, we had approximately\t\t5,500\t\ttotal employees. Of these employees, approximately\t\t5,400\t\twere full-time, including approximately\n600\t\tcategorized as temporary.";
  expect(cut(text)).toEqual([
    ["sentence", "As of December 31, 2017, we had approximately 5,500 total employees."],
    [
      "sentence",
      "Of these employees, approximately 5,400 were full-time, including approximately 600 categorized as temporary.",
    ],
  ]);
});

test("the beginning of a sentence that the page's end tears off is known as such", () => {
  const torn = (text: string) => segmentsOf(pageOf(text)).map((segment) => segment.torn ?? false);
  const whole = "In England the population was as low as two million in the middle of the century, it is said.";
  expect(torn(`${whole} By the end of 1350, the Black Death`)).toEqual([false, true]);
  expect(torn(`${whole} By the end of 1350, the Black Death was over.`)).toEqual([false, false]);
});

test("a name and the office in the lines below it are one row, and other short lines are none", () => {
  const long =
    "The registrant has duly caused this report to be signed on its behalf by the undersigned, thereunto duly authorized.";
  const rows = (text: string, above?: Record<number, number>) =>
    segmentsOf(pageOf(`${long}\n${text}`, above)).flatMap(({ kind, start, end }) =>
      kind === "row" ? [cellsOf(`${long}\n${text}`.slice(start, end))] : [],
    );
  expect(
    rows(
      "NORTHWIND INC.\nAda Brook\nExecutive Vice President and\nChief Financial Officer\n(Principal Financial Officer)\nDate: January 17, 2023",
    ),
  ).toEqual([["Ada Brook", "Executive Vice President and Chief Financial Officer (Principal Financial Officer)"]]);
  expect(
    rows(
      "/s/ ADA BROOK\tJanuary 17, 2023\nAda Brook\tChairwoman of the Board and\nChief Executive Officer\n/s/ BEN MILLS\tJanuary 17, 2023\nBen Mills\tDirector",
    ),
  ).toContainEqual(["Ada Brook", "Chairwoman of the Board and Chief Executive Officer"]);
  expect(rows("Ada Brook\nChief Executive Officer", { 2: 0.1 })).toEqual([]);
  expect(rows("Executive Committee\nChief Executive Officer")).toEqual([]);
  expect(rows("Ada Brook\nThe mill stands in Harwick.")).toEqual([]);
});

test("names that two rows read otherwise are quoted once, so that the quote stands on its page", () => {
  const text = "Cost\tGains\nOats\t1\t2\nRye\t3\t4";
  const head = (start: number, cells: string[]) => ({ start, end: 10, cells, over: [], captions: [] });
  const row = (start: number, end: number, named: ReturnType<typeof head>) =>
    ({ start, end, kind: "row", block: start, score: 1, terms: new Set([0]), head: named }) as const;
  const scored = [row(11, 19, head(0, ["Cost", "Gains"])), row(20, 27, head(5, ["Gains"]))];
  const quote = quoteOf(scored, { text, lines: [] }, true);
  expect(quote && quoteText(quote, text)).toBe("Cost … Gains … Oats … 1 … 2 … Rye … 3 … 4");
});

test("names set in columns are quoted once and whole, and a cell's own dots are no gap", () => {
  const text = "Home\nuse\nFarm\nuse …\nOats\t1\t2";
  const head = { start: 0, end: 19, cells: ["Home use", "Farm use …"], over: [], captions: [] };
  const row = { start: 20, end: 28, kind: "row", block: 1, score: 1, terms: new Set([0]), head } as const;
  const line = (start: number, end: number, box: [number, number, number, number]) => ({
    start,
    end,
    box,
    height: 0.01,
  });
  const lines = [
    line(0, 4, [0.3, 0.1, 0.4, 0.11]),
    line(5, 8, [0.3, 0.12, 0.4, 0.13]),
    line(9, 13, [0.5, 0.1, 0.6, 0.11]),
    line(14, 19, [0.5, 0.12, 0.6, 0.13]),
    line(20, 28, [0.1, 0.2, 0.6, 0.21]),
  ];
  const quote = quoteOf([row], { text, lines });
  expect(quote && quoteText(quote, text)).toBe("Home use … Farm use … Oats … 1 … 2");
});
