import { afterAll, beforeAll, expect, test } from "vitest";
import { followUpOf, type Turn } from "../follow-up.ts";
import { DocumentModel } from "../models/document.ts";
import { retrieve } from "../retrieval.ts";
import { type Conversation, documents, followUps, newTopics } from "./conversations.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { addDocument, addUser } from "./library.ts";

let database: TestDatabase;
const stored = new Map<string, DocumentModel>();
beforeAll(async () => {
  database = await testDatabase();
  const userId = await addUser(database.db);
  for (const [name, made] of Object.entries(documents)) {
    const id = await addDocument(database.db, userId, made);
    const row = await DocumentModel.query(database.db).findById(id);
    if (row) stored.set(name, row);
  }
});
afterAll(() => database?.close());

/** As the built-in answerer would have answered: what the page says, from its second line on. */
function turnsOf({ scope, before }: Conversation): Turn[] {
  return before.map(([question, page]) => {
    const { pages = [], title = "" } = documents[scope[0] ?? ""] ?? {};
    const text = pages[page - 1] ?? "";
    return {
      question,
      answer: text
        .split("\n")
        .slice(text.includes("\n") ? 1 : 0)
        .join(" "),
      titles: [title],
    };
  });
}

/** Whether the page that answers comes first, and is not taken for beside the question. */
async function isFound(conversation: Conversation): Promise<boolean> {
  const { scope, question, page, document = scope[0] } = conversation;
  const within = scope.flatMap((name) => stored.get(name) ?? []);
  const { remembered } = followUpOf(question, turnsOf(conversation), within.length);
  const { citations, confidence } = await retrieve({ db: database.db }, within, question, remembered);
  const [best] = citations;
  return confidence >= 0.4 && best?.document_id === stored.get(document ?? "")?.id && best?.page === page;
}

async function missed(conversations: Conversation[]): Promise<string[]> {
  const found = await Promise.all(conversations.map(isFound));
  return conversations.flatMap(({ question }, index) => (found[index] ? [] : [question]));
}

test("follow-ups find the page that answers what they mean", async () => {
  expect(await missed(followUps)).toEqual([]);
});

test("a new topic, or a whole question, finds what it finds alone", async () => {
  expect(await missed(newTopics)).toEqual([]);
});

const leaningOf = (question: string, before = "What was the revenue of Northwind in 2022?") =>
  followUpOf(question, [{ question: before, answer: "It was 40 million dollars.", titles: [] }], 1).leaning;

test.each([
  "and in 2021?",
  "2020?",
  "Why?",
  "why is that?",
  "Who founded it?",
  "What about Ulta?",
  "and the second one?",
  "What else?",
  "tell me more",
  "Can you tell me more about it?",
  "How did they do that?",
  "In euros?",
  "but in Leeds?",
  "Which one is larger?",
  "Which types of schools did it recognize?",
  "What are private schools called there?",
])("“%s” leans on the question before", (question) => {
  expect(leaningOf(question)).toBeGreaterThan(0.5);
  expect(followUpOf(question, [], 1)).toEqual({ leaning: 0, remembered: [], told: null, within: null });
});

test.each([
  "What is photosynthesis?",
  "Who is Anna Berg?",
  "How many employees are there in Leeds?",
  "Which company that was founded in 1990 sells perfume?",
  "Is it possible to return a bicycle after a month?",
  "What is this document about?",
  "When did Tesla move its headquarters to Texas?",
  "How many shops had more than one workshop last year?",
  "Which bicycles carry the longest warranty?",
  "What is the metric they use to determine how busy airports are?",
])("“%s” stands alone", (question) => {
  expect(leaningOf(question)).toBe(0);
});

test.each([
  [
    "Wie hoch war der Umsatz 2022?",
    ["und 2021?", "Warum?", "Wer hat sie gegründet?", "Was noch?"],
    ["Gibt es eine Kantine in Ulm?", "Wann wurde das Werk in Hagen gebaut?"],
  ],
  [
    "Combien de visiteurs le musée a-t-il eus ?",
    ["et en 2021 ?", "Pourquoi ?", "Quand est-elle née ?"],
    ["Y a-t-il un parking près de la gare ?", "Quel est le prix de la visite guidée ?"],
  ],
  [
    "¿Cuántas toneladas movió el puerto en 2022?",
    ["¿y en 2021?", "¿Por qué?", "¿Qué más?"],
    ["¿Quién dirige la escuela de Madrid?"],
  ],
  [
    "2022年の来場者数は何人でしたか？",
    ["では2021年は？", "なぜですか？", "もっと詳しく"],
    ["青空塔は誰が設計しましたか？"],
  ],
  ["2022年长桥的通行费收入是多少？", ["那2021年呢？", "为什么？", "它是谁设计的？"], ["谁写了这本关于桥梁的书？"]],
])("in the language of “%s”", (before, follow, alone) => {
  for (const question of follow)
    expect([question, leaningOf(question, before)]).toEqual([question, expect.closeTo(1, 0)]);
  for (const question of alone) expect([question, leaningOf(question, before)]).toEqual([question, 0]);
});

test("a year takes a year's place, a name a name's, and what is compared stays", () => {
  const before = [{ question: "What was the revenue of Ulta in Q3 2022?", answer: null, titles: [] }];
  const carried = (question: string) =>
    followUpOf(question, before, 1)
      .remembered.map(({ text }) => text)
      .join(" ");
  expect(carried("and in Q4?")).toMatch(/revenue of Ulta in\s+2022/);
  expect(carried("and in 2021?")).toMatch(/revenue of Ulta in Q3\s+\?/);
  expect(carried("and Northwind?")).not.toMatch(/Ulta/);
  expect(carried("than in 2021?")).toMatch(/2022/);
});

test("more of the same puts what was told behind", async () => {
  const mint = stored.get("herbs");
  const { pages = [] } = documents.herbs ?? {};
  const answer = "Soap water gets rid of mites.";
  const turn = { question: "What gets rid of mites?", answer, titles: [] };
  expect(pages.some((page) => page.includes(answer))).toBe(true);
  const { remembered, told } = followUpOf("What else?", [turn], 1);
  expect(told).toBe(answer);
  const best = async (known: string | null) => {
    const { passages } = await retrieve({ db: database.db }, mint ? [mint] : [], "What else?", remembered, known);
    const sentences = passages.flatMap((passage) => passage.sentences);
    return sentences.toSorted((one, other) => other.score - one.score)[0]?.text;
  };
  expect(await best(null)).toBe(answer);
  expect(await best(told)).not.toBe(answer);
});

test("a long text of names is read in a moment", () => {
  const long = `${"b".repeat(20_000)} ${"A a ".repeat(11_000)}`;
  expect(
    followUpOf("who founded it?", [{ question: long.slice(0, 8_000), answer: long, titles: [] }], 1).leaning,
  ).toBeGreaterThan(0.5);
});

test("thanks lean on nothing, and what follows them leans on the question before", () => {
  const asked: Turn = { question: "What was the revenue in 2022?", answer: "It was 40 million.", titles: [] };
  const thanked: Turn = { question: "Thanks!", answer: null, titles: [] };
  expect(followUpOf("Thanks!", [asked], 1).remembered).toEqual([]);
  expect(followUpOf("And in 2021?", [asked, thanked], 1)).toEqual(followUpOf("And in 2021?", [asked], 1));
  expect(followUpOf("And in 2021?", [asked, thanked], 1).leaning).toBe(1);
});

test("whom the last question turned to is meant, not whom its answer names first", () => {
  const turns: Turn[] = [
    { question: "Who discovered oxygen?", answer: "It was discovered by Carl Scheele.", titles: [] },
    {
      question: "And Priestley?",
      answer: "Carl Scheele was first, but Joseph Priestley published before him.",
      titles: [],
    },
  ];
  const { remembered } = followUpOf("Where was he born?", turns, 1);
  expect(
    Math.max(...remembered.filter(({ text }) => text.includes("Priestley")).map(({ weight }) => weight)),
  ).toBeGreaterThan(0.7);
  expect(remembered.filter(({ text }) => text.includes("Scheele"))).toEqual([]);
});

test("an office takes an office's place, and who holds it is meant thereafter", () => {
  const ceo: Turn = { question: "Who is the CEO?", answer: "Anna Berg: Chief Executive Officer", titles: [] };
  const cfo: Turn = { question: "And the CFO?", answer: "Tom Hale: Chief Financial Officer", titles: [] };
  const asked = (question: string, turns: Turn[]) => followUpOf(question, turns, 1).remembered.map(({ text }) => text);
  expect(asked("And the CFO?", [ceo])).toEqual(["Who is the CFO?"]);
  expect(asked("And the chief operating officer?", [ceo, cfo])).not.toContain("Who is the CEO?");
  expect(asked("When was he appointed?", [ceo, cfo])).toContain("Tom Hale");
  expect(asked("When was she appointed?", [ceo])).toContain("Anna Berg");
});

test("a thing takes the place of a thing, and what only opens the question takes no name's", () => {
  const carried = (before: string, question: string) =>
    followUpOf(question, [{ question: before, answer: null, titles: [] }], 1)
      .remembered.map(({ text }) => text)
      .join();
  expect(carried("How many people own a cell phone?", "And a tablet?")).not.toMatch(/phone/);
  expect(carried("How many people own a cell phone?", "And in 2021?")).toMatch(/phone/);
  expect(carried("What was EBITDA in 2023?", "And for the quarter?")).toMatch(/EBITDA/);
});
