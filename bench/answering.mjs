// Answers under load: 200 being written and read while 20 a second begin and 2 are stopped, then 10,000 begun and stopped.
//   TEST_DATABASE_URL=postgres://... node bench/answering.mjs load [seconds, 30]
//   TEST_DATABASE_URL=postgres://... node bench/answering.mjs leaks [answers, 10000]
import { setTimeout as sleep } from "node:timers/promises";
import { textDocument } from "./long-documents.mjs";
import { quantile, startBeside, told, usagePreload } from "./measured.mjs";
import { startProduct } from "./product.mjs";
import { readStream, requestBytes, sendOnce } from "./raw-http.mjs";

const perSecond = 20;
/** So long does an answer take, and so 200 of them are open. */
const words = 100;
const wordEveryMs = 100;
/** Of the answers begun. */
const stopEvery = 10;
const warmUpMs = 15_000;
const leaksAtOnce = 40;

const nowUs = () => Number(process.hrtime.bigint() / 1000n);

async function start(model) {
  const product = await startProduct({
    databaseUrl: process.env.TEST_DATABASE_URL,
    env: { OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_MODEL: "bench", QUESTIONS_PER_MINUTE: "0", LOG_LEVEL: "error" },
    nodeOptions: ["--expose-gc", "--import", usagePreload],
  });
  const user = await product.signIn();
  const { bytes, name } = await textDocument(20);
  await user.timeToReady(bytes, name);
  const headers = { Authorization: user.authorization(), "Content-Type": "application/json" };
  /** A question that the model's server can tell from others. */
  const ask = (number) => {
    const body = JSON.stringify({ message: `What was the net sales in 2015? question-${number}` });
    return requestBytes(product.url, { method: "POST", path: "/chat", headers, body });
  };
  const stop = (messageId) => {
    const path = `/chat/${messageId}/stop`;
    return requestBytes(product.url, { method: "POST", path, headers: { ...headers, Connection: "close" } });
  };
  return { ...product, ask, stop: (messageId) => sendOnce(product.url, stop(messageId)) };
}

/** When the model's server saw a question come, and its answer being given up. */
function watch(model) {
  const asked = new Map();
  const closed = new Map();
  model.child.on("message", ({ type, question, us }) => {
    if (type === "asked") asked.set(question, us);
    if (type === "closed") closed.set(question, us);
  });
  return { asked, closed };
}

const messageIn = (text) => /"message_id":"([^"]+)"/.exec(text)[1];

/** Stops the answer of a question that the model is writing. @returns milliseconds until the model's server saw it. */
async function stop(product, number, messageId, { asked, closed }) {
  const name = `question-${number}`;
  while (!asked.has(name)) await sleep(20);
  const us = nowUs();
  await product.stop(messageId);
  for (let waited = 0; !closed.has(name); waited++) {
    if (waited > 200) throw new Error("a stop did not reach the model");
    await sleep(10);
  }
  return (closed.get(name) - us) / 1000;
}

async function load(seconds) {
  const model = await startBeside("model-server.mjs", [words, wordEveryMs]);
  const product = await start(model);
  const seen = watch(model);
  const headers = [];
  const stops = [];
  const open = new Set();
  const counted = { open: [], failed: 0 };
  const from = performance.now() + warmUpMs;
  const before = await told(product.child, "cpu");
  const begin = async (number) => {
    const late = performance.now() > from;
    const request = product.ask(number);
    open.add(number);
    try {
      // The stream's own reader ends at `done`; a stop needs its id before.
      let began = () => {};
      const messageId = new Promise((resolve) => {
        began = (text) => resolve(messageIn(text));
      });
      const reading = readStream(product.url, request, { until: "event: done", onStart: began });
      if (number % stopEvery === 0) {
        const ms = await stop(product, number, await messageId, seen);
        if (late) stops.push(ms);
      }
      const { headersMs } = await reading;
      if (late) headers.push(headersMs);
    } catch (error) {
      counted.failed++;
      console.error(error.message.slice(0, 300));
    } finally {
      open.delete(number);
    }
  };
  const begun = performance.now();
  const all = [];
  for (let number = 1; performance.now() - begun < warmUpMs + seconds * 1000; number++) {
    all.push(begin(number));
    counted.open.push(open.size);
    await sleep(Math.max(0, begun + (number * 1000) / perSecond - performance.now()));
  }
  await Promise.all(all);
  const used = ((await told(product.child, "cpu")).ms - before.ms) / (performance.now() - begun);
  const at = (values, share) => quantile(values, share).toFixed(1);
  console.log(
    `${perSecond} answers a second for ${seconds} s on PostgreSQL, up to ${Math.max(...counted.open)} open at once`,
  );
  console.log(
    `  headers of ${headers.length}: median ${at(headers, 0.5)} ms, p99 ${at(headers, 0.99)} ms, longest ${at(headers, 1)} ms`,
  );
  console.log(
    `  ${stops.length} stops reached the model: median ${at(stops, 0.5)} ms, p99 ${at(stops, 0.99)} ms, longest ${at(stops, 1)} ms`,
  );
  console.log(`  failed: ${counted.failed}; the product used ${(100 * used).toFixed(0)} % of a core`);
  await product.close();
  model.close();
}

async function leaks(count) {
  const model = await startBeside("model-server.mjs", [1000, 50]);
  const product = await start(model);
  let number = 0;
  const some = async (until) => {
    while (number < until) {
      let began = () => {};
      const started = new Promise((resolve) => {
        began = (text) => resolve(messageIn(text));
      });
      const reading = readStream(product.url, product.ask(++number), { until: "event: done", onStart: began });
      await Promise.race([started, reading]);
      await product.stop(await started);
      await reading;
    }
  };
  const all = (until) => Promise.all(Array.from({ length: leaksAtOnce }, () => some(until)));
  console.log(`after so many answers begun and stopped, ${leaksAtOnce} at once, and no reader left:`);
  // What is kept on purpose is full after the first part: pools, caches, the newest logs.
  for (const share of [0.2, 0.6, 1]) {
    await all(Math.round(count * share));
    // Connections that are kept for a next question end.
    await sleep(7_000);
    const { heapUsed, rss, resources } = await told(product.child, "memory");
    const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
    console.log(
      `  ${String(number).padStart(6)}: heap ${mb(heapUsed)}, resident ${mb(rss)}, active ${JSON.stringify(resources)}`,
    );
  }
  await product.close();
  model.close();
}

const [mode, argument] = process.argv.slice(2);
if (mode === "load") await load(Number(argument ?? 30));
else await leaks(Number(argument ?? 10_000));
