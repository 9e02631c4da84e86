// A reader of PDFs for tests, and what reading a file to its end gives.
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { PdfInfo, PdfPage, PdfReader, UnreadablePage } from "../../ports.ts";
import { distEntry } from "../../test/dist.ts";
import { createPdfReader, type PdfReaderOptions } from "../pdf.ts";

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** Closed by the caller. */
export function openReader(options: Partial<PdfReaderOptions> = {}): PdfReader {
  return createPdfReader({
    childEntry: distEntry("pdf-child"),
    processes: 1,
    maxPages: 5000,
    log: silent,
    ...options,
  });
}

/** Closed when the test ends. */
export function testReader(options: Partial<PdfReaderOptions> = {}): PdfReader {
  const reader = openReader(options);
  onTestFinished(() => reader.close());
  return reader;
}

/** Writes a file that is removed when the test ends. */
export async function onDisk(bytes: Uint8Array): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "pagewise-pdf-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, "file.pdf");
  await writeFile(path, bytes);
  return path;
}

export async function readAll(
  reader: PdfReader,
  path: string,
): Promise<{ info: PdfInfo | null; pages: (PdfPage | UnreadablePage)[] }> {
  let info: PdfInfo | null = null;
  const pages: (PdfPage | UnreadablePage)[] = [];
  const signal = new AbortController().signal;
  const onInfo = (value: PdfInfo) => {
    info = value;
  };
  for await (const page of reader.read(path, { signal, onInfo })) pages.push(page);
  return { info, pages };
}

export async function readGood(reader: PdfReader, path: string): Promise<PdfPage[]> {
  const { pages } = await readAll(reader, path);
  return pages.map((page) => {
    if ("unreadable" in page) throw new Error(`Page ${page.number} could not be read`);
    return page;
  });
}

/** The reader's processes that this one has started; none where /proc is not there. */
export function childPids(): number[] {
  try {
    const listed = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "latin1");
    return listed.split(" ").filter(Boolean).map(Number).filter(isReaders);
  } catch {
    return [];
  }
}

function isReaders(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").includes("pdf-child");
  } catch {
    return false;
  }
}
