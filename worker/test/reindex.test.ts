// Documents that an earlier version indexed stay ready, and are found by what this version finds.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { migrate } from "../../server/adapters/database.ts";
import { migrationSource } from "../../server/migrations/source.ts";
import { DocumentModel } from "../../server/models/document.ts";
import { retrieve } from "../../server/retrieval.ts";
import { addDocument } from "../../server/test/library.ts";
import { type Bench, openBench, until } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const pages = [
  "この橋は技師の田中一郎が設計した。全長は四百十二\nメートルである。",
  "The keepers of the light-\nhouse were replaced by machines, and the lamps that they had trimmed were shown in the museum.",
];

/** As the first version left it: one configuration for all, nothing of its own. */
async function indexAsBefore(id: string): Promise<void> {
  await bench.db.raw("update chunks set tsv = to_tsvector('simple', content) where document_id = ?", [id]);
}

async function found(id: string, question: string): Promise<number | undefined> {
  const document = (await DocumentModel.query(bench.db).findById(id)) as DocumentModel;
  return (await retrieve({ db: bench.db }, [document], question, [])).citations[0]?.page;
}

const indexed = (id: string) =>
  until(
    () => bench.document(id),
    (row) => (row?.index_version ?? 0) > 0,
  );

test("a database of the first version is brought up to date without a document falling out of use", async () => {
  const user = await bench.addUser();
  const id = await addDocument(bench.db, user, { title: "Bridge", pages, language: "ja" });
  const before = await bench.document(id);
  await bench.db.transaction((trx) => trx.migrate.down({ migrationSource, name: "0004-languages-of-parts" }));
  await indexAsBefore(id);
  await migrate(bench.db);
  expect(await bench.document(id)).toMatchObject({ status: "ready", index_version: 0, languages: [] });
  expect(await found(id, "橋の全長は何メートル？")).toBeUndefined();
  // What was found before is found meanwhile.
  expect(await found(id, "machines in the museum")).toBe(2);
  await bench.startWorker();
  const after = await indexed(id);
  expect(after).toMatchObject({ status: "ready", ready_run: before?.ready_run, language: "ja", attempts: 0 });
  expect(after?.languages.sort()).toEqual(["en", "ja"]);
  expect(await found(id, "橋の全長は何メートル？")).toBe(1);
  expect(await found(id, "lighthouse")).toBe(2);
  expect(await found(id, "a keeper replacing a machine")).toBe(2);
});

test("one that cannot be indexed keeps no other, and is tried again", async () => {
  const user = await bench.addUser();
  const ids: string[] = [];
  for (const title of ["first", "second", "third"]) {
    const id = await addDocument(bench.db, user, { title, pages: Array(60).fill(pages[0]), language: "ja" });
    await indexAsBefore(id);
    await DocumentModel.query(bench.db).findById(id).patch({ index_version: 0 });
    ids.push(id);
  }
  const [first = "", second = "", third = ""] = ids;
  await bench.db.raw(`create function refuse() returns trigger language plpgsql as $$ begin
    if new.document_id = '${second}' and new.ordinal = 40 then raise exception 'no'; end if; return new; end $$`);
  await bench.db.raw("create trigger refuse before update on chunks for each row execute function refuse()");
  try {
    await bench.startWorker({ sweepEveryMs: 50 });
    await indexed(first);
    await indexed(third);
    expect((await bench.document(second))?.index_version).toBe(0);
  } finally {
    await bench.db.raw("drop trigger refuse on chunks");
    await bench.db.raw("drop function refuse");
  }
  await indexed(second);
  for (const id of ids) expect(await found(id, "橋の全長は何メートル？")).toBe(1);
});
