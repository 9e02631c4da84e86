// LangChain's loader and splitter as a process of its own: reads each file it is sent, in memory, and says how long it took.
import { readFile } from "node:fs/promises";
import { installPeers } from "./peers.mjs";

export const langchainPackages = {
  "@langchain/community": "1.1.29",
  "@langchain/core": "1.4.0",
  "@langchain/textsplitters": "1.0.2",
  "pdf-parse": "2.4.5",
  "pdf-lib": "1.17.1",
};

if (process.send) {
  const peers = await installPeers(langchainPackages);
  const { PDFLoader } = await peers.load("@langchain/community/document_loaders/fs/pdf");
  const { RecursiveCharacterTextSplitter } = await peers.load("@langchain/textsplitters");
  process.on("message", async (path) => {
    const blob = new Blob([await readFile(path)]);
    const begun = performance.now();
    const pages = await new PDFLoader(blob).load();
    const loadMs = performance.now() - begun;
    const splitter = new RecursiveCharacterTextSplitter({ chunkSize: 1000, chunkOverlap: 200 });
    const chunks = await splitter.splitDocuments(pages);
    process.send({ ms: performance.now() - begun, loadMs, pages: pages.length, chunks: chunks.length });
  });
  process.send("ready");
}
