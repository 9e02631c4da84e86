// Embedding beside everything else: it goes on where it stopped, rests when the model is out, and never fails a document.
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { migrate } from "../../server/adapters/database.ts";
import { type Embedder, LanguageModelError } from "../../server/model-ports.ts";
import { DocumentModel } from "../../server/models/document.ts";
import { retrieve } from "../../server/retrieval.ts";
import { createTestEmbedder } from "../../server/test/embedder.ts";
import { addDocument } from "../../server/test/library.ts";
import { silentLog } from "../../server/test/log.ts";
import { makePdf } from "../../server/test/pdf.ts";
import { createVectorSearch } from "../../server/vector-search.ts";
import { type Bench, openBench, until } from "./bench.ts";

vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;
let hasVector: boolean;
beforeAll(async () => {
  bench = await openBench();
  hasVector = (await bench.db("pg_extension").where("extname", "vector").first()) !== undefined;
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

/** With vectors only: on a server without pgvector there is no embedder either. */
function withVectors(name: string, run: () => Promise<void>): void {
  test(name, async (context) => {
    if (!hasVector) context.skip("needs TEST_DATABASE_URL to have pgvector");
    await run();
  });
}

/** @returns a ready document of so many chunks, all different. */
async function add(userId: string, chunks: number, topic = "harbour"): Promise<string> {
  const pages = Array.from({ length: chunks }, (_, index) => `${topic} note ${index} tells of barge ${index * 7}.`);
  return addDocument(bench.db, userId, { title: topic, pages });
}

async function vectors(id: string): Promise<{ model: string; dimensions: number | null; rows: number }[]> {
  const { rows } = await bench.db.raw(
    `select model, vector_dims(embedding) dimensions, count(*)::int as rows from chunk_embeddings where document_id = ?
     group by 1, 2 order by 1, 2`,
    [id],
  );
  return rows;
}

const embedded = (id: string, model = "test:one") =>
  until(
    () => bench.document(id),
    (row) => row?.embedding_model === model && row.embedding_target === null && row.embedding_until === null,
  );

async function cited(ids: string[], question: string, embedder: Embedder, earlier: Embedder | null = null) {
  const documents = await DocumentModel.query(bench.db).findByIds(ids);
  const search = createVectorSearch({ db: bench.db, log: silentLog, embedder, earlierEmbedder: () => earlier });
  return (await retrieve({ db: bench.db, vectors: search }, documents, question, [])).citations;
}

/** How often each text was embedded. */
function times(...embedders: { calls: string[][] }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of embedders.flatMap(({ calls }) => calls.flat())) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

function createMoment() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

const down = (fault: "model-unavailable" | "model-rate-limited" | "model-rejected", retryAfterMs?: number) =>
  new LanguageModelError(fault, fault, retryAfterMs === undefined ? {} : { retryAfterMs });

withVectors("a document that was read is embedded, and found by words that it does not hold", async () => {
  const embedder = createTestEmbedder({ meanings: ["physician doctor", "automobile car", "purchased bought"] });
  const user = await bench.addUser();
  const id = await bench.addDocument(
    user,
    makePdf(["The harbour has two cranes.", "Doctor Berg bought a red car.", "The museum closes at noon."]),
  );
  const { queue } = await bench.startWorker({ embedder, sweepEveryMs: 600_000 });
  queue.processPdf(id);
  expect(await embedded(id)).toMatchObject({ status: "ready", embedded: 1 });
  expect(await vectors(id)).toEqual([{ model: "test:one", dimensions: 256, rows: 3 }]);
  const question = "Which physician purchased the automobile?";
  const found = await cited([id], question, embedder);
  expect(found[0]).toMatchObject({ page: 2, quote: "Doctor Berg bought a red car." });
  const byWords = await retrieve({ db: bench.db }, [(await bench.document(id)) as DocumentModel], question, []);
  expect(byWords.citations.map(({ page }) => page)).not.toContain(2);
});

withVectors("killed on the way, another worker goes on, and nothing but the last call is made again", async () => {
  const user = await bench.addUser();
  const id = await add(user, 100);
  const reached = createMoment();
  const first = createTestEmbedder({
    before: () => {
      if (first.calls.length === 5) reached.resolve();
      return first.calls.length === 5 ? new Promise(() => {}) : undefined;
    },
  });
  const dying = await bench.startWorker({ embedder: first, leaseMs: 600 });
  await reached.promise;
  expect((await bench.document(id))?.status).toBe("ready");
  dying.kill();
  const second = createTestEmbedder();
  await bench.startWorker({ embedder: second, leaseMs: 600, sweepEveryMs: 50 });
  await embedded(id);
  expect(await vectors(id)).toEqual([expect.objectContaining({ rows: 100 })]);
  expect(times(first, second).size).toBe(100);
  expect([...times(first, second).values()].filter((count) => count > 1).length).toBeLessThanOrEqual(16);
});

withVectors("two workers at once embed every chunk once, and users take turns", async () => {
  const [one, two] = [await bench.addUser(), await bench.addUser()];
  const long = await add(one, 130, "ledger");
  const short = await add(two, 20, "garden");
  const finished: string[] = [];
  const log = {
    ...silentLog,
    info: ({ documentId }: { documentId?: string }, message: string) => {
      if (documentId && message === "a document was embedded") finished.push(documentId);
    },
  };
  // The long one's calls are slow, so that its end cannot come first by chance.
  const before = (texts: string[]) => sleep(texts[0]?.startsWith("ledger") ? 60 : 5);
  const embedders = [createTestEmbedder({ before }), createTestEmbedder({ before })];
  for (const embedder of embedders) await bench.startWorker({ embedder, log });
  await embedded(long);
  await embedded(short);
  const counts = times(...embedders);
  expect(counts.size).toBe(150);
  expect(Math.max(...counts.values())).toBe(1);
  expect(finished).toEqual([short, long]);
});

withVectors("with the model out, documents stay ready, and embedding goes on when it is back", async () => {
  const id = await add(await bench.addUser(), 40);
  // Down; then with a key that is refused, which refuses every text; then back.
  const failing = [...Array(2).fill(down("model-unavailable")), ...Array(2).fill(down("model-rejected"))];
  const embedder = createTestEmbedder({
    before: () => {
      const error = failing.shift();
      if (error) throw error;
    },
  });
  await bench.startWorker({ embedder });
  expect(await embedded(id)).toMatchObject({ status: "ready", attempts: 0, setbacks: 0, embedding_setbacks: 0 });
  expect(failing).toEqual([]);
  expect(await vectors(id)).toEqual([{ model: "test:one", dimensions: 256, rows: 40 }]);
});

withVectors("a server that says when it may be asked again is not asked before", async () => {
  const id = await add(await bench.addUser(), 20);
  const asked: number[] = [];
  const embedder = createTestEmbedder({
    before: () => {
      asked.push(performance.now());
      if (asked.length === 2) throw down("model-rate-limited", 1200);
    },
  });
  const worker = await bench.startWorker({ embedder, sweepEveryMs: 20 });
  await until(
    async () => asked.length,
    (calls) => calls >= 2,
  );
  // A document that becomes due meanwhile changes nothing.
  worker.queue.processPdf(id);
  await embedded(id);
  expect((asked[2] ?? 0) - (asked[1] ?? 0)).toBeGreaterThanOrEqual(1200);
  expect(Math.max(...times(embedder).values())).toBe(1);
});

withVectors(
  "a text that the model refuses keeps no other from its vector, and a long one is taken in part",
  async () => {
    const pages = Array.from({ length: 40 }, (_, index) => `Note ${index} tells of barge ${index * 7}.`);
    pages[30] = "Another barge was loaded with sand and gravel. ".repeat(20);
    const id = await addDocument(bench.db, await bench.addUser(), { title: "Barges", pages });
    const embedder = createTestEmbedder({
      before: (texts) => {
        if (texts.some((text) => text.includes("Note 23 "))) throw down("model-rejected");
        // As a server answers whose model reads less at once.
        if (texts.some((text) => text.length > 500)) throw down("model-unavailable");
      },
    });
    await bench.startWorker({ embedder });
    expect(await embedded(id)).toMatchObject({ status: "ready", embedded: 1 });
    expect(await vectors(id)).toEqual([
      { model: "test:one", dimensions: 256, rows: 39 },
      { model: "test:one", dimensions: null, rows: 1 },
    ]);
    expect((await cited([id], "barge 161 of note 23", embedder))[0]?.page).toBe(24);
  },
);

withVectors("a document whose text the model fails at waits, and keeps no other from its vectors", async () => {
  const user = await bench.addUser();
  const [bad, good] = [await add(user, 10, "ledger"), await add(user, 10, "garden")];
  let mended = false;
  const embedder = createTestEmbedder({
    before: (texts) => {
      if (!mended && texts.some((text) => text.startsWith("ledger note 7 "))) throw down("model-unavailable");
    },
  });
  await bench.startWorker({ embedder, sweepEveryMs: 50 });
  await embedded(good);
  expect(await bench.document(bad)).toMatchObject({ status: "ready", embedding_setbacks: 1, embedding_model: null });
  mended = true;
  await DocumentModel.query(bench.db).findById(bad).patch({ embedding_due_at: new Date() });
  expect(await embedded(bad)).toMatchObject({ embedding_setbacks: 0 });
});

withVectors("another model: the old vectors serve until the new ones are whole, and then they are gone", async () => {
  const meanings = ["physician doctor"];
  const id = await addDocument(bench.db, await bench.addUser(), {
    title: "Town",
    pages: [...Array.from({ length: 60 }, (_, index) => `Crane ${index} of the harbour.`), "The doctor lives here."],
  });
  const old = createTestEmbedder({ meanings });
  const { stop } = await bench.startWorker({ embedder: old });
  await embedded(id);
  await stop({ graceMs: 1000 });
  const half = createMoment();
  const go = createMoment();
  const next = createTestEmbedder({
    name: "test:two",
    dimensions: 192,
    meanings,
    before: async (_texts, purpose) => {
      if (purpose === "query" || next.calls.length < 2) return;
      half.resolve();
      await go.promise;
    },
  });
  await bench.startWorker({ embedder: next, sweepEveryMs: 50 });
  await half.promise;
  expect(await bench.document(id)).toMatchObject({ embedding_model: "test:one", embedding_target: "test:two" });
  expect((await vectors(id)).map(({ model, rows }) => [model, rows])).toEqual([
    ["test:one", 61],
    ["test:two", 32],
  ]);
  const question = "Where is the physician?";
  expect((await cited([id], question, next, old))[0]?.page).toBe(61);
  // By its words, where the old model can no longer be called.
  expect((await cited([id], question, next)).map(({ page }) => page)).not.toContain(61);
  go.resolve();
  await embedded(id, "test:two");
  expect(await vectors(id)).toEqual([{ model: "test:two", dimensions: 192, rows: 61 }]);
  expect((await cited([id], question, next))[0]?.page).toBe(61);
  // What a third model had begun before it was given up goes too.
  await bench.db.raw(
    "insert into chunk_embeddings select chunk_id, 'test:three', document_id, embedding from chunk_embeddings limit 9",
  );
  await DocumentModel.query(bench.db).findById(id).patch({ embedding_target: "test:three", embedded: 0.1 });
  await embedded(id, "test:two");
  expect(await vectors(id)).toEqual([{ model: "test:two", dimensions: 192, rows: 61 }]);
});

withVectors("deleting a document ends its embedding and takes its vectors", async () => {
  const user = await bench.addUser();
  const [id, kept] = [await add(user, 100), await add(user, 5, "garden")];
  const going = createMoment();
  const embedder = createTestEmbedder({
    before: async (texts) => {
      if (!texts[0]?.startsWith("harbour") || embedder.calls.length < 3) return;
      going.resolve();
      await sleep(30);
    },
  });
  await bench.startWorker({ embedder, sweepEveryMs: 50 });
  await going.promise;
  await DocumentModel.query(bench.db).findById(id).patch({ deleted_at: new Date() });
  await until(
    () => bench.document(id),
    (row) => row === undefined,
  );
  await embedded(kept);
  const calls = embedder.calls.length;
  await sleep(200);
  expect(embedder.calls.length).toBe(calls);
  expect(times(embedder).size).toBeLessThan(100);
  expect([await vectors(id), await vectors(kept)]).toEqual([[], [expect.objectContaining({ rows: 5 })]]);
});

withVectors("a stop lets the call under way end and keeps what it made", async () => {
  const id = await add(await bench.addUser(), 100);
  const under = createMoment();
  const embedder = createTestEmbedder({
    before: async () => {
      under.resolve();
      await sleep(100);
    },
  });
  const { stop } = await bench.startWorker({ embedder });
  await under.promise;
  await stop({ graceMs: 10_000 });
  expect(await vectors(id)).toEqual([expect.objectContaining({ rows: 16 })]);
  expect(await bench.document(id)).toMatchObject({ embedding_until: null, embedded: expect.closeTo(0.16) });
  // One that would not end in time is cut off, and the document is free at once.
  const hanging = createTestEmbedder({
    before: (_texts, _purpose, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  const other = await bench.startWorker({ embedder: hanging });
  await until(
    () => bench.document(id),
    (row) => row?.embedding_until != null,
  );
  await other.stop({ graceMs: 50 });
  expect(await bench.document(id)).toMatchObject({ embedding_until: null, embedding_setbacks: 0 });
});

test("a database without pgvector works by words, and the table comes when the extension has come", async () => {
  const id = await addDocument(bench.db, await bench.addUser(), { title: "Mill", pages: ["The mill grinds oats."] });
  const found = async () =>
    (await retrieve({ db: bench.db }, [(await bench.document(id)) as DocumentModel], "Who grinds oats?", [])).citations;
  const table = async () => (await bench.db.raw("select to_regclass('chunk_embeddings') as name")).rows[0].name;
  await DocumentModel.query(bench.db).findById(id).patch({ embedding_model: "test:one", embedded: 1 });
  await bench.db.raw("drop extension if exists vector cascade; drop table if exists chunk_embeddings");
  await migrate(bench.db);
  expect([await table(), (await found()).length]).toEqual([null, 1]);
  // A server without it has been looked at above.
  if (!hasVector) return;
  await bench.db.raw("create extension vector");
  await migrate(bench.db);
  await migrate(bench.db);
  expect(await table()).toBe("chunk_embeddings");
  expect(await bench.document(id)).toMatchObject({ embedding_model: null, embedded: 0 });
  await bench.startWorker({ embedder: createTestEmbedder() });
  await embedded(id);
  // The extension alone, with the column that it brought.
  await bench.db.raw("drop extension vector cascade; create extension vector");
  await migrate(bench.db);
  expect(await bench.document(id)).toMatchObject({ embedding_model: null, embedded: 0 });
  expect(await vectors(id)).toEqual([]);
});
