// The answer to an upload, beside a bare node:http server with formidable that hashes and writes the same bytes:
// `node bench/upload.mjs [rounds]` after `npm run build`. DATABASE_URL moves ours to a PostgreSQL server.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { installPeers } from "./peers.mjs";

const root = new URL("../", import.meta.url);
const rounds = Number(process.argv[2] ?? 21);
const boundary = "measured";

// The peer hashes while it writes, as ours does, and keeps the file; it keeps no row, and syncs only where it is asked to:
// ours answers when nothing but the disk's own end can lose the file.
const peerSource = (formidable, dir) => `
import { open } from "node:fs/promises";
import { createServer } from "node:http";
import formidable from ${JSON.stringify(formidable)};
const server = createServer(async (req, res) => {
  const form = formidable({ uploadDir: ${JSON.stringify(dir)}, hashAlgorithm: "sha256", maxFileSize: 100 * 1024 * 1024 });
  const [, files] = await form.parse(req);
  const { hash, size, filepath } = files.file[0];
  if (req.url === "/synced") {
    const file = await open(filepath, "r+");
    await file.sync();
    await file.close();
  }
  res.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify({ hash, size }));
});
server.listen(0, "127.0.0.1", () => console.log("ready at http://127.0.0.1:" + server.address().port));
`;

/** A process that says `ready at URL`. */
async function start(args, env) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /ready at (http:\S+)/.exec(line)?.[1];
    if (!url) continue;
    const stop = () => {
      child.kill("SIGTERM");
      return once(child, "exit");
    };
    return { url, stop };
  }
  throw new Error(`${args[0]} ended before it was ready`);
}

/** A PDF of so many pages and bytes, different each time: a stream that nothing refers to fills it up. */
function makePdf(pages, bytes) {
  const kids = Array.from({ length: pages }, (_, n) => `${n + 4} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    "<< /Length 41 >>\nstream\nBT /F1 11 Tf 72 770 Td (one of many) Tj ET  \nendstream",
    ...Array.from(
      { length: pages },
      () =>
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 3 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
    ),
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((body, n) => {
    const offset = text.length;
    text += `${n + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const filler = bytes - text.length - objects.length * 20 - 300;
  const head = Buffer.from(`${text}${objects.length + 1} 0 obj\n<< /Length ${filler} >>\nstream\n`, "latin1");
  const end = "\nendstream\nendobj\n";
  const start = head.length + filler + end.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const xref = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 2} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return () => Buffer.concat([head, randomBytes(filler), Buffer.from(end + xref, "latin1")]);
}

const agent = new Agent({ keepAlive: true });

/** @returns milliseconds from the first byte sent to the last byte of the answer, and the answer. */
async function upload(url, file, token) {
  const body = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n`,
    ),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}`, "content-length": body.length };
  if (token) headers.authorization = `Bearer ${token}`;
  const begun = performance.now();
  const outgoing = request(url, { method: "POST", agent, headers });
  outgoing.end(body);
  const [response] = await once(outgoing, "response");
  let text = "";
  for await (const part of response.setEncoding("utf8")) text += part;
  const ms = performance.now() - begun;
  if (response.statusCode !== 202) throw new Error(`${response.statusCode} ${text}`);
  return { ms, answer: JSON.parse(text) };
}

async function json(url, { token, ...init } = {}) {
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(url, { ...init, headers });
  return response.status === 204 ? null : response.json();
}

const work = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
const { dir: peersDir } = await installPeers({ formidable: "3.5.4" });
const peerFile = join(work, "peer.mjs");
await writeFile(peerFile, peerSource(pathToFileURL(join(peersDir, "node_modules/formidable/src/index.js")).href, work));
const peer = await start([peerFile]);
const ours = await start([new URL("dist/main.js", root).pathname], {
  PORT: "0",
  DATA_DIR: join(work, "data"),
  LOG_LEVEL: "error",
  UPLOADS_PER_HOUR: "0",
  BCRYPT_COST: "4",
  ...(process.env.DATABASE_URL ? { DATABASE_URL: process.env.DATABASE_URL } : {}),
});
const credentials = { email: `bench-${Date.now()}@example.com`, password: "correct horse battery" };
await json(`${ours.url}/users/register`, { method: "POST", body: JSON.stringify(credentials) });
const { access_token: token } = await json(`${ours.url}/users/login`, {
  method: "POST",
  body: JSON.stringify(credentials),
});

/** Uploads, and waits until nothing of it is left to do, so that the next one is measured alone. */
async function uploadOurs(file) {
  const { ms, answer } = await upload(`${ours.url}/upload`, file, token);
  const at = `${ours.url}/documents/${answer.document_id}`;
  for (let status = ""; !["ready", "failed"].includes(status); ) {
    await new Promise((done) => setTimeout(done, 20));
    ({ status } = await json(at, { token }));
  }
  await json(at, { token, method: "DELETE" });
  await new Promise((done) => setTimeout(done, 50));
  return ms;
}
const uploadPeer = async (file) => (await upload(peer.url, file)).ms;
const uploadSynced = async (file) => (await upload(`${peer.url}/synced`, file)).ms;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const shown = (ms) => `${ms.toFixed(1)} ms`;

/** Takes turns, in changing order. @returns the median of each. */
async function compare(rounds, ...measured) {
  const times = measured.map(() => []);
  for (let round = -2; round < rounds; round++) {
    const turns = measured.map((measure, n) => async () => {
      const ms = await measure();
      if (round >= 0) times[n].push(ms);
    });
    for (const turn of round % 2 ? turns.reverse() : turns) await turn();
  }
  return times.map(median);
}

/** @param make makes a file, a new one each time. */
function compareWithPeer(rounds, make) {
  return compare(
    rounds,
    () => uploadOurs(make()),
    () => uploadPeer(make()),
    () => uploadSynced(make()),
  );
}

const [oursTen, peerTen, syncedTen] = await compareWithPeer(rounds, makePdf(1, 10_000_000));
const ratio = (ms) => (oursTen / ms).toFixed(2);
console.log(`10 MB: ours ${shown(oursTen)}, formidable ${shown(peerTen)}, ratio ${ratio(peerTen)} (at most 1.5)`);
console.log(`10 MB: formidable with its file synced ${shown(syncedTen)}, ratio ${ratio(syncedTen)}`);
const [oursSmall, peerSmall, syncedSmall] = await compareWithPeer(rounds * 2, makePdf(1, 100_000));
const more = (ms) => shown(oursSmall - ms);
console.log(
  `100 kB: ours ${shown(oursSmall)}, formidable ${shown(peerSmall)}, difference ${more(peerSmall)} (at most 15 ms)`,
);
console.log(`100 kB: formidable with its file synced ${shown(syncedSmall)}, difference ${more(syncedSmall)}`);
const [one, many] = [makePdf(1, 1_000_000), makePdf(2000, 1_000_000)];
const [oneMs, manyMs] = await compare(
  Math.ceil(rounds / 3),
  () => uploadOurs(one()),
  () => uploadOurs(many()),
);
console.log(`1 MB: one page ${shown(oneMs)}, 2,000 pages ${shown(manyMs)}, ratio ${(manyMs / oneMs).toFixed(2)}`);

agent.destroy();
await Promise.all([peer.stop(), ours.stop()]);
await rm(work, { recursive: true });
