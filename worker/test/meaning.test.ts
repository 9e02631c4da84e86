// Questions by meaning through the whole API with its worker: what readers see of embedding, and what an outage costs them.
import type { Document, DocumentEvent } from "@pagewise/sdk/contract";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DocumentModel } from "../../server/models/document.ts";
import { retrieve } from "../../server/retrieval.ts";
import { type Api, type SignedIn, startApi } from "../../server/test/api.ts";
import { createTestEmbedder } from "../../server/test/embedder.ts";
import { addDocument } from "../../server/test/library.ts";
import { silentLog } from "../../server/test/log.ts";
import { makePdf } from "../../server/test/pdf.ts";
import { createVectorSearch } from "../../server/vector-search.ts";
import { createWorker, type Worker } from "../worker.ts";
import { until } from "./bench.ts";

vi.setConfig({ testTimeout: 60_000 });

const pages = ["The harbour has two cranes.", "Doctor Berg bought a red car.", "The museum closes at noon."];
const question = "Which physician purchased the automobile?";

/** What the embedder does before it answers. */
let before: (purpose: "document" | "query") => Promise<void> | void = () => {};
const embedder = createTestEmbedder({
  meanings: ["physician doctor", "automobile car", "purchased bought"],
  before: (_texts, purpose) => before(purpose),
});
let api: Api;
let ada: SignedIn;
let worker: Worker;
let hasVector: boolean;

beforeAll(async () => {
  api = await startApi({ services: { embedder } });
  ada = await api.register();
  hasVector = api.services.vector;
  worker = createWorker({ ...api.services, concurrency: 2, embedded: false, sweepEveryMs: 100 });
  await worker.start();
});
afterAll(async () => {
  await worker?.stop({ graceMs: 0 });
  await api?.close();
});

async function read(id: string): Promise<Document> {
  return (await (await api.request(`/documents/${id}`, { token: ada.accessToken() })).json()) as Document;
}

test("a document tells its readers how far it is embedded, and is found by what it means", async () => {
  const seen: (number | null)[] = [];
  const left = new AbortController();
  const watching = (async () => {
    for await (const { event, data } of ada.client.documents.events({
      signal: left.signal,
    }) as AsyncIterable<DocumentEvent>) {
      if (event === "document" && "status" in data && data.status === "ready") seen.push(data.embedded);
    }
  })().catch(() => {});
  const { document_id: id, document } = await ada.client.documents.upload(
    new File([makePdf(pages)], "town.pdf", { type: "application/pdf" }),
  );
  expect(document.embedded).toBe(hasVector ? 0 : null);
  await until(
    () => read(id),
    ({ status, embedded }) => status === "ready" && embedded === (hasVector ? 1 : null),
  );
  await until(
    async () => seen.at(-1),
    (share) => share === (hasVector ? 1 : null),
  );
  expect(seen).toEqual([...seen].sort());
  left.abort();
  await watching;
  const { citations } = await ada.client.chat.ask({ message: question, document_ids: [id] }).final();
  expect(citations[0]?.quote).toBe(hasVector ? "Doctor Berg bought a red car." : undefined);
});

test("an embedder that hangs costs one question a moment, and the others nothing", async () => {
  const asked = { message: "Who bought the red car?" };
  let calls = 0;
  before = (purpose) => {
    if (purpose === "document") return;
    calls += 1;
    return new Promise(() => {});
  };
  try {
    for (let time = 0; time < 3; time++) {
      const { text } = await ada.client.chat.ask(asked).final();
      expect(text).toContain("Doctor Berg bought a red car.");
    }
    expect(calls).toBe(hasVector ? 1 : 0);
  } finally {
    before = () => {};
  }
});

test("where nothing has a vector, nothing else is asked of the database, and the same is found", async () => {
  const { db } = api.services;
  const id = await addDocument(db, ada.userId, { title: "Mill", pages: ["The mill grinds oats.", "Oats grow here."] });
  const document = (await DocumentModel.query(db).findById(id)) as DocumentModel;
  document.embedding_model = null;
  const fresh = createTestEmbedder();
  const vectors = createVectorSearch({ db, log: silentLog, embedder: fresh, earlierEmbedder: () => null });
  const without = await counted(() => retrieve({ db }, [document], "Who grinds the oats?", []));
  const having = await counted(() => retrieve({ db, vectors }, [document], "Who grinds the oats?", []));
  expect(having).toEqual(without);
  expect(having.value.citations).toHaveLength(2);
  expect(fresh.calls).toEqual([]);
});

/** @returns how often the statements of this call were sent. */
async function counted<T>(run: () => Promise<T>): Promise<{ value: T; statements: number }> {
  let statements = 0;
  const count = ({ sql }: { sql: string }) => {
    if (sql.includes("chunks") || sql.includes("pages")) statements += 1;
  };
  // What the worker asks meanwhile is of other tables, or is told apart by its lease.
  await worker.stop({ graceMs: 1000 });
  api.services.db.on("query", count);
  try {
    const value = await run();
    return { value, statements };
  } finally {
    api.services.db.removeListener("query", count);
  }
}
