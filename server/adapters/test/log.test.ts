import { afterAll, beforeAll, expect, test } from "vitest";
import { UserModel } from "../../models/user.ts";
import { type TestDatabase, testDatabase } from "../../test/database.ts";
import { createLogger } from "../log.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

let written = "";
const write = (line: string) => {
  written += line;
};
const log = createLogger("info", { write });
const lineOf = (error: unknown, name: "err" | "error") => {
  written = "";
  log.error({ [name]: error, password: "never" }, "it failed");
  return JSON.parse(written);
};

test("a statement that failed is logged with its fault, and without the values that it was given", async () => {
  const row = { id: crypto.randomUUID(), email: "ada@example.com", hashed_password: "$2b$secret" };
  await UserModel.query(database.db).insert(row);
  const again = () =>
    UserModel.query(database.db).insert({ ...row, id: crypto.randomUUID(), email: "ADA@example.com" });
  const failures = [
    await again().catch((error) => error),
    await again()
      .toKnexQuery()
      .catch((error: unknown) => error),
    await database.db.raw("select ?::int", ["ada@example.com, as a number"]).catch((error: unknown) => error),
    new Error("ours", { cause: await again().catch((error) => error) }),
  ];
  for (const failure of failures.filter((_, index) => index !== 2)) {
    for (const name of ["err", "error"] as const) {
      const line = lineOf(failure, name);
      expect(line[name].message).toContain("users_email_unique");
      expect(line[name].stack).toContain("at ");
      expect(written).not.toMatch(/ada@example|ADA@example|2b\$secret/);
    }
  }
  expect(lineOf(failures[2], "err").err.message).toContain("invalid input syntax for type integer");
  expect(written).toContain("select $1::int");
});

test("what is no error is logged as it is, and an error that holds itself does no harm", () => {
  expect(lineOf("in words", "err").err).toBe("in words");
  const circle = Object.assign(new Error("round"), { self: {} as object });
  circle.self = circle;
  expect(lineOf(circle, "err").err.message).toBe("round");
});
