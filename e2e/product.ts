// Runs the built product as a stranger would: a process of its own on a free port with a data directory of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Client, createClient } from "@pagewise/sdk";
import { freePort } from "../server/test/free-port.ts";

export { freePort };
export const root = fileURLToPath(new URL("../", import.meta.url));
export const samplePdf = join(root, "widget/sample/sample.pdf");

export interface Product {
  url: string;
  dataDir: string;
  pid: number;
  /** What it wrote to standard error so far. */
  log(): string;
  /** SIGTERM, awaited. @returns the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, awaited: nothing of the program runs any more. */
  kill(): Promise<void>;
}

/** Starts `dist/main.js`. Rejects with its standard error when it ends before it is ready. */
export async function startProduct(options: {
  dataDir: string;
  port?: number;
  env?: Record<string, string>;
}): Promise<Product> {
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, [join(root, "dist/main.js")], {
    cwd: tmpdir(),
    env: {
      PATH: process.env.PATH ?? "",
      PORT: String(port),
      DATA_DIR: options.dataDir,
      BCRYPT_COST: "4",
      LOG_LEVEL: "warn",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const url = await readyAddress(child, () => errors);
  return {
    url,
    dataDir: options.dataDir,
    pid: child.pid ?? -1,
    log: () => errors,
    stop: () => end(child, "SIGTERM"),
    kill: async () => void (await end(child, "SIGKILL")),
  };
}

async function readyAddress(child: ChildProcess, errors: () => string): Promise<string> {
  let output = "";
  for await (const text of child.stdout ?? []) {
    output += String(text);
    const found = /ready at (http:\S+)/.exec(output)?.[1];
    if (found) return found;
  }
  throw new Error(`the product ended before it was ready:\n${output}${errors()}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  await once(child, "exit");
  return child.exitCode;
}

/** Children of these processes that read PDFs: from /proc, where there is one. */
export function extractorsOf(parents: (number | null)[]): number[] {
  if (!existsSync("/proc")) return [];
  const found: number[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1]);
      if (!parents.includes(parent)) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pdf-child")) found.push(Number(pid));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Paths of all files that stand in the storage of a data directory, but for the mark of who keeps them there. */
export async function storedFiles(dataDir: string): Promise<string[]> {
  const dir = join(dataDir, "files");
  const found = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = found.filter((item) => item.isFile()).map((item) => join(item.parentPath, item.name));
  return paths.filter((path) => !path.startsWith(join(dir, "installations/")));
}

/** A data directory that is gone after the test file. */
export async function temporaryDir(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "pagewise-e2e-"));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A new account, signed in. */
export async function signedInClient(
  baseUrl: string,
  email = `reader-${crypto.randomUUID()}@example.com`,
): Promise<Client> {
  const client = createClient({ baseUrl });
  const credentials = { email, password: "correct horse battery" };
  await client.users.register(credentials);
  await client.users.login(credentials);
  return client;
}

/** Real PDFs that stand beside the repository on some machines, by file name. @returns null where they do not. */
export function realPdf(name: string): string | null {
  const path = join(root, "../shared/eval/real-dev/pdfs", name);
  return existsSync(path) ? path : null;
}

/** PDFs of a corpus that stands beside the repository on some machines, of which a list says how each ends. */
export function corpusPdfs(expected: string): string[] {
  const dir = join(root, "../shared/corpus/pdfs");
  if (!existsSync(join(dir, "index.tsv"))) return [];
  const [head = "", ...lines] = readFileSync(join(dir, "index.tsv"), "utf8").trim().split("\n");
  const column = head.split("\t").indexOf("expected");
  return lines
    .map((line) => line.split("\t"))
    .filter((cells) => cells[column] === expected)
    .map(([name = ""]) => join(dir, name));
}

/** Waits until `probe` gives something; fails loudly with what it waited for. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | false | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
