// The built product with its files in S3: the way of a document, and an outage of the service in the middle of it.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, isApiError } from "@pagewise/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasS3, type S3Server, startS3 } from "../server/test/s3.ts";
import { type Product, samplePdf, signedInClient, startProduct, temporaryDir, until } from "./product.ts";

describe.skipIf(!hasS3)("files in S3 (needs python3-swift)", () => {
  let s3: S3Server;
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let product: Product;
  let client: Client;
  let sample: Uint8Array<ArrayBuffer>;
  const start = () => startProduct({ dataDir: dir.path, env: { ...s3.env, WORKER_CONCURRENCY: "1" } });
  beforeAll(async () => {
    [s3, dir, sample] = await Promise.all([
      startS3(),
      temporaryDir(),
      readFile(samplePdf).then((b) => new Uint8Array(b)),
    ]);
    product = await start();
    client = await signedInClient(product.url);
  });
  afterAll(async () => {
    await product?.kill();
    await s3?.close();
    await dir?.remove();
  });

  /** Different bytes each time, of about this size: a comment behind the end of the file. */
  const copy = (n: number, bytes = 0) => new Blob([sample, `\n% ${n}\n`, new Uint8Array(bytes).fill(0x25)]);
  const upload = (file: Blob) => client.documents.upload(file, { filename: "sample.pdf" });
  const ready = (id: string) =>
    until("the document to be ready", async () => (await client.documents.get(id)).status === "ready");
  const state = async () => ((await (await fetch(`${product.url}/readyz`)).json()) as { storage: string }).storage;
  const left = async () => [
    ...(await s3.keys()).filter((key) => !key.includes("/installations/")),
    ...(await s3.unfinished()),
    ...(await readdir(join(dir.path, "copies")).catch(() => [])),
  ];

  test("a document is read, shown and fetched in parts, and leaves no object behind", {
    timeout: 120_000,
  }, async () => {
    expect(await state()).toBe("ok");
    const file = copy(1, 6 * 1024 * 1024);
    const { document_id: id, document } = await upload(file);
    await ready(id);
    const picture = await fetch(new URL(document.thumbnail_url ?? "", product.url));
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/webp"]);
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    const range = { Range: `bytes=${5 * 1024 * 1024 - 4}-${5 * 1024 * 1024 + 3}` };
    const part = await fetch(new URL(document.file_url, product.url), { headers: range });
    expect([part.status, await part.text()]).toEqual([206, "%%%%%%%%"]);
    const whole = await fetch(new URL(document.file_url, product.url));
    expect((await whole.arrayBuffer()).byteLength).toBe(file.size);
    expect(await left()).toHaveLength(2);
    await client.documents.delete(id);
    await until("every object to be gone", async () => (await left()).length === 0);
  });

  test("stopped during an upload: a clear refusal, and nothing left of it after a sweep", {
    timeout: 120_000,
  }, async () => {
    let sent = 0;
    // The second part waits for the service to be gone.
    const refused = client.documents
      .upload(copy(2, 40 * 1024 * 1024), {
        onProgress({ loaded }) {
          sent = loaded;
        },
      })
      .catch((error) => error);
    await until("the first part to be on its way", async () => sent > 0 && (await s3.unfinished()).length > 0);
    await s3.stop();
    const error = await refused;
    expect(isApiError(error) && [error.status, error.code]).toEqual([503, "unavailable"]);
    expect((error as Error).message).toMatch(/Files can be neither kept nor read/);
    await until("the outage to be told", async () => (await state()) === "degraded");
    await s3.start();
    await until("the end of the outage to be told", async () => (await state()) === "ok");
    await product.stop();
    product = await start();
    await until("the sweep at the start", async () => (await left()).length === 0);
    client = await signedInClient(product.url);
    const { document_id: id } = await upload(copy(2));
    await ready(id);
  });

  test("acknowledged documents wait for the service to come back, and become ready", { timeout: 180_000 }, async () => {
    const ids: string[] = [];
    for (const n of [3, 4, 5, 6]) ids.push((await upload(copy(n))).document_id);
    await s3.stop();
    await until("a document to wait", async () => product.log().includes('"cause":"setback"'));
    await s3.start();
    for (const id of ids) await ready(id);
  });
});
