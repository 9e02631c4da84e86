// Numbers, sizes and days as a reader of a language writes them.
import { expect, test } from "vitest";
import { createFormat } from "../format.ts";

const now = new Date(2026, 10, 23, 15, 0);
const at = (...parts: [number, number, number, number?]) =>
  new Date(parts[0], parts[1], parts[2], parts[3] ?? 12).toISOString();

test("days near to now have names, others a date, other years the year", () => {
  const { day, when } = createFormat("en-GB");
  expect(day(at(2026, 10, 23, 0), now)).toBe("today");
  expect(day(at(2026, 10, 22, 23), now)).toBe("yesterday");
  expect(day(at(2026, 10, 16), now)).toBe("16 Nov");
  expect(day(at(2024, 10, 3), now)).toBe("3 Nov 2024");
  expect(when(at(2026, 10, 23, 14), now)).toBe("14:00");
});

test("sizes keep two or three figures", () => {
  const { bytes } = createFormat("en");
  expect([0, 900, 46_080, 20_342_000, 222_298_112].map((value) => bytes(value))).toEqual([
    "0 byte",
    "900 byte",
    "45 kB",
    "19.4 MB",
    "212 MB",
  ]);
  expect([0, 8_493_000, 20_342_000].map((part) => bytes(part, 20_342_000))).toEqual(["0 MB", "8.1 MB", "19.4 MB"]);
});

test("another language, and a tag that is none", () => {
  expect(createFormat("de").number(1234.5)).toBe("1.234,5");
  expect(createFormat("de").day(at(2026, 10, 22), now)).toBe("gestern");
  expect(() => createFormat("not a tag").number(1)).not.toThrow();
});
