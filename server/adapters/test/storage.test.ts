// Storage, on disk and in S3: whole files or none, ranges, sweeping, and what is said when it cannot be had.
import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Storage, StorageUnavailableError } from "../../ports.ts";
import { hasS3, type S3Server, startS3 } from "../../test/s3.ts";
import { createDiskStorage } from "../storage-disk.ts";
import { createS3Storage } from "../storage-s3.ts";

interface Place {
  storage: Storage;
  /** Every file that stands anywhere in it, also what is not whole, and local copies. */
  everything(): Promise<string[]>;
}

const megabyte = 1024 * 1024;
const future = () => new Date(Date.now() + 60_000);
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const missing = { code: "ENOENT" };

async function filesBelow(dir: string): Promise<string[]> {
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  return found.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name));
}

/** What both must do. */
function contract(place: () => Place): void {
  const storage = () => place().storage;
  afterEach(() => storage().removeAll("documents/"));

  test("a file is readable only after its commit, whole or in part", async () => {
    const upload = await storage().create("documents/a/file.pdf");
    await new Promise<void>((done) => upload.writable.end("hello page", () => done()));
    expect(await storage().stat("documents/a/file.pdf")).toBeNull();
    await expect(storage().read("documents/a/file.pdf")).rejects.toMatchObject(missing);
    await upload.commit();
    expect(await storage().stat("documents/a/file.pdf")).toEqual({ bytes: 10 });
    expect(await text(await storage().read("documents/a/file.pdf"))).toBe("hello page");
    expect(await text(await storage().read("documents/a/file.pdf", { start: 6, end: 9 }))).toBe("page");
    await storage().remove("documents/a/file.pdf");
    expect(await storage().stat("documents/a/file.pdf")).toBeNull();
    await expect(storage().read("documents/a/file.pdf")).rejects.toMatchObject(missing);
  });

  test.each([
    ["nothing", 0],
    ["one part exactly", 5 * megabyte],
    ["two parts and some", 12 * megabyte + 1],
  ])("%s goes in and comes out as it was", async (_name, bytes) => {
    const content = randomBytes(bytes);
    const upload = await storage().create("documents/b/file.pdf");
    await pipeline(Readable.from(slices(content, 65_536)), upload.writable);
    expect(await storage().stat("documents/b/file.pdf")).toBeNull();
    await upload.commit();
    expect(await storage().stat("documents/b/file.pdf")).toEqual({ bytes });
    expect(digest(await buffer(await storage().read("documents/b/file.pdf")))).toBe(digest(content));
    if (bytes > 5 * megabyte) {
      const range = { start: 5 * megabyte - 3, end: 5 * megabyte + 3 };
      const middle = await buffer(await storage().read("documents/b/file.pdf", range));
      expect(middle.equals(content.subarray(range.start, range.end + 1))).toBe(true);
    }
  });

  test.each([
    ["at its beginning", 8],
    ["after its first parts", 11 * megabyte],
  ])("an upload aborted %s leaves nothing, nor does one aborted twice", async (_name, bytes) => {
    const upload = await storage().create("documents/c/file.pdf");
    for (const piece of slices(randomBytes(bytes), 65_536)) {
      if (!upload.writable.write(piece)) await new Promise((done) => upload.writable.once("drain", done));
    }
    await upload.abort();
    await upload.abort();
    expect(await place().everything()).toEqual([]);
  });

  test("a folder is removed with all its files, and what is missing is removed quietly", async () => {
    await storage().put("documents/d/pages/1-320.webp", Buffer.from("x"));
    await storage().put("documents/d/file.pdf", Buffer.from("y"));
    await storage().put("documents/dd.pdf", Buffer.from("z"));
    const found = await listed(storage());
    expect(found.map(({ key }) => key).sort()).toEqual([
      "documents/d/file.pdf",
      "documents/d/pages/1-320.webp",
      "documents/dd.pdf",
    ]);
    for (const { modifiedAt } of found) expect(Math.abs(Date.now() - modifiedAt.getTime())).toBeLessThan(60_000);
    await storage().removeAll("documents/d/");
    await storage().removeAll("documents/d/");
    await storage().remove("documents/d/file.pdf");
    expect((await listed(storage())).map(({ key }) => key)).toEqual(["documents/dd.pdf"]);
  });

  test("a local file holds what was stored, and nothing of it stays when its reader fails", async () => {
    await storage().put("documents/e.pdf", Buffer.from("hello page"));
    expect(await storage().withLocalFile("documents/e.pdf", (path) => readFile(path, "utf8"))).toBe("hello page");
    const failing = storage().withLocalFile("documents/e.pdf", async () => {
      throw new Error("unreadable");
    });
    await expect(failing).rejects.toThrow("unreadable");
    expect(await place().everything()).toHaveLength(1);
    const gone = storage().withLocalFile("documents/none.pdf", (path) => readFile(path));
    await expect(gone).rejects.toMatchObject(missing);
  });

  test("it says that it works", async () => {
    await expect(storage().probe()).resolves.toBeUndefined();
  });
}

async function listed(storage: Storage): Promise<{ key: string; modifiedAt: Date }[]> {
  const found = [];
  for await (const file of storage.list("documents/")) found.push(file);
  return found;
}

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

describe("on disk", () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "pagewise-storage-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  const files = () => filesBelow(dir);
  contract(() => ({ storage: createDiskStorage({ dir }), everything: files }));

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

  test("what a dead process was writing is swept, what is younger is not", async () => {
    const storage = createDiskStorage({ dir });
    const upload = await storage.create("documents/f.pdf");
    await new Promise((done) => upload.writable.write("half", done));
    expect(await storage.removeUnfinished(new Date(Date.now() - 60_000))).toBe(0);
    expect(await files()).toHaveLength(1);
    expect(await storage.removeUnfinished(future())).toBe(1);
    expect(await files()).toEqual([]);
    await upload.abort();
  });

  test("a folder that cannot be had is said", async () => {
    const file = join(dir, "a file");
    await writeFile(file, "");
    await expect(createDiskStorage({ dir: join(file, "files") }).probe()).rejects.toThrow("ENOTDIR");
    await rm(file);
  });
});

describe.skipIf(!hasS3)("in S3 (needs python3-swift)", () => {
  let s3: S3Server;
  let copiesDir: string;
  let storage: Awaited<ReturnType<typeof createS3Storage>>;
  const open = async (change: Partial<S3Server["location"]> = {}) => {
    const opened = await createS3Storage({ ...s3.location, ...change }, { copiesDir });
    onTestFinished(() => opened.close());
    return opened;
  };
  beforeAll(async () => {
    copiesDir = await mkdtemp(join(tmpdir(), "pagewise-copies-"));
    s3 = await startS3();
    storage = await createS3Storage(s3.location, { copiesDir });
  });
  afterAll(async () => {
    await storage?.close();
    await s3?.close();
    await rm(copiesDir, { recursive: true, force: true });
  });
  const everything = async () => [...(await s3.keys()), ...(await s3.unfinished()), ...(await filesBelow(copiesDir))];
  contract(() => ({ storage, everything }));

  test("more files than one call removes", { timeout: 60_000 }, async () => {
    const put = (n: number) => storage.put(`documents/g/pages/${n}.webp`, Buffer.from("x"));
    await Promise.all(Array.from({ length: 205 }, (_, n) => put(n)));
    expect(await listed(storage)).toHaveLength(205);
    await storage.removeAll("documents/g/");
    expect(await everything()).toEqual([]);
  });

  test("uploads and copies of dead processes are swept; this process's own and younger ones are not", async () => {
    const dead = await open();
    const half = async (owner: Storage) => {
      const upload = await owner.create("documents/h.pdf");
      upload.writable.write(randomBytes(6 * megabyte));
      await expect.poll(s3.unfinished, { timeout: 10_000 }).toContain("tests/documents/h.pdf");
      return upload;
    };
    await half(dead);
    await mkdir(copiesDir, { recursive: true });
    const copy = join(copiesDir, "left");
    await writeFile(copy, "left");
    await utimes(copy, new Date(0), new Date(0));
    expect(await storage.removeUnfinished(new Date(Date.now() - 60_000))).toBe(1);
    expect(await s3.unfinished()).toHaveLength(1);
    expect(await storage.removeUnfinished(future())).toBe(1);
    expect(await everything()).toEqual([]);
    const own = await half(storage);
    expect(await storage.removeUnfinished(future())).toBe(0);
    await own.abort();
    expect(await everything()).toEqual([]);
  });

  test("what is set wrong is said in a sentence", async () => {
    const none = await open({ bucket: "elsewhere" });
    await expect(none.probe()).rejects.toThrow(/no bucket "elsewhere" at http/);
    const credentials = { ...s3.location.credentials, secretAccessKey: "wrong" };
    const stranger = await open({ credentials });
    await expect(stranger.probe()).rejects.toThrow(
      /refuses the bucket "pagewise" to this key \(SignatureDoesNotMatch\)/,
    );
    await expect(stranger.put("documents/i.pdf", Buffer.from("x"))).rejects.toThrow(StorageUnavailableError);
  });

  test("a service that takes connections and never answers holds nobody for long", { timeout: 60_000 }, async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((done) => silent.once("listening", done));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as { port: number };
    const stuck = await open({ endpoint: `http://127.0.0.1:${port}` });
    await expect(stuck.put("documents/i.pdf", Buffer.from("x"))).rejects.toThrow(StorageUnavailableError);
  });

  test("stopped in the middle of an upload: a failure, nothing left after the sweep, and then it works again", {
    timeout: 60_000,
  }, async () => {
    await storage.put("documents/before.pdf", Buffer.from("before"));
    const dead = await open();
    const upload = await dead.create("documents/j.pdf");
    upload.writable.write(randomBytes(6 * megabyte));
    await expect.poll(s3.unfinished, { timeout: 10_000 }).toHaveLength(1);
    await s3.stop();
    const failed = pipeline(Readable.from(slices(randomBytes(12 * megabyte), 65_536)), upload.writable);
    await expect(failed).rejects.toThrow(StorageUnavailableError);
    await upload.abort();
    await expect(storage.probe()).rejects.toThrow(/does not answer/);
    await s3.start();
    await storage.removeUnfinished(future());
    expect(await everything()).toEqual(["tests/documents/before.pdf"]);
    expect(await text(await storage.read("documents/before.pdf"))).toBe("before");
    await storage.put("documents/after.pdf", Buffer.from("after"));
    expect(await text(await storage.read("documents/after.pdf"))).toBe("after");
  });
});
