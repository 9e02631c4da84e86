// Long documents read by several children at once: in order, bounded, and never at another document's cost.
import { expect, test, vi } from "vitest";
import { PdfFaultError, type PdfPage, type PdfReader, type UnreadablePage } from "../../ports.ts";
import { createShelf } from "../pdf-shelf.ts";
import { line, makePdf } from "./pdf-files.ts";
import { childPids, onDisk, readAll, readGood, testReader } from "./pdf-reader.ts";

const pageTexts = (count: number) => Array.from({ length: count }, (_, index) => `Page ${index + 1} of ${count}`);
const long = (count: number) => makePdf(pageTexts(count).map((text) => ({ content: line(text, 72, 700) })));
/** Keeps a child busy until it is ended. */
const endless = { content: "q ".repeat(5_000_000) };
const never = new AbortController().signal;
const onLinux = test.skipIf(process.platform !== "linux");

/** Starts as many children as there can be: each document has one. */
async function startAll(reader: PdfReader, processes: number): Promise<void> {
  const path = await onDisk(long(40));
  const held = await Promise.all(Array.from({ length: processes }, () => begin(reader, path, 1)));
  for (const pages of held) await pages.return?.();
  // By its end both have been idle and have joined.
  await readGood(reader, await onDisk(long(400)));
}

/** Reads until page `number` has come, and leaves the rest for later. */
async function begin(reader: PdfReader, path: string, number: number, signal = never) {
  const pages = reader.read(path, { signal })[Symbol.asyncIterator]();
  for (let n = 0; n < number; n++) await pages.next();
  return pages;
}

onLinux(
  "a long document gets a second child, a short one and one that is to be alone do not (Linux: /proc)",
  async () => {
    const reader = testReader({ processes: 2 });
    const short = await onDisk(long(15));
    await readGood(reader, short);
    const [first] = childPids();
    expect(childPids()).toHaveLength(1);
    const path = await onDisk(long(200));
    const alone: string[] = [];
    for await (const page of reader.read(path, { signal: never, alone: true })) {
      if ("text" in page) alone.push(page.text);
    }
    expect(alone).toEqual(pageTexts(200));
    expect(childPids()).toHaveLength(1);
    expect(childPids()).not.toContain(first);
    // The second is started by the first long document, and joins it or the next.
    for (let round = 0; round < 3; round++) {
      expect((await readGood(reader, path)).map(({ text }) => text)).toEqual(pageTexts(200));
    }
    expect(childPids()).toHaveLength(2);
  },
);

test("pages come in order, and the bad ones among them", async () => {
  const pages = pageTexts(120).map((text, index) => ({ content: index % 7 === 3 ? ") Tj" : line(text, 72, 700) }));
  const path = await onDisk(makePdf(pages));
  const reader = testReader({ processes: 3 });
  for (let round = 0; round < 2; round++) {
    const read = await readAll(reader, path);
    expect(read.pages.map(({ number }) => number)).toEqual(pages.map((_, index) => index + 1));
    const bad = read.pages.filter((page) => "unreadable" in page).map(({ number }) => number);
    expect(bad).toEqual(pages.flatMap((_, index) => (index % 7 === 3 ? [index + 1] : [])));
  }
});

test("a child that helps goes to the document that waits for one", async () => {
  const reader = testReader({ processes: 2 });
  const path = await onDisk(long(200));
  await startAll(reader, 2);
  // Both children have it, and nobody takes its pages: it could stay so for ever.
  const held = await begin(reader, path, 2);
  const other = await onDisk(long(3));
  expect(await readGood(reader, other)).toHaveLength(3);
  expect(await readGood(reader, path)).toHaveLength(200);
  const rest: string[] = [];
  for (let next = await held.next(); !next.done; next = await held.next()) {
    if ("text" in next.value) rest.push(next.value.text);
  }
  expect(rest).toEqual(pageTexts(200).slice(2));
});

onLinux.each(["first", "last"])(
  "a child that dies between two pages ends the whole read, whichever it is: the %s (Linux: /proc)",
  async (which) => {
    const reader = testReader({ processes: 2 });
    const path = await onDisk(long(200));
    await startAll(reader, 2);
    const held = await begin(reader, path, 2);
    const pids = childPids();
    expect(pids).toHaveLength(2);
    process.kill((which === "first" ? pids[0] : pids[1]) ?? 0, "SIGKILL");
    const error = await (async () => {
      while (!(await held.next()).done);
    })().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(Error);
    // Something else has killed it: no fault of the file is known.
    expect(error).not.toBeInstanceOf(PdfFaultError);
    expect(error.message).toContain("SIGKILL");
    expect(await readGood(reader, path)).toHaveLength(200);
  },
);

test("a page without end takes both children down, and the next document has new ones", async () => {
  const reader = testReader({ processes: 2, limits: { pageMs: 500 } });
  const good = await onDisk(long(100));
  await startAll(reader, 2);
  const pages = pageTexts(100).map((text, index) => (index === 60 ? endless : { content: line(text, 72, 700) }));
  const error = await readAll(reader, await onDisk(makePdf(pages))).catch((thrown) => thrown);
  expect(error).toMatchObject({ fault: "pdf-too-complex", enforced: true });
  expect(await readGood(reader, good)).toHaveLength(100);
});

test("pages that are slow one by one are ended by the document's bound", async () => {
  // Each keeps the bound of a page, by far.
  const page = { content: `BT /F1 1 Tf [(a) ${"1 ".repeat(300_000)}(b)] TJ ET` };
  const path = await onDisk(makePdf(Array.from({ length: 100 }, () => page)));
  for (const processes of [1, 2]) {
    const reader = testReader({ processes, limits: { documentMs: 1000, documentPerPageMs: 0 } });
    // On a busy machine the bound may meet the good pages too.
    await vi.waitFor(() => startAll(reader, processes), { timeout: 30_000 });
    await expect(readAll(reader, path)).rejects.toMatchObject({ fault: "pdf-too-complex", enforced: true });
  }
}, 60_000);

test("text is counted over all children, and its bound is nobody's to enforce", async () => {
  const reader = testReader({ processes: 2, limits: { documentChars: 100_000 } });
  const path = await onDisk(
    makePdf(Array.from({ length: 200 }, () => ({ content: line("word ".repeat(200), 9, 9, 1) }))),
  );
  await startAll(reader, 2);
  await expect(readAll(reader, path)).rejects.toMatchObject({ fault: "pdf-too-complex", enforced: false });
  expect(await readGood(reader, await onDisk(long(90)))).toHaveLength(90);
});

test("stops in the middle when it is aborted, with both children", async () => {
  const reader = testReader({ processes: 2 });
  const path = await onDisk(long(200));
  await startAll(reader, 2);
  for (const page of [1, 20, 199]) {
    const leave = new AbortController();
    const held = await begin(reader, path, page, leave.signal);
    leave.abort();
    await expect(held.next()).rejects.toMatchObject({ name: "AbortError" });
  }
  // In the middle of pages that never end, whichever child has them.
  const pages = pageTexts(100).map((text, index) => (index >= 8 ? endless : { content: line(text, 72, 700) }));
  const hostile = await onDisk(makePdf(pages));
  const leave = new AbortController();
  const held = await begin(reader, hostile, 8, leave.signal);
  const waiting = held.next();
  leave.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  const leaving = await begin(reader, path, 50);
  await leaving.return?.();
  expect(await readGood(reader, path)).toHaveLength(200);
});

test("no more than a bounded number of pages, or of text, is under way", async () => {
  const page = (number: number, length = 10): PdfPage => {
    return { number, text: "x".repeat(length), lines: [], width: 1, height: 1 };
  };
  const takeAll = (shelf: ReturnType<typeof createShelf>) => {
    const taken: number[] = [];
    for (let block = shelf.take(); block.length > 0; block = shelf.take()) taken.push(...block);
    return taken;
  };
  const shelf = createShelf(1000, 1e9);
  const taken = takeAll(shelf);
  expect(taken).toEqual(Array.from({ length: 32 }, (_, index) => index + 1));
  for (const number of taken.toReversed()) shelf.put(page(number));
  expect(takeAll(shelf)).toEqual([]);
  for (let number = 1; number <= 4; number++) expect(await shelf.get(number)).toMatchObject({ number });
  expect(takeAll(shelf)).toEqual([33, 34, 35, 36]);

  const wordy = createShelf(1000, 1e9);
  expect(wordy.take()).toEqual([1, 2, 3, 4]);
  for (const number of [1, 2, 3, 4]) wordy.put(page(number, 1_100_000));
  expect(wordy.take()).toEqual([]);
  await wordy.get(1);
  expect(wordy.take()).toEqual([5, 6, 7, 8]);

  const pages: (PdfPage | UnreadablePage)[] = [];
  const waiting = wordy.get(5).then((got) => pages.push(got));
  wordy.fail(new Error("one child has died"));
  await expect(waiting).rejects.toThrow("one child has died");
  expect(wordy.take()).toEqual([]);
});
