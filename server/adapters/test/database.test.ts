// The database in either mode: types, errors, transactions, many at once, tables up and down.
import { randomBytes, randomUUID } from "node:crypto";
import { UniqueViolationError } from "objection";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isDatabaseGone } from "../../models/database.ts";
import { UserModel } from "../../models/user.ts";
import { createServerDatabase, type TestDatabase, testDatabase } from "../../test/database.ts";
import { distEntry } from "../../test/dist.ts";
import { silentLog } from "../../test/log.ts";
import { DatabaseUnreachableError, migrate, openDatabase } from "../database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.db.raw("create table counters (id int primary key, n int not null)");
  await database.db.raw("create table blobs (id int primary key, bytes bytea not null)");
});
afterAll(() => database.close());

const addUser = (email: string) =>
  UserModel.query(database.db).insert({ id: randomUUID(), email, hashed_password: "x" });

test("values arrive as PostgreSQL has them", async () => {
  const { rows } = await database.db.raw(
    `select 9007199254740993::int8 as big, '2026-01-02T03:04:05Z'::timestamptz as time, '{"a": [1, null]}'::jsonb as json,
       array['a,b', null, 'c"d'] as texts, 'Ünïcödé 日本 😀' as text, 1.5::real as real, null as nothing`,
  );
  expect(rows[0]).toEqual({
    big: "9007199254740993",
    time: new Date("2026-01-02T03:04:05Z"),
    json: { a: [1, null] },
    texts: ["a,b", null, 'c"d'],
    text: "Ünïcödé 日本 😀",
    real: 1.5,
    nothing: null,
  });
});

test("several megabytes go in and come out whole", async () => {
  const bytes = randomBytes(5_000_000);
  await database.db("blobs").insert({ id: 1, bytes });
  const row = await database.db("blobs").where({ id: 1 }).first();
  expect(bytes.equals(row.bytes)).toBe(true);
});

test("emails are unique without regard to case, also beyond ASCII", async () => {
  await addUser("ÄÉŽ@example.com");
  await expect(addUser("äéž@EXAMPLE.com")).rejects.toThrow(UniqueViolationError);
  await expect(addUser("äéž@EXAMPLE.com")).rejects.toMatchObject({ constraint: "users_email_unique" });
  const found = await UserModel.query(database.db).whereRaw("lower(email) = lower(?)", ["äÉŽ@example.com"]);
  expect(found).toHaveLength(1);
});

test("every reference has an index, or each row that goes would have the whole table read", async () => {
  const { rows } = await database.db.raw(
    `select conrelid::regclass::text as table, attname as column from pg_constraint
     join pg_attribute on attrelid = conrelid and attnum = conkey[1]
     where contype = 'f' and not exists (
       select 1 from pg_index where indrelid = conrelid and indkey[0] = conkey[1]
       and (indpred is null or pg_get_expr(indpred, indrelid) = format('(%I IS NOT NULL)', attname)))`,
  );
  expect(rows).toEqual([]);
  const { rows: all } = await database.db.raw(
    "select count(*)::int as references from pg_constraint where contype = 'f'",
  );
  expect(all[0].references).toBeGreaterThan(10);
});

test("a query that fails says why, and the connection goes on", async () => {
  await expect(database.db.raw("select * from nowhere")).rejects.toMatchObject({ code: "42P01" });
  await expect(database.db.raw("select ?::int", ["not a number"])).rejects.toMatchObject({ code: "22P02" });
  expect((await database.db.raw("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("a transaction that throws leaves nothing, a savepoint only what stood before it", async () => {
  const { db } = database;
  await expect(
    db.transaction(async (trx) => {
      await trx("counters").insert({ id: 100, n: 0 });
      throw new Error("changed my mind");
    }),
  ).rejects.toThrow("changed my mind");
  await db.transaction(async (trx) => {
    await trx("counters").insert({ id: 101, n: 0 });
    const inner = trx.transaction((nested) => nested("counters").insert({ id: 101, n: 1 }));
    await expect(inner).rejects.toMatchObject({ code: "23505" });
  });
  expect(await db("counters").whereIn("id", [100, 101])).toEqual([{ id: 101, n: 0 }]);
});

test("many queries and transactions at once do not mix", async () => {
  const { db } = database;
  const answers = await Promise.all(
    Array.from({ length: 60 }, async (_value, n) => (await db.raw("select ?::int as n", [n])).rows[0].n),
  );
  expect(answers).toEqual(Array.from({ length: 60 }, (_value, n) => n));
  await db("counters").insert({ id: 1, n: 0 });
  await Promise.all(
    Array.from({ length: 20 }, () =>
      db.transaction(async (trx) => {
        const row = await trx("counters").where({ id: 1 }).forUpdate().first();
        await trx("counters")
          .where({ id: 1 })
          .update({ n: row.n + 1 });
      }),
    ),
  );
  expect((await db("counters").where({ id: 1 }).first()).n).toBe(20);
});

test("the event loop stays free while a long query runs", async () => {
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 5);
  const started = performance.now();
  await database.db.raw("select sum(sqrt(n)) from generate_series(1, 3000000) as n");
  const elapsedMs = performance.now() - started;
  clearInterval(timer);
  // A quarter of what an idle loop gives: other programs share this machine. A blocked one gives none.
  expect(ticks).toBeGreaterThan(elapsedMs / 5 / 4);
});

test("tables go down and up again, and two that migrate at once do not clash", async () => {
  const { db } = database;
  const tables = async () => (await db.raw("select tablename from pg_tables where schemaname = 'public'")).rows.length;
  const before = await tables();
  await db.migrate.rollback({}, true);
  expect(await tables()).toBeLessThan(before);
  await Promise.all([migrate(db), migrate(db)]);
  expect(await tables()).toBe(before);
  await migrate(db);
});

test("a server that does not answer is told in a sentence, in time", async () => {
  const started = performance.now();
  const opening = openDatabase({
    databaseUrl: "postgresql://127.0.0.1:1/nothing",
    dataDir: "",
    threadEntry: distEntry("pglite-thread"),
    log: silentLog,
    waitMs: 300,
  });
  await expect(opening).rejects.toThrow(DatabaseUnreachableError);
  await expect(opening).rejects.toThrow("the database of DATABASE_URL cannot be reached: connect ECONNREFUSED");
  expect(performance.now() - started).toBeLessThan(10_000);
});

test.runIf(process.env.TEST_DATABASE_URL)(
  "a database that takes no connections is away, not wrong (needs TEST_DATABASE_URL)",
  async () => {
    const closed = await createServerDatabase(process.env.TEST_DATABASE_URL ?? "");
    try {
      const name = new URL(closed.url).pathname.slice(1);
      await database.db.raw("alter database ?? allow_connections false", [name]);
      const error = await closed.db.raw("select 1").catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "55000" });
      expect(isDatabaseGone(error)).toBe(true);
      const wrong = await database.db.raw("select currval('never_there')").catch((thrown: unknown) => thrown);
      expect(isDatabaseGone(wrong)).toBe(false);
    } finally {
      await closed.drop();
    }
  },
);
