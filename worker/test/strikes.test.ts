// What becomes of a document whose attempts fail: by its own doing, by ours, or by a bound that had to be enforced.
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from "vitest";
import { createPdfReader } from "../../server/adapters/pdf.ts";
import { savedStates } from "../../server/adapters/test/hostile-files.ts";
import { childPids } from "../../server/adapters/test/pdf-reader.ts";
import { DocumentModel } from "../../server/models/document.ts";
import type { PdfReader } from "../../server/ports.ts";
import { distEntry } from "../../server/test/dist.ts";
import { silentLog } from "../../server/test/log.ts";
import { makePdf, prose } from "../../server/test/pdf.ts";
import { type Bench, openBench, until } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterEach(() => bench.reset());
afterAll(() => bench.close());

const settled = (id: string, withinMs?: number) =>
  until(
    () => bench.document(id),
    (row) => row?.status === "ready" || row?.status === "failed",
    withinMs,
  );
const deferred = (id: string, withinMs?: number) =>
  until(
    () => bench.document(id),
    (row) => row?.status === "queued" && row.next_attempt_at.getTime() > Date.now(),
    withinMs,
  );
const dueNow = (id: string) =>
  DocumentModel.query(bench.db)
    .findById(id)
    .patch({ next_attempt_at: new Date(0) });

function impatientReader(): PdfReader {
  const limits = { openMs: 4000, pageMs: 500 };
  const reader = createPdfReader({
    childEntry: distEntry("pdf-child"),
    processes: 2,
    maxPages: 50,
    log: silentLog,
    limits,
  });
  onTestFinished(() => reader.close());
  return reader;
}

test("a bound that had to be enforced is a strike; the second try is alone and the last", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, savedStates());
  const reader = impatientReader();
  const alone: (boolean | undefined)[] = [];
  const read: PdfReader["read"] = (path, options) => {
    alone.push(options.alone);
    return reader.read(path, options);
  };
  await bench.startWorker({ reader: { ...reader, read }, sweepEveryMs: 20 });
  expect(await deferred(id, 40_000)).toMatchObject({ attempts: 1, strikes: 1, setbacks: 0, error_code: null });
  await dueNow(id);
  expect(await settled(id, 40_000)).toMatchObject({ status: "failed", error_code: "pdf-too-complex", strikes: 1 });
  expect(alone).toEqual([false, true]);
}, 100_000);

test("a document with a strike can be read well the second time", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")]), { strikes: 1, attempts: 1 });
  await bench.startWorker();
  expect(await settled(id)).toMatchObject({ status: "ready", strikes: 1, attempts: 1 });
});

test("storage that is out spends no attempt, however often", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")]));
  let out = true;
  const storage: Bench["storage"] = {
    ...bench.storage,
    async withLocalFile(key, use) {
      if (out) throw Object.assign(new Error("read error"), { code: "EIO" });
      return bench.storage.withLocalFile(key, use);
    },
  };
  await bench.startWorker({ storage, sweepEveryMs: 20 });
  for (let setbacks = 1; setbacks <= 8; setbacks++) {
    const row = await deferred(id);
    expect(row).toMatchObject({ attempts: 0, strikes: 0, setbacks });
    expect((row?.next_attempt_at.getTime() ?? 0) - Date.now()).toBeLessThan(76_000);
    if (setbacks === 8) out = false;
    await dueNow(id);
  }
  expect(await settled(id)).toMatchObject({ status: "ready", attempts: 0, setbacks: 8 });
});

test.each([
  ["another document's file stands in the storage", { others: ["stored"], setbacks: 0 }, "attempt"],
  ["no document's file does: the storage is not the right one", { others: ["missing"], setbacks: 50 }, "setback"],
  ["there is no other document to tell by", { others: [], setbacks: 19 }, "setback"],
  ["there is none, and it has been waited for long", { others: [], setbacks: 20 }, "attempt"],
])("a missing file, where %s", async (_where, { others, setbacks }, cause) => {
  const user = await bench.addUser();
  for (const other of others) {
    const id = await bench.addDocument(user, makePdf([prose("pump")]), { status: "ready" });
    if (other === "missing") await bench.storage.remove(`documents/${id}.pdf`);
  }
  const id = await bench.addDocument(user, makePdf([prose("engine")]), { setbacks });
  const path = `documents/${id}.pdf`;
  await bench.storage.remove(path);
  await bench.startWorker({ sweepEveryMs: 20 });
  const spent = cause === "attempt" ? { attempts: 1, setbacks } : { attempts: 0, setbacks: setbacks + 1 };
  expect(await deferred(id)).toMatchObject({ ...spent, strikes: 0 });
  if (cause === "attempt") return;
  // The right storage comes back.
  await bench.storage.put(path, makePdf([prose("engine")]));
  await dueNow(id);
  expect(await settled(id)).toMatchObject({ status: "ready", attempts: 0 });
});

test("a reader whose processes do not start spends no attempt", async () => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, makePdf([prose("engine")]));
  const reader = createPdfReader({
    childEntry: new URL("no-such-entry.js", distEntry("pdf-child")),
    processes: 1,
    maxPages: 50,
    log: silentLog,
  });
  onTestFinished(() => reader.close());
  await bench.startWorker({ reader });
  expect(await deferred(id)).toMatchObject({ attempts: 0, strikes: 0, setbacks: 1 });
});

test.skipIf(process.platform !== "linux").each([
  ["seldom spends no attempt", 0, { attempts: 0, strikes: 0, setbacks: 1 }],
  ["again and again spends an attempt and is no strike", 20, { attempts: 1, strikes: 0, setbacks: 20 }],
])("an extractor that is killed from outside %s (Linux: looked up in /proc)", async (_, setbacks, spent) => {
  const user = await bench.addUser();
  const id = await bench.addDocument(user, savedStates(), { setbacks });
  const reader = createPdfReader({
    childEntry: distEntry("pdf-child"),
    processes: 1,
    maxPages: 50,
    log: silentLog,
  });
  onTestFinished(() => reader.close());
  const others = new Set(childPids());
  await bench.startWorker({ reader });
  // Busy with the page: more than opening the file takes.
  const pid = await until(
    async () => childPids().find((child) => !others.has(child) && processorTicks(child) > 80),
    (child) => child !== undefined,
  );
  process.kill(pid ?? 0, "SIGKILL");
  expect(await deferred(id)).toMatchObject(spent);
});

test("trying again by hand begins from nothing", async () => {
  const user = await bench.addUser();
  const values = { status: "failed", error_code: "pdf-too-complex", attempts: 2, strikes: 1, setbacks: 3 } as const;
  const id = await bench.addDocument(user, makePdf([prose("engine")]), values);
  const { retryDocument } = await import("../../server/documents.ts");
  const { queue } = await bench.startWorker({ sweepEveryMs: 600_000 });
  await retryDocument({ ...bench, queue, clock: { now: () => new Date() }, log: silentLog }, user, id);
  expect(await settled(id)).toMatchObject({ status: "ready", attempts: 0, strikes: 0, setbacks: 0 });
});

function processorTicks(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[11]);
  } catch {
    return 0;
  }
}
