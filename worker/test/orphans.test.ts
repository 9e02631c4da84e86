import { randomUUID } from "node:crypto";
import { mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDiskStorage } from "../../server/adapters/storage-disk.ts";
import { createS3Storage } from "../../server/adapters/storage-s3.ts";
import type { Database } from "../../server/models/database.ts";
import type { Storage } from "../../server/ports.ts";
import { type TestDatabase, testDatabase } from "../../server/test/database.ts";
import { addUser } from "../../server/test/library.ts";
import { silentLog } from "../../server/test/log.ts";
import { hasS3, startS3 } from "../../server/test/s3.ts";
import { createOrphans } from "../orphans.ts";

const hour = 3_600_000;
/** All files are old by then. */
const later = { now: () => new Date(Date.now() + 2 * hour) };

let one: TestDatabase;
let other: TestDatabase;
let dir: string;
let storage: Storage;
beforeAll(async () => {
  [one, other] = await Promise.all([testDatabase(), testDatabase()]);
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "pagewise-orphans-"));
  storage = createDiskStorage({ dir });
  // Databases of tests are copies of one that is made once; none of them had documents before.
  for (const { db } of [one, other]) await db("installation").update({ id: randomUUID(), had_documents: false });
});
afterEach(async () => {
  for (const { db } of [one, other]) await db.raw("delete from users");
  await rm(dir, { recursive: true, force: true });
});
afterAll(() => Promise.all([one.close(), other.close()]));

/** What a process of that database does at its start and every hour; what it says is put into `said`. */
function openProcess(db: Database, { embedded = false, said = [] as object[], clock = later } = {}) {
  const log = { ...silentLog, warn: (fields: object) => void said.push(fields) };
  return { ...createOrphans({ db, storage, clock, log, embedded }, clock.now()), said };
}

const sweep = (db: Database, embedded?: boolean) => openProcess(db, embedded ? { embedded } : {}).purge();
const idOf = async (db: Database) => (await db("installation").first()).id;

async function putFile(id: string = randomUUID()): Promise<string> {
  await storage.put(`documents/${id}.pdf`, Buffer.from("%PDF-"));
  return id;
}

async function addDocument(db: Database): Promise<string> {
  const id = await putFile();
  await db("documents").insert({
    id,
    user_id: await addUser(db),
    title: "a file",
    filename: "a file.pdf",
    bytes: 5,
    sha256: id,
    storage_key: `documents/${id}.pdf`,
  });
  return id;
}

async function stored(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("documents/")) keys.push(key.slice("documents/".length, -".pdf".length));
  return keys.sort();
}

/** Holds for any storage. */
function contract(): void {
  test("an embedded database, then a server's over the same files: neither's are removed", async () => {
    await sweep(one.db, true);
    const ours = [await addDocument(one.db), await addDocument(one.db)];
    const theirs = openProcess(other.db);
    for (let hours = 0; hours < 3; hours += 1) expect(await theirs.purge()).toBe(0);
    expect(theirs.said).toEqual([{ installation: await idOf(other.db), others: [await idOf(one.db)] }]);
    const foreign = [await addDocument(other.db), await putFile()];
    expect(await theirs.purge()).toBe(0);
    // The first one comes back, and finds somebody else's files.
    const back = openProcess(one.db, { embedded: true });
    for (let hours = 0; hours < 3; hours += 1) expect(await back.purge()).toBe(0);
    expect(back.said).toEqual([{ installation: await idOf(one.db), others: [await idOf(other.db)] }]);
    expect(await stored()).toEqual([...ours, ...foreign].sort());
  });

  test("who is alone removes its own orphans, and those of others when it is told that they are gone", async () => {
    await sweep(one.db);
    const kept = await addDocument(one.db);
    await putFile();
    expect(await sweep(one.db)).toBe(1);
    await sweep(other.db);
    await addDocument(other.db);
    expect(await sweep(one.db)).toBe(0);
    await storage.remove(`installations/${await idOf(other.db)}`);
    expect(await sweep(one.db)).toBe(1);
    expect(await stored()).toEqual([kept]);
  });

  test("a new database never takes a storage with files of others, however many of its own come to it", async () => {
    const foreign = await putFile();
    for (let n = 0; n < 3; n += 1) {
      const { purge, said } = openProcess(other.db, { embedded: true });
      expect(await purge()).toBe(0);
      expect(said).toEqual([{ installation: await idOf(other.db), others: [] }]);
      await addDocument(other.db);
    }
    expect(await stored()).toContain(foreign);
    await storage.put(`installations/${await idOf(other.db)}`, Buffer.from("sole"));
    expect(await sweep(other.db)).toBe(1);
    expect(await stored()).not.toContain(foreign);
  });

  test("of two that begin at once on an empty storage, neither removes the other's", async () => {
    // By the true time: what the other is about to write is not taken for a left-over.
    const clock = { now: () => new Date() };
    await Promise.all([one, other].map(({ db }) => openProcess(db, { clock }).purge()));
    const documents = [await addDocument(one.db), await addDocument(other.db)];
    await Promise.all([sweep(one.db), sweep(other.db)]);
    expect(await stored()).toEqual(documents.sort());
  });
}

describe("on disk", contract);
describe.skipIf(!hasS3)("in S3 (needs Debian's python3-swift)", () => {
  let s3: Awaited<ReturnType<typeof startS3>>;
  let copies: string;
  let open: Awaited<ReturnType<typeof createS3Storage>>;
  beforeAll(async () => {
    s3 = await startS3();
    copies = await mkdtemp(join(tmpdir(), "pagewise-orphans-"));
  });
  beforeEach(async () => {
    open = await createS3Storage({ ...s3.location, prefix: `${randomUUID()}/` }, { copiesDir: copies });
    storage = open;
  });
  afterEach(() => open.close());
  afterAll(async () => {
    await s3?.close();
    await rm(copies, { recursive: true, force: true });
  });
  contract();
});

test("an installation from before there were marks takes its storage by itself, with what was left in it", async () => {
  const ours = [await addDocument(one.db), await addDocument(one.db)];
  await putFile();
  await one.db("installation").update({ had_documents: true });
  expect(await sweep(one.db)).toBe(1);
  expect(await stored()).toEqual(ours.sort());
  expect(await sweep(other.db)).toBe(0);
  expect(await stored()).toEqual(ours.sort());
});

test("one that had documents elsewhere takes no storage in which most are of others", async () => {
  await addDocument(one.db);
  for (let n = 0; n < 2; n += 1) await putFile();
  await one.db("installation").update({ had_documents: true });
  expect(await sweep(one.db)).toBe(0);
  expect(await stored()).toHaveLength(3);
});

test("the migration knows an installation with documents from a new one", async () => {
  const { up, down } = await import("../../server/migrations/0005-installation.ts");
  for (const had_documents of [false, true]) {
    if (had_documents) await addDocument(one.db);
    await down(one.db);
    await up(one.db);
    expect(await one.db("installation")).toMatchObject([{ had_documents }]);
  }
});

test("a new one takes a storage in which only its own documents stand, also where uploads came before the first sweep", async () => {
  await addDocument(one.db);
  expect(await sweep(one.db)).toBe(0);
  await putFile();
  expect(await sweep(one.db)).toBe(1);
});

test("younger files are left, and what is cut off in a storage of others", async () => {
  await storage.put("incoming/cut", Buffer.from("half"));
  await sweep(one.db);
  expect(await storage.stat("incoming/cut")).toBeNull();
  const [old, young] = [await putFile(), await putFile()];
  const past = new Date(Date.now() - 2 * hour);
  await utimes(join(dir, `documents/${old}.pdf`), past, past);
  const clock = { now: () => new Date() };
  const orphans = createOrphans({ db: one.db, storage, clock, log: silentLog, embedded: false }, clock.now());
  expect(await orphans.purge()).toBe(1);
  expect(await stored()).toEqual([young]);
  await storage.put("incoming/cut", Buffer.from("half"));
  expect(await sweep(other.db, true)).toBe(0);
  expect(await storage.stat("incoming/cut")).not.toBeNull();
});
