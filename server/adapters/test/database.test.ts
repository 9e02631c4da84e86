// The embedded and the server database: SQL, transactions, large values, migrations, and what happens when a thread is lost.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "../../test/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await database.close();
});

test("it runs", async () => {
  const { rows } = await database.db.raw("select ?::int as n, now() as t, 1::int8 as big", [1]);
  expect(rows[0]).toMatchObject({ n: 1, big: "1" });
});
