// How soon a stop ends an answer for its reader, and closes the connection to the model: in the process that writes it, and from another.
// node bench/stop.mjs [stops]   DATABASE_URL: a PostgreSQL server for the part with two processes, which needs redis-server too.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshDatabase, startProduct } from "./product.mjs";

const stops = Number(process.argv[2] ?? 200);
const atOnce = 8;
const wordEveryMs = 20;
/** When the connection of each question was closed by the other side, by the word in it that no other has. */
const closedAt = new Map();

const model = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  const name = /zq\d+x/.exec(body)?.[0];
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const timer = setInterval(() => {
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "word " } }] })}\n\n`);
  }, wordEveryMs);
  response.once("close", () => {
    clearInterval(timer);
    closedAt.set(name, performance.now());
  });
});
await new Promise((listening) => model.listen(0, "127.0.0.1", listening));
const env = {
  OPENAI_BASE_URL: `http://127.0.0.1:${model.address().port}/v1`,
  OPENAI_MODEL: "endless",
  QUESTIONS_PER_MINUTE: "0",
};

let count = 0;

/** Asks at one address, reads there, and stops at the other. @returns milliseconds from the stop's sending. */
async function stopOne(asked, stopped) {
  const name = `zq${count++}x`;
  const body = JSON.stringify({ message: `What is said of the pump? ${name}` });
  const headers = { "Content-Type": "application/json" };
  const response = await asked.send("/chat", { method: "POST", headers, body });
  let text = "";
  let sentAt = 0;
  let stopping;
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes("event: done")) break;
    if (stopping || text.split("event: delta").length < 6) continue;
    const id = /"message_id":"([^"]+)"/.exec(text)[1];
    sentAt = performance.now();
    stopping = stopped.send(`/chat/${id}/stop`, { method: "POST" });
  }
  const doneAt = performance.now();
  if (!text.includes('"finish_reason":"stopped"')) throw new Error(text.slice(-300));
  if ((await stopping).status !== 204) throw new Error(`the stop answered ${(await stopping).status}`);
  while (!closedAt.has(name)) await new Promise((tick) => setImmediate(tick));
  return { reader: doneAt - sentAt, model: closedAt.get(name) - sentAt };
}

async function measure(title, asked, stopped) {
  const seen = [];
  const turn = async () => {
    while (seen.length < stops) seen.push(await stopOne(asked, stopped));
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
  for (const part of ["reader", "model"]) {
    const sorted = seen.map((one) => one[part]).sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(0);
    process.stdout.write(`${title}, ${part}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms\n`);
  }
}

const sample = await readFile(new URL("../widget/sample/sample.pdf", import.meta.url));
const lone = await startProduct({ env });
try {
  const account = await lone.signIn();
  await account.timeToReady(sample, "sample.pdf");
  await measure("embedded, same process", account, account);
} finally {
  await lone.close();
}

if (process.env.DATABASE_URL) {
  const dir = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
  const port = 20_000 + (process.pid % 10_000);
  const redis = spawn("redis-server", ["--port", `${port}`, "--save", "", "--dir", dir], { stdio: "ignore" });
  const database = await freshDatabase(process.env.DATABASE_URL);
  const home = { dataDir: join(dir, "data"), databaseUrl: database.url };
  const both = { ...env, REDIS_URL: `redis://127.0.0.1:${port}` };
  const products = [await startProduct({ home, env: both }), await startProduct({ home, env: both })];
  try {
    const email = "reader@example.com";
    const one = await products[0].signIn(email);
    const other = await products[1].signIn(email);
    await one.timeToReady(sample, "sample.pdf");
    await measure("PostgreSQL and Redis, same process", one, one);
    await measure("PostgreSQL and Redis, another process", one, other);
  } finally {
    for (const product of products) await product.close();
    await database.drop();
    const ended = once(redis, "exit");
    redis.kill("SIGTERM");
    await ended;
    await rm(dir, { recursive: true, force: true });
  }
}
model.closeAllConnections();
model.close();
