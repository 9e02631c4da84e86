// What the product costs everybody else while it reads a long document: how late the API's event loop runs, how long
// GET /users/me takes, and the memory of its processes.
//   TEST_DATABASE_URL=postgres://... node bench/load.mjs [pages of the longest, 5000]
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { langchainPackages } from "./langchain.mjs";
import { joinedDocument, textDocument } from "./long-documents.mjs";
import { installPeers } from "./peers.mjs";
import { startProduct } from "./product.mjs";

const preload = new URL("delay-preload.mjs", import.meta.url).href;
const askEveryMs = 10;
const mb = (bytes) => Math.round(bytes / 1e6);

/** How late the loop of a process ran since it was last asked. */
async function delayOf(child) {
  child.send("delay");
  for (;;) {
    const [message] = await once(child, "message");
    if (message?.type === "delay") return message;
  }
}

/** A Node process that does nothing, measured the same way at the same time. */
async function startIdle() {
  const child = fork("-", [], {
    execPath: process.execPath,
    execArgv: ["--import", preload, "-e", "setInterval(() => {}, 1e9)"],
  });
  await delayOf(child);
  return child;
}

/** Resident bytes of a process and of each of its children; of the peak so far where Linux tells. */
async function memoryOf(pid) {
  const own = await peakOf(pid);
  const children = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "latin1").catch(() => "");
    if (Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === pid) children.push(await peakOf(name));
  }
  return { own, children };
}

async function peakOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, "latin1").catch(() => "");
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0);
}

/** Asks for the account again and again until `until` ends. @returns milliseconds of each answer. */
async function pingWhile(user, until) {
  let over = false;
  until.then(
    () => (over = true),
    () => (over = true),
  );
  const times = [];
  while (!over) {
    const begun = performance.now();
    await user.call("/users/me");
    times.push(performance.now() - begun);
    await sleep(askEveryMs);
  }
  return times.sort((a, b) => a - b);
}

const at = (times, share) => times[Math.floor((times.length - 1) * share)].toFixed(1);

async function measure(title, options, document) {
  const product = await startProduct({ ...options, nodeOptions: ["--import", preload], env: { MAX_PAGES: "6000" } });
  const idle = await startIdle();
  try {
    const [reader, other] = [await product.signIn(), await product.signIn()];
    const alone = await pingWhile(other, sleep(1_000));
    await Promise.all([delayOf(product.child), delayOf(idle)]);
    const begun = performance.now();
    const id = await reader.upload(document.bytes, document.name);
    const acknowledged = performance.now() - begun;
    const pings = await pingWhile(other, reader.ended(id, 250));
    const seconds = (performance.now() - begun) / 1000;
    const [loop, idleLoop] = await Promise.all([delayOf(product.child), delayOf(idle)]);
    const { status, pages, error_code } = await reader.call(`/documents/${id}`);
    const memory = await memoryOf(product.child.pid);
    console.log(`${title}: ${document.name}, ${mb(document.bytes.length)} MB: ${status} ${error_code ?? ""}`);
    console.log(
      `  answered in ${acknowledged.toFixed(0)} ms, ready in ${seconds.toFixed(1)} s, ${(pages / seconds).toFixed(0)} pages/s`,
    );
    console.log(
      `  event loop p99 ${loop.p99.toFixed(1)} ms, idle process ${idleLoop.p99.toFixed(1)} ms; longest ${loop.max.toFixed(0)} and ${idleLoop.max.toFixed(0)} ms`,
    );
    console.log(
      `  GET /users/me p50 ${at(pings, 0.5)} p99 ${at(pings, 0.99)} max ${at(pings, 1)} ms (${pings.length}); before: p50 ${at(alone, 0.5)} max ${at(alone, 1)}`,
    );
    console.log(`  peak memory: product ${mb(memory.own)} MB, extractors ${memory.children.map(mb).join(", ")} MB`);
  } finally {
    idle.kill();
    await product.close();
  }
}

const peers = await installPeers(langchainPackages);
const joined = await joinedDocument(await peers.load("pdf-lib"), 600);
const longest = await textDocument(Number(process.argv[2] ?? 5000));
const databaseUrl = process.env.TEST_DATABASE_URL;
for (const document of [joined, longest]) {
  await measure("embedded", {}, document);
  if (databaseUrl) await measure("postgresql", { databaseUrl }, document);
}
