// A PostgreSQL server of a test's own, where its programs are installed: one that may be stopped and started again.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { freePort } from "./free-port.ts";

export interface PostgresServer {
  url: string;
  /** Also after `stop`, on the same port with the same data. */
  start(): Promise<void>;
  /** Ends every connection at once; `crash`: as a crash does, so that the next start recovers from its log. */
  stop(how?: "crash"): Promise<void>;
  close(): Promise<void>;
}

const programs = findPrograms();

export const hasPostgres = programs !== null;

/** Debian keeps them off the path, a folder for each version. */
function findPrograms(): string | null {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, two) => Number(two) - Number(one)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ?? null;
}

/** PostgreSQL refuses to run as root. @returns whom it runs as then. */
function otherUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const user = ["postgres", "nobody"].find((name) => spawnSync("id", ["-u", name]).status === 0) ?? "nobody";
  const id = (which: string) => Number(execFileSync("id", [which, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** Starts one with an empty database on a free port. */
export async function startPostgres(): Promise<PostgresServer> {
  if (!programs) throw new Error("no PostgreSQL is installed");
  const dir = mkdtempSync(join(tmpdir(), "pagewise-postgres-"));
  const user = otherUser();
  if (user) chownSync(dir, user.uid, user.gid);
  chmodSync(dir, 0o700);
  const data = join(dir, "data");
  const options = { ...user, cwd: dir };
  execFileSync(
    join(programs, "initdb"),
    ["-D", data, "-A", "trust", "-U", "postgres", "--locale=C", "-E", "UTF8", "-N"],
    {
      ...options,
      stdio: "pipe",
    },
  );
  const port = await freePort();
  const settings = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${dir}`,
    "max_connections=100",
  ];
  let server: ChildProcess | undefined;

  const start = async () => {
    const args = ["-D", data, ...settings.flatMap((setting) => ["-c", setting])];
    server = spawn(join(programs, "postgres"), args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    for await (const chunk of server.stderr?.setEncoding("utf8").iterator({ destroyOnReturn: false }) ?? []) {
      said += chunk;
      if (said.includes("ready to accept connections")) {
        server.stderr?.resume();
        return;
      }
    }
    throw new Error(`PostgreSQL did not start:\n${said}`);
  };
  const stop = async (how?: "crash") => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(how ? "SIGQUIT" : "SIGINT");
    await ended;
  };
  await start();
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    start,
    stop,
    close: async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
