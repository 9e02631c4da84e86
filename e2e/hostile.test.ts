// One user uploads files that are made to do harm: each ends within its bounds and says why, and nobody waits for it.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { Client } from "@pagewise/sdk";
import { hostileFiles } from "@pagewise/server/test/hostile-files";
import { afterAll, beforeAll, expect, test } from "vitest";
import { extractorsOf, type Product, samplePdf, signedInClient, startProduct, temporaryDir, until } from "./product.ts";

const gigabyte = 1_000_000_000;
/** Of the process that holds api, worker and embedded database. */
const mostProductBytes = 800_000_000;
/** What other work on the machine may add at one moment; whoever waited for a hostile document would wait longer. */
const noiseMs = 5_000;
const hour = 3_600_000;
/**
 * Run into the same bounds as others that are uploaded, and each takes them twice, some half a minute in all: HOSTILE=all
 * uploads these too. Every file is read in `server/adapters/test/pdf-hostile.test.ts` in any case.
 */
const alike = [
  "twenty megabytes of zeros",
  "a page tree a hundred thousand deep",
  "a gigabyte of blanks",
  "one string of eighty megabytes",
  "a character map of sixteen million",
  "forms in forms, ten to the sixth",
  "five million saved states",
];
const isLeftOut = (name: string) => process.env.HOSTILE !== "all" && alike.includes(name);

let dir: Awaited<ReturnType<typeof temporaryDir>>;
let product: Product;
beforeAll(async () => {
  dir = await temporaryDir();
  product = await startProduct({ dataDir: dir.path, env: { WORKER_CONCURRENCY: "2", LOG_LEVEL: "silent" } });
});
afterAll(async () => {
  await product?.kill();
  await dir?.remove();
});

test("hostile files end as they may, and others' documents are ready in time meanwhile", {
  timeout: hour,
}, async () => {
  const [hostile, ordinary] = [await signedInClient(product.url), await signedInClient(product.url)];
  const memory = watchMemory(product.pid);
  // The first one starts what is started once.
  await timeToReady(ordinary);
  const before = await timesToReady(ordinary);
  const pings = pingUntilStopped(ordinary);
  const { accepted, refused } = await uploadAll(hostile);

  const moments: number[][] = [];
  while ((await unfinished(hostile)) > 0) {
    moments.push(await timesToReady(ordinary));
    await new Promise((done) => setTimeout(done, 2_000));
  }
  const answered = await pings.stop();
  // The machine may be busier with something else by now than it was at the start.
  const alone = Math.max(median(before), median(await timesToReady(ordinary)));

  // What does not even begin as a PDF does.
  expect(refused).toEqual(["a web page", "an archive", "nothing at all"]);
  for (const [id, { name, ends }] of accepted) {
    const { status, error } = await hostile.documents.get(id);
    expect({ name, end: status === "ready" ? "ready" : error?.code }).toEqual({
      name,
      end: expect.toBeOneOf([...ends]),
    });
  }
  expect(moments.length).toBeGreaterThan(2);
  expect(median(moments.flat())).toBeLessThan(3 * alone + 2_000);
  for (const times of moments) expect(median(times)).toBeLessThan(3 * alone + 2_000 + noiseMs);
  expect(answered).toBeGreaterThan(moments.length);
  const { extractor, own } = memory.stop();
  expect(extractor).toBeLessThan(gigabyte);
  expect(own).toBeLessThan(mostProductBytes);
});

test.skipIf(process.platform !== "linux")(
  "nothing of it goes on, and memory comes down again (Linux: looked up in /proc)",
  { timeout: 120_000 },
  async () => {
    // As many readers as documents are read at once.
    const idle = async () => {
      const before = processorTime();
      await new Promise((done) => setTimeout(done, 1_000));
      return extractorsOf([product.pid]).length <= 2 && processorTime() - before < 10;
    };
    await until("the extractors to be idle", idle);
    for (const pid of extractorsOf([product.pid])) expect(residentBytes(pid)).toBeLessThan(400_000_000);
    const extractors = extractorsOf([product.pid]);
    expect(await product.stop()).toBe(0);
    await until("the extractors to be gone", async () => extractors.every((pid) => residentBytes(pid) === 0));
  },
);

async function uploadAll(client: Client) {
  const accepted = new Map<string, { name: string; ends: readonly string[] }>();
  const refused: string[] = [];
  const files = hostileFiles();
  expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(alike));
  for (const file of files.filter(({ name }) => !isLeftOut(name))) {
    try {
      const { document_id } = await client.documents.upload(new Blob([new Uint8Array(file.bytes)]), {
        filename: `${file.name}.pdf`,
      });
      accepted.set(document_id, file);
    } catch (error) {
      expect(error).toMatchObject({ code: "not-a-pdf" });
      refused.push(file.name);
    }
  }
  return { accepted, refused };
}

async function unfinished(client: Client): Promise<number> {
  const { data } = await client.documents.list({ limit: 100 });
  return data.filter(({ status }) => status === "queued" || status === "processing").length;
}

/** Of an ordinary document, from before its upload on. */
async function timeToReady(client: Client): Promise<number> {
  // Bytes that no document has had yet: a comment behind the end of the file.
  const file = new Blob([new Uint8Array(await readFile(samplePdf)), `\n% ${randomUUID()}\n`]);
  const startedAt = performance.now();
  const { document_id } = await client.documents.upload(file, { filename: "ordinary.pdf" });
  const { status } = await until(
    "an ordinary document to be read",
    async () => {
      const document = await client.documents.get(document_id);
      return (document.status === "ready" || document.status === "failed") && document;
    },
    300_000,
  );
  expect(status).toBe("ready");
  return performance.now() - startedAt;
}

async function timesToReady(client: Client): Promise<number[]> {
  return [await timeToReady(client), await timeToReady(client), await timeToReady(client)];
}

function median(values: number[]): number {
  return values.toSorted((one, two) => one - two)[values.length >> 1] ?? Number.NaN;
}

/** Asks for the account all the while; throws what an answer threw. @returns how often it was answered. */
function pingUntilStopped(client: Client): { stop(): Promise<number> } {
  let over = false;
  const asking = (async () => {
    let answered = 0;
    while (!over) {
      await client.users.me();
      answered += 1;
      await new Promise((done) => setTimeout(done, 100));
    }
    return answered;
  })();
  asking.catch(() => {});
  return {
    stop() {
      over = true;
      return asking;
    },
  };
}

/** The most that the product and any one of its extractors have held; nothing where it cannot be told. */
function watchMemory(pid: number): { stop(): { own: number; extractor: number } } {
  const most = { own: 0, extractor: 0 };
  const timer = setInterval(() => {
    most.own = Math.max(most.own, residentBytes(pid));
    for (const child of extractorsOf([pid])) most.extractor = Math.max(most.extractor, residentBytes(child));
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

function residentBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(procFile(pid, "status"))?.[1] ?? 0);
}

/** Of all extractors, in hundredths of a second. */
function processorTime(): number {
  const times = extractorsOf([product.pid]).map((pid) => {
    const stat = procFile(pid, "stat");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  });
  return times.reduce((sum, time) => sum + time, 0);
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}
