import { expect, test } from "vitest";
import type { TextItem } from "../pdf-join.ts";
import { layOut } from "../pdf-text.ts";

const frame = { width: 600, height: 800, transform: [1, 0, 0, -1, 0, 800] };
const item = (str: string, y: number): TextItem => {
  return { str, transform: [10, 0, 0, 10, 50, y], width: 100, height: 10, fontName: "F", hasEOL: true };
};

test("halves of characters are replaced, controls go, and lines still stand where their text does", () => {
  const { text, lines } = layOut(
    [item("one\u0000\u0001 \ud800half", 700), item("\u0002\u0003", 680), item("\udc00 two \ud83d\ude00", 660)],
    {},
    frame,
  );
  expect(text).toBe("one \ufffdhalf\n\n\ufffd two \ud83d\ude00\n");
  expect(lines.map(({ start, end }) => text.slice(start, end))).toEqual(["one \ufffdhalf", "\ufffd two \ud83d\ude00"]);
});

const part = (str: string, x: number, width: number, { y = 700, size = 10, hasEOL = false } = {}): TextItem => {
  return { str, transform: [size, 0, 0, size, x, y], width, height: str === " " ? 0 : size, fontName: "F", hasEOL };
};
const textOf = (items: TextItem[]) => layOut(items, {}, frame).text;

test("white between items is a tab where it is as wide as a gap between cells", () => {
  const row = [part("Net", 50, 15), part(" ", 65, 3), part("sales", 68, 22), part(" ", 90, 60), part("1,234", 150, 25)];
  expect(textOf(row)).toBe("Net sales\t1,234");
});

test("what stands apart half a line higher or lower is a cell, a raised sign is none", () => {
  const label = [part("AUTO Adjust", 50, 60), part(" ", 110, 3)];
  expect(textOf([...label, part("Adjusts size and", 157, 90, { y: 706, hasEOL: true }), part("phase", 157, 30)])).toBe(
    "AUTO Adjust \tAdjusts size and\nphase",
  );
  // A gap that is a tab already is none twice, and a line that goes on further right begins with none.
  expect(textOf([part("Net", 50, 15), part(" ", 65, 60), part("2023", 125, 25, { y: 695 })])).toBe("Net\t2023");
  expect(textOf([part("Net", 50, 15), part("2023", 125, 25, { y: 600 })])).toBe("Net\n2023");
  expect(textOf([part("the railroad.", 50, 60), part("54", 111, 6, { y: 705, size: 6 })])).toBe("the railroad.54");
});

test("letters that are printed twice in one place are taken once", () => {
  const shadowed = [part("The", 50, 67), part("The Limes", 51, 180), part("Limes R", 127, 138), part("R", 241, 24)];
  expect(textOf(shadowed)).toBe("The Limes R");
  expect(textOf([part("Total", 50, 25), part("Total", 50.4, 25, { hasEOL: true }), part("1", 50, 5, { y: 680 })])).toBe(
    "Total\n1",
  );
  // Twice beside each other, and others in one place.
  expect(textOf([part("bon", 50, 15), part("bon", 65, 15)])).toBe("bonbon");
  expect(textOf([part("12", 50, 12), part("34", 50, 12)])).toBe("12\t34");
});

test("figures drawn apart from their row stand where its cells leave room, another row's do not", () => {
  const row = [
    part("Total", 50, 25),
    part(" ", 75, 40),
    part("632", 115, 15),
    part(" ", 130, 170),
    part("90", 300, 10),
  ];
  const drawn = [
    part("295", 180, 15),
    part(" ", 195, 45),
    part("11", 240, 10),
    part("", 50, 0, { y: 686, hasEOL: true }),
    part("Notes follow.", 50, 60, { y: 686 }),
    part("", 50, 0, { hasEOL: true }),
    ...row,
    part("", 400, 0, { hasEOL: true }),
    part("12", 400, 10),
    part("", 50, 0, { y: 672, hasEOL: true }),
  ];
  expect(textOf(drawn)).toBe("Notes follow.\nTotal\t632\t295\t11\t90\t12\n");
  // No room, another baseline, words, and figures beside running text.
  const apart = (other: TextItem) => textOf([other, part("", 50, 0, { y: 686, hasEOL: true }), ...row]);
  expect(apart(part("295", 112, 15))).toBe("295\nTotal\t632\t90");
  expect(apart(part("295", 180, 15, { y: 703 }))).toBe("295\nTotal\t632\t90");
  expect(apart(part("Net sales", 180, 45))).toBe("Net sales\nTotal\t632\t90");
  const text = [part("It goes on", 50, 50), part(" ", 100, 100), part("in columns", 200, 50)];
  expect(textOf([part("295", 120, 15), part("", 50, 0, { y: 686, hasEOL: true }), ...text])).toBe(
    "295\nIt goes on\tin columns",
  );
});

test("names of columns beside years, and a currency before its figure, stand in the order of the page", () => {
  const names = [
    part("Change", 300, 30),
    part("Results", 50, 40),
    part(" ", 90, 60),
    part("2022", 150, 20),
    part("2023", 200, 20),
  ];
  expect(textOf([part("Growth", 240, 30, { hasEOL: true }), ...names])).toBe("Results\t2022\t2023\tGrowth\tChange");
  const drawn = [
    part("Net sales", 50, 45),
    part("94,943", 200, 27),
    part("$", 185, 5),
    part(" ", 190, 90),
    part("9.1", 280, 15),
  ];
  expect(textOf(drawn).replaceAll("\t ", "\t")).toBe("Net sales\t$\t94,943\t9.1");
  const signed = [part("Director", 300, 40), part("Ann Ray", 50, 40)];
  expect(textOf(signed)).toBe("Director\tAnn Ray");
});

/** Lines of two cells, each 14 points below the one before; null is an empty cell. */
function inTwoColumns(rows: [string | null, string | null][]): TextItem[] {
  return rows.flatMap(([left, right], index) => {
    const y = 700 - 14 * index;
    const cells = [
      ...(left === null ? [] : [part(left, 50, 5 * left.length, { y })]),
      ...(right === null ? [] : [part(right, 320, 5 * right.length, { y })]),
    ];
    const last = cells.at(-1);
    if (last) last.hasEOL = true;
    return cells;
  });
}

test("columns whose lines alternate are read one after the other, with each line in its place", () => {
  const left = [
    "In regard to population, the",
    "towns have shown a number of",
    "trends. Five of them peaked in",
    "or",
    null,
  ];
  const right = [
    "the years after the war, which",
    "runs contrary to what people",
    "say of small towns. They are",
    "about to grow again",
    "in the end.",
  ];
  const rows = left.map((cell, index): [string | null, string | null] => [cell, right[index] ?? null]);
  const head = part("Survey", 50, 30, { y: 730, hasEOL: true });
  const items = [head, ...inTwoColumns(rows), part("9", 300, 5, { y: 100 })];
  const { text, lines } = layOut(items, {}, frame);
  const whole = [...left.filter((cell) => cell !== null), ...right];
  expect(text).toBe(["Survey", ...whole, "9"].join("\n"));
  expect(lines.map(({ start, end }) => text.slice(start, end))).toEqual(["Survey", ...whole, "9"]);
  const xs = lines.map(({ box }) => box[0] * frame.width);
  expect(xs.slice(1, -1)).toEqual([50, 50, 50, 50, 320, 320, 320, 320, 320].map((x) => expect.closeTo(x)));
});

test("a table of words stays as it is, cell beside cell", () => {
  const rows: [string, string][] = [
    ["Brightness of the whole picture", "Adjusts the picture and its background"],
    ["Contrast of the whole picture", "Adjusts the picture beside its background"],
    ["Sharpness of the whole picture", "Adjusts how crisp the picture is shown"],
    ["Position of the whole picture", "Moves the picture to another place"],
    ["Phase of the whole picture", "Moves the picture by less than a dot"],
  ];
  expect(textOf(inTwoColumns(rows)).trimEnd()).toBe(rows.map((cells) => cells.join("\t")).join("\n"));
});
