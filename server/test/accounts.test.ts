import { afterAll, beforeAll, expect, test } from "vitest";
import { createMemoryEventLog } from "../adapters/event-log-memory.ts";
import { createPasswordHasher } from "../adapters/passwords.ts";
import { loadSecrets } from "../adapters/secrets.ts";
import { purgeSessions, RefreshTokenModel, SessionModel, UserModel } from "../models/user.ts";
import type { PasswordHasher } from "../password-port.ts";
import { endSessions, openSession, refreshSession } from "../sessions.ts";
import { changePassword, createPasswordCheck, registerUser, type UserDeps } from "../users.ts";
import { type TestDatabase, testDatabase } from "./database.ts";
import { distEntry } from "./dist.ts";
import { silentLog } from "./log.ts";

let database: TestDatabase;
let deps: UserDeps;
let now = new Date();
const hashers: PasswordHasher[] = [];
const password = "correct horse battery";
let emails = 0;

beforeAll(async () => {
  database = await testDatabase();
  const clock = { now: () => now };
  deps = {
    db: database.db,
    clock,
    log: silentLog,
    events: createMemoryEventLog({ clock }),
    keys: { jwt: await loadSecrets(["a secret of at least 32 bytes, for tests"], { dataDir: "", name: "jwt" }) },
    passwords: hasher(4),
  };
});
afterAll(async () => {
  await Promise.all(hashers.map((each) => each.close()));
  await database.close();
});

function hasher(cost: number): PasswordHasher {
  const made = createPasswordHasher({ threadEntry: distEntry("password-thread"), cost });
  hashers.push(made);
  return made;
}

const addUser = () => registerUser(deps, `somebody-${++emails}@example.com`, password);
const userNow = async (id: string) => (await UserModel.query(deps.db).findById(id)) as UserModel;
const live = (userId: string) => SessionModel.query(deps.db).where({ user_id: userId }).whereNull("revoked_at");

/** A hasher at a higher cost, which keeps that one password waiting. */
function slowHasher() {
  const passwords = hasher(5);
  let begin = () => {};
  let release = () => {};
  const begun = new Promise<void>((done) => {
    begin = done;
  });
  const released = new Promise<void>((done) => {
    release = done;
  });
  const hash = async (text: string) => {
    if (text !== password) return passwords.hash(text);
    begin();
    await released;
    return passwords.hash(text);
  };
  return { passwords: { ...passwords, hash }, begun, release };
}

test("a sign-in after the cost has risen hashes the password anew, once, and changes nothing else", async () => {
  const { id, email, hashed_password } = await addUser();
  const session = await openSession(deps, await userNow(id));
  const costlier = { ...deps, passwords: hasher(5) };
  const check = createPasswordCheck(costlier);
  await Promise.all([check.identify(email, password), check.identify(email, password)]);
  await expect.poll(async () => (await userNow(id)).hashed_password).toMatch(/^\$2b\$05\$/);
  const { hashed_password: anew, password_version } = await userNow(id);
  expect(password_version).toBe(0);
  expect(await check.identify(email, password)).toMatchObject({ id });
  await expect(check.identify(email, "another password")).rejects.toMatchObject({ code: "invalid-credentials" });
  expect(await refreshSession(deps, session.refresh_token)).toMatchObject({ token_type: "bearer" });
  // Neither a wrong password nor a lower cost changes the hash.
  await createPasswordCheck(deps).identify(email, password);
  expect((await userNow(id)).hashed_password).toBe(anew);
  expect(anew).not.toBe(hashed_password);
});

test("a hash made at a lower cost is told apart, and refuses like any other", async () => {
  const [low, high] = [deps.passwords, hasher(6)];
  const hash = await low.hash(password);
  expect([low.isOutdated(hash), high.isOutdated(hash), low.isOutdated("not a hash")]).toEqual([false, true, false]);
  expect([await high.compare(password, hash), await high.compare("another", hash)]).toEqual([true, false]);
});

test("a password that is changed while the old one is hashed anew stays changed", async () => {
  const { id, email } = await addUser();
  const slow = slowHasher();
  const check = createPasswordCheck({ ...deps, passwords: slow.passwords });
  const signingIn = check.identify(email, password);
  await slow.begun;
  const session = { userId: id, sessionId: "" };
  const proven = await createPasswordCheck(deps).prove(session, password);
  const opened = await openSession(deps, proven);
  const [{ id: sessionId } = { id: "" }] = await live(id);
  await changePassword(deps, { userId: id, sessionId }, proven, "a new long password");
  slow.release();
  await signingIn;
  // The hash that was under way has come to its end, and to nothing.
  await slow.passwords.compare("", "");
  await expect(check.identify(email, password)).rejects.toMatchObject({ code: "invalid-credentials" });
  expect((await check.identify(email, "a new long password")).id).toBe(id);
  expect(await refreshSession(deps, opened.refresh_token)).toBeTruthy();
});

test("a sign-in that was proven with the old password opens nothing once it has been changed", async () => {
  const { id } = await addUser();
  const proven = await userNow(id);
  await changePassword(deps, { userId: id, sessionId: "" }, proven, "a new long password");
  await expect(openSession(deps, proven)).rejects.toMatchObject({ code: "invalid-credentials" });
  expect(await live(id)).toEqual([]);
});

test("sign-ins and a change of the password at once: none of the old password's is left", async () => {
  for (let round = 0; round < 5; round++) {
    const { id } = await addUser();
    const proven = await userNow(id);
    const opening = Array.from({ length: 4 }, () => openSession(deps, proven).catch((error) => error.code));
    const changing = changePassword(deps, { userId: id, sessionId: "" }, proven, "a new long password");
    for (const result of await Promise.all(opening)) {
      if (typeof result === "string") expect(result).toBe("invalid-credentials");
    }
    await changing;
    expect(await live(id)).toEqual([]);
  }
});

test("of two changes at once with the same old password one is made, and the other told", async () => {
  const { id, email } = await addUser();
  const proven = await userNow(id);
  const next = ["the first new password", "the second new password"];
  const session = { userId: id, sessionId: "" };
  const results = await Promise.allSettled(next.map((each) => changePassword(deps, session, proven, each)));
  const made = results.findIndex(({ status }) => status === "fulfilled");
  expect(results[1 - made]).toMatchObject({ status: "rejected", reason: { code: "invalid-credentials" } });
  const check = createPasswordCheck(deps);
  expect((await check.identify(email, next[made] ?? "")).id).toBe(id);
  await expect(check.identify(email, next[1 - made] ?? "")).rejects.toMatchObject({ code: "invalid-credentials" });
});

test("ending sessions spares the one named, and nobody else's", async () => {
  const [one, other] = [await addUser(), await addUser()];
  for (const user of [one, one, one, other]) await openSession(deps, user);
  const [{ id: kept } = { id: "" }] = await live(one.id);
  await endSessions(deps, one.id, kept);
  expect((await live(one.id)).map(({ id }) => id)).toEqual([kept]);
  await endSessions(deps, one.id);
  expect([await live(one.id), await live(other.id)]).toMatchObject([[], [{ user_id: other.id }]]);
});

test("what has not been used for thirty days is removed, and what has is kept", async () => {
  const start = now;
  const user = await addUser();
  const unused = await openSession(deps, user);
  const used = await openSession(deps, user);
  now = new Date(start.getTime() + 20 * 86_400_000);
  const { refresh_token } = await refreshSession(deps, used.refresh_token);
  now = new Date(start.getTime() + 30 * 86_400_000 + 1);
  await purgeSessions(deps.db, now);
  expect(await live(user.id)).toHaveLength(1);
  const sessions = (await live(user.id)).map(({ id }) => id);
  expect(await RefreshTokenModel.query(deps.db).whereIn("session_id", sessions)).toHaveLength(1);
  await expect(refreshSession(deps, unused.refresh_token)).rejects.toMatchObject({ code: "unauthorized" });
  expect(await refreshSession(deps, refresh_token)).toBeTruthy();
  now = start;
});
