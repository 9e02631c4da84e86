import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { DocumentModel } from "../../server/models/document.ts";
import {
  claimDocument,
  deferDocument,
  failDocument,
  finishDocument,
  renewLease,
  reportProgress,
} from "../../server/models/document-lease.ts";
import { writeRun } from "../../server/models/run.ts";
import { type Bench, openBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const claim = (idleUsersOnly = false) => claimDocument(bench.db, { run: randomUUID(), leaseMs: 30_000, idleUsersOnly });
const add = (user: string, values: Partial<DocumentModel> = {}) =>
  bench.addDocument(user, Buffer.from("%PDF-"), values);
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

test("takes the oldest due document, each once", async () => {
  const user = await bench.addUser();
  const younger = await add(user, { next_attempt_at: minutesAgo(1) });
  const older = await add(user, { next_attempt_at: minutesAgo(2) });
  await add(user, { next_attempt_at: minutesAgo(-1) });
  await add(user, { status: "failed" });
  await add(user, { deleted_at: new Date() });
  expect((await claim())?.id).toBe(older);
  expect((await claim())?.id).toBe(younger);
  expect(await claim()).toBeNull();
});

test("a user with little running goes before one with much waiting", async () => {
  const busy = await bench.addUser();
  const idle = await bench.addUser();
  for (let n = 0; n < 4; n++) await add(busy, { next_attempt_at: minutesAgo(60 - n) });
  const only = await add(idle, { next_attempt_at: minutesAgo(1) });
  expect((await claim())?.user_id).toBe(busy);
  expect((await claim())?.id).toBe(only);
  expect((await claim())?.user_id).toBe(busy);
});

test("users take turns where there are fewer slots than users, however much each has waiting", async () => {
  const users = [await bench.addUser(), await bench.addUser(), await bench.addUser()];
  for (const [place, user] of users.entries()) {
    for (let n = 0; n < 3; n++) await add(user, { next_attempt_at: minutesAgo(60 - 10 * place - n) });
  }
  const served: string[] = [];
  for (let n = 0; n < 9; n++) {
    const row = await claimDocument(bench.db, { run: randomUUID(), leaseMs: 30_000, idleUsersOnly: false, served });
    const user = row?.user_id ?? "";
    if (served.includes(user)) served.splice(served.indexOf(user), 1);
    served.push(user);
    expect(user).toBe(users[n % 3]);
    await finishDocument(
      bench.db,
      { documentId: row?.id ?? "", run: row?.run ?? "" },
      { pages: 1, pagesUnreadable: [], language: null, languages: [], indexVersion: 1 },
    );
  }
});

test("the last free slot is not for those who have one", async () => {
  const busy = await bench.addUser();
  await add(busy, { next_attempt_at: minutesAgo(2) });
  await add(busy, { next_attempt_at: minutesAgo(2) });
  expect((await claim(true))?.user_id).toBe(busy);
  expect(await claim(true)).toBeNull();
  const other = await bench.addUser();
  const id = await add(other, { next_attempt_at: minutesAgo(1) });
  expect((await claim(true))?.id).toBe(id);
});

test("a lease that ran out is taken over and counted, one that holds is not", async () => {
  const user = await bench.addUser();
  const id = await add(user);
  const first = await claim();
  expect(await claim()).toBeNull();
  await DocumentModel.query(bench.db)
    .findById(id)
    .patch({ lease_until: minutesAgo(1) });
  const second = await claim();
  expect(second).toMatchObject({ id, lost_leases: 1, attempts: 0 });
  expect(second?.run).not.toBe(first?.run);
});

test("a document with a strike waits for all others, runs alone, and never in the last free slot", async () => {
  const users = await Promise.all([bench.addUser(), bench.addUser(), bench.addUser()]);
  const [one = "", two = "", three = ""] = users;
  const struck = await add(one, { strikes: 1, next_attempt_at: minutesAgo(30) });
  const other = await add(two, { strikes: 1, next_attempt_at: minutesAgo(20) });
  const plain = await add(three, { next_attempt_at: minutesAgo(1) });
  expect((await claim())?.id).toBe(plain);
  expect(await claim(true)).toBeNull();
  const first = await claim();
  expect(first?.id).toBe(struck);
  expect(await claim()).toBeNull();
  // Its worker fell silent: it is taken over itself, and still alone.
  await DocumentModel.query(bench.db)
    .findById(struck)
    .patch({ lease_until: minutesAgo(1) });
  expect((await claim())?.id).toBe(struck);
  expect(await claim()).toBeNull();
  await DocumentModel.query(bench.db).findById(struck).patch({ status: "failed" });
  expect((await claim())?.id).toBe(other);
});

test("a document with a strike takes its turn when others have gone before it for an hour", async () => {
  const struck = await add(await bench.addUser(), { strikes: 1, next_attempt_at: minutesAgo(61) });
  await add(await bench.addUser(), { next_attempt_at: minutesAgo(1) });
  expect((await claim())?.id).toBe(struck);
});

test("of two workers that claim in the same moment, one gets a document with a strike", async () => {
  for (let n = 0; n < 4; n++) await add(await bench.addUser(), { strikes: 1, next_attempt_at: minutesAgo(2) });
  const claimed = await Promise.all(Array.from({ length: 8 }, () => claim()));
  expect(claimed.filter(Boolean)).toHaveLength(1);
});

test("nothing can be written under a lost lease, or to a deleted document", async () => {
  const user = await bench.addUser();
  const id = await add(user);
  const row = await claim();
  const lease = { documentId: id, run: row?.run ?? "" };
  const page = { number: 1, text: "text", width: 595, height: 842, lines: [] };
  const writes = (held: typeof lease) => [
    () => renewLease(bench.db, held, 30_000),
    () => reportProgress(bench.db, held, { progress: 0.5, pages: 3, title: "other" }),
    () => writeRun(bench.db, held, { pages: [page], chunks: [] }),
    () => deferDocument(bench.db, held, 1_000),
    () => failDocument(bench.db, held, "pdf-damaged"),
    () =>
      finishDocument(bench.db, held, { pages: 1, pagesUnreadable: [], language: null, languages: [], indexVersion: 1 }),
  ];
  for (const write of writes({ ...lease, run: randomUUID() })) expect(await write()).toBe(false);
  await DocumentModel.query(bench.db).findById(id).patch({ deleted_at: new Date() });
  for (const write of writes(lease)) expect(await write()).toBe(false);
  expect(await bench.pages(id)).toEqual([]);
  await DocumentModel.query(bench.db).findById(id).patch({ deleted_at: null });
  expect(await renewLease(bench.db, lease, 30_000)).toBe(true);
  expect(await reportProgress(bench.db, lease, { progress: 0.5, pages: 3, title: "other" })).toBe(true);
  expect(await bench.document(id)).toMatchObject({ progress: 0.5, pages: 3, title: "other", status: "processing" });
});
