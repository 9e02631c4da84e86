// Secrets: kept once made, the same for everybody who starts at once, rotated by the settings.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadSecrets } from "../secrets.ts";

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "pagewise-secrets-"));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

test("a secret is made once, even by ten starts at once, and only its owner reads it", async () => {
  const starts = await Promise.all(Array.from({ length: 10 }, () => loadSecrets(null, { dataDir, name: "jwt" })));
  const values = new Set(starts.map(([key]) => key?.key.export().toString("hex")));
  expect(values.size).toBe(1);
  expect((await stat(join(dataDir, "secrets/jwt"))).mode & 0o777).toBe(0o600);
  const [again] = await loadSecrets(null, { dataDir, name: "jwt" });
  expect(values.has(again?.key.export().toString("hex"))).toBe(true);
});

test("given secrets come in their order, each with its own id", async () => {
  const keys = await loadSecrets(["a".repeat(32), "b".repeat(32)], { dataDir, name: "jwt" });
  expect(keys).toHaveLength(2);
  expect(keys[0]?.key.export().toString()).toBe("a".repeat(32));
  expect(keys[0]?.id).not.toBe(keys[1]?.id);
});
