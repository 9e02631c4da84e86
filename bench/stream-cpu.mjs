// What an answer of 41 words costs the server's processor after retrieval, beside a bare node:http proxy that forwards the same stream.
//   TEST_DATABASE_URL=postgres://... node bench/stream-cpu.mjs [rounds, 12] [--profile]
// Answers of a round are held back just before the model is asked, in both servers; the processor's time counts from there
// until all of them have ended: asking, reading, checking marks, the log, the reader's stream, the row, the last event.
import { parseArgs } from "node:util";
import { textDocument } from "./long-documents.mjs";
import { held, median, startBeside, told, usagePreload } from "./measured.mjs";
import { startProduct } from "./product.mjs";
import { readStream, requestBytes, stayAwake } from "./raw-http.mjs";

const words = 41;
const everyMs = 10;
/** As many as the product writes at once, and a little fewer. */
const atOnce = 30;
const warmUps = 10;
const { values, positionals } = parseArgs({ options: { profile: { type: "boolean" } }, allowPositionals: true });
const rounds = Number(positionals[0] ?? 12);

const providers = {
  openai: (url) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: "bench" }),
  gemini: (url) => ({ GEMINI_API_KEY: "key", GEMINI_BASE_URL: url, GEMINI_MODEL: "bench" }),
};

/** @returns milliseconds of processor time an answer: after the hold, and in all. */
async function round(server, until) {
  const before = await told(server.child, "cpu");
  await told(server.child, "hold");
  const all = held(server.child, atOnce);
  const streams = Array.from({ length: atOnce }, () => readStream(server.url, server.request, { until }));
  await Promise.race([all, Promise.all(streams)]);
  const released = await told(server.child, "release");
  const read = await Promise.all(streams);
  const after = await told(server.child, "cpu");
  for (const { text } of read) {
    const came = text.split("sky").length - 1 + text.split("Blue").length - 1;
    if (came !== words) throw new Error(`of ${words} words ${came} came`);
  }
  return { afterHold: (after.ms - released.ms) / atOnce, whole: (after.ms - before.ms) / atOnce };
}

async function measure(provider) {
  const model = await startBeside("model-server.mjs", [words, everyMs]);
  const product = await startProduct({
    databaseUrl: process.env.TEST_DATABASE_URL,
    env: { ...providers[provider](model.url), QUESTIONS_PER_MINUTE: "0" },
    nodeOptions: ["--import", usagePreload, ...(values.profile ? ["--cpu-prof", "--cpu-prof-interval=200"] : [])],
  });
  const bare = await startBeside("bare.mjs", ["proxy", model.url]);
  try {
    const ours = { ...product, request: await productRequest(product) };
    await readStream(product.url, ours.request, { until: "event: done" });
    const last = await (await fetch(`${model.url}/last`)).json();
    const headers = { "Content-Type": "application/json" };
    const peer = { ...bare, request: requestBytes(bare.url, { method: "POST", ...last, headers }) };
    const end = provider === "openai" ? "[DONE]" : '"STOP"';
    const times = { ours: [], bare: [] };
    for (let number = 0; number < warmUps + rounds; number++) {
      const [mine, theirs] = [await round(ours, "event: done"), await round(peer, end)];
      if (number < warmUps) continue;
      times.ours.push(mine);
      times.bare.push(theirs);
    }
    print(provider, times);
  } finally {
    bare.close();
    await product.close();
    model.close();
  }
}

async function productRequest(product) {
  const user = await product.signIn();
  const { bytes, name } = await textDocument(20);
  const { document } = await user.timeToReady(bytes, name);
  const body = JSON.stringify({ message: "What was the net sales in 2015?", document_ids: [document.id] });
  const headers = { Authorization: user.authorization(), "Content-Type": "application/json" };
  return requestBytes(product.url, { method: "POST", path: "/chat", headers, body });
}

function print(provider, { ours, bare }) {
  const of = (rows, pick) => median(rows.map(pick));
  const after = [of(ours, ({ afterHold }) => afterHold), of(bare, ({ afterHold }) => afterHold)];
  const ratios = ours.map(({ afterHold }, index) => afterHold / bare[index].afterHold);
  const whole = [of(ours, (row) => row.whole), of(bare, (row) => row.whole)];
  const ms = (value) => `${value.toFixed(2)} ms`;
  console.log(
    `${provider}, ${words} words, ${atOnce} answers at once, ${ours.length} rounds; processor time an answer`,
  );
  console.log(`  after retrieval     ${ms(after[0])}, bare ${ms(after[1])}: ratio ${median(ratios).toFixed(2)}`);
  console.log(`  beside the whole of the bare one, its caller's request included: ${(after[0] / whole[1]).toFixed(2)}`);
  console.log(`  the whole answer    ${ms(whole[0])}, bare ${ms(whole[1])}`);
}

const sleep = stayAwake();
for (const provider of Object.keys(providers)) await measure(provider);
sleep();
