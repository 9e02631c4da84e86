// What an answer without a model is made of: kinds of answers, which sentences are chosen, their order and how they are written.
import { expect, test } from "vitest";
import { type Chosen, chooseSentences } from "../answer-choice.ts";
import { answerText, comparedText } from "../answer-text.ts";
import { type AnswerKind, asksForSeveral, comparedThings, kindHeld, kindsAsked } from "../answer-types.ts";
import { comparedDocuments, linesOfSeveral, partsOf } from "../comparison.ts";
import { unsupportedRanges } from "../grounding.ts";
import type { Passage, PassageSentence } from "../model-ports.ts";
import { isOwnReply, leftOutOf, refusalFor, silenceOf } from "../refusals.ts";
import { smallTalkOf } from "../small-talk.ts";

const held = (text: string, kind: AnswerKind, question: string) =>
  kindHeld(text, { kinds: [kind], text: question, office: null, counted: null }, false);

test.each([
  ["When was it built?", "date", "It was built in 1911.", "It was built of stone."],
  ["When must it be paid?", "date", "Pay it within 30 days of the letter.", "Pay it in the mill."],
  ["Wann wurde es gebaut?", "date", "Es wurde am 3. Mai erbaut.", "Es wurde aus Stein erbaut."],
  ["いつ建てられましたか", "date", "1911年に建てられました。", "石で建てられました。"],
  ["How much does it cost?", "money", "It costs $40.", "It costs a lot."],
  ["What percentage of seniors go online?", "share", "Some 59% go online.", "Many go online."],
  ["How long does it take?", "duration", "It takes three weeks.", "It takes patience."],
  ["How many mills are there?", "number", "There are 12 mills.", "There are mills."],
  ["Who founded the mill?", "person", "It was founded by Anna Berg.", "It was founded by chance."],
  ["Where is the mill?", "place", "It stands in Harwick.", "It stands."],
  ["What is the west side called?", "name", "It is known as Southwest.", "It is old."],
  ["Why was it closed?", "reason", "It closed because the river dried up.", "It closed in the end."],
  ["What is a sluice?", "definition", "A sluice is a gate.", "Sluices rust."],
  ["What is the fax number?", "contact", "Fax: 514-312-0292", "The fax is broken."],
] as const)("%s asks for a %s", (question, kind, holds, lacks) => {
  expect(kindsAsked(question)).toContain(kind);
  expect(held(holds, kind, question)).toBeGreaterThan(0);
  expect(held(lacks, kind, question)).toBe(0);
});

test("what the question says itself is no answer to it", () => {
  expect(held("In 2021 the mill closed.", "date", "When did the mill of 2021 close in 2021?")).toBe(0);
});

test.each([
  "List the mills.",
  "Compare oats and rye.",
  "What are the main risks?",
  "Nenne alle Mühlen.",
  "一覧を見せて",
])("%s asks for several things", (question) => expect(asksForSeveral(question)).toBe(true));

test("a plain question asks for one thing", () => {
  for (const question of ["Who built the mill?", "What is a sluice?", "Wann wurde sie gebaut?"])
    expect(asksForSeveral(question)).toBe(false);
});

test("the things that are compared", () => {
  expect(comparedThings("What is the difference between oats and rye?")).toEqual(["oats", "rye"]);
  expect(comparedThings("Compare oats, rye and wheat.")).toEqual(["oats", "rye", "wheat"]);
  expect(comparedThings("Who grows oats and rye?")).toEqual([]);
});

const sentence = (text: string, score: number, more: Partial<PassageSentence> = {}): PassageSentence => ({
  text,
  score,
  row: false,
  ...more,
});
const passage = (title: string, ...sentences: PassageSentence[]): Passage => ({
  documentTitle: title,
  page: 1,
  text: "",
  heading: null,
  score: 1,
  sentences,
});
const texts = (passages: Passage[], question: string) => chooseSentences(passages, question).map(({ text }) => text);

test("the likeliest comes first, but after the sentence that it leans on", () => {
  const before = sentence("Anna Berg came in 1911.", 0.4);
  const others = [sentence("The river is near.", 0.1, { follows: true })];
  const plain = sentence("The mill was built by her.", 0.9, { follows: true });
  expect(texts([passage("Mill", before, plain, ...others)], "Who built the mill?")).toEqual([
    "The mill was built by her.",
    "Anna Berg came in 1911.",
    "The river is near.",
  ]);
  const leaning = sentence("She built the mill.", 0.9, { follows: true });
  expect(texts([passage("Mill", before, leaning)], "Who built the mill?")[0]).toBe("Anna Berg came in 1911.");
});

test("the sentence that the likeliest leans on is told though it is not likely, and not beside a long one", () => {
  const others = ["A", "B", "C"].map((mill) => sentence(`Mill ${mill} was built of stone.`, 0.7));
  const before = sentence("Anna Berg came in 1911.", 0);
  const leaning = (text: string) => sentence(text, 0.9, { follows: true });
  const told = (text: string) =>
    texts([passage("Mill", before, leaning(text)), passage("Mills", ...others)], "Who built it?");
  expect(told("She built the mill.").slice(0, 2)).toEqual(["Anna Berg came in 1911.", "She built the mill."]);
  expect(told("She built the mill.")).toHaveLength(3);
  expect(told("The name Harwick was given by her.")).not.toContain("Anna Berg came in 1911.");
  expect(told("It is said that she built the mill.")).not.toContain("Anna Berg came in 1911.");
  expect(told(`She built the mill of ${"stone and ".repeat(40)}wood.`)).not.toContain("Anna Berg came in 1911.");
});

test("where what it leans on is not told, what is hardly less likely and leans on nothing opens", () => {
  const leaning = sentence("She built the mill.", 0.9);
  expect(texts([passage("Mill", leaning, sentence("Anna Berg built the old mill.", 0.8))], "Who built it?")[0]).toBe(
    "Anna Berg built the old mill.",
  );
  expect(texts([passage("Mill", leaning, sentence("Anna Berg built the old mill.", 0.5))], "Who built it?")[0]).toBe(
    leaning.text,
  );
});

test("at most three, more where several are asked for, none that is far from the best", () => {
  const many = Array.from({ length: 9 }, (_, index) => sentence(`Mill number ${index} stands by the river.`, 0.9));
  expect(texts([passage("Mills", ...many)], "Where is the mill?")).toHaveLength(3);
  expect(texts([passage("Mills", ...many)], "List the mills.")).toHaveLength(8);
  expect(texts([passage("Mills", sentence("A mill.", 0.9), sentence("A boat.", 0.2))], "Where is it?")).toEqual([
    "A mill.",
  ]);
});

test("each of the things compared is spoken of, also where they stand in different documents", () => {
  const passages = [
    passage("Oats", sentence("They like rain.", 0.9), sentence("They are sown in spring.", 0.85)),
    passage("Rye", sentence("It bears frost.", 0.2)),
  ];
  expect(texts(passages, "What is the difference between oats and rye?")).toContain("It bears frost.");
});

test("rows are written under the names of their columns, and lines of a list where the page names none", () => {
  const columns = ["", "2022", "2021"];
  const row = (label: string, score: number) =>
    sentence(`${label} 5 6`, score, { row: true, cells: [label, "5", "6"], columns });
  const bare = (label: string, score: number) => sentence(`${label} 7`, score, { row: true, cells: [label, "7"] });
  const chosen = chooseSentences(
    [passage("Figures", row("Sales", 0.9), row("A|B", 0.8), bare("Ships", 0.7))],
    "Sales?",
  );
  expect(answerText(chosen, false)).toBe(
    "|  | 2022 | 2021 [1] |\n| --- | --- | --- |\n| Sales | 5 | 6 [1] |\n| A\\|B | 5 | 6 [1] |\n\nShips: 7 [1]",
  );
});

test("rows of one line are told under the titles of their documents where they are of several", () => {
  const passages = [passage("Northwind"), passage("Tailspin")];
  expect(linesOfSeveral("Total assets", passages, [1, 2, 1])?.titles).toEqual(["Northwind", "Tailspin"]);
  expect(linesOfSeveral("Total assets", passages, [1, 1])).toBeNull();
  expect(linesOfSeveral("Who runs it?", passages, [1, 2])).toBeNull();
});

test("several things stand one below the other", () => {
  const chosen = chooseSentences(
    [passage("Mills", sentence("One mill.", 0.9), sentence("Two mills.", 0.9))],
    "List them.",
  );
  expect(answerText(chosen, true)).toBe("- One mill. [1]\n- Two mills. [1]");
});

test.each([
  ["Who won the chess tournament?", /^These documents/],
  ["Wer hat das Turnier gewonnen?", /^Diese Dokumente/],
  ["Was the tournament won by Anna?", /^These documents/],
  ["Was kostet der Eintritt?", /^Diese Dokumente/],
  ["Qui a gagné ?", /^Ces documents/],
  ["Quel temps fait-il ?", /^Ces documents/],
  ["what is the weather today", /^These documents/],
  ["¿Quién ganó el torneo?", /^Estos documentos/],
  ["誰が勝ちましたか", /文書/],
  ["谁赢了比赛？", /文档/],
  ["누가 이겼나요?", /문서/],
  ["Кто выиграл этот большой турнир и когда это было?", /^Похоже/],
  ["xyzzy", /^These documents/],
])("%s is refused in its language", (question, refusal) => expect(refusalFor(question)).toMatch(refusal));

test.each([
  ["Compare the revenue of Northwind and Best Oats", ["Northwind", "Best Oats"]],
  ["Which had more revenue in 2021, Northwind or Best Oats?", ["Northwind", "Best Oats"]],
  ["How does Northwind's revenue compare with Tailspin's?", ["Northwind", "Tailspin"]],
  ["What is the difference between a sluice and a weir?", ["a sluice", "a weir"]],
  ["Is the mill older or newer?", []],
])("%s compares %j", (question, things) => expect(comparedThings(question)).toEqual(things));

test("documents are compared each by itself, by what is asked of both", () => {
  const [mill, oats, other] = [
    { title: "NORTHWIND_2021_10K", filename: "NORTHWIND_2021_10K.pdf" },
    { title: "BESTOATS_2021", filename: "BESTOATS_2021.pdf" },
    { title: "Rivers", filename: "rivers.pdf" },
  ];
  const all = [mill, oats, other];
  const parts = partsOf("Compare the revenue of Northwind and Best Oats in 2021", all);
  expect(parts?.map((part) => part.documents)).toEqual([[mill], [oats]]);
  expect(parts?.[0]?.question).toBe("What was the revenue in 2021?");
  expect(parts?.[0]?.question).not.toMatch(/oats|compare/i);
  for (const question of [
    "Compare the revenue of Northwind and Tailspin",
    "Compare Northwind and Best Oats",
    "What was the revenue of Northwind?",
    "Compare oats and rye.",
  ])
    expect(partsOf(question, all)).toBeNull();
  expect(partsOf("Compare the revenue of Northwind and Best Oats", [mill])).toBeNull();
  const askedOf = (question: string) => partsOf(question, all)?.[0]?.question.replace(/\s+/g, " ");
  expect(askedOf("Which company had more employees, Northwind or Best Oats?")).toBe("How many employees of Northwind?");
  expect(askedOf("Which of the two had the higher revenue in 2021, Northwind or Best Oats?")).toBe(
    "What was the revenue in 2021?",
  );
  // What is named alone is asked the amount of where it is a line of a statement.
  expect(askedOf("Compare net income of Northwind and Best Oats")).toBe("What was the net income?");
  expect(askedOf("Compare the risks of Northwind and Best Oats")).not.toMatch(/^What was/);
});

test("of documents that are compared, each one's rows stand under its title", () => {
  const row = (passage: number, cells: string[]): Chosen => ({
    ...{ text: cells.join(" "), row: true, score: 1, order: 0, passage, cells },
    columns: ["", "2021"],
  });
  const passages = [
    { documentTitle: "NORTHWIND_2021_10K", filename: "NORTHWIND_2021_10K.pdf" },
    { documentTitle: "BESTOATS_2021", filename: "BESTOATS_2021.pdf" },
  ];
  const compared = comparedDocuments("Compare the revenue of Best Oats and Northwind", passages);
  expect(compared?.titles).toEqual(["BESTOATS_2021", "NORTHWIND_2021_10K"]);
  if (!compared) return;
  expect(comparedText([row(1, ["Revenue", "12"]), row(2, ["Revenue", "34"])], compared, "Nothing.")).toBe(
    "**BESTOATS_2021**\n\n|  | 2021 [2] |\n| --- | --- |\n| Revenue | 34 [2] |\n\n**NORTHWIND_2021_10K**\n\n|  | 2021 [1] |\n| --- | --- |\n| Revenue | 12 [1] |",
  );
  const text = comparedText([row(1, ["Revenue", "12"]), row(2, ["Revenue", "34"])], compared, "Nothing.");
  const read = passages.map(
    (passage, index): Passage => ({
      ...{ ...passage, page: 1, text: `2021\nRevenue ${[12, 34][index]}`, heading: null, score: 1, sentences: [] },
    }),
  );
  expect(
    unsupportedRanges(text, { passages: read, question: "Compare the revenue of Best Oats and Northwind" }),
  ).toEqual([]);
  expect(comparedDocuments("Compare the revenue of Best Oats and Tailspin", passages)).toBeNull();
});

test("each document is asked by itself, and one that tells nothing is told of as such", () => {
  const [mill, oats] = ["Northwind 2021", "Best Oats 2021"].map((title) => ({ title, filename: `${title}.pdf` }));
  if (!mill || !oats) return;
  for (const question of ["What was the tax rate of each company?", "What was the tax rate in both of the reports?"])
    expect(partsOf(question, [mill, oats])).toEqual(
      [mill, oats].map((each) => ({ documents: [each], question: "What was the tax rate?" })),
    );
  expect(partsOf("Who are the CEOs?", [mill, oats])?.map(({ documents }) => documents)).toEqual([[mill], [oats]]);
  for (const question of ["What was the tax rate?", "What did each year bring?", "Each company?"])
    expect(partsOf(question, [mill, oats])).toBeNull();
  expect(partsOf("What was the tax rate of each company?", [mill])).toBeNull();
  const question = "What was the tax rate of each company?";
  const told = [0.9, 0.9, 0.1].map(
    (score, index): Passage => ({
      ...{ documentTitle: [mill, mill, oats][index]?.title ?? "", page: index + 1, heading: null, score },
      text: `The tax rate was ${20 + index} %.`,
      sentences: [{ row: false, text: `The tax rate was ${20 + index} %.`, score: [1, 0.9, 0.01][index] ?? 0 }],
    }),
  );
  const compared = comparedDocuments(question, told);
  expect(compared?.titles).toEqual([mill.title, oats.title]);
  if (!compared) return;
  expect(chooseSentences(told, question, { compared }).map(({ passage }) => passage)).toContain(3);
  const silent = silenceOf(question);
  const text = comparedText(chooseSentences(told.slice(0, 1), question, { compared }), compared, silent);
  expect(text).toBe(`**${mill.title}**\n\nThe tax rate was 20 %. [1]\n\n**${oats.title}**\n\n${silent}`);
  expect(unsupportedRanges(text, { passages: told, question })).toEqual([]);
});

test.each([
  ["Summarise all of these documents", 14, "14 further documents are not included here."],
  ["Summarise all of these documents", 1, "1 further document is not included here."],
  ["Fasse alle diese Dokumente zusammen", 3, "3 weitere Dokumente sind hier nicht enthalten."],
])("%s, without %i of them", (question, count, said) => {
  expect(leftOutOf(question, count)).toBe(said);
  expect(isOwnReply(said)).toBe(true);
  expect(isOwnReply(`${said} The mill was sold to Anna Berg.`)).toBe(false);
  const passage = { documentTitle: "Mill", page: 1, text: "The mill grinds oats all year.", heading: null, score: 1 };
  const grounds = { passages: [{ ...passage, sentences: [] }], question };
  expect(unsupportedRanges(`The mill grinds oats all year. [1]\n\n${said}`, grounds)).toEqual([]);
});

test("rows whose figures nothing names give way to those that have names", () => {
  const figures = (text: string, score: number, columns?: string[]): PassageSentence => ({
    ...{ text, row: true, score, cells: text.split(" "), ...(columns ? { columns } : {}) },
  });
  const passage: Passage = {
    ...{ documentTitle: "Report", page: 1, text: "", heading: null, score: 1 },
    sentences: [figures("Sales 12 34", 1), figures("Sales 56 78", 0.9, ["", "2021", "2022"])],
  };
  expect(chooseSentences([passage], "What were sales in 2022?")[0]?.text).toBe("Sales 56 78");
  passage.sentences[1] = figures("Oats 56 78", 0.5, ["", "2021", "2022"]);
  expect(chooseSentences([passage], "What were sales in 2022?")[0]?.text).toBe("Sales 12 34");
});

test.each([
  ["hello", /^Hello! Ask/],
  ["Hi there, how are you?", /^Hello! Ask/],
  ["Thank you so much!", /^You are welcome/],
  ["👍", /^I answer questions/],
  ["Who are you?", /^I answer questions/],
  ["Danke schön!", /^Gern geschehen/],
  ["Bonjour, ça va ?", /^Bonjour/],
  ["¿Hola, qué tal?", /^¡Hola!/],
  ["こんにちは。", /^こんにちは/],
  ["谢谢！", /^不客气/],
])("%s is said something to, in its language", (message, reply) => {
  expect(refusalFor(message)).toMatch(reply);
  expect(isOwnReply(refusalFor(message))).toBe(true);
});

test("a sum is asked of no document", () => {
  for (const sum of ["What is 2 + 2?", "2+2", "Was ist 3 * (4 - 1)?"]) expect(smallTalkOf(sum)?.kind).toBe("moment");
});

test("what asks anything is no small talk", () => {
  for (const question of [
    "What is 2.3?",
    "2021-05-03",
    "1/2",
    "What is 24/7 support?",
    "Hello, who is the CEO?",
    "Thanks, and in 2021?",
    "more",
    "Why?",
    "What is the weather like in Oslo in May?",
    "How is the temperature set?",
    "Welcome package",
    "Who are your auditors?",
    "test",
  ])
    expect(smallTalkOf(question)).toBeNull();
});

test("rows of one table stand together, under its title, its unit and what its columns share", () => {
  const row = (cells: string[], more: Partial<PassageSentence> = {}) =>
    ({ ...sentence(cells.join(" "), 1, { row: true, cells, ...more }), passage: 1, order: 0 }) as const;
  const table = {
    columns: ["", "2023", "2022"],
    over: [["", "Six months", ""]],
    captions: ["Earnings", "in millions"],
  };
  const chosen = [row(["Sales", "5", "6"], table), row(["Item 1.", "Risks", "3"]), row(["Costs", "3", "4"], table)];
  expect(answerText(chosen, false)).toBe(
    "Earnings [1] in millions [1]\n\n|  | Six months\u00a0· 2023 | 2022 [1] |\n| --- | --- | --- |\n" +
      "| Sales | 5 | 6 [1] |\n| Costs | 3 | 4 [1] |\n\nItem 1. Risks · 3 [1]",
  );
});

test("the rows of a head are one: each column named whole, and above it what they share and units", () => {
  const more = {
    columns: ["(In millions, except per share data)", "2023", "2022", "2023", "2022"],
    over: [
      ["", "SALES", "SALES", "SALES", "SALES"],
      ["", "13 weeks ended", "13 weeks ended", "52 weeks ended", "52 weeks ended"],
      ["", "January 28,", "January 29,", "January 28,", "January 29,"],
    ],
  };
  const cells = ["Net sales", "5", "6", "7", "8"];
  const row = { ...sentence(cells.join(" "), 1, { row: true, cells, ...more }), passage: 1, order: 0 };
  expect(answerText([row], false)).toBe(
    "SALES [1] (In millions, except per share data) [1]\n\n" +
      "|  | 13 weeks ended\u00a0· January 28, 2023 | 13 weeks ended\u00a0· January 29, 2022 | 52 weeks ended\u00a0· January 28, 2023 " +
      "| 52 weeks ended\u00a0· January 29, 2022 [1] |\n| --- | --- | --- | --- | --- |\n| Net sales | 5 | 6 | 7 | 8 [1] |",
  );
  const kept = { ...row, columns: ["Region", "2023", "2023"], over: [], cells: ["North", "5", "6"] };
  expect(answerText([kept], false)).toBe("| Region | 2023 | 2023 [1] |\n| --- | --- | --- |\n| North | 5 | 6 [1] |");
});

test("what opens an item of a list is not shown as a cell, a figure is", () => {
  const row = (cells: string[]) =>
    ({ ...sentence(cells.join(" "), 1, { row: true, cells }), passage: 1, order: 0 }) as const;
  expect(answerText([row(["•", "Clean the plate with 50 %"])], false)).toBe("Clean the plate with 50 % [1]");
  expect(answerText([row(["", "24", "18"])], false)).toBe("24 · 18 [1]");
  expect(answerText([row(["•"])], false)).toBe("• [1]");
  expect(answerText([row(["24", "18"])], false)).toBe("24 · 18 [1]");
});
