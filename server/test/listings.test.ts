// Lines of contents and lists of exhibits: told from tables and text, and answers to nothing but where something stands.
import { expect, test } from "vitest";
import { asksWhere, listingsOf } from "../listings.ts";
import type { PageLine } from "../ports.ts";

function listed(text: string): string[] {
  let start = 0;
  const lines = text.split("\n").map((line, index): PageLine => {
    const placed: PageLine = { start, end: start + line.length, box: [0.1, index / 50, 0.9, index / 50], height: 0.01 };
    start += line.length + 1;
    return placed;
  });
  return listingsOf({ text, lines }).map(({ start: from, end }) => text.slice(from, end));
}

test("entries with leaders are listed wherever they stand", () => {
  expect(listed("Read this first.\n2.3 OSD Locking / Unlocking .................8\nWait ... and see 8")).toEqual([
    "2.3 OSD Locking / Unlocking .................8",
  ]);
});

test("a page of titles with rising numbers of pages lists them; a table of figures does not", () => {
  const entries = [
    "Wearing the watch\t5",
    "Setting the time\t6",
    "Locking or unlocking\t7",
    "Charging\t8",
    "Updating\t9",
  ];
  expect(listed(["Contents", "Getting Started", ...entries].join("\n"))).toEqual(entries);
  expect(listed("Stores\t12\nOffices\t3\nPlants\t7\nShips\t2\nTrains\t11")).toEqual([]);
  expect(listed("Sales\t5\t4\nCosts\t6\t5\nTaxes\t7\t6\nProfit\t8\t7\nCash\t9\t8")).toEqual([]);
});

test("a list of exhibits is listed from its first number on; numbered paragraphs are not", () => {
  const exhibits = "31.1\tCertification of Chief Executive Officer Pursuant to Section\n302 of the Act\tX";
  expect(listed(`Exhibit\nNumber\tExhibit Description\n${exhibits}`)).toEqual([exhibits]);
  expect(listed("1.1 Open the valve.\n1.2 Close it.\n1.3 See exhibit A.")).toEqual([]);
});

test("a question that asks where something stands is told from one that asks for it", () => {
  for (const question of ["On which page is OSD locking?", "Where can I find the balance sheet?", "Auf welcher Seite?"])
    expect(asksWhere(question)).toBe(true);
  for (const question of ["How do I charge the watch?", "Show me the balance sheet", "Where is Netflix headquartered?"])
    expect(asksWhere(question)).toBe(false);
});
