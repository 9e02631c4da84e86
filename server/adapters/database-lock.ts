// The lock on an embedded database's directory: a file beside it that names the one process that may open it.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync, rmSync, unlinkSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { basename, dirname, join } from "node:path";

export interface DatabaseLock {
  /** Synchronous, so that it also works while the process exits. */
  release(): void;
}

/** Another process has the embedded database open. */
export class DatabaseInUseError extends Error {
  readonly pid: number;
  constructor(pid: number, path: string) {
    super(`another process (pid ${pid}) has this database open (${path})`);
    this.name = "DatabaseInUseError";
    this.pid = pid;
  }
}

interface Holder {
  pid: number;
  /** When that process started, as its system tells it: a pid alone may have been given to another process since. */
  started: string | null;
  /** The set of processes that the pid counts in: another container has another, where the pid means nothing to us. */
  namespace: string | null;
  /** A socket beside the lock that answers while the holder lives; null where there can be none. */
  socket: string | null;
  token: string;
}

/**
 * Takes the lock at `path`, over from a holder only when that process is gone (never by age: a blocked process looks
 * just like a dead one). Throws `DatabaseInUseError` where another process holds it.
 */
export async function lockDatabase(path: string): Promise<DatabaseLock> {
  const token = randomUUID();
  const presence = await showPresence(`${path}.${token.slice(0, 8)}`);
  try {
    const lock = await takeLock(path, { ...ownProcess(), socket: presence.socket, token });
    return {
      release: () => {
        lock.release();
        presence.end();
      },
    };
  } catch (error) {
    presence.end();
    throw error;
  }
}

type OwnProcess = Pick<Holder, "pid" | "started" | "namespace">;

function ownProcess(): OwnProcess {
  return { pid: process.pid, started: processStart(process.pid), namespace: pidNamespace() };
}

async function takeLock(path: string, own: Holder): Promise<DatabaseLock> {
  const draft = `${path}.${own.token}`;
  try {
    await writeFile(draft, JSON.stringify(own), { flag: "wx", mode: 0o600 });
    await take(path, draft);
  } finally {
    await rm(draft, { force: true });
  }
  return { release: () => release(path, own) };
}

async function take(path: string, draft: string): Promise<void> {
  while (!(await create(draft, path))) {
    const holder = await readHolder(path);
    if (!holder) continue;
    if (await isAlive(holder, path)) throw new DatabaseInUseError(holder.pid, path);
    // Two takers must not both win: only the one that holds the stale holder's own guard may replace its file, and
    // only while that file still is the stale holder's. The guard is a lock like any other, so its taker may die too.
    const guard = await takeLock(`${path}.${holder.token}`, { ...ownProcess(), socket: null, token: randomUUID() });
    try {
      if ((await readHolder(path))?.token !== holder.token) continue;
      await rename(draft, path);
      if (holder.socket) await rm(join(dirname(path), holder.socket), { force: true });
      return;
    } finally {
      guard.release();
    }
  }
}

/** Creates the file in one step with its contents, so that nobody ever reads a half-written holder. */
async function create(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    if (!hasCode(error, "EPERM", "ENOTSUP", "ENOSYS", "EOPNOTSUPP")) throw error;
  }
  // A file system without hard links.
  return writeFile(path, await readFile(draft), { flag: "wx", mode: 0o600 }).then(
    () => true,
    (error) => {
      if (hasCode(error, "EEXIST")) return false;
      throw error;
    },
  );
}

async function readHolder(path: string): Promise<Holder | null> {
  const text = await readFile(path, "utf8").catch((error) => {
    if (hasCode(error, "ENOENT")) return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as Holder;
  } catch {
    throw new Error(`the lock file ${path} cannot be read; remove it if no other process has this database open`);
  }
}

async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.namespace !== pidNamespace()) {
    // Without a socket nobody can tell, and two at once would lose what was written: a person has to.
    return holder.socket === null || (await answers(join(dirname(path), holder.socket)));
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // EPERM: it is there, but another user's.
    if (!hasCode(error, "EPERM")) return false;
  }
  const started = processStart(holder.pid);
  return started === null || holder.started === null || started === holder.started;
}

/** @returns null where the system does not tell. */
function processStart(pid: number): string | null {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
      // The name, in parentheses, may itself hold spaces and parentheses; the start time is the 20th field after it.
      return `${boot}/${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
    }
    if (process.platform === "win32") return pid === process.pid ? String(performance.timeOrigin) : null;
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}

/** @returns null where the system has none. */
function pidNamespace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return null;
  }
}

/** Listens on a socket, which the system closes with the process and which also answers while the process is blocked. */
async function showPresence(path: string): Promise<{ socket: string | null; end(): void }> {
  if (process.platform !== "linux") return { socket: null, end: () => {} };
  const server = createServer((connection) => connection.destroy()).unref();
  const listening = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(path, () => resolve(true));
  });
  return {
    socket: listening ? basename(path) : null,
    end: () => {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket, () => resolve(true));
    connection.on("error", () => resolve(false));
    connection.on("connect", () => connection.destroy());
  });
}

function release(path: string, own: Holder): void {
  try {
    const holder = JSON.parse(readFileSync(path, "utf8")) as Holder;
    if (holder.token === own.token) unlinkSync(path);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return codes.includes((error as NodeJS.ErrnoException).code ?? "");
}
