import { expect, test } from "vitest";
import { isDefined, isWrittenOut } from "../asked-meanings.ts";
import { countAsked, holderNamed, isCounted, isSeatNamed, officeAsked, officeReplaced } from "../asked-things.ts";
import { queryOf } from "../query.ts";
import { familyOf } from "../word-families.ts";

const named = (question: string, text: string) => {
  const office = officeAsked(question);
  return office ? holderNamed(text, office, question) : null;
};

test.each([
  ["Who is the CEO?", "“A good year,” said Ada Brook, chief executive officer."],
  [
    "Who is the chief executive officer?",
    "Ada Brook (52)\tManaging Director and Chief Executive Officer\t2015 to present",
  ],
  ["Who is the CEO of Northwind?", "our Chief Executive Officer and co-founder Ada Brook, and others"],
  [
    "Who's your CFO?",
    "Ms. Brook joined Northwind in October 2021 as Executive Vice President and Chief Financial Officer.",
  ],
  ["Who founded Northwind?", "Northwind was founded by Ada Brook."],
  ["Who is the chair of the board?", "Ada Brook has been Chairwoman of the Board since 2001."],
  ["Who is the dean?", "Ada Brook, Dean"],
  ["Who is the general counsel?", "Ada Brook\tExecutive VP and General Counsel"],
  ["Who is the co-founder?", "Ada Brook, co-founder"],
  ["Who is the vice-president?", "Ada Brook, Vice President"],
  ["Who started Northwind?", "Northwind was started by Ada Brook."],
  ["Who is the CEO?", "Ada Brook\nChief Executive Officer"],
  ["Who runs Northwind?", "Ada Brook, Chief Executive Officer"],
  ["Who is the cheif executive officer?", "Ada Brook, Chief Executive Officer"],
  ["Who are the auditors?", "Mills & Berg LLP, our independent registered public accounting firm"],
])("%s is answered by %s", (question, text) => expect(named(question, text)).toBe(1));

test.each([
  ["Who is the CEO?", "Certification of Chief Executive Officer, as required by Rule 13a-14(a)"],
  ["Who is the CEO?", "Ada Brook, Executive Vice President and Chief Financial Officer"],
  ["Who is the CEO?", "Ada Brook was President and CEO of Tailspin from 2015 to 2019."],
  ["Who is the chair of the board?", "Ada Brook serves as chair of the Harwick Mills Foundation."],
  ["Who founded Northwind?", "Ada Brook cofounded Tailspin in 2006."],
  ["Who is the CEO?", "Management, including our Chief Executive Officer, reviewed the controls."],
])("%s is not answered by %s", (question, text) => expect(named(question, text)).toBe(0));

test("who held an office once is named less surely, and another's holder where that other is asked for", () => {
  expect(named("Who is the CEO?", "Previously, Ada Brook was Chief Executive Officer.")).toBeLessThan(0.5);
  expect(named("Who is the CEO of Tailspin?", "Ada Brook is the CEO of Tailspin.")).toBe(1);
});

test("an office is asked for in other languages, and another firm's founder is none", () => {
  expect(named("Qui est le PDG de Northwind ?", "Ada Brook is our chief executive officer.")).toBe(1);
  expect(named("Wer ist der Geschäftsführer?", "Ada Brook, CEO")).toBe(1);
  expect(named("Who founded the university?", "Global Mills & Company founder Ada Brook studied here.")).toBe(0);
});

test("a name beside what somebody did tells less surely, and whose founder it is more than nothing", () => {
  expect(named("Who discovered oxygen?", "It was discovered independently by Ada Brook.")).toBeCloseTo(0.4);
  expect(named("Who discovered oxygen?", "It was discovered in 2001.")).toBe(0);
  expect(named("Who was the founder of the Hooli Corporation?", "Hooli Corporation\nfounder and the rich")).toBeCloseTo(
    0.5,
  );
});

test("what something is is told where a sentence begins with it", () => {
  expect(isDefined("A sluice (or penstock) is a gate for water.", "What is a sluice?")).toBe(true);
  expect(isDefined("Ein Wehr ist ein Bauwerk.", "Was ist ein Wehr?")).toBe(true);
  expect(isDefined("Millers are people who grind grain.", "What does a miller do?")).toBe(false);
  expect(isDefined("Sluices are the gates of a mill.", "What are sluices?")).toBe(true);
  expect(isDefined("This gate is a sluice.", "What is a sluice?")).toBe(false);
  expect(isDefined("A+ is a grade.", "What is A+ (mark)?")).toBe(false);
});

test("a seat is told by where the offices stand", () => {
  const question = "Where is Northwind headquartered?";
  expect(isSeatNamed("Our corporate headquarters are located in Harwick and are leased.", question)).toBe(true);
  expect(isSeatNamed("Our principal executive offices, which we own, are located at 1 Mill Road.", question)).toBe(
    true,
  );
  expect(isSeatNamed("The move of the European headquarters changed the currency in 2015.", question)).toBe(false);
  expect(isSeatNamed("Our headquarters are in Harwick.", "Where are the mills?")).toBe(false);
});

test("abbreviations of business are sought as texts write them out", () => {
  const surfaces = queryOf("How much was spent on R&D and SG&A?").words.map(({ surface }) => surface);
  expect(surfaces).toEqual(expect.arrayContaining(["research", "development", "selling", "administrative"]));
  expect(surfaces).not.toContain("r");
});

test.each(["Fasse das Dokument zusammen", "Résume ce document", "Resume el documento"])(
  "%s asks for a summary",
  (question) => expect(queryOf(question).overview).toBe("about"),
);

test("questions after no office have none", () => {
  for (const question of ["Who is he?", "When did it open?", "What is a sluice?"])
    expect(officeAsked(question)).toBeNull();
});

test("an office is sought by its abbreviation and in full, and its capitals are nobody's name", () => {
  const { words, names } = queryOf("Who is the CEO of Northwind?");
  expect(words.map(({ surface }) => surface)).toEqual(expect.arrayContaining(["ceo", "chief", "executive", "officer"]));
  expect(words.find(({ surface }) => surface === "ceo")?.optional).toBe(true);
  expect(names).toEqual([[words.findIndex(({ surface }) => surface === "northwind")]]);
});

test.each([
  ["How many employees did Northwind have?", "As of May 2, we employed 29,239 people.", "Employee benefit assets\t67"],
  ["How many people does it employ?", "We had approximately 41,000 employees.", "In 2021 people worked from home."],
  ["How many stores are there?", "It operates 1,355 retail stores.", "Stores opened in 2021."],
  ["How many emploees are there?", "We had approximately 41,000 employees.", "In 2021 people worked from home."],
  ["How many stores does it have?", "Total stores\t1,355", "See page 12 of the report."],
  ["Wie viele Mitarbeiter hat Nordwind?", "Nordwind beschäftigte 320 Mitarbeiter.", "Nordwind wurde 1911 gegründet."],
])("%s asks for a number of things", (question, counts, other) => {
  const counted = countAsked(question);
  if (!counted) throw new Error(`${question} was read to ask for no number`);
  expect(isCounted(counts, counted)).toBe(true);
  expect(isCounted(other, counted)).toBe(false);
});

test("short words and figures without end beside an office are looked at once each", () => {
  const asked = "Who is the CEO?";
  const office = officeAsked(asked);
  if (!office) throw new Error("an office is asked for");
  for (const filling of ["is an ", "23 4,5 ", "a b ", "Chair of the ", "VP "]) {
    const between = filling.repeat(18);
    expect(holderNamed(`Ada Brook ${between}§ CEO`, office, asked)).toBe(0);
    expect(holderNamed(`Ada Brook ${filling.repeat(8)}CEO`, office, asked)).toBe(1);
    expect(holderNamed(`Ada Brook ${between}CEO `.repeat(500), office, asked)).toBeLessThanOrEqual(1);
  }
});

test("a question after no number of things counts nothing", () => {
  expect(countAsked("How much did it cost?")).toBeNull();
  expect(countAsked("Who built the mill?")).toBeNull();
});

test.each([
  ["employees", "employ", "en"],
  ["employ", "employee", "en"],
  ["founded", "founder", "en"],
  ["bought", "buyer", "en"],
  ["production", "produce", "en"],
  ["roasted", "roaster", "en"],
  ["2021", "fy21", "en"],
  ["Gründer", "gegrundet", "de"],
  ["gegründet", "grunder", "de"],
  ["fondateur", "fonder", "fr"],
  ["fundó", "fundador", "es"],
  ["fondatore", "fondato", "it"],
])("%s and %s are of one family", (word, other, language) => expect(familyOf(word, [language])).toContain(other));

test("words that only look made of others, figures, and languages without a rule have no family", () => {
  for (const word of ["former", "customer", "number", "statement", "4711"]) expect(familyOf(word, ["en"])).toEqual([]);
  expect(familyOf("employees", [null, "ja"])).toEqual([]);
  // Nothing is made into what is no family of it.
  expect(familyOf("formed", ["en"])).not.toContain("former");
});

test.each([
  ["Who is the CEO?", "the CFO?", "Who is the CFO?"],
  ["Who is the CFO of Northwind?", "chief executive officer?", "Who is the chief executive officer of Northwind?"],
  ["Wer ist der Finanzvorstand?", "der Vorstandsvorsitzende?", "Wer ist der Vorstandsvorsitzende?"],
  ["Who is the CEO?", "Anna Berg?", null],
  ["Who is the CEO?", "in 2021?", null],
  ["Who is Anna Berg?", "the CEO?", null],
  ["What was the revenue?", "the CFO?", null],
])("“%s”, then “%s”", (question, other, replaced) => expect(officeReplaced(question, other)).toBe(replaced));

test("several holders are asked for as one is, by its short name too", () => {
  const { words } = queryOf("Who are the CEOs?");
  expect(words.find(({ surface }) => surface === "ceos")?.optional).toBe(true);
  expect(words.map(({ surface }) => surface)).toContain("ceo");
});

test("a thing is told of behind an aside, and an abbreviation where its words stand beside it", () => {
  expect(isDefined("Tide mills, also known as sea mills, are driven by the ebb.", "What is a tide mill?")).toBe(false);
  expect(isDefined("Tide mills, also known as sea mills, are mills at the sea.", "What is a tide mill?")).toBe(true);
  expect(isDefined("Lanternidae (singular lanternid (rare); or lamps) is a family.", "What is Lanternidae?")).toBe(
    true,
  );
  expect(isDefined("Tide mills, also called sea mills, are not moved by rivers.", "What is a tide mill?")).toBe(true);
  const asked = "What does SBR stand for?";
  expect(isWrittenOut("The small boats of rivers (SBRs) were counted.", "What does SBR stand for?")).toBe(true);
  expect(isWrittenOut("The Small Boat Register (“SBR”) is kept in town.", asked)).toBe(true);
  expect(isWrittenOut("It is in the SBR (Small Boat Register) of the town.", "What is the SBR?")).toBe(true);
  expect(isWrittenOut("The SBR (kept since 1911) is a list.", asked)).toBe(false);
  expect(isWrittenOut("It stands in the SBR.", asked)).toBe(false);
});
