// How long `npm start` takes until it answers: nothing built and no data, then built, then with data. Prints seconds.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const port = 8000 + (process.pid % 1000);

async function timeStart(dataDir) {
  const begun = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: root,
    detached: true,
    env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const text of child.stdout) if (String(text).includes("ready at")) break;
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  const seconds = (performance.now() - begun) / 1000;
  if (!answer.ok) throw new Error(`/readyz answered ${answer.status}`);
  process.kill(-child.pid, "SIGTERM");
  await once(child, "exit");
  return seconds;
}

const dataDir = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
await rm(join(root, "dist"), { recursive: true, force: true });
const rows = [];
for (const name of ["not built, no data", "built, with data", "built, with data"])
  rows.push([name, await timeStart(dataDir)]);
const fresh = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
rows.push(["built, no data", await timeStart(fresh)]);
for (const [name, seconds] of rows) console.log(`${name.padEnd(20)} ${seconds.toFixed(2)} s`);
await Promise.all([dataDir, fresh].map((path) => rm(path, { recursive: true, force: true })));
