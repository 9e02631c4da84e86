// The lock on the embedded database: one holder, taken over only from a process that is gone, never by two at once.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DatabaseInUseError, lockDatabase } from "../database-lock.ts";

let dir = "";
let path = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "pagewise-lock-"));
  path = join(dir, "database.lock");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** The pid of a process that has ended. */
const gonePid = () => spawnSync(process.execPath, ["--version"]).pid;
const namespace = process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : null;
const leave = (holder: object) => writeFileSync(path, JSON.stringify({ namespace, socket: null, ...holder }));

test("a second taker is refused and told the pid, until the first lets go", async () => {
  const lock = await lockDatabase(path);
  await expect(lockDatabase(path)).rejects.toThrow(`another process (pid ${process.pid}) has this database open`);
  lock.release();
  (await lockDatabase(path)).release();
  expect(readdirSync(dir)).toEqual([]);
});

test("the lock of a process that is gone is taken over", async () => {
  leave({ pid: gonePid(), started: null, token: "stale" });
  const lock = await lockDatabase(path);
  expect(JSON.parse(readFileSync(path, "utf8")).pid).toBe(process.pid);
  lock.release();
  expect(readdirSync(dir)).toEqual([]);
});

test("a pid that was given to another process since is not the holder", async () => {
  leave({ pid: process.ppid, started: "some other time", token: "stale" });
  (await lockDatabase(path)).release();
});

test("our own pid from before a restart is not the holder", async () => {
  leave({ pid: process.pid, started: "before the container was restarted", token: "stale" });
  (await lockDatabase(path)).release();
});

test("a live holder of unknown start is not taken over", async () => {
  leave({ pid: process.ppid, started: null, token: "live" });
  await expect(lockDatabase(path)).rejects.toThrow(DatabaseInUseError);
  await expect(lockDatabase(path)).rejects.toMatchObject({ pid: process.ppid });
});

test("of many that take over a stale lock at once, exactly one wins", async () => {
  for (let round = 0; round < 20; round += 1) {
    leave({ pid: gonePid(), started: null, token: `stale-${round}` });
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => lockDatabase(path)));
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won).toHaveLength(1);
    won[0]?.value.release();
    expect(readdirSync(dir)).toEqual([]);
  }
});

test("a taker that died while taking over does not block the next one", async () => {
  const pid = gonePid();
  leave({ pid, started: null, token: "stale" });
  writeFileSync(`${path}.stale`, JSON.stringify({ pid, namespace, socket: null, started: null, token: "stale-guard" }));
  (await lockDatabase(path)).release();
});

test("letting go leaves the lock of another holder alone", async () => {
  const lock = await lockDatabase(path);
  leave({ pid: process.ppid, started: null, token: "another" });
  lock.release();
  expect(JSON.parse(readFileSync(path, "utf8")).token).toBe("another");
});

test("an unreadable lock is refused with a way out", async () => {
  writeFileSync(path, "{");
  await expect(lockDatabase(path)).rejects.toThrow("remove it if no other process has this database open");
});

test.runIf(process.platform === "linux")(
  "a holder in another container is told by its socket, not its pid",
  async () => {
    const elsewhere = {
      pid: process.ppid,
      started: "elsewhere",
      namespace: "pid:[1]",
      socket: "holder",
      token: "other",
    };
    const server = createServer().listen(join(dir, "holder"));
    await once(server, "listening");
    leave(elsewhere);
    await expect(lockDatabase(path)).rejects.toThrow("has this database open");
    server.close();
    await once(server, "close");
    (await lockDatabase(path)).release();
    leave({ ...elsewhere, socket: null });
    await expect(lockDatabase(path)).rejects.toThrow("has this database open");
  },
);
