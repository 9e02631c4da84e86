// How many streams one process carries, beside a bare node:http server that reads the same model: the memory of an open one
// that says nothing, and how late words come where each stream gets twenty a second.
//   TEST_DATABASE_URL=postgres://... node bench/streams.mjs idle [streams, 5000]
//   TEST_DATABASE_URL=postgres://... node bench/streams.mjs growth [picture]
import { writeFile } from "node:fs/promises";
import { textDocument } from "./long-documents.mjs";
import { startBeside, startReaders, told, usagePreload } from "./measured.mjs";
import { startProduct } from "./product.mjs";
import { requestBytes } from "./raw-http.mjs";
import { drawStreams } from "./streams-picture.mjs";

/** Streams read so many answers, each as many. */
const answers = 32;
const wordEveryMs = 50;
const boundMs = 250;
const steps = [250, 500, 1000, 1500, 2000, 3000, 4000, 6000, 8000];

async function startOurs(model) {
  const product = await startProduct({
    databaseUrl: process.env.TEST_DATABASE_URL,
    env: { OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_MODEL: "bench", QUESTIONS_PER_MINUTE: "0", LOG_LEVEL: "error" },
    nodeOptions: ["--expose-gc", "--import", usagePreload],
  });
  const user = await product.signIn();
  const { bytes, name } = await textDocument(1);
  await user.timeToReady(bytes, name);
  const headers = { Authorization: user.authorization() };
  const stream = (path) => requestBytes(product.url, { path, headers }).toString("latin1");
  const begin = async () => stream(`/chat/${await beginAnswer(user)}/stream`);
  return { ...product, begin };
}

/** @returns the id of an answer that is being written. */
async function beginAnswer(user) {
  const body = JSON.stringify({ message: "What was the net sales in 2015?" });
  const response = await user.send("/chat", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const reader = response.body.getReader();
  let text = "";
  while (!text.includes("event: start")) text += Buffer.from((await reader.read()).value).toString();
  await reader.cancel();
  return /"message_id":"([^"]+)"/.exec(text)[1];
}

async function startBare(model) {
  const bare = await startBeside("bare.mjs", ["readers", model.url]);
  let begun = 0;
  const begin = async () => {
    await fetch(`${bare.url}/v1/chat/completions`, { method: "POST", body: JSON.stringify({ stream: true }) });
    return requestBytes(bare.url, { path: `/${begun++}` }).toString("latin1");
  };
  return { ...bare, begin };
}

const requestsOf = async (server) => {
  const requests = [];
  while (requests.length < answers) requests.push(await server.begin());
  return requests;
};

async function memoryOfIdle(server, requests, count) {
  const warm = await startReaders();
  await warm.ask("open", { url: server.url, requests, count: 300 });
  warm.close();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = await told(server.child, "memory");
  const readers = await startReaders();
  await readers.ask("open", { url: server.url, requests, count });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const after = await told(server.child, "memory");
  readers.close();
  return { rss: (after.rss - before.rss) / count / 1024, heap: (after.heapUsed - before.heapUsed) / count / 1024 };
}

async function idle(count) {
  const model = await startBeside("model-server.mjs", [2, 3_600_000]);
  const [ours, bare] = [await startOurs(model), await startBare(model)];
  try {
    const theirs = await memoryOfIdle(bare, await requestsOf(bare), count);
    const answered = await memoryOfIdle(ours, await requestsOf(ours), count);
    const line = (name, { rss, heap }) =>
      console.log(
        `  ${name.padEnd(22)} ${rss.toFixed(1)} KiB resident, ${heap.toFixed(1)} of them heap: ratio ${(rss / theirs.rss).toFixed(2)}`,
      );
    console.log(`memory of one of ${count} open streams that say nothing`);
    line("bare node:http", theirs);
    line("an answer's", answered);
  } finally {
    bare.close();
    await ours.close();
    model.close();
  }
}

async function climb(name, server) {
  console.log(
    `${name}: a word every ${wordEveryMs} ms in each of so many streams of ${answers} answers; how late they come`,
  );
  const requests = await requestsOf(server);
  const readers = await startReaders();
  const points = [];
  for (const count of steps) {
    await readers.ask("open", { url: server.url, requests, count });
    await readers.ask("listen", { ms: 300 });
    const before = await told(server.child, "cpu");
    const begun = performance.now();
    const { heard, p50, p99, cpu, cut } = await readers.ask("listen", { ms: 1500 });
    const used = ((await told(server.child, "cpu")).ms - before.ms) / (performance.now() - begun);
    if (cut > 0 || heard === 0) throw new Error(`${cut} streams were cut, ${heard} words heard`);
    points.push({ streams: count, p50, p99 });
    console.log(
      `  ${String(count).padStart(5)} streams: median ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms; server ${(100 * used).toFixed(0)} % of a core, readers ${(100 * cpu).toFixed(0)} %`,
    );
    if (p99 > boundMs) break;
  }
  readers.close();
  return points;
}

async function growth(picture) {
  const runs = [];
  for (const [name, start] of [
    ["bare node:http", startBare],
    ["Pagewise", startOurs],
  ]) {
    const model = await startBeside("model-server.mjs", [12_000, wordEveryMs, "stamped"]);
    const server = await start(model);
    try {
      runs.push({ name, points: await climb(name, server) });
    } finally {
      await server.close();
      model.close();
    }
  }
  const [theirs, ours] = runs.map(({ points }) => points.filter(({ p99 }) => p99 <= boundMs).at(-1)?.streams ?? 0);
  console.log(
    `most streams with p99 within ${boundMs} ms: ${ours}, bare ${theirs}: ratio ${(ours / theirs).toFixed(2)}`,
  );
  if (picture) await writeFile(picture, drawStreams(runs, boundMs));
}

const [mode, argument] = process.argv.slice(2);
if (mode === "idle") await idle(Number(argument ?? 5000));
else await growth(argument);
