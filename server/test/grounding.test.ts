import { describe, expect, test } from "vitest";
import { figuresHeld, holdsFigures } from "../figures.ts";
import { unsupportedRanges } from "../grounding.ts";
import type { Passage } from "../model-ports.ts";
import { isQuotedFrom, letters, standsOn } from "../standing.ts";
import { createTexts } from "../text-cache.ts";

const passage = (text: string, more: Partial<Passage> = {}): Passage => {
  return { documentTitle: "", page: 1, text, heading: null, score: 1, sentences: [], ...more };
};
const passages = [
  passage(
    "The pump weighs forty kilograms and was built in 1998 in Leeds.\nIt runs on 1,234.50 watts, say its mak-\ners.",
  ),
  passage("Tea is green.", { documentTitle: "Hot drinks 2021", page: 7 }),
];
const unsupported = (text: string, given: (Passage | null)[] = passages, question = "") =>
  unsupportedRanges(text, { passages: given, question }).map(([start, end]) => text.slice(start, end));

describe("words", () => {
  test("a sentence is supported when the passages it cites hold its words and numbers", () => {
    expect(unsupported("The pump weighs forty kilograms. [1] It was built in 1998 in Leeds [1].")).toEqual([]);
    expect(unsupported("Here it is:\nThe pump weighs forty kilograms [1]")).toEqual([]);
  });

  test("without a mark, with the wrong one, or with a number of its own it is not", () => {
    expect(unsupported("The pump weighs forty kilograms.")).toHaveLength(1);
    expect(unsupported("The pump weighs forty kilograms. [2]")).toHaveLength(1);
    expect(unsupported("The pump was built in Leeds in 2004. [1] The pump weighs forty kilograms. [1]")).toEqual([
      "The pump was built in Leeds in 2004. [1]",
    ]);
  });

  test("a short claim is one too", () => {
    expect(unsupported("Coffee is best. [2]")).toEqual(["Coffee is best. [2]"]);
    expect(unsupported("Yes. [2] In 2004. [1]")).toEqual(["In 2004. [1]"]);
  });

  test("sentences of a paragraph share the mark at its end; those of other paragraphs need more of its words", () => {
    expect(unsupported("The pump weighs forty kilograms. It was built in Leeds. [1]")).toEqual([]);
    expect(unsupported("The pump grows on trees near Oslo every summer. It was built in Leeds. [1]")).toHaveLength(1);
    expect(unsupported("**The pump was built in Leeds and weighs much.**\n\nIt was built in 1998. [1]")).toEqual([]);
    expect(unsupported("The pump of this maker costs very little money.\n\nIt was built in 1998. [1]")).toHaveLength(1);
  });

  test("a range begins and ends with its sentence: abbreviations, items, rows and headings do not widen it", () => {
    const text =
      "- Pumps by Acme Ltd. of Oslo cost nothing at all. [1] It was built in Leeds. [1]\n- It was sold by Dr. No in Peru last spring. [1]";
    expect(unsupported(text)).toEqual([
      "Pumps by Acme Ltd. of Oslo cost nothing at all. [1]",
      "It was sold by Dr. No in Peru last spring. [1]",
    ]);
    expect(unsupported("| Pump | Built |\n|---|---|\n| Leeds | 1998 [1] |\n| Oslo | 2004 [1] |")).toEqual([
      "Oslo | 2004 [1] |",
    ]);
  });

  test("pages that were read already, by the answer's language or another, support the same", () => {
    const answer =
      "The pump weighs forty kilograms and the makers say it. [1] Bananas grow on the makers of trees. [1] Tea is green. [2]";
    for (const language of ["en", "de", null]) {
      const texts = createTexts();
      for (const { text } of passages) texts.read(text, language);
      expect(unsupportedRanges(answer, { passages, question: "" }, texts)).toEqual(
        unsupportedRanges(answer, { passages, question: "" }),
      );
    }
    expect(unsupported(answer)).toEqual(["Bananas grow on the makers of trees. [1]"]);
  });

  test("a passage whose document has gone supports nothing", () => {
    expect(unsupported("Tea is green all the year round. [2]", [passages[0] ?? null, null])).toHaveLength(1);
  });
});

describe("languages", () => {
  const german = passage(
    "Die Pumpe wiegt vierzig Kilogramm und wurde im Jahr 1998 in Leeds gebaut. Sie kostet 1.234,50 Euro.",
  );
  const chinese = passage("这台水泵重四十公斤，一九九八年在利兹制造。它的价格是1234元。");
  const arabic = passage("تزن المضخة أربعين كيلوغراما وصنعت في ليدز عام ١٩٩٨ وهي زرقاء اللون");

  test("words are compared within a language, whatever its script", () => {
    expect(unsupported("Die Pumpe wurde 1998 in Leeds gebaut. [1]", [german])).toEqual([]);
    expect(unsupported("Die Pumpe wächst auf Bäumen im Wald bei Oslo. [1]", [german])).toHaveLength(1);
    expect(unsupported("水泵重四十公斤。[1]它在利兹制造。[1]", [chinese])).toEqual([]);
    expect(unsupported("水泵重四十公斤。[1]公司总部位于北京朝阳区。[1]", [chinese])).toEqual([
      "公司总部位于北京朝阳区。[1]",
    ]);
    expect(unsupported("صنعت المضخة في ليدز عام 1998. [1]", [arabic])).toEqual([]);
    expect(unsupported("تقع الشركة في مدينة القاهرة منذ زمن طويل. [1]", [arabic])).toHaveLength(1);
  });

  test("across languages numbers and quotations are, and words are not", () => {
    const answer =
      "The pump weighs forty kilograms and it was built in the city of Leeds in 1998. [1] It costs 1,234.50 euros. [1]";
    expect(unsupported(answer, [german])).toEqual([]);
    expect(unsupported(`${answer} It was sold for 77 of them to the town. [1]`, [german])).toHaveLength(1);
    expect(unsupported(`${answer} It is called “the good one” there. [1]`, [german])).toEqual(["“the good one”"]);
  });
});

describe("quotations", () => {
  test("stand in a cited passage letter by letter", () => {
    expect(unsupported("They say it “weighs forty kilograms and was built in 1998”. [1]")).toEqual([]);
    expect(unsupported('It runs on watts, "say its makers." [1]')).toEqual([]);
    expect(unsupported("The pump “weighs forty … in Leeds”, they say. [1]")).toEqual([]);
    expect(unsupported("The pump of Leeds “weighs hardly anything” they say. [1]")).toEqual([
      "“weighs hardly anything”",
    ]);
    expect(unsupported("The pump was «built in Leeds in 1998». [1]")).toEqual(["«built in Leeds in 1998»"]);
    expect(unsupported("The pump weighs “forty kilograms”, and was built in 1998. [2][1]")).toEqual([]);
    expect(unsupported("In Leeds, the pump weighs 「built badly」. [1]")).toEqual(["「built badly」"]);
  });

  test("set as a block, over two sentences, or of the question's words", () => {
    expect(
      unsupported("> The pump weighs forty kilograms [1]\n\n> The pump was built in Leeds and weighs forty [1]"),
    ).toEqual(["The pump was built in Leeds and weighs forty [1]"]);
    expect(unsupported("It says “Tea is green. Tea is poison.” [2]")).toEqual(["“Tea is green. Tea is poison.”"]);
    expect(unsupported("The pump of Leeds has no “net zero”. [1]", passages, "Has it net zero?")).toEqual([]);
  });
});

test("an address stands in a passage as a whole", () => {
  const [site] = [passage("The pump is sold at https://pumps.example/buy and by sales@pumps.example, in Leeds.")];
  expect(unsupported("The pump is sold at https://pumps.example/buy, or by sales@pumps.example. [1]", [site])).toEqual(
    [],
  );
  expect(
    unsupported("It is sold at https://pumps.example/buy?d=42 and by mail@pumps.example. [1]", [site]),
  ).toHaveLength(1);
  expect(unsupported("It is sold at https://pumps.example/?q=buy and by mail@pumps.example. [1]", [site])).toEqual([
    "https://pumps.example/?q=buy",
    "mail@pumps.example",
  ]);
});

test("numbers stand however they are written, also those of the title and the page", () => {
  expect(unsupported("It runs on 1234.5 watts. [1] Page 7 of the drinks of 2021. [2]")).toEqual([]);
  expect(unsupported("It runs on 1.234,50 watts. [1]")).toEqual([]);
  expect(unsupported("It runs on 12,345.0 watts. [1]")).toHaveLength(1);
  const held = figuresHeld("2021 2,345 1,234 300; 12 300 000 and 1’000’000, ٣٫٥ on 3.10.2024, 1,23,456 or ５0");
  for (const text of [
    "12,300,000",
    "12300000",
    "1 000 000",
    "3.5",
    "3,5",
    "3. 10. 2024",
    "123456",
    "50",
    "2345 1,234",
  ]) {
    expect({ text, holds: holdsFigures((value) => held.has(value), text) }).toEqual({ text, holds: true });
  }
  for (const text of ["12,301", "35", "4.5", "2,3", "1,234,300", "2022"]) {
    expect({ text, holds: holdsFigures((value) => held.has(value), text) }).toEqual({ text, holds: false });
  }
});

describe("rounded numbers", () => {
  const thousands = passage(
    "(in thousands, except percentages)\nRevenues\t11,692,713\t8,830,669\nMemberships 117,582\nMargin 7.16 %",
  );
  const prose = passage(
    "The town has 1.24 million people and a debt of 5 billion euros. In 2019 it sold 12 boats for 900.",
  );

  test.each([
    "Revenues were $11.69 billion. [1]",
    "Revenues were $11.7 billion, or 11,693 million. [1]",
    "Revenues were 11,692,713,000 dollars. [1]",
    "Revenues were 11 692 713 thousand dollars. [1]",
    "Memberships came to 117.6 million. [1]",
    "Memberships came to 118,000,000. [1]",
    "Revenues: 11,69 Mrd. [1]",
    "The margin was 7.2 %, about 7%. [1]",
  ])("stand: %s", (text) => expect(unsupported(text, [thousands])).toEqual([]));

  test.each([
    "Revenues were $11.68 billion. [1]",
    "Revenues were $11.69 million. [1]",
    "Revenues were $12.69 billion. [1]",
    "Memberships came to 117.5 million. [1]",
    "Memberships came to 119,000,000. [1]",
    "The margin was 7.1 %. [1]",
    "Revenues were 32% more. [1]",
  ])("do not stand: %s", (text) => expect(unsupported(text, [thousands])).toEqual([text]));

  test("of prose, each with the word that follows it", () => {
    expect(unsupported("The town has 1,240,000 people and a debt of 5,000 million. [1]", [prose])).toEqual([]);
    expect(unsupported("The town has 1.2 million people and 12 boats. [1]", [prose])).toEqual([]);
    expect(unsupported("The town has a debt of 5 million euros. [1]", [prose])).toHaveLength(1);
    expect(unsupported("The town sold boats for 900 million. [1]", [prose])).toEqual([]);
  });
});

describe("names", () => {
  const company = passage(
    "Reed Hastings\nChief Executive Officer of Netflix in the European Union, Germany and the U.S. Total revenues rose.",
    { documentTitle: "Netflix 10-K" },
  );

  test.each([
    "The CEO of Netflix is Reed Hastings [1].",
    "Netflix officers of the EU, of German and US revenues [1].",
    "The Total Revenues of Netflix rose. [1]",
    "It says: **Revenues** rose. [1]",
    "Bob is asked about, and Reed Hastings is Netflix's Chief Executive. [1]",
    "Der Vorstand von Netflix heißt in dem Bericht und auch sonst Reed Hastings. [1]",
  ])("that stand on the page or in the question: %s", (text) =>
    expect(unsupported(text, [company], "Is Bob the CEO?")).toEqual([]),
  );

  test.each([
    "The CEO of Netflix is Bob Marley [1].",
    "The CEO is Marley [1].",
    "Reed Hastings is the Chief Executive Officer of Disney [1].",
    "The Chief Executive Officer of Netflix works for IBM in Germany [1].",
    "Netflix: Bob Marley is its Chief Executive Officer. [1]",
  ])("that nobody wrote: %s", (text) => expect(unsupported(text, [company])).toEqual([text]));

  test("also beside a sentence that cites; a heading names nobody", () => {
    expect(unsupported("## Key Business Highlights\n\nRevenues rose. [1]", [company])).toEqual([]);
    expect(unsupported("Revenues rose. [1]\n\nThe CEO is Bob Marley.", [company])).toEqual(["The CEO is Bob Marley."]);
  });
});

test("a quotation stands on a page word for word, wherever its lines end", () => {
  const page = "Of the ha-\nrvest, 1.5 tonnes\nwere sold\u200b abroad.";
  expect(standsOn(page, "Of the harvest, 1.5 tonnes were sold abroad.")).toBe(true);
  for (const wrong of ["of the harvest", "15 tonnes", "tonnes sold", "", "were sold. abroad"])
    expect(standsOn(page, wrong)).toBe(false);
  expect(standsOn(page, "Of the harvest … were sold … abroad.")).toBe(true);
  expect(standsOn(page, "were sold … Of the harvest")).toBe(false);
  expect(standsOn(page, "Of the harvest … were eaten")).toBe(false);
  expect(standsOn("wait … for it", "wait … for it")).toBe(true);
  expect(standsOn("Revenue\t$\t17,606\t12 \t%\t(5\t)", "Revenue … $17,606 … 12% … (5)")).toBe(true);
  expect(standsOn("gains on av-\nerage", "gains on av- … erage")).toBe(true);
  expect(isQuotedFrom([letters(page)], "“1.5 TONNES were – sold”")).toBe(true);
});

test("an answer of the greatest length is looked through soon, whatever it is made of", () => {
  const pieces = ["a. ", "7. ", '"a" ', "“a", "a", "a@", "http://a", "水。", "e.g. ", "[1]", "7,", "*", "|"];
  for (const piece of pieces)
    expect(unsupported(`[1] ${piece.repeat(64_000 / piece.length)}`).length).toBeLessThan(64_000);
});
