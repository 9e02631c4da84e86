import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listActivity, networkShown, recordAudit } from "../audit.ts";
import { AuditEventModel, keptMs, keptOfEach, purgeAuditEvents } from "../models/audit-event.ts";
import { UserModel } from "../models/user.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { silentLog } from "./log.ts";

let database: TestDatabase;
let now = new Date();
const clock = { now: () => now };
const lines: object[] = [];
const note = (fields: object, message: string) => lines.push({ ...fields, message });
const log = { ...silentLog, info: note, warn: note };
const deps = () => ({ db: database.db, clock, log });
const first = { limit: 1000, before: null };

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

async function addUser(): Promise<string> {
  const id = uuidv7();
  await UserModel.query(database.db).insert({ id, email: `${id}@example.com`, hashed_password: "-", created_at: now });
  return id;
}

test("what happened is told newest first, page by page, to the account that it happened to", async () => {
  const [userId, other] = [await addUser(), await addUser()];
  const subject = uuidv7();
  await recordAudit(deps(), { userId, event: "login", address: "203.0.113.77" });
  await recordAudit(deps(), { userId: other, event: "login" });
  await recordAudit(deps(), { userId, event: "document-deleted", subject, address: "2001:DB8:7:1::9" });
  const rows = await listActivity(deps(), userId, first);
  expect(rows.map(({ event, subject, network }) => [event, subject, network])).toEqual([
    ["document-deleted", subject, "2001:db8:7::/48"],
    ["login", null, "203.0.113.0/24"],
  ]);
  const [newest] = await listActivity(deps(), userId, { limit: 1, before: null });
  const next = await listActivity(deps(), userId, { limit: 1, before: newest?.id ?? null });
  expect(next.map(({ event }) => event)).toEqual(["login"]);
});

test("the log has a line of each, without the address", async () => {
  const userId = await addUser();
  lines.length = 0;
  await recordAudit(deps(), { userId, event: "logout", address: "203.0.113.77" });
  expect(lines).toEqual([{ event: "logout", userId, message: "audit" }]);
});

test("an account that is gone has nothing happen to it, and nobody is kept from what they do", async () => {
  lines.length = 0;
  const userId = uuidv7();
  await recordAudit(deps(), { userId, event: "login" });
  expect(lines).toMatchObject([{ message: "audit" }, { message: "an audit event could not be kept" }]);
  expect(await listActivity(deps(), userId, first)).toEqual([]);
});

test("a flood of one kind pushes out no other, and its own oldest", async () => {
  const userId = await addUser();
  await recordAudit(deps(), { userId, event: "login" });
  const row = (id: string) => ({ id, user_id: userId, event: "login-failed" as const, created_at: now });
  const ids = Array.from({ length: keptOfEach + 3 }, () => uuidv7());
  await AuditEventModel.query(database.db).insert(ids.map(row));
  await recordAudit(deps(), { userId, event: "login-failed" });
  const rows = await listActivity(deps(), userId, first);
  expect(rows).toHaveLength(keptOfEach + 1);
  expect(rows.at(-1)?.event).toBe("login");
  expect(rows.map(({ id }) => id)).not.toContain(ids[3]);
  expect(rows.map(({ id }) => id)).toContain(ids.at(-1));
});

test("an event goes after ninety days, and with its account", async () => {
  const [userId, other] = [await addUser(), await addUser()];
  await recordAudit(deps(), { userId, event: "login" });
  now = new Date(now.getTime() + keptMs);
  await recordAudit(deps(), { userId, event: "logout" });
  await recordAudit(deps(), { userId: other, event: "logout" });
  expect(await purgeAuditEvents(database.db, now)).toBeGreaterThan(0);
  expect((await listActivity(deps(), userId, first)).map(({ event }) => event)).toEqual(["logout"]);
  await UserModel.query(database.db).deleteById(userId);
  expect((await AuditEventModel.query(database.db)).map(({ user_id }) => user_id)).toEqual([other]);
});

test.each([
  ["203.0.113.77", "203.0.113.0/24"],
  ["::ffff:203.0.113.77", "203.0.113.0/24"],
  ["2001:db8:7:1:2:3:4:5", "2001:db8:7::/48"],
  ["2001:db8::5", "2001:db8::/48"],
  ["1::2:3:4:5:6:7", "1:0:2::/48"],
  ["fe80::1%eth0", "fe80::/48"],
  ["64:ff9b::203.0.113.77", "64:ff9b::/48"],
  ["::1", "::/48"],
  ["somebody", null],
  ["", null],
  ["1.2.3.4.5", null],
  ["999.1.2.3", null],
])("of %s the network is %s", (address, network) => {
  expect(networkShown(address)).toBe(network);
});
