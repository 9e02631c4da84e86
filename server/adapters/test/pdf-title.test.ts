// Titles worth showing, and what programs write in their place.
import { expect, test } from "vitest";
import { usableTitle } from "../pdf-title.ts";

test.each([
  ["Annual Report 2023", "Annual Report 2023"],
  ["  Geometrie\r\n und\tTopologie ", "Geometrie und Topologie"],
  ["Beowulf", "Beowulf"],
  ["Well-being", "Well-being"],
  ["日本語の題名", "日本語の題名"],
])("%j is a title", (value, title) => {
  expect(usableTitle(value)).toBe(title);
});

test.each([
  "",
  "  ",
  "Untitled",
  "untitled-2",
  "Document1",
  "Microsoft Word - Thesis final.doc",
  "PowerPoint Presentation",
  "report_v2.pdf",
  "Layout 1",
  "C:\\Users\\me\\letter",
  "fw4_2023_final",
  "0000950170-23-001234",
  "12345",
  "\u0000\u0001",
  "imagemagick-images",
  undefined,
  42,
])("%j is none", (value) => {
  expect(usableTitle(value)).toBeNull();
});

test("a title is at most 200 characters", () => {
  expect(usableTitle("long ".repeat(100))?.length).toBeLessThanOrEqual(200);
});
