// What is told from memory is what the database tells, as long as memory holds all of it as it stands.
import { afterAll, beforeAll, expect, test } from "vitest";
import { findCandidates, searchCandidates } from "../candidates.ts";
import { keepScope, keptScope, readAhead } from "../kept-scope.ts";
import { DocumentModel } from "../models/document.ts";
import { missingPages } from "../page-reading.ts";
import { queryOf } from "../query.ts";
import { withFamilies } from "../query-terms.ts";
import stopWords from "../stop-words.json" with { type: "json" };
import { isStopWord } from "../stop-words.ts";
import { createTextCache, createTexts } from "../text-cache.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { addDocument, addUser } from "./library.ts";

let database: TestDatabase;
let userId: string;
beforeAll(async () => {
  database = await testDatabase();
  userId = await addUser(database.db);
});
afterAll(() => database?.close());

async function add(title: string, pages: string[], language: string | null = "en"): Promise<DocumentModel> {
  const id = await addDocument(database.db, userId, { title, pages, language });
  return (await DocumentModel.query(database.db).findById(id)) as DocumentModel;
}

const mill = [
  "The mill was built by Anna Berg in 1911.",
  "It grinds oats; 1,250 tons a year, don't ask of wheat.",
  "Operating the mill needs three operators.",
];
const questions: [string, string, string[], string[]][] = [
  ["en", "who asks", mill, ["Who built the mill in 1911?", "How many tons of oats does it grind?"]],
  [
    "en",
    "families and slips",
    mill,
    ["Does the operation need an operater during 1911?", "Where are elephants?", "1,250 tons"],
  ],
  [
    "de",
    "Mühle",
    ["Die Mühle mahlt Hafer.", "Anna Berg hat sie gebaut."],
    ["Wer hat die Mühle gebaut?", "Was mahlt sie?"],
  ],
  ["xx", "no language", ["Lorem ipsum dolor.", "Sit amet the lorem."], ["lorem the amet"]],
];

test.each(questions)("%s, %s: from memory as from the database", async (language, title, pages, asked) => {
  const { db } = database;
  const document = await add(title, pages, language);
  const texts = createTexts();
  expect(keptScope([document], texts)).toBeNull();
  await keepScope({ db }, [document], texts);
  expect(keptScope([document], texts)?.map(({ chunk }) => chunk.content)).toEqual(pages);
  for (const question of asked) {
    const query = withFamilies(queryOf(question), [document]);
    const told = await searchCandidates({ db }, [document], query.words, createTexts());
    const remembered = await findCandidates(
      // Nobody is asked.
      { db: { raw: () => Promise.reject(new Error("the database was asked")) } as unknown as typeof db },
      [document],
      query,
      texts,
    );
    expect([question, remembered]).toEqual([question, told]);
  }
});

test("a word counts where the language of the chunk has it, as in the database", async () => {
  const { db } = database;
  const documents = [
    await add("Mill", ["The mill was old.", "It was the first through here."]),
    await add("Mühle", ["Die Mühle war alt.", "Er was the first."], "de"),
  ];
  const query = withFamilies(queryOf("Was the mill the highest of all?"), documents);
  const { frequencies } = await findCandidates({ db }, documents, query);
  expect(frequencies).toEqual((await searchCandidates({ db }, documents, query.words, createTexts())).frequencies);
  expect(frequencies.get("the")).toBe(1);
});

test("the first question about a small scope fills memory, and is answered as the second", async () => {
  const { db } = database;
  const document = await add("Mill", mill);
  const texts = createTexts();
  const query = withFamilies(queryOf("Who built the mill?"), [document]);
  const first = await findCandidates({ db }, [document], query, texts);
  expect(keptScope([document], texts)).toHaveLength(mill.length);
  expect(await findCandidates({ db }, [document], query, texts)).toEqual(first);
  const long = await document.$query(db).patchAndFetch({ pages: 121 });
  const anew = createTexts();
  await findCandidates({ db }, [long], query, anew);
  expect(keptScope([long], anew)).toBeNull();
});

test("characters of scripts without spaces are left to the index", async () => {
  const { db } = database;
  const document = await add("首都", ["東京は首都です。", "大阪は都市です。"], "ja");
  const texts = createTexts();
  await keepScope({ db }, [document], texts);
  const query = queryOf("首都はどこですか");
  const found = await findCandidates({ db }, [document], query, texts);
  expect(found).toEqual(await searchCandidates({ db }, [document], query.words, createTexts()));
  expect(found.chunks.length).toBeGreaterThan(0);
});

test("what was indexed anew, is not wholly there, or is too much is left to the database", async () => {
  const { db } = database;
  const document = await add("Mill", mill);
  const texts = createTexts();
  await keepScope({ db }, [document], texts);
  const anew = await document.$query(db).patchAndFetch({ index_version: document.index_version + 1 });
  expect(keptScope([anew], texts)).toBeNull();
  expect(keptScope([document, await add("Barn", ["The barn."])], texts)).toBeNull();
  await keepScope({ db }, [anew], texts);
  expect(keptScope([anew], texts)).toHaveLength(mill.length);
  // So small a store holds a chunk at most.
  const narrow = createTexts(4000);
  await keepScope({ db }, [anew], narrow);
  expect(keptScope([anew], narrow)).toBeNull();
  const long = await (await add("Long", mill)).$query(db).patchAndFetch({ pages: 3001 });
  await keepScope({ db }, [long], texts);
  expect(keptScope([long], texts)).toBeNull();
});

test("what is asked about is read ahead with its pages, pausing in between", async () => {
  const { db } = database;
  const pages = Array.from({ length: 20 }, (_, index) => `On day ${index} the mill ground ${index} tons.`);
  const document = await add("Journal", pages);
  const texts = createTexts();
  let pauses = 0;
  const pause = async () => void pauses++;
  await readAhead({ db }, [document], texts, pause);
  expect(keptScope([document], texts)).toHaveLength(20);
  const wanted = pages.map((_, index) => ({ documentId: document.id, page: index + 1 }));
  expect(missingPages([document], wanted, texts)).toEqual([]);
  expect(pauses).toBe(1 + Math.ceil(20 / 8));
  const long = await document.$query(db).patchAndFetch({ pages: 401 });
  const anew = createTexts();
  await readAhead({ db }, [long], anew, pause);
  expect(missingPages([long], wanted, anew)).toEqual(wanted.map((place) => expect.objectContaining(place)));
});

const never = new AbortController().signal;

test("what is done at leisure takes turns, and pauses after its time", async () => {
  const texts = createTextCache();
  const done: string[] = [];
  let goOn = () => {};
  const first = texts.atLeisure(async () => {
    await new Promise<void>((resolve) => {
      goOn = resolve;
    });
    done.push("first");
  }, never);
  await texts.atLeisure(async () => void done.push("beside it"), never);
  await new Promise((resolve) => setTimeout(resolve, 20));
  goOn();
  await first;
  await texts.atLeisure(async () => void done.push("at once after it"), never);
  expect(done).toEqual(["first"]);
  const later = () => texts.atLeisure(async () => void done.push("later"), never).then(() => done);
  await expect.poll(later).toContain("later");
});

test("it pauses ten times as long as it worked, and gets no further once it is told to end", async () => {
  const texts = createTextCache();
  const end = new AbortController();
  let pausedMs = 0;
  let pieces = 0;
  const working = texts.atLeisure(async (_, pause) => {
    for (;;) {
      const begun = performance.now();
      while (performance.now() - begun < 10) {}
      const worked = performance.now();
      pieces += 1;
      if (pieces === 2) end.abort("closed");
      await pause();
      pausedMs = performance.now() - worked;
    }
  }, end.signal);
  await expect(working).rejects.toThrow();
  expect(pieces).toBe(2);
  expect(pausedMs).toBeGreaterThan(90);
});

test("the words that are left out are those of the database", async () => {
  for (const [config, words] of Object.entries(stopWords)) {
    const asked = [...new Set([...words.split(" "), "don't", "mill", "mühle", "1911", "мельница"])];
    const { rows } = await database.db.raw<{ rows: { word: string; left: boolean }[] }>(
      "select word, numnode(plainto_tsquery(?::regconfig, word)) = 0 as left from unnest(?::text[]) word",
      [config, asked],
    );
    const told = new Map(rows.map(({ word, left }) => [word, left]));
    expect(asked.filter((word) => told.get(word) !== isStopWord(word, config))).toEqual([]);
  }
});
