// Storage on disk: whole files or none, ranges, and keys that cannot leave the folder.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDiskStorage } from "../storage-disk.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "pagewise-storage-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const files = async () =>
  (await readdir(dir, { recursive: true, withFileTypes: true })).filter((item) => item.isFile());

test("a file is readable only after its commit, whole or in part", async () => {
  const storage = createDiskStorage({ dir });
  const upload = await storage.create("documents/a/file.pdf");
  await new Promise<void>((done) => upload.writable.end("hello page", () => done()));
  expect(await storage.stat("documents/a/file.pdf")).toBeNull();
  await upload.commit();
  expect(await storage.stat("documents/a/file.pdf")).toEqual({ bytes: 10 });
  expect(await text(await storage.read("documents/a/file.pdf"))).toBe("hello page");
  expect(await text(await storage.read("documents/a/file.pdf", { start: 6, end: 9 }))).toBe("page");
  await storage.remove("documents/a/file.pdf");
  expect(await storage.stat("documents/a/file.pdf")).toBeNull();
  await expect(storage.read("documents/a/file.pdf")).rejects.toMatchObject({ code: "ENOENT" });
});

test("an aborted upload leaves nothing", async () => {
  const storage = createDiskStorage({ dir });
  const upload = await storage.create("documents/b/file.pdf");
  upload.writable.write("half of ");
  await upload.abort();
  expect(await files()).toEqual([]);
});

test("a folder is removed with all its files, and what is missing is removed quietly", async () => {
  const storage = createDiskStorage({ dir });
  await storage.put("documents/c/pages/1-320.webp", Buffer.from("x"));
  await storage.put("documents/c/file.pdf", Buffer.from("y"));
  const keys: string[] = [];
  for await (const { key } of storage.list("documents/")) keys.push(key);
  expect(keys.sort()).toEqual(["documents/c/file.pdf", "documents/c/pages/1-320.webp"]);
  await storage.removeAll("documents/c/");
  await storage.removeAll("documents/c/");
  await storage.remove("documents/c/file.pdf");
  expect(await files()).toEqual([]);
});

test("files come in while the last ones beside them go", async () => {
  const storage = createDiskStorage({ dir });
  for (const folder of ["documents", "documents/d/pages"]) {
    for (let round = 0; round < 200; round++) {
      await storage.put(`${folder}/old`, Buffer.from("x"));
      await Promise.all([storage.remove(`${folder}/old`), storage.put(`${folder}/new`, Buffer.from("y"))]);
      await Promise.all([storage.remove(`${folder}/new`), storage.put(`${folder}/old`, Buffer.from("z"))]);
    }
    await storage.remove(`${folder}/old`);
  }
  expect(await files()).toEqual([]);
});

test("a key that leaves the folder is refused", async () => {
  const storage = createDiskStorage({ dir });
  await expect(storage.put("../outside", Buffer.from("x"))).rejects.toThrow("leaves the storage");
  await expect(storage.stat("documents/../../etc/passwd")).rejects.toThrow("leaves the storage");
});
