// What search by meaning adds to a question, the embedding of the question itself apart: exact search over one document,
// ten, and the whole library, as the library grows; and the longest statement while vectors are made and removed.
//   TEST_DATABASE_URL=postgres://... node bench/vectors.mjs [chunks of each size, 1000,20000,100000] [dimensions, 768]
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildLab, root } from "../scripts/build.mjs";
import { freshDatabase } from "./product.mjs";

const sizes = (process.argv[2] ?? "1000,20000,100000").split(",").map(Number);
const dimensions = Number(process.argv[3] ?? 768);
const chunksOfDocument = 300;
const questions = 15;
const model = "bench:model";
const userId = "00000000-0000-7000-8000-000000000000";

await buildLab();
const product = await import(pathToFileURL(join(root, "dist/lab-product.js")));

function randomVector() {
  const numbers = Float32Array.from({ length: dimensions }, () => Math.random() - 0.5);
  const length = Math.hypot(...numbers);
  return numbers.map((number) => number / length);
}

/** Any direction for any text, at once. */
const embedder = { name: model, maxTexts: 100, embed: async (texts) => texts.map(randomVector) };

/** Documents of 300 chunks, ready and without vectors. */
async function addDocuments(db, count, from, title = "document") {
  for (let number = from; number < from + count; number++) {
    const id = randomUUID();
    const run = randomUUID();
    await db.raw(
      `insert into documents (id, user_id, title, filename, bytes, sha256, storage_key, status, pages, run, ready_run)
       values (?, ?, ?, 'a.pdf', 1, ?, ?, 'ready', ?, null, ?)`,
      [id, userId, title, id, id, chunksOfDocument, run],
    );
    await db.raw(
      `insert into chunks (document_id, run, ordinal, page, char_start, char_end, content, tsv)
       select ?, ?, n, n + 1, 0, 900, repeat(md5(?::text || n), 28), to_tsvector('simple', 'word ' || n)
       from generate_series(0, ?::int) n`,
      [id, run, id, chunksOfDocument - 1],
    );
  }
}

/** A vector for every chunk that has none: sums of two that stand there, so that they need not be sent. */
async function fill(db) {
  const { rows } = await db.raw("select id from documents where embedding_model is null");
  for (const { id } of rows) {
    await db.raw(
      `insert into chunk_embeddings (chunk_id, model, document_id, embedding)
       select c.id, ?, c.document_id, l2_normalize(a.embedding + b.embedding)
       from chunks c
         join seeds a on a.n = c.id % 300 join seeds b on b.n = (c.id * 7 + c.id / 300) % 300
       where c.document_id = ?`,
      [model, id],
    );
    await db("documents").where({ id }).update({ embedding_model: model, embedded: 1 });
  }
}

/** The longest statement that matches while `run` runs, in milliseconds. */
async function longest(db, pattern, run) {
  const begun = new Map();
  const times = [];
  const onQuery = ({ __knexQueryUid: id, sql }) => {
    if (pattern.test(sql)) begun.set(id, performance.now());
  };
  const onResponse = (_response, { __knexQueryUid: id }) => {
    if (begun.has(id)) times.push(performance.now() - begun.get(id));
  };
  db.on("query", onQuery).on("query-response", onResponse);
  await run();
  db.removeListener("query", onQuery).removeListener("query-response", onResponse);
  times.sort((one, other) => one - other);
  return { count: times.length, median: times[times.length >> 1], most: times.at(-1) };
}

async function until(check) {
  while (!(await check())) await new Promise((done) => setTimeout(done, 20));
}

/** Embeds a few documents by the product's worker, then deletes them. */
async function phase(services) {
  const { db } = services;
  const worker = product.createWorker({
    ...services,
    embedder,
    concurrency: 1,
    embedded: services.config.databaseUrl === null,
    sweepEveryMs: 100,
  });
  const begun = performance.now();
  const writing = await longest(db, /insert into chunk_embeddings/, async () => {
    await worker.start();
    await until(async () => !(await db("documents").whereNull("embedding_model").first()));
  });
  const seconds = (performance.now() - begun) / 1000;
  const removing = await longest(db, /^delete from chunks/, async () => {
    await db("documents").update({ deleted_at: new Date() });
    await until(async () => !(await db("documents").first()));
  });
  await worker.stop({ graceMs: 5_000 });
  return { writing, removing, seconds };
}

async function search(services, count) {
  const { db, log } = services;
  const vectors = product.createVectorSearch({ db, log, embedder, earlierEmbedder: () => null });
  const all = await product.DocumentModel.query(db).limit(Math.max(1, Math.round(count / chunksOfDocument)));
  const cells = [];
  for (const scope of [1, 10, all.length]) {
    const times = [];
    const processor = [];
    for (let question = 0; question < questions + 2; question++) {
      const documents = all.slice(0, scope);
      const begun = performance.now();
      const usage = process.cpuUsage();
      const found = await vectors.nearest(documents, "question");
      if (question > 1) times.push(performance.now() - begun);
      const { user, system } = process.cpuUsage(usage);
      if (question > 1) processor.push((user + system) / 1000);
      if (found[0]?.chunks.length !== 50) throw new Error("not everything was found");
    }
    for (const list of [times, processor]) list.sort((one, other) => one - other);
    const [median, decile] = [times[questions >> 1], times[Math.floor(questions * 0.9)]];
    cells.push(`${[median, decile, processor[questions >> 1]].map((ms) => ms.toFixed(1)).join(" / ")} ms`);
  }
  return cells;
}

async function measure(name, databaseUrl) {
  const dataDir = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
  const database = databaseUrl ? await freshDatabase(databaseUrl) : null;
  const settings = { DATA_DIR: dataDir, LOG_LEVEL: "error", ...(database && { DATABASE_URL: database.url }) };
  const services = await product.createWorkerServices(
    product.loadConfig(settings),
    pathToFileURL(join(root, "dist/")),
    { embedder },
  );
  const { db } = services;
  try {
    await db("users").insert({ id: userId, email: "bench@example.com", hashed_password: "-" });
    await addDocuments(db, 5, 0);
    const { writing, removing, seconds } = await phase(services);
    const ms = ({ count, median, most }) =>
      `${count} of ${median.toFixed(1)} ms at the median, ${most.toFixed(1)} at most`;
    console.log(`${name}: 1,500 chunks embedded in ${seconds.toFixed(1)} s; statements that write: ${ms(writing)};`);
    console.log(`  that remove chunks with their vectors: ${ms(removing)}`);
    await db.raw("create table seeds (n int primary key, embedding vector)");
    for (let n = 0; n < 300; n++) await db.raw("insert into seeds values (?, ?::vector)", [n, `[${randomVector()}]`]);
    let documents = 0;
    for (const size of sizes) {
      const wanted = Math.max(1, Math.round(size / chunksOfDocument));
      await addDocuments(db, wanted - documents, documents);
      documents = Math.max(documents, wanted);
      await fill(db);
      for (const table of ["chunks", "documents"]) await db.raw(`vacuum (analyze) ${table}`);
      // As the worker does on the embedded database; a server analyzes by itself.
      await db.raw(`vacuum ${databaseUrl ? "(analyze) " : ""}chunk_embeddings`);
      const [one, ten, all] = await search(services, size);
      console.log(`  ${String(size).padStart(6)} chunks: one document ${one}, ten ${ten}, all ${all}`);
    }
  } finally {
    await services.close();
    await database?.drop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

console.log(
  `exact search, ${dimensions} dimensions, ${questions} questions: median / ninth decile / median of this process's processor time,`,
);
console.log("  which holds the embedded database's, and tells it also on a busy machine");
await measure("embedded", null);
if (process.env.TEST_DATABASE_URL) await measure("postgresql", process.env.TEST_DATABASE_URL);
