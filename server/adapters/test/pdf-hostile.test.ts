// Files made to do harm: each ends in its fault within its bound, and the reader goes on to read the next.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { PdfFaultError } from "../../ports.ts";
import { distEntry } from "../../test/dist.ts";
import { assemble, deflated, line, makePdf, type PdfObject } from "./pdf-files.ts";
import { childPids, onDisk, openReader, readAll, testReader } from "./pdf-reader.ts";

const rssBytes = 700_000_000;
const limits = { openMs: 4000, pageMs: 1500, rssBytes, dataBytes: 600_000_000, pageChars: 100_000 };
const reader = openReader({ limits, maxPages: 2000 });
afterAll(() => reader.close());

const good = makePdf([{ content: line("A good page", 72, 700) }]);

/** Every page of the files below is the same object. */
function pagesOf(kids: string, count: number, ...more: (string | PdfObject)[]): Buffer {
  return assemble({
    objects: [
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Count ${count} /Kids [${kids}] >>`,
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
      ...more,
    ],
  });
}

/** Each form draws the next `width` times: width to the power of depth. */
function nestedForms(depth: number, width: number): Buffer {
  const forms = Array.from({ length: depth }, (_, index): PdfObject => {
    const last = index === depth - 1;
    const { value, stream } = deflated(last ? "BT /F1 1 Tf (a) Tj ET" : "/X Do ".repeat(width));
    const inner = last ? "" : `/Resources << /XObject << /X ${6 + index} 0 R >> >>`;
    const form = value.replace("<<", `<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] ${inner}`);
    return stream ? { value: form, stream } : { value: form };
  });
  return assemble({
    objects: [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
      deflated("/X Do"),
      ...forms,
    ],
  });
}

/** Keeps pdf.js busy for minutes without a pause. */
function savedStates(): Buffer {
  return makePdf([{ content: "q ".repeat(5_000_000) }]);
}

/** A run of one byte, compressed twice: a thousandth for each pass. */
function bomb(byte: string, mebibytes: number): PdfObject {
  return deflated(Buffer.alloc(mebibytes * 1024 * 1024, byte), 2);
}

const files: [name: string, fault: string, make: () => Buffer][] = [
  ["no pages", "pdf-empty", () => pagesOf("", 0)],
  ["random bytes after the header", "pdf-damaged", () => Buffer.from(`%PDF-1.7\n${noise(50_000)}`, "latin1")],
  ["a header alone", "pdf-damaged", () => Buffer.from("%PDF-1.7\n")],
  ["nothing at all", "pdf-damaged", () => Buffer.alloc(0)],
  ["the first half of a file", "pdf-damaged", () => good.subarray(0, good.length >> 2)],
  ["a page tree that is a circle", "pdf-damaged", () => pagesOf("2 0 R", 1)],
  ["a hundred thousand pages", "pdf-too-many-pages", () => pagesOf("3 0 R ".repeat(100_000), 100_000, deflated(""))],
  [
    "text without end",
    "pdf-too-complex",
    () => makePdf([{ content: "BT /F1 1 Tf (aaaaaaaa) Tj ET\n".repeat(1_500_000) }]),
  ],
  ["half a gigabyte of blanks from a kilobyte", "pdf-too-complex", () => makePdf([{ content: bomb(" ", 448) }])],
  ["forms in forms, ten to the tenth", "pdf-too-complex", () => nestedForms(10, 10)],
  ["five million saved states", "pdf-too-complex", savedStates],
  [
    "one string of eighty megabytes",
    "pdf-too-complex",
    () => makePdf([{ content: `BT /F1 1 Tf (${"a".repeat(80_000_000)}) Tj ET` }]),
  ],
];

test.each(files)(
  "%s: %s",
  async (_name, fault, make) => {
    const path = await onDisk(make());
    const startedAt = performance.now();
    const memory = watchMemory();
    const error = await readAll(reader, path).catch((thrown) => thrown);
    // What can be taken between two looks.
    expect(memory.peak()).toBeLessThan(rssBytes + 300_000_000);
    expect(error).toBeInstanceOf(PdfFaultError);
    expect(error.fault).toBe(fault);
    // Four times the bound where the processor is shared, and what starting a child takes.
    expect(performance.now() - startedAt).toBeLessThan(4 * (limits.openMs + limits.pageMs));
    expect((await readAll(reader, await onDisk(good))).pages).toHaveLength(1);
  },
  60_000,
);

test("memory is bounded where limits cannot be set too", async () => {
  // No process starts with so little, so it is started without the limit, under the watch alone.
  const watched = testReader({ limits: { ...limits, pageMs: 20_000, dataBytes: 1_000_000, rssBytes: 250_000_000 } });
  const path = await onDisk(makePdf([{ content: bomb(" ", 448) }]));
  const memory = watchMemory();
  await expect(readAll(watched, path)).rejects.toMatchObject({ fault: "pdf-too-complex" });
  expect(memory.peak()).toBeLessThan(900_000_000);
}, 60_000);

test("a document of pages that each keep their bound is ended by its own", async () => {
  const pages = Array.from({ length: 200 }, () => ({ content: line("word ".repeat(50), 10, 700, 4).repeat(200) }));
  const path = await onDisk(makePdf(pages));
  const slow = testReader({ limits: { documentMs: 100, documentPerPageMs: 0 } });
  await expect(readAll(slow, path)).rejects.toMatchObject({ fault: "pdf-too-complex" });
  const wordy = testReader({ limits: { documentChars: 100_000 } });
  await expect(readAll(wordy, path)).rejects.toMatchObject({ fault: "pdf-too-complex" });
});

test("a caller that takes its time does not spend the document's", async () => {
  const path = await onDisk(makePdf(Array.from({ length: 6 }, () => ({ content: line("Slowly", 72, 700) }))));
  const patient = testReader({ limits: { documentMs: 1500, documentPerPageMs: 0 } });
  let pages = 0;
  for await (const _page of patient.read(path, { signal: new AbortController().signal })) {
    pages++;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  expect(pages).toBe(6);
});

test.skipIf(process.platform !== "linux")(
  "a child dies with a parent that was killed, even in the middle of a page (Linux: looked up in /proc)",
  async () => {
    const endless = await onDisk(savedStates());
    const script = `${endless}.mjs`;
    // What the reader does, in a process that can be killed: a child, and a page that never ends.
    await writeFile(
      script,
      `import { fork } from "node:child_process";
       const child = fork(${JSON.stringify(distEntry("pdf-child").pathname)}, [], { serialization: "advanced" });
       child.on("message", (message) => {
         if (message.type === "ready") child.send({ type: "open", path: ${JSON.stringify(endless)}, maxPages: 9, maxPageChars: 1e6 });
         if (message.type !== "opened") return;
         child.send({ type: "page", number: 1 });
         setTimeout(() => console.log(child.pid), 500);
       });`,
    );
    const parent = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = await new Promise<number>((resolve) => parent.stdout.once("data", (data) => resolve(Number(data))));
    expect(isRunning(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  },
);

test("nothing is left in this process once a reader is closed", async () => {
  const path = await onDisk(good);
  const before = heldResources();
  const closing = openReader({ processes: 2 });
  const signal = new AbortController().signal;
  await Promise.all([readAll(closing, path), readAll(closing, path), closing.draw(path, 1, { width: 99, signal })]);
  // One that is in the middle of a document, and one that waits for a child.
  const left = Array.from({ length: 3 }, () => closing.read(path, { signal })[Symbol.asyncIterator]().next());
  const settled = Promise.allSettled(left);
  await closing.close();
  await settled;
  await expect.poll(heldResources).toBeLessThanOrEqual(before);
});

/** How many children and pipes to them this process holds. */
function heldResources(): number {
  return process.getActiveResourcesInfo().filter((kind) => /Process|Pipe/.test(kind)).length;
}

/** The most resident memory that a child of this process has had meanwhile; nothing where it cannot be told. */
function watchMemory(): { peak(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    for (const pid of childPids()) peak = Math.max(peak, residentBytes(pid));
  }, 20);
  return {
    peak() {
      clearInterval(timer);
      return peak;
    },
  };
}

function residentBytes(pid: number): number {
  try {
    return 4096 * Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
  } catch {
    return 0;
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

/** The same for each run (a linear congruential generator). */
function noise(length: number): string {
  let state = 42;
  let text = "";
  for (let n = 0; n < length; n++) {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    text += String.fromCharCode(state >>> 24);
  }
  return text;
}
