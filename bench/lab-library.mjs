// The documents of a set in an embedded database that stays between runs, read by the product's own worker.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { deserialize, serialize } from "node:v8";
import { root } from "../scripts/build.mjs";

/**
 * @param product what `dist/lab-product.js` exports.
 * @param options.fresh reads the documents again.
 * @returns the database, the document of each file name, and `close`.
 */
export async function openLibrary(product, set, { fresh = false } = {}) {
  const names = (await readdir(join(set, "pdfs"))).sort();
  const key = createHash("sha256")
    .update(`${root} ${resolve(set)} ${product.searchTextVersion} ${names}`)
    .digest("hex");
  const dataDir = join(tmpdir(), `pagewise-lab-${basename(set)}-${key.slice(0, 12)}`);
  if (fresh) await rm(dataDir, { recursive: true, force: true });
  const config = product.loadConfig({ DATA_DIR: dataDir, LOG_LEVEL: "error" });
  const services = await product.createWorkerServices(config, pathToFileURL(join(root, "dist/")));
  try {
    const documents = await documentsOf(product, services, set, names);
    return { db: services.db, documents, dataDir, texts: product.createTextCache(), close: () => services.close() };
  } catch (error) {
    await services.close();
    throw error;
  }
}

async function documentsOf(product, services, set, names) {
  const { DocumentModel } = product;
  const known = await DocumentModel.query(services.db);
  if (known.length === 0) await addAll(product, services, set, names);
  const worker = product.createWorker({ ...services, concurrency: services.workerConcurrency, embedded: true });
  await worker.start();
  try {
    for (;;) {
      const rows = await DocumentModel.query(services.db);
      const failed = rows.filter(({ status }) => status === "failed");
      if (failed.length) throw new Error(`could not be read: ${failed.map(({ filename }) => filename).join(", ")}`);
      if (rows.every(({ status }) => status === "ready")) return new Map(rows.map((row) => [row.filename, row]));
      await new Promise((done) => setTimeout(done, 200));
    }
  } finally {
    await worker.stop({ graceMs: 10_000 });
  }
}

/** Puts files into the storage and their rows into the database, as uploads do. */
async function addAll({ DocumentModel, UserModel }, { db, storage }, set, names) {
  const userId = "00000000-0000-7000-8000-000000000000";
  await UserModel.query(db).insert({ id: userId, email: "bench@example.com", hashed_password: "-" });
  for (const [index, filename] of names.entries()) {
    const bytes = await readFile(join(set, "pdfs", filename));
    const id = `00000000-0000-7000-8000-${String(index + 1).padStart(12, "0")}`;
    await storage.put(`documents/${id}.pdf`, bytes);
    await DocumentModel.query(db).insert({
      id,
      user_id: userId,
      title: DocumentModel.titleFrom(filename),
      filename,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
      storage_key: `documents/${id}.pdf`,
      status: "queued",
    });
  }
}

/** Keeps every answer of the database in files: a question whose statement has not changed is not asked again. */
export async function cacheQueries(db, dataDir) {
  const dir = join(dataDir, "answers");
  await mkdir(dir, { recursive: true });
  const { client } = db;
  const ask = client._query.bind(client);
  client._query = async (connection, obj) => {
    const key = createHash("sha256")
      .update(JSON.stringify([obj.sql, obj.bindings]))
      .digest("hex")
      .slice(0, 32);
    const path = join(dir, key);
    const kept = await readFile(path).catch(() => null);
    if (kept) return Object.assign(obj, { response: deserialize(kept) });
    const answered = await ask(connection, obj);
    const { rows, rowCount, command, fields } = answered.response;
    const plain = { rows, rowCount, command, fields: (fields ?? []).map(({ name }) => ({ name })) };
    await writeFile(`${path}.draft`, serialize(plain));
    await rename(`${path}.draft`, path);
    return answered;
  };
}
