// Killed at any moment and started again: every acknowledged document ends ready or honestly failed, and nothing is left behind.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { createClient, memoryTokens } from "@pagewise/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  extractorsOf,
  type Product,
  realPdf,
  samplePdf,
  startProduct,
  storedFiles,
  temporaryDir,
  until,
} from "./product.ts";
import { checkRows, openDatabaseOf } from "./rows.ts";

let dir: Awaited<ReturnType<typeof temporaryDir>>;
let product: Product;
const tokens = memoryTokens();
const credentials = { email: "reader@example.com", password: "correct horse battery" };
const client = () => createClient({ baseUrl: product.url, tokens });

beforeAll(async () => {
  dir = await temporaryDir();
  product = await startProduct({ dataDir: dir.path });
  await client().users.register(credentials);
  await client().users.login(credentials);
});
afterAll(async () => {
  await product?.kill();
  await dir?.remove();
});

async function restart() {
  await product.kill();
  product = await startProduct({ dataDir: dir.path });
}

/** Begins an upload over a raw connection and stops half-way. */
function halfUpload(bytes: Uint8Array): Promise<void> {
  return new Promise((done, failed) => {
    const outgoing = request(`${product.url}/upload`, {
      method: "POST",
      headers: {
        "content-type": "multipart/form-data; boundary=cut",
        authorization: `Bearer ${tokens.get()?.access_token}`,
      },
    });
    outgoing.on("error", () => {});
    outgoing.write(
      `--cut\r\ncontent-disposition: form-data; name="file"; filename="half.pdf"\r\ncontent-type: application/pdf\r\n\r\n`,
    );
    outgoing.write(bytes.subarray(0, bytes.length / 2), (error) => (error ? failed(error) : setTimeout(done, 100)));
  });
}

async function settled() {
  return until(
    "every document to end ready or failed",
    async () => {
      const { data } = await client().documents.list();
      return data.every((document) => ["ready", "failed"].includes(document.status)) && data;
    },
    120_000,
  );
}

test("kill -9 during an upload: the half file is gone after the next start, and the upload works again", {
  timeout: 180_000,
}, async () => {
  const bytes = await readFile(samplePdf);
  await halfUpload(bytes);
  await restart();
  expect((await client().documents.list()).data).toEqual([]);
  const { document_id } = await client().documents.upload(new Blob([bytes]), { filename: "sample.pdf" });
  await settled();
  expect((await client().documents.get(document_id)).status).toBe("ready");
});

test("kill -9 during processing, again and again: acknowledged documents end ready", { timeout: 300_000 }, async () => {
  const path = realPdf("ISEP_student_handbook_2020.pdf") ?? realPdf("ADOBE_2022_10K.pdf") ?? samplePdf;
  const bytes = await readFile(path);
  const ids: string[] = [];
  for (const delayMs of [0, 150, 400, 900]) {
    // Different bytes each time: a comment behind the end of the file.
    const { document_id } = await client().documents.upload(new Blob([bytes, `\n% ${delayMs}\n`]), {
      filename: `copy ${delayMs}.pdf`,
    });
    ids.push(document_id);
    await new Promise((done) => setTimeout(done, delayMs));
    await restart();
  }
  await settled();
  for (const id of ids) expect((await client().documents.get(id)).status).toBe("ready");
  const answer = await client()
    .chat.ask({ message: "What is this document about?", document_ids: [ids[0] ?? ""] })
    .final();
  expect(answer.citations.length).toBeGreaterThan(0);
});

test("its PDF processes killed under it: the documents end ready all the same", { timeout: 180_000 }, async () => {
  const bytes = await readFile(realPdf("ISEP_student_handbook_2020.pdf") ?? samplePdf);
  const ids: string[] = [];
  let killed = 0;
  for (let round = 0; round < 3; round += 1) {
    const { document_id } = await client().documents.upload(new Blob([bytes, `\n% extractor ${round}\n`]), {
      filename: `extractor ${round}.pdf`,
    });
    ids.push(document_id);
    await new Promise((done) => setTimeout(done, 200));
    for (const pid of extractorsOf([product.pid])) if (process.kill(pid, "SIGKILL")) killed += 1;
  }
  if (existsSync("/proc")) expect(killed).toBeGreaterThan(0);
  await settled();
  for (const id of ids) expect((await client().documents.get(id)).status).toBe("ready");
});

test("after all this no row is doubled and none is left of another run", { timeout: 60_000 }, async () => {
  const { data } = await client().documents.list();
  // Rows of earlier runs go right after a document is ready.
  await new Promise((done) => setTimeout(done, 3_000));
  await product.kill();
  const { db, close } = await openDatabaseOf({ databaseUrl: null, dataDir: dir.path });
  try {
    for (const { id } of data) await checkRows(db, id, true);
  } finally {
    await close();
    product = await startProduct({ dataDir: dir.path });
  }
});

test("a deleted account's worth of documents leaves no file behind", { timeout: 60_000 }, async () => {
  for (const document of (await client().documents.list()).data) await client().documents.delete(document.id);
  expect((await client().documents.list()).data).toEqual([]);
  await until("the files to be gone", async () => (await storedFiles(dir.path)).length === 0);
});

test("a second process on the same data gets a clear error, never the data", async () => {
  await expect(startProduct({ dataDir: dir.path })).rejects.toThrow(/another process|in use|has this database open/i);
  expect((await client().users.me()).email).toBe(credentials.email);
});
