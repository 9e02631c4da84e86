// Questions for what a company does: whom they name, and the sentences that say it.
import { expect, test } from "vitest";
import { nameOfDoer } from "../asking-words.ts";
import { overviewOfOne } from "../doing-overview.ts";
import type { RankedPage } from "../ranking.ts";
import { wholeAsked } from "../whole-asked.ts";
import { page } from "./line-pages.ts";

function told(pages: RankedPage[]): string | null {
  const [first] = overviewOfOne(pages, ["northwind"], () => "NORTHWIND_2021_10K");
  const best = first?.segments.toSorted((one, two) => two.score - one.score)[0];
  return first && best ? first.page.text.slice(best.start, best.end) : null;
}

test("who is asked what he does is named between the words that ask", () => {
  const asked = (question: string) => nameOfDoer(question.toLowerCase().match(/\p{L}+/gu) ?? []);
  expect(asked("What does Northwind do?")).toEqual(["northwind"]);
  expect(asked("What business is Green Parrot in?")).toEqual(["green", "parrot"]);
  expect(asked("Was macht Northwind?")).toEqual(["northwind"]);
  expect(asked("What does the company do?")).toBeNull();
  expect(asked("What does Northwind do about its waste?")).toBeNull();
});

test("what no document is called after is asked for in them", () => {
  const library = [{ title: "NORTHWIND_2021_10K", filename: "NORTHWIND_2021_10K.pdf" }];
  expect(wholeAsked("What does Northwind do?", library)).toMatchObject({ documents: library, ofOne: ["northwind"] });
  expect(wholeAsked("What does the valve do?", library)).toBeNull();
});

test("what a company says that it is comes before where it is registered and what it has announced", () => {
  expect(
    told([
      page("b", 1, "Northwind today announced its results for the quarter that ended in the spring of the year."),
      page(
        "a",
        1,
        "Northwind is a public limited company incorporated under the laws of the northern islands.",
        "Today we are a global leader in weaving sails for boats, ferries and mills of any size.",
      ),
    ]),
  ).toMatch(/^Today we are a global leader/);
  expect(
    told([
      page(
        "a",
        1,
        "The harbour was busy in most of the months of the year before.",
        "We develop and sell sails for boats that have to stand in any wind of the north.",
      ),
    ]),
  ).toMatch(/^We develop and sell sails/);
});

test("where nobody says what it does nothing is told", () => {
  expect(told([page("a", 1, "Investors may find the information that we make public in the locations below.")])).toBe(
    null,
  );
});
