// What a reader of document events learns of changes that nobody announced.
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createMemoryEventLog } from "../adapters/event-log-memory.ts";
import { type DocumentChange, watchDocuments } from "../document-events.ts";
import { DocumentModel } from "../models/document.ts";
import { SessionModel } from "../models/user.ts";
import type { EventLog } from "../ports.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { addDocument, addUser } from "./library.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function watch(events: EventLog) {
  const { db } = database;
  const userId = await addUser(db);
  const sessionId = uuid();
  await SessionModel.query(db).insert({ id: sessionId, user_id: userId });
  const left = new AbortController();
  const seen: DocumentChange[] = [];
  const begin = () =>
    (async () => {
      for await (const change of watchDocuments({ db, events }, { userId, sessionId }, left.signal, { lookMs: 50 })) {
        seen.push(change);
      }
    })();
  return { db, userId, sessionId, left, seen, begin };
}
const memoryLog = () => createMemoryEventLog({ clock: { now: () => new Date() } });

test("what was not announced is told at the next look, once", async () => {
  const { db, userId, left, seen, begin } = await watch(memoryLog());
  const id = await addDocument(db, userId, { title: "a", pages: ["a"], status: "processing" });
  const gone = await addDocument(db, userId, { title: "b", pages: ["b"], status: "queued" });
  const ended = begin();
  await expect.poll(() => seen).toHaveLength(1);
  await DocumentModel.query(db).findById(id).patch({ progress: 0.5 });
  await expect.poll(() => seen.at(-1)).toMatchObject({ event: "document", document: { id, progress: 0.5 } });
  await DocumentModel.query(db).findById(id).patch({ status: "ready", progress: 1 });
  await expect.poll(() => seen.at(-1)).toMatchObject({ event: "document", document: { id, status: "ready" } });
  await DocumentModel.query(db).findById(gone).patch({ deleted_at: new Date() });
  await expect.poll(() => seen.at(-1)).toEqual({ event: "deleted", id: gone });
  const later = await addDocument(db, userId, { title: "c", pages: ["c"], status: "queued" });
  await expect.poll(() => seen.at(-1)).toMatchObject({ event: "document", document: { id: later } });
  left.abort();
  await ended;
  expect(seen.map(({ event }) => event)).toEqual(["snapshot", "document", "document", "deleted", "document"]);
});

test("a log that cannot be reached keeps nobody from the snapshot, and an ended session ends the stream", async () => {
  const away: EventLog = {
    ...memoryLog(),
    last: () => Promise.reject(new Error("away")),
    async *read(_key, { signal }) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
  };
  const { db, userId, sessionId, seen, begin } = await watch(away);
  const id = await addDocument(db, userId, { title: "a", pages: ["a"], status: "queued" });
  const ended = begin();
  await expect.poll(() => seen).toMatchObject([{ event: "snapshot", documents: [{ id }] }]);
  await SessionModel.query(db).findById(sessionId).patch({ revoked_at: new Date() });
  await ended;
});
