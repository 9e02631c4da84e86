// What the product adds before a model's first token: a question over HTTP, retrieval included, beside the same request sent
// to the same local server by fetch, in turns. Prints medians and the 95th hundredth in milliseconds.
//   TEST_DATABASE_URL=postgres://... node bench/overhead.mjs [questions, 100] [pages, 200] [--profile]
import { fork } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { textDocument } from "./long-documents.mjs";
import { startProduct } from "./product.mjs";

const warmUps = 20;
const { values, positionals } = parseArgs({ options: { profile: { type: "boolean" } }, allowPositionals: true });
const questions = Number(positionals[0] ?? 100);
const pages = Number(positionals[1] ?? 200);

const topics = ["net sales", "operating income", "total assets", "research and development", "interest expense"];
const askFor = (n) => `What was the ${topics[n % topics.length]} in ${2010 + (n % 13)}, and why did it change?`;

const model = fork(new URL("model-server.mjs", import.meta.url));
const [modelUrl] = await once(model, "message");
const providers = {
  openai: { OPENAI_BASE_URL: `${modelUrl}/v1`, OPENAI_MODEL: "bench" },
  gemini: { GEMINI_API_KEY: "key", GEMINI_BASE_URL: modelUrl, GEMINI_MODEL: "bench" },
};

/** Milliseconds until the text that a stream brings holds each of the words. */
async function timesUntil(response, begun, words) {
  const decoder = new TextDecoder();
  const times = [];
  let text = "";
  for await (const bytes of response.body) {
    text += decoder.decode(bytes, { stream: true });
    while (times.length < words.length && text.includes(words[times.length])) times.push(performance.now() - begun);
  }
  if (times.length < words.length) throw new Error(`the stream lacks ${words[times.length]}: ${text.slice(-300)}`);
  return times;
}

async function askDirectly({ path, body }) {
  const begun = performance.now();
  const response = await fetch(modelUrl + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body,
  });
  const [first] = await timesUntil(response, begun, ["Blue."]);
  return first;
}

async function askProduct(user, question, documentIds) {
  const begun = performance.now();
  const response = await user.send("/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ message: question, document_ids: documentIds }),
  });
  const words = ["event: start\n", "event: citations\n", "event: delta\n", "event: done\n"];
  const [start, citations, delta] = await timesUntil(response, begun, words);
  return { start, citations, delta };
}

async function measure(name, options, env) {
  const product = await startProduct({
    ...options,
    env: { ...env, QUESTIONS_PER_MINUTE: "0" },
    nodeOptions: values.profile ? ["--cpu-prof", "--cpu-prof-interval=500"] : [],
  });
  try {
    const user = await product.signIn();
    const { bytes, name: file } = await textDocument(pages);
    await user.timeToReady(bytes, file);
    const { data } = await user.call("/documents");
    const rounds = [];
    for (let n = 0; n < warmUps + questions; n++) {
      const through = await askProduct(user, askFor(n), [data[0].id]);
      const direct = await askDirectly(await (await fetch(`${modelUrl}/last`)).json());
      if (n >= warmUps) rounds.push({ ...through, direct });
    }
    print(name, rounds);
  } finally {
    await product.close();
  }
}

function print(name, rounds) {
  const at = (pick, share) => {
    const sorted = rounds.map(pick).sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) * share)].toFixed(1).padStart(6);
  };
  const line = (what, pick) => console.log(`  ${what.padEnd(44)}${at(pick, 0.5)}${at(pick, 0.95)}`);
  console.log(`${name}, ${rounds.length} questions, ${pages} pages          median   p95`);
  line("the model's server by fetch", ({ direct }) => direct);
  line("through the product", ({ delta }) => delta);
  line("overhead", ({ delta, direct }) => delta - direct);
  line("of it before retrieval (HTTP, the rows)", ({ start }) => start);
  line("of it in retrieval", ({ start, citations }) => citations - start);
  line("of it after retrieval (prompt, model, stream)", ({ delta, citations, direct }) => delta - citations - direct);
}

const databases = [
  ["embedded database", {}],
  ...(process.env.TEST_DATABASE_URL ? [["PostgreSQL", { databaseUrl: process.env.TEST_DATABASE_URL }]] : []),
];
for (const [database, options] of databases) {
  for (const [provider, env] of Object.entries(providers)) await measure(`${provider}, ${database}`, options, env);
}
model.disconnect();
