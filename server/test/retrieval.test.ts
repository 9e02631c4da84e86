import { afterAll, beforeAll, expect, test } from "vitest";
import { readChunks } from "../chunk-reading.ts";
import type { Remembered } from "../follow-up.ts";
import { DocumentModel } from "../models/document.ts";
import { retrieve } from "../retrieval.ts";
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

const find = (documents: DocumentModel[], question: string, remembered: Remembered[] = []) =>
  retrieve({ db: database.db }, documents, question, remembered);

test("pages are cited best first, one citation each, with as many passages", async () => {
  const pages = ["The mill grinds oats.", "The mill was built by Anna Berg in 1911.", "Oats grow by the sea."];
  const document = await add("Mill", pages);
  const { citations, passages, confidence } = await find([document], "Who built the mill?");
  expect(citations.map(({ index }) => index)).toEqual(citations.map((_, place) => place + 1));
  expect(citations[0]).toMatchObject({ page: 2, quote: "The mill was built by Anna Berg in 1911.", title: "Mill" });
  expect(passages.map(({ page }) => page)).toEqual(citations.map(({ page }) => page));
  expect(confidence).toBeGreaterThan(0.5);
  expect(new Set(citations.map(({ page }) => page)).size).toBe(citations.length);
});

test("a greeting and thanks cite nothing, whatever the pages say", async () => {
  const document = await add("Letter", ["Hello and many thanks for the oats."]);
  for (const message of ["hello", "Thanks!"])
    expect(await find([document], message)).toEqual({ citations: [], passages: [], confidence: 0 });
});

test("a page that is named is told of whatever its words, and one that is not there is not answered", async () => {
  const pages = [
    "The mill grinds oats all year.",
    "Berg built it in 1911 with her own hands.",
    "Oats grow by the sea.",
  ];
  const document = await add("Mill", pages);
  for (const question of [
    "What does page 2 say?",
    "What is on page 2 of the document?",
    "What does the second page say?",
  ]) {
    const { citations } = await find([document], question);
    expect([question, citations.map(({ page }) => page)]).toEqual([question, [2]]);
  }
  expect((await find([document], "What is on the last page?")).citations.map(({ page }) => page)).toEqual([3]);
  expect((await find([document], "What is on page 500?")).citations).toEqual([]);
});

test("a row of a table is found by the words of its first line", async () => {
  const table = "Plant\tLight a day\tPot depth\nBasil\t6 hours\t15 cm\nParsley\t4 hours\t20 cm\nMint\t3 hours\t20 cm";
  const document = await add("Herbs", [`What to grow\n${table}`, "Parsley likes the window. The pot may be red."]);
  const { passages } = await find([document], "How deep should the pot for parsley be?");
  expect(passages[0]?.sentences).toContainEqual(expect.objectContaining({ text: "Parsley 4 hours 20 cm", row: true }));
});

test("rows below the name of what they are of are found by it, and say whose they are", async () => {
  const table = [
    "\t2022\t2021",
    "Falcon",
    "Leeds\t1,621\t1,542",
    "York\t764\t792",
    "Heron",
    "Leeds\t541\t528",
    "York\t211\t165",
  ];
  const document = await add("Bicycles", [`Sales by model\n${table.join("\n")}`, "Sales\t2022\t2021\nAll\t23\t24"]);
  const { passages } = await find([document], "What were the sales of Heron in 2022?");
  const best = passages[0]?.sentences.toSorted((one, other) => other.score - one.score)[0];
  expect(best?.text).toBe("Leeds 541 528");
});

test("each document is searched by its own language, and scripts without spaces by pairs of characters", async () => {
  const german = await add("Häuser", ["Die Häuser am Hafen wurden 1920 erbaut."], "de");
  const chinese = await add("故宫", ["故宫位于北京市中心。它建于明代。"], "zh");
  const english = await add("Ships", ["The ships in the harbour were sold."]);
  const all = [german, chinese, english];
  expect((await find(all, "Wann wurde das Haus am Hafen erbaut?")).citations[0]?.document_id).toBe(german.id);
  expect((await find(all, "故宫在北京哪里？")).citations[0]).toMatchObject({ document_id: chinese.id, page: 1 });
  expect((await find(all, "Which ship was sold?")).citations[0]?.document_id).toBe(english.id);
});

test("what is deleted, written by another run or out of scope is never found", async () => {
  const kept = await add("Kept", ["The lighthouse keeper lives alone."]);
  const deleted = await add("Deleted", ["The lighthouse keeper has a dog."]);
  const other = await add("Other", ["The lighthouse keeper has a boat."]);
  const rerun = await add("Rerun", ["The lighthouse keeper has a cat."]);
  await deleted.$query(database.db).patch({ deleted_at: new Date() });
  const moved = { ...rerun, ready_run: other.ready_run } as DocumentModel;
  const { citations } = await find([kept, deleted, moved], "Who lives with the lighthouse keeper?");
  expect(citations.map(({ document_id }) => document_id)).toEqual([kept.id]);
});

test("nothing to find, or nothing to ask with, is no error", async () => {
  const document = await add("Tea", ["Green tea is steeped at eighty degrees."]);
  for (const question of [
    "Who won the chess tournament?",
    "?!",
    "the of and",
    "'; drop table chunks; --",
    "😀",
    "\\",
  ]) {
    const { citations, passages, confidence } = await find([document], question);
    expect([citations, passages]).toEqual([[], []]);
    expect(confidence).toBe(0);
  }
  expect((await find([document], `tea ${"word ".repeat(1500)}`)).citations).toHaveLength(1);
});

test("a name that the documents do not know lowers the confidence", async () => {
  const document = await add("Report", ["The net revenue of Northwind in 2022 was 40 million dollars."]);
  const known = await find([document], "What was the net revenue of Northwind in 2022?");
  const unknown = await find([document], "What was the net revenue of Contoso Pharma in 2022?");
  expect(known.confidence).toBeGreaterThan(unknown.confidence + 0.2);
});

test("what was read for one question finds the same for the next, until it is gone", async () => {
  const mill = await add("Mill", ["Anna Berg built the mill.", "The mill burned down in 1911."]);
  const barn = await add("Barn", ["Carl Dahl built the barn beside the mill."]);
  const texts = createTextCache();
  const ask = () => retrieve({ db: database.db, texts }, [mill, barn], "Who built the mill?", []);
  const first = await ask();
  expect(first.citations.map(({ document_id }) => document_id)).toContain(barn.id);
  expect(first).toEqual(await retrieve({ db: database.db }, [mill, barn], "Who built the mill?", []));
  expect(await ask()).toEqual(first);
  await barn.$query(database.db).patch({ deleted_at: new Date() });
  expect((await ask()).citations.map(({ document_id }) => document_id)).not.toContain(barn.id);
});

test("a chunk that was indexed anew is read anew, and one that is gone is left out", async () => {
  const { db } = database;
  const document = await add("Mill", ["The mill grinds.", "The mill burns."]);
  const rows = await db("chunks").where("document_id", document.id).orderBy("id").select("id");
  const [first = 0, second = 0] = rows.map(({ id }) => Number(id));
  const texts = createTexts();
  const read = (of: DocumentModel) => readChunks({ db }, [of], [second, first], texts);
  expect((await read(document)).map(({ content }) => content)).toEqual(["The mill burns.", "The mill grinds."]);
  await db("chunks").where("id", first).update({ language: "de" });
  expect((await read(document)).map(({ language }) => language)).toEqual(["en", "en"]);
  const anew = await document.$query(db).patchAndFetch({ index_version: document.index_version + 1 });
  expect((await read(anew)).map(({ language }) => language)).toEqual(["en", "de"]);
  await db("chunks").where("id", second).delete();
  expect(await readChunks({ db }, [anew], [second, first], createTexts())).toMatchObject([{ language: "de" }]);
});

test("what is told of each of more documents than can be cited says how many are left out", async () => {
  const documents = [];
  for (let index = 0; index < 12; index++)
    documents.push(
      await add(`Mill ${index}`, [`This report tells of the mill number ${index} and of all that it ground.`]),
    );
  const { passages } = await find(documents, "Summarize all documents");
  expect(passages.map(({ documentsLeft }) => documentsLeft)).toEqual([2, ...Array(9).fill(undefined)]);
  const few = await find(documents.slice(0, 3), "Summarize all documents");
  expect(few.passages.map(({ documentsLeft }) => documentsLeft)).toEqual([undefined, undefined, undefined]);
});
