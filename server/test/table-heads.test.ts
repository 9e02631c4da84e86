// Rows of tables with what names them: columns, groups of columns, periods, titles and units, as pages set them.
import { expect, test } from "vitest";
import { sentencesOf } from "../passage-sentences.ts";
import type { PageLine } from "../ports.ts";
import { segmentsOf } from "../segments.ts";
import { columnsOf, spreadOver } from "../table-columns.ts";
import { cellsOf } from "../table-rows.ts";

/** A page of lines, each a text or a text with where it begins and ends across the page; a tab at an end sets it off there. */
function rowsOf(lines: Lines) {
  const { text, segments } = segmented(lines);
  const contentOf = ({ start, end }: { start: number; end: number }) => text.slice(start, end).trim();
  return segments
    .filter(({ kind, names }) => kind === "row" && !names)
    .map((segment) => ({
      row: contentOf(segment).split(/\s*\t/)[0],
      names: segment.head?.cells,
      over: segment.head?.over.map(({ cells }) => cells),
      captions: segment.head?.captions.map(contentOf),
      ...(segment.head ? {} : { about: segment.about?.map(contentOf) }),
    }));
}

function segmentedRows(lines: Lines) {
  const { text, segments } = segmented(lines);
  return segments.filter(({ kind, names }) => kind === "row" && !names).map(({ start, end }) => text.slice(start, end));
}

type Lines = (string | [text: string, x0: number, x1: number, y: number])[];

function segmented(lines: Lines) {
  let text = "";
  const placed = lines.map((line, index): PageLine => {
    const [content, x0, x1, y] =
      typeof line === "string"
        ? [line.trim(), line.startsWith("\t") ? 0.5 : 0.1, line.endsWith("\t") ? 0.8 : 0.9, index * 0.02]
        : line;
    const start = text.length;
    text += `${content}\n`;
    return { start, end: start + content.length, box: [x0, y, x1, y + 0.012], height: 0.012 };
  });
  return { text, segments: segmentsOf({ text, lines: placed, ranges: [{ start: 0, end: text.length }] }) };
}

test("a row has the names of its columns, what groups of them share, and the table's title and unit", () => {
  const [revenue, profit] = rowsOf([
    "Consolidated Statements of Earnings",
    "$ and shares in millions, except per share amounts (unaudited)",
    "Three Months Ended \tSix Months Ended",
    "\tJuly 29, 2023 \tJuly 30, 2022 \tJuly 29, 2023 \tJuly 30, 2022",
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
  const table = ["(in millions) \t2022 \t2021 \t% Change", "Total \t17,606 \t15,785 \t12%", "Share \t93% \t92%\t"];
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

test("no figure stands under the head of another table", () => {
  const places: [string, number, number, number][] = [
    ["The Company's long-lived tangible assets were located as follows:", 0.05, 0.5, 0.1],
    ["As of December 31,", 0.7, 0.82, 0.12],
    ["2017\t2016", 0.68, 0.9, 0.14],
    ["(in thousands)", 0.7, 0.8, 0.16],
    ["International\t29,529\t13,418", 0.05, 0.9, 0.18],
    ["The following tables represent segment information for the year ended\tDecember 31, 2017\t:", 0.05, 0.7, 0.2],
    ["As of/Year ended December 31, 2017", 0.58, 0.77, 0.22],
    ["Domestic", 0.5, 0.56, 0.24],
    ["Streaming", 0.5, 0.56, 0.26],
    ["International", 0.6, 0.67, 0.24],
    ["Streaming", 0.6, 0.67, 0.26],
    ["Domestic", 0.7, 0.76, 0.24],
    ["DVD\tConsolidated", 0.71, 0.88, 0.26],
    ["(in thousands)", 0.6, 0.7, 0.28],
    ["Marketing\t553,331\t724,691\t—\t1,278,022", 0.05, 0.9, 0.3],
    ["Other operating expenses\t1,916,346", 0.05, 0.9, 0.32],
  ];
  expect(rowsOf(places)).toMatchObject([
    { row: "International", names: ["2017", "2016"] },
    {
      row: "Marketing",
      names: ["Domestic Streaming", "International Streaming", "Domestic DVD", "Consolidated"],
    },
    { row: "Other operating expenses", names: undefined },
  ]);
});

test("years name no column of labels, and a row of more columns ends what heads above it name", () => {
  expect(rowsOf(["\t2017 \t2016", "Cash \t5,500", "Debt \t6,100 \t5,200"])).toMatchObject([
    { row: "Cash", names: undefined },
    { row: "Debt", names: ["2017", "2016"] },
  ]);
  expect(
    rowsOf(["\t2017 \t2016", "Debt \t6,100 \t5,200", "Sales \t1 \t2 \t3 \t4", "Costs \t6,100 \t5,200"]),
  ).toMatchObject([{ names: ["2017", "2016"] }, { names: undefined }, { row: "Costs", names: undefined }]);
});

test("columns of one name are told apart by their groups, or are not named", () => {
  const dates = "\tJanuary 28, 2023 \tJanuary 29, 2022 \tJanuary 28, 2023 \tJanuary 29, 2022";
  const sales = "Net sales \t3,226 \t2,729 \t10,208 \t8,630";
  const names = dates.trim().split(" \t");
  expect(rowsOf(["13 Weeks Ended \t52 Weeks Ended", dates, sales])).toMatchObject([
    { names, over: [["13 Weeks Ended", "52 Weeks Ended"]] },
  ]);
  expect(rowsOf([dates, sales])).toMatchObject([{ row: "Net sales", names: undefined }]);
});

test("names whose lines each begin by going on with the one above", () => {
  const revenue = rowsOf([
    ["(dollars in millions)\tDigital", 0.085, 0.577, 0.161],
    ["Media\tDigital", 0.54, 0.681, 0.162],
    ["Experience\tPublishing and", 0.631, 0.808, 0.163],
    ["Advertising\tTotal", 0.733, 0.885, 0.171],
    ["Fiscal 2022", 0.085, 0.155, 0.186],
    ["Revenue\t$ 12,842\t$\t4,422\t$\t342\t$ 17,606", 0.085, 0.899, 0.203],
  ]).at(-1);
  expect(revenue).toMatchObject({
    names: ["(dollars in millions)", "Digital Media", "Digital Experience", "Publishing and Advertising", "Total"],
    captions: ["Fiscal 2022"],
  });
});

test("a date above an amount and its share names both", () => {
  const sales = rowsOf([
    "13 Weeks Ended",
    "January 28, \tJanuary 29,",
    "\t2023 \t2022",
    "(Unaudited) \t(Unaudited)",
    "Net sales \t$ 3,226,773 \t100.0% \t$ 2,729,388 \t100.0%",
  ]).at(-1);
  expect(sales).toMatchObject({
    names: ["", "2023", "", "2022", ""],
    over: [["13 Weeks Ended"], ["January 28,", "January 29,"]],
  });
});

test("a page's running head names no column", () => {
  const [debt] = rowsOf([
    ["Table of Contents", 0.05, 0.2, 0.02],
    ["Liquidity and Capital", 0.05, 0.22, 0.06],
    ["Year Ended December 31,", 0.7, 0.85, 0.08],
    ["2017\t2016", 0.68, 0.9, 0.1],
    ["Long-term debt\t6,499,432\t3,364,311", 0.05, 0.9, 0.12],
  ]);
  expect(debt?.over).toEqual([["Year Ended December 31,"]]);
});

test("a year above some of the rows is said of them alone", () => {
  const rows = rowsOf([
    "\tJune 30 \tMarch 31",
    "2017",
    "Total revenues \t2,785 \t2,636",
    "Gross profit \t883 \t979",
    "2016",
    "Total revenues \t2,105 \t1,957",
  ]);
  expect(rows.map(({ captions }) => captions)).toEqual([["2017"], ["2017"], ["2016"]]);
});

test("a change between two years names its amount and its share", () => {
  const [row] = rowsOf(["\t2021 \t2020 \t2021 vs. 2020", "Members \t52,810 \t47,905 \t4,905 \t10%"]);
  expect(row?.names).toEqual(["2021", "2020", "2021 vs. 2020"]);
  expect(columnsOf(["2021", "2020", "2021 vs. 2020"], ["Members", "52,810", "47,905", "4,905", "10%"])).toEqual([
    ...["", "2021", "2020", "2021 vs. 2020", ""],
  ]);
  expect(columnsOf(["2021", "2020", "2021 vs. 2020"], ["Members", "52,810", "47,905", "4,905", "10"])).toBeNull();
});

test("names of figures alone name no column of labels: a row that lacks a cell has none", () => {
  const amounts = "Amount \tto Sales \tAmount \tto Sales \t(Decrease)";
  expect(columnsOf(amounts.split(" \t"), ["In-process research", "783", "0.8", "900", "1.0"])).toBeNull();
  expect(columnsOf(["Percent", "Percent", "Increase"], ["Effective tax rate", "16.2%", "2.1%"])).toBeNull();
  const years = ["2015", "2014", "2013", "2015 vs. 2014", "2014 vs. 2013"];
  expect(columnsOf(years, ["Effective tax rate", "14%", "24%", "34%"])).toEqual(["", "2015", "2014", "2013"]);
  expect(columnsOf(years, ["Effective tax rate", "14%", "24%", "34%", "(10)%"])).toBeNull();
});

test("names that begin elsewhere than a row has its cells name none of them", () => {
  const head = "currency ∆%\tAdjusted results\t2022 $ million\t2023 $ million";
  const row = "EBITDA\t2,117\t2,018\t(5)\t1";
  expect(rowsOf([head, row]).at(-1)).toMatchObject({ row: "EBITDA", names: undefined });
  const segments: [string, number, number, number][] = [
    ["Packaging\tOther\tTotal", 0.75, 0.95, 0.1],
    ["Total assets\t1,250\t45\t1,295", 0.1, 0.95, 0.12],
    ["Net income\t109\t181", 0.1, 0.95, 0.14],
  ];
  expect(rowsOf(segments)).toMatchObject([
    { row: "Total assets", names: ["Packaging", "Other", "Total"] },
    { row: "Net income", names: undefined },
  ]);
  const places: [string, number, number, number][] = [
    ["Location\tJanuary 28, 2023\tJanuary 29, 2022", 0.4, 0.9, 0.1],
    ["Operating leases\tOther assets\t$ 2,758\t$ 2,654", 0.1, 0.9, 0.12],
    ["Total lease assets\t$ 2,796\t$ 2,699", 0.1, 0.92, 0.14],
    ["Total lease liabilities\t$ 2,796", 0.1, 0.75, 0.16],
  ];
  expect(rowsOf(places)).toMatchObject([
    { names: ["Location", "January 28, 2023", "January 29, 2022"] },
    { names: ["Location", "January 28, 2023", "January 29, 2022"] },
    { names: undefined },
  ]);
});

test("a narrower row is not named by some of the lines that name a wider one's columns", () => {
  const rows = rowsOf([
    ["($ million)\tEBITDA\tEBIT\tNet", 0.06, 0.76, 0.1],
    ["Income", 0.75, 0.8, 0.11],
    ["EPS", 0.86, 0.9, 0.09],
    ["Diluted", 0.86, 0.92, 0.11],
    ["Reported\t1,829\t1,250\t805\t52.9", 0.06, 0.92, 0.14],
    ["Adjusted\t2,117\t2,018", 0.06, 0.9, 0.16],
  ]);
  expect(rows.find(({ row }) => row === "Adjusted")).toMatchObject({ names: undefined });
});

test("years and what compares them share names of different widths; a last row of sums says nothing in columns of words", () => {
  const [growth] = rowsOf([
    ["Year Ended December 31, \tChange", 0.4, 0.8, 0.04],
    ["2022 \t2021 \t2020 \t2022 vs. 2021", 0.3, 0.9, 0.06],
    ["Marketing \t724 \t608 \t506 \t116 \t19%", 0.05, 0.95, 0.08],
  ]);
  expect(growth?.over).toEqual([["Year Ended December 31,", "Change"]]);
  const columns = columnsOf(growth?.names ?? [], ["Marketing", "724", "608", "506", "116", "19%"]) ?? [];
  expect(spreadOver(growth?.over?.[0] ?? [], 6, columns)).toEqual([
    "",
    "Year Ended December 31,",
    "",
    "",
    "Change",
    "",
  ]);
  expect(columnsOf(["(in millions)", "Location", "2023", "2022"], ["Total lease assets", "590", "622"])).toEqual([
    "(in millions)",
    "2023",
    "2022",
  ]);
  expect(columnsOf(["(in millions)", "Location", "2023", "2022"], ["Lease assets", "Other", "622"])).toBeNull();
});

test("what happened between two dates has one name between each two of them", () => {
  const [goodwill] = rowsOf([
    "(in millions) \t2020 \tAcquired \t2021 \tAcquired \t2022",
    "Goodwill \t10,742 \t1,960 \t12,702 \t161 \t12,863",
  ]);
  expect(goodwill?.names).toEqual(["(in millions)", "2020", "Acquired", "2021", "Acquired", "2022"]);
});

test("a title between dates and rows is no part of the dates, and their last year is no section's", () => {
  const [cash] = rowsOf([
    ["December 2,", 0.7, 0.78, 0.12],
    ["2022\tDecember 3,", 0.72, 0.9, 0.126],
    ["2021", 0.84, 0.88, 0.136],
    ["ASSETS", 0.35, 0.41, 0.15],
    ["Cash \t4,236 \t3,844", 0.1, 0.91, 0.18],
  ]);
  expect([cash?.names, cash?.captions]).toEqual([["December 2, 2022", "December 3, 2021"], []]);
});

test("shares without their sign stand below those with it, and a long name of a row ends no table", () => {
  const rows = rowsOf([
    "(in millions) \t2023 \t2022",
    "Net sales \t14,694 \t100.0% \t14,544 \t100.0%",
    "Cost of sales \t(11,969) \t(81.5) \t(11,724) \t(80.6)",
    `Common stock, ${"with a par value of much less than anybody would pay; ".repeat(4)}`,
    "Other income \t26 \t0.2 \t33 \t0.2",
  ]);
  expect(rows.map(({ names }) => names)).toEqual(Array(3).fill(["(in millions)", "2023", "", "2022", ""]));
});

test("what all columns share is said once above them, what groups share above each of theirs", () => {
  const text = "Year ended\nQuarter \tHalf\n2022 \t2021 \t2022 \t2021\nRevenue \t1 \t2 \t3 \t4";
  const head = {
    ...{ start: 25, end: 50, cells: ["2022", "2021", "2022", "2021"], captions: [] },
    over: [
      { start: 0, end: 10, cells: ["Year ended"] },
      { start: 11, end: 24, cells: ["Quarter", "Half"] },
    ],
  };
  const row = { start: 50, end: text.length, kind: "row" as const, block: 3, terms: new Set<number>(), score: 1, head };
  const [sentence] = sentencesOf({ start: 0, end: 0, pieces: [], segments: [row] }, text, 1);
  expect([sentence?.captions, sentence?.over, sentence?.columns]).toEqual([
    ["Year ended"],
    [["", "Quarter", "Quarter", "Half", "Half"]],
    ["", "2022", "2021", "2022", "2021"],
  ]);
});

test("a span of figures is one cell, a share belongs to the name that breaks off before it, and none may be a dash", () => {
  expect(cellsOf("Volatility \t34% - 37% \t2.47 - 2.48")).toEqual(["Volatility", "34% - 37%", "2.47 - 2.48"]);
  expect(cellsOf("Tax at a rate of \t35% \t$ \t169 \t$ \t91")).toEqual(["Tax at a rate of 35%", "$ 169", "$ 91"]);
  expect(cellsOf("Revenue \t$(0.05) \t— \t% \t(1)%")).toEqual(["Revenue", "$(0.05)", "—%", "(1)%"]);
});

test("a row begins where its name does, and not at a section's title", () => {
  const rows = segmentedRows([
    ["2023 \t2022", 0.6, 0.9, 0.04],
    ["Purchase of property, plant and equipment and", 0.1, 0.4, 0.06],
    ["other assets \t(154) \t(144)", 0.1, 0.9, 0.076],
    ["Financing:", 0.1, 0.2, 0.1],
    ["dividends \t(7) \t(5)", 0.1, 0.9, 0.116],
    ["Investments", 0.1, 0.2, 0.14],
    ["Bonds \t3 \t4", 0.1, 0.9, 0.156],
  ]);
  expect(rows.map((row) => cellsOf(row)[0])).toEqual([
    "Purchase of property, plant and equipment and other assets",
    "dividends",
    "Bonds",
  ]);
});

test("rows whose columns nothing names have the title, unit and period above them", () => {
  const [tax] = rowsOf([
    ["Consolidated Statement of Earnings", 0.1, 0.4, 0.04],
    ["(in millions)", 0.1, 0.3, 0.06],
    ["Twelve Months \tTwelve Months", 0.2, 0.9, 0.12],
    ["Jan 1, 2023", 0.2, 0.3, 0.18],
    ["Provision for taxes \t3,784 \t667 \t(125) \t178", 0.1, 0.9, 0.22],
  ]);
  expect([tax?.names, tax?.about]).toEqual([
    undefined,
    ["Consolidated Statement of Earnings", "(in millions)", "Twelve Months", "Jan 1, 2023"],
  ]);
});

test("years that a file has last name what stands below them, each for the same names again", () => {
  const [gross] = rowsOf([
    ["Amount \tto Sales \tAmount \tto Sales \t(Decrease)", 0.5, 0.93, 0.25],
    ["Gross profit \t63,854 \t67.3 \t63,920 \t68.2 \t(0.1)", 0.07, 0.93, 0.3],
    ["2022 \t2021 \tPercent", 0.55, 0.93, 0.2],
  ]);
  expect([gross?.over, gross?.names]).toEqual([
    [["2022", "2021", "Percent"]],
    ["Amount", "to Sales", "Amount", "to Sales", "(Decrease)"],
  ]);
});
