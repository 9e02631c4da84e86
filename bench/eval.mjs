// Asks the running product every question of a set, inside its document and over the library, and writes what it answered.
//   node bench/eval.mjs <set folder: pdfs/, questions.jsonl> <predictions.jsonl>
// One line an answer: { id, scope, answer, citations: [{ document, page, quote }], refused, confidence, ms }.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildProgram, root } from "../scripts/build.mjs";

const [set, out] = process.argv.slice(2);
if (!set || !out) throw new Error("usage: node bench/eval.mjs <set folder> <predictions.jsonl>");
const port = 9000 + (process.pid % 1000);
const base = `http://127.0.0.1:${port}`;
const questionsAtOnce = 4;
let token = "";

async function call(path, init = {}) {
  const response = await fetch(base + path, {
    ...init,
    headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...init.headers },
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response;
}

const post = (path, body) =>
  call(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

async function signIn() {
  const credentials = { email: "bench@example.com", password: "a long enough password" };
  await post("/users/register", credentials);
  token = (await (await post("/users/login", credentials)).json()).access_token;
}

/** @returns the id of each file's document, once all are read. */
async function upload() {
  const ids = new Map();
  for (const name of (await readdir(join(set, "pdfs"))).sort()) {
    const form = new FormData();
    form.set("file", new Blob([await readFile(join(set, "pdfs", name))]), name);
    ids.set(name, (await (await call("/upload", { method: "POST", body: form })).json()).document_id);
  }
  for (;;) {
    const { data } = await (await call("/documents?limit=100")).json();
    const failed = data.filter(({ status }) => status === "failed");
    if (failed.length) throw new Error(`could not be read: ${failed.map(({ filename }) => filename).join(", ")}`);
    if (data.every(({ status }) => status === "ready")) return ids;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function ask(question, documentIds) {
  const begun = performance.now();
  const text = await (await post("/chat", { message: question, document_ids: documentIds })).text();
  const ms = performance.now() - begun;
  const events = text.split("\n\n").flatMap((frame) => {
    const event = /^event: (.*)$/m.exec(frame)?.[1];
    return event ? [{ event, data: JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? "null") }] : [];
  });
  const end = events.at(-1);
  if (end?.event !== "done") throw new Error(`“${question}” ended with ${JSON.stringify(end)}`);
  return {
    answer: events.map(({ event, data }) => (event === "delta" ? data.text : "")).join(""),
    citations: events.find(({ event }) => event === "citations").data.citations,
    done: end.data,
    ms,
  };
}

async function predict(ids) {
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const questions = (await readFile(join(set, "questions.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const work = ["document", "library"].flatMap((scope) => questions.map((question) => ({ scope, ...question })));
  const lines = [];
  await Promise.all(
    Array.from({ length: questionsAtOnce }, async () => {
      for (let next = work.shift(); next; next = work.shift()) {
        const { id, scope, question, document } = next;
        const { answer, citations, done, ms } = await ask(
          question,
          scope === "document" ? [ids.get(document)] : [...ids.values()],
        );
        lines.push({
          id,
          scope,
          // What a person reads: the marks are shown as small links.
          answer: answer.replace(/ ?\[\d+\]/g, ""),
          citations: citations.map(({ document_id, page, quote }) => ({
            document: names.get(document_id),
            page,
            quote,
          })),
          refused: done.finish_reason === "refused",
          confidence: done.confidence,
          ms: Math.round(ms),
        });
      }
    }),
  );
  return lines;
}

await buildProgram();
const dataDir = await mkdtemp(join(tmpdir(), "pagewise-eval-"));
const child = spawn(process.execPath, [join(root, "dist/main.js")], {
  env: {
    ...process.env,
    PORT: String(port),
    DATA_DIR: dataDir,
    LOG_LEVEL: "warn",
    QUESTIONS_PER_MINUTE: "0",
    UPLOADS_PER_HOUR: "0",
  },
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  for await (const text of child.stdout) if (String(text).includes("ready at")) break;
  await signIn();
  const begun = performance.now();
  const ids = await upload();
  console.log(`${ids.size} documents read in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  const lines = await predict(ids);
  await writeFile(out, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`);
  for (const scope of ["document", "library"]) {
    const times = lines
      .filter((line) => line.scope === scope)
      .map(({ ms }) => ms)
      .sort((a, b) => a - b);
    const at = (share) => times[Math.floor((times.length - 1) * share)];
    console.log(`${scope}: ${times.length} answers, median ${at(0.5)} ms, 95 % within ${at(0.95)} ms`);
  }
} finally {
  child.kill("SIGTERM");
  await once(child, "exit");
  await rm(dataDir, { recursive: true, force: true });
}
