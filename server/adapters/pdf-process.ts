// One PDF child process: sends it requests, and kills it when an answer passes its bounds of time or memory.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PdfFaultError, PdfReaderKilledError } from "../ports.ts";
import type { PdfLimits } from "./pdf-limits.ts";
import type { AnswerTo, PdfAnswer, PdfReady, PdfRequest } from "./pdf-protocol.ts";
import { readUsage } from "./pdf-usage.ts";

export interface PdfProcess {
  readonly pid: number;
  /** False once it has ended or is about to. */
  alive(): boolean;
  /** Nothing has been asked of it yet. */
  fresh(): boolean;
  /** Answers come in the order of the requests. Throws `PdfFaultError`, or an `Error` that is not the file's fault. */
  request<T extends PdfRequest>(request: T, timeMs: number): Promise<AnswerTo<T["type"]>>;
  /** Ends it at once; what waits for an answer fails with `reason`. */
  kill(reason: Error): void;
  readonly exited: Promise<void>;
}

interface Waiting {
  timeMs: number;
  resolve(answer: PdfAnswer): void;
  reject(error: Error): void;
}

const watchMs = 100;
/** V8 would take 3 MB for so small a heap, and collecting that often costs pdf.js a quarter of its time. */
const youngMb = 32;
/** Waiting for a processor is not the file's fault: wall time may be this much longer than processor time. */
const patience = 4;
const prlimit = ["/usr/bin/prlimit", "/bin/prlimit"];

/** Starts a child. Rejects when it cannot be made ready. */
export async function startPdfProcess(entry: URL, limits: PdfLimits, signal: AbortSignal): Promise<PdfProcess> {
  const tool = process.platform === "linux" ? prlimit.find((path) => existsSync(path)) : undefined;
  if (tool) {
    try {
      return await start(entry, limits, [tool, `--data=${limits.dataBytes}`, "--core=0", "--"], signal);
    } catch (error) {
      // Some containers do not let limits be set; the watch on resident memory still stands.
      if (signal.aborted) throw error;
    }
  }
  return await start(entry, limits, [], signal);
}

async function start(entry: URL, limits: PdfLimits, prefix: string[], signal: AbortSignal): Promise<PdfProcess> {
  signal.throwIfAborted();
  const child = launch(entry, limits, prefix);
  const pdf = wrap(child, limits);
  const stop = () => pdf.kill(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await pdf.ready;
  } catch (error) {
    child.kill("SIGKILL");
    await pdf.exited;
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
  return pdf;
}

function launch(entry: URL, limits: PdfLimits, prefix: string[]): ChildProcess {
  const heap = [`--max-old-space-size=${limits.heapMb}`, `--max-semi-space-size=${youngMb}`, "--single-threaded-gc"];
  const command = [...prefix, process.execPath, ...heap, fileURLToPath(entry)];
  return spawn(command[0] as string, command.slice(1), {
    // Nothing of ours: no secrets in reach of a hostile file. Windows cannot start programs without SystemRoot.
    // biome-ignore lint/style/noProcessEnv: read for the child alone, not a setting
    env: process.platform === "win32" ? { SystemRoot: process.env.SystemRoot } : {},
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
    windowsHide: true,
  });
}

function wrap(child: ChildProcess, limits: PdfLimits): PdfProcess & { ready: Promise<unknown> } {
  const waiting: Waiting[] = [];
  let ended: Error | null = null;
  let watch: NodeJS.Timeout | undefined;
  let fresh = true;
  // Of the request at the head of the queue; its processor time is counted from the first look at it.
  let since = 0;
  let cpuBefore: number | null = null;

  const end = (reason: Error) => {
    ended ??= reason;
    clearInterval(watch);
    watch = undefined;
    for (const one of waiting.splice(0)) one.reject(ended);
  };
  const kill = (reason: Error) => {
    end(reason);
    child.kill("SIGKILL");
  };
  const look = async () => {
    const { pid } = child;
    const head = waiting[0];
    if (!head || pid === undefined) return;
    const usage = await readUsage(pid);
    if (waiting[0] !== head || ended) return;
    if (usage && usage.rssBytes > limits.rssBytes) kill(enforced("Memory bound passed"));
    if (usage) cpuBefore ??= usage.cpuMs;
    const wallMs = performance.now() - since;
    if (wallMs < head.timeMs) return;
    const cpuMs = usage && cpuBefore !== null ? usage.cpuMs - cpuBefore : wallMs;
    if (cpuMs >= head.timeMs || wallMs >= patience * head.timeMs) kill(enforced(`No answer within ${head.timeMs} ms`));
  };
  /** The next request begins to be worked on. */
  const turn = () => {
    since = performance.now();
    cpuBefore = null;
    if (waiting.length === 0) {
      clearInterval(watch);
      watch = undefined;
      return;
    }
    watch ??= setInterval(look, watchMs);
  };
  const push = (one: Waiting) => {
    waiting.push(one);
    if (waiting.length === 1) turn();
  };

  child.on("message", (message: PdfAnswer | PdfReady) => {
    const one = waiting.shift();
    turn();
    if (message.type === "fault") one?.reject(new PdfFaultError(message.fault, message.message));
    else if (message.type === "error") one?.reject(Object.assign(new Error(message.message), { code: message.code }));
    else one?.resolve(message as PdfAnswer);
  });
  child.on("error", (error) => end(error));
  const exited = new Promise<void>((resolve) => {
    child.on("error", () => child.pid === undefined && resolve());
    child.on("exit", (code, signal) => {
      end(causeOfEnd(code, signal));
      resolve();
    });
  });
  const ready = new Promise<PdfAnswer>((resolve, reject) => push({ timeMs: limits.startMs, resolve, reject }));
  return {
    ready,
    exited,
    kill,
    pid: child.pid ?? -1,
    alive: () => ended === null,
    fresh: () => fresh,
    request<T extends PdfRequest>(request: T, timeMs: number) {
      return new Promise<AnswerTo<T["type"]>>((resolve, reject) => {
        if (ended) return reject(ended);
        fresh = false;
        push({ timeMs, resolve: resolve as Waiting["resolve"], reject });
        // Its end says why, and fails the request.
        child.send(request, (error) => error && child.kill("SIGKILL"));
      });
    },
  };
}

/** V8 ends the process by these when it is out of memory, and native code when a file breaks it: both are the file's. */
const crashes = ["SIGABRT", "SIGTRAP", "SIGSEGV", "SIGBUS", "SIGILL"];

function enforced(message: string): PdfFaultError {
  return new PdfFaultError("pdf-too-complex", message, { enforced: true });
}

function causeOfEnd(code: number | null, signal: string | null): Error {
  if ((signal && crashes.includes(signal)) || code === 134 || code === 133) {
    return enforced(`The PDF process ended by ${signal ?? code}`);
  }
  // Our own kill has told its reason by now.
  if (signal) return new PdfReaderKilledError(`The PDF process ended by ${signal}`);
  return new Error(`The PDF process ended by exit code ${code}`);
}
