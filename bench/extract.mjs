// Text extraction with one process and with two, beside LangChain's PDFLoader (pdf-parse) and native pdftotext.
//   node bench/extract.mjs [rounds]
// Needs pdftotext (Debian's poppler-utils) and the real documents beside the repository (it says where). Every round
// measures each document on all sides, one after another and warm; ratios are medians of each round's own.
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { buildReader, root } from "../scripts/build.mjs";
import { langchainPackages } from "./langchain.mjs";
import { joinedDocument, longDocuments } from "./long-documents.mjs";
import { installPeers } from "./peers.mjs";

const rounds = Number(process.argv[2] ?? 4);
const run = promisify(execFile);
await run("pdftotext", ["-v"]).catch(() => {
  throw new Error("pdftotext is needed: apt-get install poppler-utils");
});
const peers = await installPeers(langchainPackages);
const pdfLib = await peers.load("pdf-lib");
const real = (await longDocuments()).at(-1);
const documents = [await joinedDocument(pdfLib, 600), await joinedDocument(pdfLib, 86), real];

await buildReader();
const dist = (name) => pathToFileURL(join(root, "dist", name));
const { createPdfReader } = await import(dist("pdf.js").href);
const log = { debug() {}, info() {}, warn: console.warn, error: console.error };
const readers = [1, 2].map((processes) =>
  createPdfReader({ childEntry: dist("pdf-child.js"), processes, maxPages: 5000, log }),
);
const langchain = fork(fileURLToPath(new URL("langchain.mjs", import.meta.url)));
await once(langchain, "message");
const signal = new AbortController().signal;

async function ours(reader, path) {
  const begun = performance.now();
  let pages = 0;
  for await (const _page of reader.read(path, { signal })) pages += 1;
  return { ms: performance.now() - begun, pages };
}

const sides = {
  langchain: async (path) => {
    langchain.send(path);
    const [{ loadMs, pages }] = await once(langchain, "message");
    return { ms: loadMs, pages };
  },
  "ours, 1 process": (path) => ours(readers[0], path),
  "ours, 2 processes": (path) => ours(readers[1], path),
  pdftotext: async (path) => {
    const begun = performance.now();
    await run("pdftotext", ["-raw", path, "/dev/null"]);
    return { ms: performance.now() - begun };
  },
};

const dir = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
try {
  console.log(`Node ${process.version}, ${availableParallelism()} processors, ${rounds} rounds`);
  for (const document of documents) await measure(document);
  const extractors = childPids().filter((pid) => pid !== langchain.pid);
  console.log(
    `most resident memory: each extractor ${extractors.map(peakMb).join(", ")} MB, LangChain ${peakMb(langchain.pid)} MB`,
  );
} finally {
  langchain.disconnect();
  for (const reader of readers) await reader.close();
  await rm(dir, { recursive: true, force: true });
}

async function measure({ name, bytes }) {
  const path = join(dir, "document.pdf");
  await writeFile(path, bytes);
  const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  let pages = 0;
  // The first round warms every side and is not counted.
  for (let round = -1; round < rounds; round++) {
    const order = Object.keys(sides);
    for (const side of round % 2 ? order : order.toReversed()) {
      const measured = await sides[side](path);
      pages ||= measured.pages ?? 0;
      if (round >= 0) times[side].push(measured.ms);
    }
  }
  console.log(`\n${name}: ${pages} pages, ${(bytes.length / 1e6).toFixed(1)} MB`);
  console.log(["side", "ms", "pages/s", "to LangChain", "to pdftotext"].join("\t"));
  for (const [side, measured] of Object.entries(times)) {
    const faster = (other) => median(times[other].map((ms, round) => ms / measured[round])).toFixed(2);
    const ms = median(measured);
    const speed = (pages / ms) * 1000;
    console.log([side, ms.toFixed(0), speed.toFixed(0), faster("langchain"), faster("pdftotext")].join("\t"));
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function childPids() {
  const listed = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1");
  return listed.split(" ").filter(Boolean).map(Number);
}

function peakMb(pid) {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1024);
}
