// The embedded database and other processes: Knex's command line, a second opener, and a kill at any moment.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { distEntry } from "../../test/dist.ts";
import { silentLog } from "../../test/log.ts";
import { openDatabase } from "../database.ts";

// Each test starts several programs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const root = fileURLToPath(new URL("../../../", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "pagewise-process-"));
const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
const children = new Set<ChildProcess>();

const knex = (...args: string[]) =>
  spawnSync(process.execPath, ["scripts/knex.mjs", ...args], { cwd: root, env, encoding: "utf8" });
const open = () =>
  openDatabase({ databaseUrl: null, dataDir, threadEntry: distEntry("pglite-thread"), log: silentLog });

beforeAll(() => {
  // Also builds the knexfile that the other processes open the database by.
  expect(knex("migrate:latest")).toMatchObject({ status: 0, stdout: expect.stringContaining("Batch 1 run") });
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts a writer, and resolves when it has the database open. */
async function startWriter(mode: "hold" | "write") {
  const script = fileURLToPath(new URL("database-writer.mjs", import.meta.url));
  const child = spawn(process.execPath, [script, mode], { env, stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  const lines: string[] = [];
  const reader = createInterface(child.stdout).on("line", (line) => lines.push(line));
  await once(reader, "line");
  const kill = async () => {
    const ended = once(child, "close");
    child.kill("SIGKILL");
    await ended;
  };
  return { pid: child.pid, lines, kill };
}

test("Knex's command line changes the tables of the embedded database and lets go of it", () => {
  expect(knex("migrate:rollback").stdout).toContain("Batch 1 rolled back");
  const list = knex("migrate:list").stdout;
  expect(list).toContain("No Completed Migration files Found");
  expect(list).toMatch(/Pending Migration[\s\S]*0001-first/);
  expect(readdirSync(dataDir)).toEqual(["database"]);
});

test("a second process is refused, and let in when the first one was killed", async () => {
  const holder = await startWriter("hold");
  await expect(open()).rejects.toThrow(`another process (pid ${holder.pid}) has this database open`);
  const refused = knex("migrate:list");
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain(`another process (pid ${holder.pid}) has this database open`);
  await holder.kill();
  const { close } = await open();
  await close();
  expect(readdirSync(dataDir)).toEqual(["database"]);
});

test("a kill while writing loses nothing that was acknowledged and leaves nothing half done", async () => {
  for (let round = 0; round < 3; round += 1) {
    const writer = await startWriter("write");
    // However slow the machine: something has been acknowledged when it dies.
    await vi.waitFor(() => expect(writer.lines.length).toBeGreaterThan(1), { timeout: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
    await writer.kill();
    const last = Number(writer.lines.at(-1));
    const { db, close } = await open();
    const { rows } = await db.raw<{ rows: { n: number; parts: number }[] }>(
      "select n, count(*)::int as parts from written group by n order by n",
    );
    await close();
    expect(rows.length).toBeGreaterThanOrEqual(last);
    expect(rows.map((row) => row.n)).toEqual(rows.map((_row, index) => index + 1));
    expect(new Set(rows.map((row) => row.parts))).toEqual(new Set([3]));
  }
});
