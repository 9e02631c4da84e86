// Questions in other languages over English documents: what is sought in their place, and what is left alone.
import { expect, test } from "vitest";
import { inEnglish } from "../foreign-terms.ts";
import { queryOf } from "../query.ts";

const english = [{ language: "en", languages: ["en"] }];
const soughtFor = (question: string, documents: { language: string | null; languages: string[] }[] = english) =>
  inEnglish(queryOf(question), documents)
    .words.filter(({ weight }) => weight > 0.3)
    .map(({ surface }) => surface);

test.each([
  ["Wie hoch war der Umsatz 2022?", ["revenue", "2022", "sales"]],
  ["Umsatz 2022", ["revenue", "2022", "sales"]],
  ["Quel était le chiffre d'affaires en 2017 ?", ["revenue", "sales", "2017"]],
  ["¿Cuántos empleados tiene Northwind?", ["employees", "northwind"]],
  ["Combien d'employés compte Northwind ?", ["employees", "northwind"]],
  ["Wann wurde Northwind gegründet?", ["established", "founded", "northwind"]],
  ["Chi sono i concorrenti?", ["competitors", "competition"]],
])("%s seeks %j", (question, words) => expect(soughtFor(question).sort()).toEqual(words.toSorted()));

test("names keep their places, and the lines of a statement that are meant are sought", () => {
  const query = inEnglish(queryOf("Wie hoch war der Gewinn von Northwind im Geschäftsjahr 2023?"), english);
  expect(query.names.map((name) => name.map((place) => query.words[place]?.surface))).toContainEqual(["northwind"]);
  expect(query.lineItems.flat()).toContain("net income");
  expect(query.figures).toBe(true);
});

test("what is asked in English, or of documents in other languages, is left as it is", () => {
  for (const question of ["What actions did the clients of the personal bank take?", "Personal capital", "Risiken?"]) {
    const query = queryOf(question);
    const documents = question === "Risiken?" ? [{ language: "en", languages: ["en", "de"] }] : english;
    expect(inEnglish(query, documents)).toBe(query);
  }
});

test("an English question of documents in one other language is asked in its words", () => {
  const german = [{ language: "de", languages: ["de"] }];
  const sought = soughtFor("What was the revenue of Northwind in the year 2022?", german);
  expect(sought).toEqual(expect.arrayContaining(["northwind", "2022", "umsatz", "umsatzerlose", "jahr"]));
  expect(sought).not.toContain("revenue");
  const query = queryOf("Wie hoch war der Umsatz?");
  expect(inEnglish(query, german)).toBe(query);
});
