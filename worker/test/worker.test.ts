import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { makePdf as hostilePdf, line } from "../../server/adapters/test/pdf-files.ts";
import { DocumentModel } from "../../server/models/document.ts";
import type { PdfReader } from "../../server/ports.ts";
import { damagedPdf, makePdf, prose } from "../../server/test/pdf.ts";
import { type Bench, openBench, until } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const settled = (id: string) =>
  until(
    () => bench.document(id),
    (row) => row?.status === "ready" || row?.status === "failed",
  );

/** The reader, halting before the last pages of a long document, so that something can happen before its end. */
function halting() {
  let goOn = () => {};
  const going = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  onTestFinished(goOn);
  const reader: PdfReader = {
    ...bench.reader,
    async *read(path, options) {
      const aborted = new Promise((resolve) => options.signal.addEventListener("abort", resolve, { once: true }));
      for await (const page of bench.reader.read(path, options)) {
        if (page.number === 41) await Promise.race([going, aborted]);
        yield page;
      }
    },
  };
  return { reader, goOn };
}

test("reads a PDF into pages and chunks that stand word for word on their page", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine"), "", prose("gearbox")], { title: "On engines" }));
  await bench.startWorker();
  const row = await settled(id);
  expect(row).toMatchObject({
    status: "ready",
    progress: 1,
    pages: 3,
    language: "en",
    title: "On engines",
    pages_unreadable: [],
    error_code: null,
    attempts: 0,
    lost_leases: 0,
    lease_owner: null,
    lease_until: null,
    processed_at: expect.any(Date),
  });
  const pages = await bench.pages(id);
  expect(pages.map((page) => [page.number, page.run])).toEqual([1, 2, 3].map((number) => [number, row?.ready_run]));
  const chunks = await bench.chunks(id);
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.map((chunk) => chunk.ordinal)).toEqual(chunks.map((_, index) => index));
  for (const chunk of chunks) {
    expect(pages[chunk.page - 1]?.text.slice(chunk.char_start, chunk.char_end)).toBe(chunk.content);
  }
  // Searched by the language's own rules: "parts" finds "part".
  const { rows } = await bench.db.raw(
    "select count(*) from chunks where tsv @@ to_tsquery('english', 'parts & gearboxes')",
  );
  expect(Number(rows[0].count)).toBeGreaterThan(0);
});

test("a document is ready without its bad pages, which it names", async () => {
  const user = await bench.addUser();
  const content = (text: string) => ({ content: line(text, 72, 700) });
  const file = hostilePdf([content("The engine has a part"), { content: ") Tj" }, content("The gear has one too")]);
  const id = await bench.addDocument(user, file);
  await bench.startWorker();
  expect(await settled(id)).toMatchObject({ status: "ready", pages: 3, pages_unreadable: [2], attempts: 0 });
  expect((await bench.pages(id)).map(({ number }) => number)).toEqual([1, 3]);
});

test("keeps a title that a person gave", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")], { title: "On engines" }), { title: "Mine" });
  await bench.startWorker();
  expect(await settled(id)).toMatchObject({ status: "ready", title: "Mine" });
});

test("a message wakes the worker, and each change is told", async () => {
  const user = await bench.addUser();
  const { queue } = await bench.startWorker({ sweepEveryMs: 600_000 });
  const told: unknown[] = [];
  const listening = new AbortController();
  const listener = (async () => {
    for await (const entry of bench.events.read(`documents:${user}`, { after: 0, signal: listening.signal })) {
      told.push(entry.data);
    }
  })();
  const id = await bench.addDocument(user, makePdf([prose("engine")]));
  queue.processPdf(id);
  await settled(id);
  await until(
    async () => told.length,
    (count) => count >= 3,
  );
  listening.abort();
  await listener;
  expect(told.every((data) => (data as { id: string }).id === id)).toBe(true);
});

test.each([
  ["damaged", damagedPdf, "pdf-damaged"],
  ["encrypted", makePdf([prose("secret")], { encrypted: true }), "pdf-encrypted"],
  ["empty", makePdf([]), "pdf-empty"],
  ["text-less", makePdf(["", ""]), "pdf-no-text"],
  ["over-long", makePdf(Array.from({ length: 51 }, () => "page")), "pdf-too-many-pages"],
])("fails a %s PDF for good, at the first attempt", async (_kind, file, code) => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, file);
  await bench.startWorker();
  expect(await settled(id)).toMatchObject({ status: "failed", error_code: code, attempts: 0, ready_run: null });
  await until(
    async () => [await bench.pages(id), await bench.chunks(id)].flat().length,
    (rows) => rows === 0,
  );
});

test("tries again later when the fault is ours, and gives up after five attempts", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")]));
  // Its file is gone, and another one is not: not the PDF's fault, nor the storage's.
  await bench.addDocument(user, makePdf([prose("pump")]), { status: "ready" });
  await bench.storage.remove(`documents/${id}.pdf`);
  await bench.startWorker({ sweepEveryMs: 20 });
  const deferred = await until(
    () => bench.document(id),
    (row) => row?.attempts === 1 && row.status === "queued",
  );
  const delay = (deferred?.next_attempt_at.getTime() ?? 0) - Date.now();
  expect(delay).toBeGreaterThan(2_000);
  expect(delay).toBeLessThan(7_000);
  await DocumentModel.query(bench.db)
    .findById(id)
    .patch({ attempts: 4, next_attempt_at: new Date(0) });
  expect(await settled(id)).toMatchObject({ status: "failed", error_code: "internal-error" });
});

test("takes over from a worker that died, without a trace of what it wrote", async () => {
  const user = await bench.addUser();
  const pages = Array.from({ length: 50 }, (_, index) => prose(`engine ${index}`, 30));
  const id = await bench.addDocument(user, makePdf(pages));
  const first = await bench.startWorker({ leaseMs: 600, reader: halting().reader });
  await until(
    () => bench.pages(id),
    (rows) => rows.length > 0,
  );
  first.kill();
  const died = await bench.document(id);
  expect(died?.status).toBe("processing");
  await bench.startWorker({ sweepEveryMs: 100 });
  const row = await settled(id);
  expect(row).toMatchObject({ status: "ready", lost_leases: 1, attempts: 0, pages: 50 });
  expect(row?.ready_run).not.toBe(died?.run);
  await until(
    () => bench.document(id),
    (now) => now?.run === null,
  );
  const written = await bench.pages(id);
  expect(written.map((page) => page.number)).toEqual(pages.map((_, index) => index + 1));
  expect(new Set([...written, ...(await bench.chunks(id))].map(({ run }) => run))).toEqual(new Set([row?.ready_run]));
});

test("a worker that knows itself alone does not wait for a dead one's lease", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")]), {
    status: "processing",
    run: "0190a0a0-0000-7000-8000-000000000001",
    lease_owner: "0190a0a0-0000-7000-8000-000000000001",
    lease_until: new Date(Date.now() + 3_600_000),
  });
  const patient = await bench.startWorker({ sweepEveryMs: 20 });
  const second = await bench.addDocument(user, makePdf([prose("engine")]));
  await settled(second);
  expect(await bench.document(id)).toMatchObject({ status: "processing" });
  await patient.stop({ graceMs: 0 });
  await bench.startWorker({ soleProcess: true });
  expect(await settled(id)).toMatchObject({ status: "ready", lost_leases: 1 });
});

test("a document that takes its worker down each time is given up", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")]), {
    status: "processing",
    lost_leases: 20,
    lease_until: new Date(0),
  });
  await bench.startWorker();
  expect(await settled(id)).toMatchObject({ status: "failed", error_code: "internal-error", lost_leases: 21 });
});

test("a lease lost mid-way ends the attempt: the new owner's row stays as it is", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf(Array.from({ length: 50 }, () => prose("engine", 30))));
  const { reader, goOn } = halting();
  const worker = await bench.startWorker({ reader, sweepEveryMs: 600_000 });
  await until(
    () => bench.pages(id),
    (rows) => rows.length > 0,
  );
  const other = "0190a0a0-0000-7000-8000-000000000002";
  await DocumentModel.query(bench.db)
    .findById(id)
    .patch({ lease_owner: other, run: other, lease_until: new Date(Date.now() + 60_000) });
  goOn();
  await worker.stop({ graceMs: 15_000 });
  expect(await bench.document(id)).toMatchObject({ status: "processing", lease_owner: other, run: other });
  expect((await bench.pages(id)).length).toBeLessThan(50);
});

test("two workers on one database never both finish a document", async () => {
  const user = await bench.addUser();
  const other = await bench.addUser();
  const ids: string[] = [];
  for (let n = 0; n < 6; n++) {
    ids.push(await bench.addDocument(n % 2 ? user : other, makePdf([prose(`engine ${n}`), prose(`gear ${n}`)])));
  }
  await Promise.all([bench.startWorker({ sweepEveryMs: 30 }), bench.startWorker({ sweepEveryMs: 30 })]);
  for (const id of ids) {
    const row = await settled(id);
    expect(row).toMatchObject({ status: "ready", lost_leases: 0, attempts: 0 });
    expect((await bench.pages(id)).map((page) => page.number)).toEqual([1, 2]);
  }
});

test("stopping hands unfinished documents back without spending an attempt", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf(Array.from({ length: 50 }, () => prose("engine", 30))));
  const worker = await bench.startWorker({ reader: halting().reader });
  await until(
    () => bench.pages(id),
    (rows) => rows.length > 0,
  );
  await worker.stop({ graceMs: 0 });
  expect(await bench.document(id)).toMatchObject({ status: "queued", attempts: 0, lost_leases: 0, lease_owner: null });
  await bench.startWorker();
  expect(await settled(id)).toMatchObject({ status: "ready", pages: 50 });
});

test("stopping lets running documents end within the grace", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine"), prose("gear")]));
  const worker = await bench.startWorker();
  await until(
    () => bench.document(id),
    (row) => row?.status !== "queued",
  );
  await worker.stop({ graceMs: 15_000 });
  expect(await bench.document(id)).toMatchObject({ status: "ready" });
});
