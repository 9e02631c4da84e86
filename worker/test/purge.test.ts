import { randomUUID } from "node:crypto";
import { utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createPdfReader } from "../../server/adapters/pdf.ts";
import { ConversationModel, MessageModel } from "../../server/models/conversation.ts";
import { DocumentModel } from "../../server/models/document.ts";
import type { PdfReader } from "../../server/ports.ts";
import { distEntry } from "../../server/test/dist.ts";
import { silentLog } from "../../server/test/log.ts";
import { makePdf, prose } from "../../server/test/pdf.ts";
import { type Bench, openBench, until } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const remove = (id: string) => DocumentModel.query(bench.db).findById(id).patch({ deleted_at: new Date() });
const rowsOf = async (id: string) => [await bench.document(id), await bench.pages(id), await bench.chunks(id)].flat();
const gone = (id: string) =>
  until(
    async () => (await rowsOf(id)).filter(Boolean).length,
    (rows) => rows === 0,
  );

test("a deleted document leaves no row, file or picture", async () => {
  const user = await bench.addUser();
  const kept = await bench.addDocument(user, makePdf([prose("gear")]));
  const id = await bench.addDocument(user, makePdf([prose("engine"), prose("gear")]));
  const { queue } = await bench.startWorker({ sweepEveryMs: 600_000 });
  for (const each of [kept, id]) {
    queue.processPdf(each);
    await until(
      () => bench.document(each),
      (row) => row?.status === "ready",
    );
  }
  await bench.storage.put(`documents/${id}/pages/1-320.png`, new Uint8Array(10));
  await remove(id);
  queue.processPdf(id);
  await gone(id);
  await until(bench.files, (files) => files.length === 1);
  expect(await bench.files()).toEqual([`${kept}.pdf`]);
  expect((await bench.chunks(kept)).length).toBeGreaterThan(0);
});

test("an answer whose process died is given up once its lease has ended, and no other", async () => {
  const user = await bench.addUser();
  const leases = { lapsed: -1, held: 600_000 };
  const ids = Object.entries(leases).map(([name, ms]) => ({ name, ms, conversation: randomUUID(), id: randomUUID() }));
  for (const { conversation, id, ms } of ids) {
    await ConversationModel.query(bench.db).insert({
      ...{ id: conversation, user_id: user, title: "?", document_ids: [], all_documents: true },
      ...{ created_at: new Date(), updated_at: new Date() },
    });
    await MessageModel.query(bench.db).insert({
      ...{ id, conversation_id: conversation, role: "assistant", status: "streaming", text: "Half", delta_ends: [4] },
      lease_until: new Date(Date.now() + ms),
    });
  }
  await bench.startWorker({ sweepEveryMs: 50 });
  const rows = () => Promise.all(ids.map(({ id }) => MessageModel.query(bench.db).findById(id)));
  await until(rows, ([lapsed]) => lapsed?.status === "failed");
  expect(await rows()).toMatchObject([
    { status: "failed", text: "Half", lease_until: null, error: { code: "unavailable" } },
    { status: "streaming" },
  ]);
});

test("deleting while it is read stops the task, which leaves nothing", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf(Array.from({ length: 50 }, () => prose("engine", 30))));
  await bench.startWorker({ sweepEveryMs: 50 });
  await until(
    () => bench.pages(id),
    (rows) => rows.length > 0,
  );
  await remove(id);
  await gone(id);
  await until(bench.files, (files) => files.length === 0);
});

test("deleting a document of five thousand pages while it is read ends the reading, and leaves nothing", {
  timeout: 180_000,
}, async () => {
  const reader = createPdfReader({
    childEntry: distEntry("pdf-child"),
    processes: 2,
    maxPages: 5_000,
    log: silentLog,
  });
  let read = 0;
  const counted: PdfReader = {
    ...reader,
    async *read(path, options) {
      for await (const page of reader.read(path, options)) {
        read += 1;
        yield page;
      }
    },
  };
  const user = await bench.addUser();
  const pages = Array.from({ length: 5_000 }, (_, number) => prose(`engine ${number}`, 40));
  const id = await bench.addDocument(user, makePdf(pages));
  await bench.startWorker({ reader: counted });
  await until(
    async () => read,
    (count) => count > 500,
    100_000,
  );
  await remove(id);
  await gone(id);
  await until(bench.files, (files) => files.length === 0);
  const before = read;
  expect(before).toBeLessThan(5_000);
  await sleep(1_000);
  expect(read).toBe(before);
  expect([await bench.pages(id), await bench.chunks(id)]).toEqual([[], []]);
  await reader.close();
});

test("removes files without a document once they are old, and nothing younger", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")]), { status: "failed" });
  const lost = "0190a0a0-0000-7000-8000-00000000000a";
  const fresh = "0190a0a0-0000-7000-8000-00000000000b";
  const keys = [`documents/${lost}.pdf`, `documents/${lost}/pages/1-320.png`, `incoming/${lost}`];
  for (const key of [...keys, `documents/${fresh}.pdf`]) await bench.storage.put(key, new Uint8Array(3));
  const old = new Date(Date.now() - 2 * 3_600_000);
  for (const key of [...keys, `documents/${id}.pdf`]) {
    await bench.storage.withLocalFile(key, (path) => utimes(path, old, old));
  }
  await bench.startWorker();
  await until(bench.files, (files) => files.length === 2);
  expect((await bench.files()).sort()).toEqual([`${fresh}.pdf`, `${id}.pdf`].sort());
});

test("a worker that knows itself alone removes what a dead process was writing at once", async () => {
  await bench.storage.put("incoming/half", new Uint8Array(3));
  const worker = await bench.startWorker();
  await worker.stop({ graceMs: 0 });
  expect(await bench.files()).toEqual(["half"]);
  await bench.startWorker({ embedded: true });
  await until(bench.files, (files) => files.length === 0);
});

test("vacuums after much was written, where nobody else does", async () => {
  const statistics = async () => {
    const { rows } = await bench.db.raw("select reltuples from pg_class where relname = 'chunks'");
    return Number(rows[0].reltuples);
  };
  await bench.db.raw("update pg_class set reltuples = -1 where relname = 'chunks'");
  const user = await bench.addUser();
  for (let n = 0; n < 3; n++) {
    await bench.addDocument(user, makePdf(Array.from({ length: 50 }, (_, page) => prose(`engine ${n} ${page}`, 50))));
  }
  await bench.startWorker({ embedded: true, sweepEveryMs: 50 });
  await until(statistics, (rows) => rows > 0);
});
