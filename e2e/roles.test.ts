// Roles that cannot start say why in one sentence for each fault, and touch nothing.
import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "./compose.ts";
import { temporaryDir } from "./product.ts";

let dir: Awaited<ReturnType<typeof temporaryDir>>;
beforeAll(async () => {
  dir = await temporaryDir();
});
afterAll(() => dir.remove());

const start = (args: string[], env: Record<string, string> = {}) =>
  run(
    ["node", "dist/main.js", ...args],
    { PATH: process.env.PATH ?? "", DATA_DIR: dir.path, PORT: "0", ...env },
    /ready/,
  );

test.each(["api", "worker"])("%s needs what it meets the others in, and names all of it", async (role) => {
  const refused = await start([role], { LOG_LEVEL: "loud" }).catch((error: Error) => error.message);
  for (const name of ["DATABASE_URL", "REDIS_URL", "LOG_LEVEL"]) expect(refused).toContain(name);
  expect(refused).toContain("ended by 1");
  expect(refused).not.toMatch(/\n\s+at /);
  const half = await start([role], { REDIS_URL: "redis://127.0.0.1:1" }).catch((error: Error) => error.message);
  expect(half).toContain("DATABASE_URL");
  expect(half).not.toContain("REDIS_URL");
  expect(await readdir(dir.path)).toEqual([]);
});

test("a role that does not exist is refused by name", async () => {
  await expect(start(["wroker"])).rejects.toThrow(/wroker: no such role; it is api, worker, or nothing for both/);
  expect(await readdir(dir.path)).toEqual([]);
});
