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
    return { question, answer: text.split("\n").slice(text.includes("\n") ? 1 : 0).join(" "), titles: [title] };
  });
}

/** @returns the place of the page that answers, from 1; 0 where it is not found. */
async function placeOf(conversation: Conversation, turns: Turn[]): Promise<number> {
  const { scope, question, page, document = scope[0] } = conversation;
  const within = scope.flatMap((name) => stored.get(name) ?? []);
  const { remembered } = followUpOf(question, turns, within.length);
  const { citations, confidence } = await retrieve({ db: database.db }, within, question, remembered);
  const id = stored.get(document ?? "")?.id;
  if (confidence < 0.4) return -1;
  return citations.findIndex((citation) => citation.document_id === id && citation.page === page) + 1;
}

test("MEASURE", async () => {
  for (const [name, set] of Object.entries({ followUps, newTopics })) {
    let first = 0;
    let without = 0;
    for (const each of set) {
      const turns = turnsOf(each);
      const place = await placeOf(each, turns);
      const bare = await placeOf(each, []);
      first += Number(place === 1);
      without += Number(bare === 1);
      const f = followUpOf(each.question, turns, each.scope.length);
      if (place !== 1 || (name === "newTopics" && f.leaning > 0))
        console.log(name, place, bare, each.question, JSON.stringify(f));
    }
    console.log(name, set.length, "first", first, "without", without);
  }
  expect(1).toBe(1);
});
