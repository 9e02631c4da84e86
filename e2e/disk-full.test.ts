// The built product on a disk that is full: what it says, what it goes on doing, and that nothing acknowledged is lost.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { appendFile, readFile, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, isApiError } from "@pagewise/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makePdf, prose } from "../server/test/pdf.ts";
import { freePort, type Product, samplePdf, signedInClient, startProduct, storedFiles, until } from "./product.ts";

/** A small disk of its own, or null where this process may not mount one. */
function mountSmallDisk(): { path: string; unmount(): void } | null {
  const path = mkdtempSync(join(tmpdir(), "pagewise-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", path]).status === 0;
  if (!mounted) rmSync(path, { recursive: true });
  const unmount = () => {
    spawnSync("umount", [path]);
    rmSync(path, { recursive: true });
  };
  return mounted ? { path, unmount } : null;
}

const disk = mountSmallDisk();

describe.skipIf(!disk)("a full disk (needs root, to mount a small one)", () => {
  const dir = disk?.path ?? "";
  const dataDir = join(dir, "data");
  let port: number;
  let product: Product;
  let client: Client;
  let sample: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    sample = new Uint8Array(await readFile(samplePdf));
    port = await freePort();
    product = await startProduct({ dataDir, port });
    client = await signedInClient(product.url);
  });
  afterAll(async () => {
    await product?.kill();
    disk?.unmount();
  });

  const fill = join(dir, "fill");
  async function fillBut(bytes: number): Promise<void> {
    await rm(fill, { force: true });
    const { bavail, bsize } = await statfs(dir);
    await writeFile(fill, new Uint8Array(bavail * bsize - bytes));
  }
  /** To the last byte, which the file system only finds by trying. */
  async function fillUp(): Promise<void> {
    await fillBut(0);
    for (let full = false; !full; ) {
      full = await appendFile(fill, new Uint8Array(4096)).then(
        () => false,
        () => true,
      );
    }
  }
  const makeRoom = () => rm(fill, { force: true });
  const upload = (bytes: Uint8Array<ArrayBuffer>) => client.documents.upload(new Blob([bytes]), { filename: "a.pdf" });
  const statusOf = async (id: string) => (await client.documents.get(id)).status;
  const ready = (id: string) => until("the document to be ready", async () => (await statusOf(id)) === "ready");
  const files = () => storedFiles(dataDir);

  test("an upload is refused with a sentence and leaves nothing; what stands is still shown and drawn", {
    timeout: 120_000,
  }, async () => {
    const { document_id: id } = await upload(sample);
    await ready(id);
    const before = await files();
    await fillBut(200_000);
    const large = new Uint8Array([...sample, ...new Uint8Array(1_000_000).fill(0x25)]);
    const error = await upload(large).catch((thrown) => thrown);
    expect(isApiError(error) && [error.status, error.code]).toEqual([503, "unavailable"]);
    expect((error as Error).message).toMatch(/no room left on the server/);
    expect(await files()).toEqual(before);
    const { storage } = (await (await fetch(`${product.url}/readyz`)).json()) as { storage: string };
    expect(storage).toBe("degraded");
    await fillUp();
    const document = await client.documents.get(id);
    const picture = await fetch(new URL(document.thumbnail_url ?? "", product.url));
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    expect(await files()).toEqual(before);
    const whole = await fetch(new URL(document.file_url, product.url));
    expect((await whole.arrayBuffer()).byteLength).toBe(sample.byteLength);
    const ask = () =>
      client.chat.ask({ message: "How deep should the pot for parsley be?", document_ids: [id] }).final();
    // A question is kept, too.
    expect(await ask().catch((thrown) => [thrown.code, thrown.message])).toEqual([
      "unavailable",
      expect.stringMatching(/no room left on the server/),
    ]);
    await makeRoom();
    expect((await ask()).text).toContain("20 cm");
    await ready((await upload(large)).document_id);
  });

  test("what has been acknowledged waits for room in the database, also across a kill, and becomes ready", {
    timeout: 180_000,
  }, async () => {
    const pages = Array.from({ length: 400 }, (_, page) => prose(`engine of kind ${page}`, 50));
    const large = new Uint8Array(makePdf(pages));
    await fillBut(large.byteLength + 500_000);
    const { document_id: id } = await upload(large);
    await until("the document to wait", async () => product.log().includes('"cause":"setback"'));
    expect(await statusOf(id)).not.toBe("failed");
    await product.kill();
    await fillUp();
    await expect(startProduct({ dataDir })).rejects.toThrow("There is no room left on the disk of DATA_DIR");
    await makeRoom();
    // The same address: the client stays signed in.
    product = await startProduct({ dataDir, port });
    await ready(id);
    expect((await client.documents.get(id)).pages).toBe(pages.length);
  });
});
