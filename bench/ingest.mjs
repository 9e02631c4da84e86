// Upload to ready, everything included, beside what LangChain's loader and splitter take for the same file in memory.
//   TEST_DATABASE_URL=postgres://... node bench/ingest.mjs [rounds]
// Every round measures each document on all sides, one after another; ratios are ours to LangChain's, of the medians.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { langchainPackages } from "./langchain.mjs";
import { joinedDocument, longDocuments } from "./long-documents.mjs";
import { installPeers } from "./peers.mjs";
import { startProduct } from "./product.mjs";

const rounds = Number(process.argv[2] ?? 5);
const databaseUrl = process.env.TEST_DATABASE_URL;
const peers = await installPeers(langchainPackages);
const documents = [...(await longDocuments()), await joinedDocument(await peers.load("pdf-lib"), 600)];

const langchain = fork(fileURLToPath(new URL("langchain.mjs", import.meta.url)));
await once(langchain, "message");
const dir = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
const path = join(dir, "document.pdf");
const sides = {
  async langchain({ bytes }) {
    await writeFile(path, bytes);
    langchain.send(path);
    const [{ ms, chunks }] = await once(langchain, "message");
    return { ms, chunks };
  },
};
const products = [];
for (const [name, options] of [
  ["postgresql", databaseUrl && { databaseUrl }],
  ["embedded", {}],
]) {
  if (!options) continue;
  const product = await startProduct(options);
  products.push(product);
  const user = await product.signIn();
  sides[name] = (document) => user.timeToReady(document.bytes, document.name);
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const times = new Map(
  documents.map(({ name }) => [name, Object.fromEntries(Object.keys(sides).map((side) => [side, []]))]),
);
try {
  for (let round = -1; round < rounds; round++) {
    // The first round warms every side and is not counted.
    for (const document of documents) {
      // Bytes that no document has had yet: a comment behind the end of the file.
      const fresh = { ...document, bytes: Buffer.concat([document.bytes, Buffer.from(`\n% ${round}\n`)]) };
      const order = Object.entries(sides);
      for (const [side, measure] of round % 2 ? order : order.toReversed()) {
        const { ms } = await measure(fresh);
        if (round >= 0) times.get(document.name)[side].push(ms);
      }
    }
  }
  report();
} finally {
  langchain.disconnect();
  for (const product of products) await product.close();
  await rm(dir, { recursive: true, force: true });
}

function report() {
  const ours = Object.keys(sides).filter((side) => side !== "langchain");
  console.log(["document", "langchain ms", ...ours.flatMap((side) => [`${side} ms`, "ratio"])].join("\t"));
  const ratios = Object.fromEntries(ours.map((side) => [side, []]));
  for (const [name, measured] of times) {
    const theirs = median(measured.langchain);
    const cells = ours.flatMap((side) => {
      const ms = median(measured[side]);
      ratios[side].push(ms / theirs);
      return [ms.toFixed(0), (ms / theirs).toFixed(2)];
    });
    console.log([name, theirs.toFixed(0), ...cells].join("\t"));
  }
  for (const side of ours) console.log(`${side}: median ratio ${median(ratios[side]).toFixed(2)} of LangChain's time`);
}
