// Rows of tables with what names them: columns, groups of columns, periods, titles and units, as pages set them.
import { expect, test } from "vitest";
import type { PageLine } from "../ports.ts";
import { segmentsOf } from "../segments.ts";

/** A page of lines, each a text or a text with where it begins and ends across the page. */
function rowsOf(lines: (string | [text: string, x0: number, x1: number, y: number])[]) {
  let text = "";
  const placed = lines.map((line, index): PageLine => {
    const [content, x0, x1, y] = typeof line === "string" ? [line, 0.1, 0.9, index * 0.02] : line;
    const start = text.length;
    text += `${content}\n`;
    return { start, end: start + content.length, box: [x0, y, x1, y + 0.012], height: 0.012 };
  });
  const segments = segmentsOf({ text, lines: placed, ranges: [{ start: 0, end: text.length }] });
  const contentOf = ({ start, end }: { start: number; end: number }) => text.slice(start, end).trim();
  return segments
    .filter(({ kind, names }) => kind === "row" && !names)
    .map((segment) => ({
      row: contentOf(segment).split(/\s*\t/)[0],
      names: segment.head?.cells,
      over: segment.head?.over.map(({ cells }) => cells),
      captions: segment.head?.captions.map(contentOf),
    }));
}

test("a row has the names of its columns, what groups of them share, and the table's title and unit", () => {
  const [revenue, profit] = rowsOf([
    "Consolidated Statements of Earnings",
    "$ and shares in millions, except per share amounts (unaudited)",
    "Three Months Ended \tSix Months Ended",
    "July 29, 2023 \tJuly 30, 2022 \tJuly 29, 2023 \tJuly 30, 2022",
    "Revenue \t$ \t9,583 \t$ \t10,329 \t$ \t19,050 \t$ \t20,976",
    "Other income (expense):",
    "Gross profit \t2,220 \t2,287 \t4,370 \t4,640",
  ]);
  expect(revenue).toEqual({
    row: "Revenue",
    names: ["July 29, 2023", "July 30, 2022", "July 29, 2023", "July 30, 2022"],
    over: [["Three Months Ended", "Six Months Ended"]],
    captions: ["Consolidated Statements of Earnings", "$ and shares in millions, except per share amounts (unaudited)"],
  });
  expect(profit).toEqual({ ...revenue, row: "Gross profit" });
});

test("a period of all columns stands above their names; a unit in the names is not said twice", () => {
  expect(
    rowsOf(["Cash flows", "Year Ended December 31,", "(in thousands) \t2015 \t2014", "Free cash flow \t(920) \t(126)"]),
  ).toEqual([
    {
      row: "Free cash flow",
      names: ["(in thousands)", "2015", "2014"],
      over: [["Year Ended December 31,"]],
      captions: ["Cash flows"],
    },
  ]);
});

test("a period of two lines is written in one, as names are", () => {
  const [row] = rowsOf([
    "Meetings of the board in the whole of",
    "the year",
    "(in all) \tHeld \tMissed",
    "Board \t6 \t1",
  ]);
  expect(row?.over).toEqual([["Meetings of the board in the whole of the year"]]);
});

test("of the sentence that leads to a table its last one is the title", () => {
  const [row] = rowsOf([
    "We have three segments and more to tell of them than others. Their revenue in millions was as follows:",
    "Segment \t2023 \t2022",
    "Media \t12,842 \t11,520",
  ]);
  expect(row?.captions).toEqual(["Their revenue in millions was as follows:"]);
});

test("names in several lines each: dates whose lines run together, and columns beside each other", () => {
  const dated = rowsOf([
    ["Years Ended", 0.7, 0.8, 0.1],
    ["December 2,", 0.6, 0.68, 0.12],
    ["2022\tDecember 3,", 0.62, 0.79, 0.14],
    ["2021\tNovember 27,", 0.74, 0.9, 0.16],
    ["2020", 0.85, 0.88, 0.18],
    ["Revenue:", 0.08, 0.14, 0.2],
    ["Gross profit\t15,441\t13,920\t11,146", 0.08, 0.91, 0.22],
  ]);
  expect(dated).toMatchObject([{ names: ["December 2, 2022", "December 3, 2021", "November 27, 2020"] }]);
  const beside = rowsOf([
    ["Total Stores", 0.27, 0.33, 0.1],
    ["at End of Year", 0.27, 0.33, 0.12],
    ["Stores", 0.39, 0.42, 0.1],
    ["Opened", 0.38, 0.43, 0.12],
    ["Stores", 0.49, 0.53, 0.1],
    ["Closed", 0.48, 0.53, 0.12],
    ["Best Buy \t956 \t2 \t(20)", 0.03, 0.6, 0.14],
  ]);
  expect(beside).toMatchObject([{ names: ["Total Stores at End of Year", "Stores Opened", "Stores Closed"] }]);
});

test("names of fewer columns, or of a table above, name nothing; a last column of changes may be empty", () => {
  const long =
    "Between two tables stands a whole paragraph, which says at length what neither of them shows to anybody here.";
  const table = ["(in millions) \t2022 \t2021 \t% Change", "Total \t17,606 \t15,785 \t12%", "Share \t93% \t92%"];
  expect(rowsOf([...table, "Many \t1 \t2 \t3 \t4 \t5", long.repeat(2), "Apart \t1 \t2 \t3"])).toMatchObject([
    { row: "Total", names: ["(in millions)", "2022", "2021", "% Change"] },
    { row: "Share", names: ["(in millions)", "2022", "2021", "% Change"] },
    { row: "Many", names: undefined },
    { row: "Apart", names: undefined },
  ]);
});

test("a row of words below rows of the same table names no columns", () => {
  const rows = rowsOf([
    "Director \tRole \tMeetings",
    "B. Sen \tIndependent \t5",
    "S. Rao \tIndependent \tNil",
    "R. Das \tExecutive \t4",
  ]);
  expect(rows.map(({ row, names }) => [row, names?.[0]])).toEqual([
    ["B. Sen", "Director"],
    ["S. Rao", "Director"],
    ["R. Das", "Director"],
  ]);
});
