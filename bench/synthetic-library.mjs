// Libraries of made-up documents, of so many chunks, written by the product's own worker into a database of either kind.
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildLab, root } from "../scripts/build.mjs";
import { freshDatabase, startProduct } from "./product.mjs";
import { createWriter } from "./synthetic-pages.mjs";

export const email = "bench@example.com";
/** The first document is the one that is asked by itself. */
const pagesOfFirst = 200;
const pagesOfOthers = 100;
const chunksOfPage = 3.9;

/**
 * @param databaseUrl a PostgreSQL server on which a database is made; absent: the embedded one.
 * @param inside is given `{ db, documents }` of the filled library before its database is left to the product.
 */
export async function createLibrary({ chunks, databaseUrl }, inside) {
  const dataDir = await mkdtemp(join(tmpdir(), "pagewise-retrieve-"));
  const database = databaseUrl ? await freshDatabase(databaseUrl) : null;
  const home = { dataDir, databaseUrl: database?.url };
  const close = async () => {
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    const product = await startProduct({ home });
    await product.signIn(email);
    await product.close();
    return { home, close, ...(await fill(home, chunks, inside)) };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill({ dataDir, databaseUrl }, chunks, inside) {
  await buildLab();
  const product = await import(pathToFileURL(join(root, "dist/lab-product.js")).href);
  const settings = { DATA_DIR: dataDir, LOG_LEVEL: "warn", ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) };
  const services = await product.createWorkerServices(
    product.loadConfig(settings),
    pathToFileURL(join(root, "dist/")),
    {
      reader: madeUpReader(createWriter()),
    },
  );
  const { db } = services;
  try {
    await addDocuments(product, services, Math.round(chunks / chunksOfPage));
    // Which the product would do beside the first questions, for every document at once: readers do not upload so.
    await product.DocumentModel.query(db).whereNull("suggestions").patch({ suggestions: [] });
    // As the worker does now and then on the embedded database, and a server by itself.
    for (const table of ["chunks", "pages", "documents"]) {
      await db.raw(`vacuum ${table}`);
      await db.raw(`analyze ${table}`);
    }
    const documents = await product.DocumentModel.query(db).orderBy("id");
    const { rows } = await db.raw("select count(*)::int as chunks from chunks");
    const measured = await inside({ db, documents, product });
    return { chunks: rows[0].chunks, documents: documents.map(({ id, pages }) => ({ id, pages })), measured };
  } finally {
    await services.close();
  }
}

/** In place of a PDF the storage holds how many pages to make up, and from which seed. */
function madeUpReader(writer) {
  return {
    async *read(path, { onInfo }) {
      const { seed, pages } = JSON.parse(await readFile(path, "utf8"));
      onInfo?.({ pages, title: null });
      yield* writer.pages(seed, pages);
    },
    async close() {},
  };
}

async function addDocuments(product, services, pages) {
  const { db, storage } = services;
  const { DocumentModel, UserModel } = product;
  const user = await UserModel.query(db).findOne({ email });
  await mkdir(join(services.config.dataDir, "files/documents"), { recursive: true });
  for (let left = pages, seed = 1; left > 0; seed++) {
    const own = Math.min(left, seed === 1 ? pagesOfFirst : pagesOfOthers);
    left -= own;
    const id = `00000000-0000-7000-8000-${String(seed).padStart(12, "0")}`;
    const upload = await storage.create(`documents/${id}.pdf`);
    await new Promise((done) => upload.writable.end(JSON.stringify({ seed, pages: own }), done));
    await upload.commit();
    const filename = `Report ${seed}.pdf`;
    await DocumentModel.query(db).insert({
      ...{ id, user_id: user.id, filename, title: DocumentModel.titleFrom(filename), status: "queued" },
      ...{ bytes: 1, sha256: String(seed), storage_key: `documents/${id}.pdf` },
    });
  }
  const worker = product.createWorker({ ...services, concurrency: 2, embedded: !services.config.databaseUrl });
  await worker.start();
  try {
    for (;;) {
      const { rows } = await db.raw("select status, count(*)::int as number from documents group by status");
      if (rows.some(({ status }) => status === "failed")) throw new Error("a made-up document failed");
      if (rows.every(({ status }) => status === "ready")) return;
      await new Promise((done) => setTimeout(done, 500));
    }
  } finally {
    await worker.stop({ graceMs: 10_000 });
  }
}
