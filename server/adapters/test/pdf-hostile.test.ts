// Files made to do harm: each ends in its fault within its bound, and the reader goes on to read the next.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { PdfFaultError } from "../../ports.ts";
import { distEntry } from "../../test/dist.ts";
import { hostileFiles, savedStates } from "./hostile-files.ts";
import { line, makePdf, repeated } from "./pdf-files.ts";
import { childPids, onDisk, openReader, readAll, testReader } from "./pdf-reader.ts";

/** Of an extractor, whatever it reads. */
const mostBytes = 1_000_000_000;
/** Time is short and memory is as it is set by default. */
const limits = { openMs: 4000, pageMs: 1500, pageChars: 100_000, documentMs: 20_000, documentPerPageMs: 0 };
const reader = openReader({ limits });
afterAll(() => reader.close());

const good = makePdf([{ content: line("A good page", 72, 700) }]);

/** How the document of a file would end. */
async function endOf(path: string): Promise<string> {
  try {
    const { pages } = await readAll(reader, path);
    return pages.some((page) => "text" in page && /\p{L}/u.test(page.text)) ? "ready" : "pdf-no-text";
  } catch (error) {
    if (error instanceof PdfFaultError) return error.fault;
    throw error;
  }
}

test.each(hostileFiles())(
  "$name",
  async (file) => {
    const path = await onDisk(file.bytes);
    const startedAt = performance.now();
    const memory = watchMemory();
    const end = await endOf(path);
    expect(memory.peak()).toBeLessThan(mostBytes);
    expect(file.ends).toContain(end);
    // Four times the bounds where the processor is shared, and what starting a child takes.
    expect(performance.now() - startedAt).toBeLessThan(4 * (limits.openMs + limits.pageMs) + limits.documentMs);
    expect((await readAll(reader, await onDisk(good))).pages).toHaveLength(1);
  },
  60_000,
);

test("memory is bounded where limits cannot be set too", async () => {
  // No process starts with so little, so it is started without the limit, under the watch alone.
  const watched = testReader({ limits: { ...limits, pageMs: 20_000, dataBytes: 1_000_000, rssBytes: 250_000_000 } });
  const path = await onDisk(makePdf([{ content: repeated(Buffer.alloc(1 << 20, " "), 448, 2) }]));
  const memory = watchMemory();
  await expect(readAll(watched, path)).rejects.toMatchObject({ fault: "pdf-too-complex" });
  expect(memory.peak()).toBeLessThan(900_000_000);
}, 60_000);

test("a document of pages that each keep their bound is ended by its own", async () => {
  // Each in a place of its own: what is printed twice is read once.
  const content = Array.from({ length: 200 }, (_, index) => line("word ".repeat(50), 10, 820 - 4 * index, 4)).join("");
  const pages = Array.from({ length: 200 }, () => ({ content }));
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

/** The most resident memory that a child of this process has had since it began; nothing where it cannot be told. */
function watchMemory(): { peak(): number } {
  let peak = 0;
  const look = () => {
    for (const pid of childPids()) peak = Math.max(peak, peakBytes(pid));
  };
  const timer = setInterval(look, 20);
  return {
    peak() {
      look();
      clearInterval(timer);
      return peak;
    },
  };
}

/** The kernel's own high-water mark, so nothing is missed between two looks. */
function peakBytes(pid: number): number {
  try {
    return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0);
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
