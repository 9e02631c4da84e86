import { expect, test } from "vitest";
import { layOut, type TextItem } from "../pdf-text.ts";

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

test("white between items is a tab where it is as wide as a gap between cells", () => {
  const part = (str: string, x: number, width: number): TextItem => {
    return {
      str,
      transform: [10, 0, 0, 10, x, 700],
      width,
      height: str === " " ? 0 : 10,
      fontName: "F",
      hasEOL: false,
    };
  };
  const row = [part("Net", 50, 15), part(" ", 65, 3), part("sales", 68, 22), part(" ", 90, 60), part("1,234", 150, 25)];
  expect(layOut(row, {}, frame).text).toBe("Net sales\t1,234");
});
