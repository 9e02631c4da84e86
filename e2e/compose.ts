// The services of docker-compose.yml as plain processes: its commands and environments, with places of this machine's own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "./product.ts";

interface Service {
  image?: string;
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
}

/** Where on this machine stands what the containers name by their network and their volumes. */
export interface Places {
  /** By volume: a directory. */
  volumes: Record<string, string>;
  /** By what stands in the file, as `redis:6379`. */
  addresses: Record<string, string>;
  /** What the person who starts it has in `.env`. */
  variables: Record<string, string>;
}

export interface ComposeFile {
  names: string[];
  service(name: string): Service;
  /** The program and its arguments, and its whole environment; `extra` is this test's own. */
  processOf(name: string, extra?: Record<string, string>): { argv: string[]; env: Record<string, string> };
}

/** @throws where a variable that must be given is not. */
export function readComposeFile({ volumes, addresses, variables }: Places): ComposeFile {
  const text = readFileSync(join(root, "docker-compose.yml"), "utf8");
  const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
  const image = readDockerfile();
  const service = (name: string) => {
    const found = services[name];
    if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
    return found;
  };
  const place = (value: string) => {
    let placed = fillIn(value, variables);
    for (const [from, to] of Object.entries(addresses)) placed = placed.replaceAll(from, to);
    return placed;
  };
  return {
    names: Object.keys(services),
    service,
    processOf(name, extra = {}) {
      const { entrypoint, command = [], environment = {}, volumes: mounts = [], image: from } = service(name);
      const ours = from === "pagewise" ? image : { env: {}, entrypoint: [] };
      const env: Record<string, string> = { PATH: process.env.PATH ?? "", ...ours.env };
      for (const [key, value] of Object.entries(environment)) env[key] = place(String(value));
      for (const mount of mounts) {
        const [volume = "", target = ""] = mount.split(":");
        for (const [key, value] of Object.entries(env)) if (value === target) env[key] = volumes[volume] ?? "";
      }
      return { argv: [...(entrypoint ?? ours.entrypoint), ...command], env: { ...env, ...extra } };
    },
  };
}

/** `${NAME:-else}` and `${NAME:?why}`, as Compose reads them. */
function fillIn(value: string, variables: Record<string, string>): string {
  return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_whole, name: string, mark?: string, rest = "") => {
    if (variables[name]) return variables[name];
    if (mark === "?") throw new Error(`${name}: ${rest}`);
    return mark === "-" ? rest : "";
  });
}

function readDockerfile(): { env: Record<string, string>; entrypoint: string[] } {
  const last =
    readFileSync(join(root, "Dockerfile"), "utf8")
      .split(/^FROM /m)
      .at(-1) ?? "";
  const env = /^ENV (.*)$/m
    .exec(last)?.[1]
    ?.split(" ")
    .map((pair) => pair.split("=") as [string, string]);
  const entrypoint = /^ENTRYPOINT (.*)$/m.exec(last)?.[1];
  if (!env || !entrypoint) throw new Error("the Dockerfile names no ENV or no ENTRYPOINT");
  return { env: Object.fromEntries(env), entrypoint: JSON.parse(entrypoint) as string[] };
}

export interface Running {
  pid: number;
  /** What it wrote so far. */
  output(): string;
  /** Settles with its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>;
  /** @returns how it ended. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** @param ready what it says when it is; without it, it is awaited to its end. Rejects when it ends before. */
export async function run(argv: string[], env: Record<string, string>, ready: RegExp | null): Promise<Running> {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  const ended = endOf(child);
  const isReady = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (ready?.test(output)) resolve(true);
      });
    }
  });
  const running: Running = {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
  const first = await Promise.race([isReady, ended]);
  if (first !== true && (ready || first !== 0)) throw new Error(`${argv.join(" ")} ended by ${first}:\n${output}`);
  return running;
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
  const [code, signal] = await once(child, "exit");
  return code ?? signal;
}
