// Entry of the thread that hashes passwords: bcrypt is slow on purpose, and here it holds up nothing else.
import { readlinkSync } from "node:fs";
import { constants, getPriority, setPriority } from "node:os";
import { basename } from "node:path";
import { parentPort } from "node:worker_threads";
import { compareSync, hashSync } from "bcryptjs";
import { costOf } from "./password-hash.ts";

export type PasswordJob =
  | { id: number; do: "hash"; password: string; cost: number }
  | { id: number; do: "compare"; password: string; hash: string; cost: number };

export type PasswordAnswer = { id: number; value: string | boolean } | { id: number; error: string };

/** Steps of nice(1) behind the process: about a tenth of a processor for which it waits, the whole of one that is free. */
const stepsBehind = 10;

yieldToOthers();
parentPort?.on("message", (job: PasswordJob) => parentPort?.postMessage(answer(job)));

function answer(job: PasswordJob): PasswordAnswer {
  try {
    if (job.do === "hash") return { id: job.id, value: hashSync(job.password, job.cost) };
    return { id: job.id, value: compare(job) };
  } catch (error) {
    return { id: job.id, error: (error as Error).message };
  }
}

/** The time of a refusal must not tell that an account has not signed in since the cost rose. */
function compare({ password, hash, cost }: Extract<PasswordJob, { do: "compare" }>): boolean {
  if (compareSync(password, hash)) return true;
  // 2^c + 2^c + 2^(c+1) + … make up 2^cost.
  for (let done = costOf(hash); done < cost; done++) hashSync(password, done);
  return false;
}

/** Linux gives each thread a priority of its own, by the number that it has there. Elsewhere it would be the process's. */
function yieldToOthers(): void {
  if (process.platform !== "linux") return;
  try {
    const thread = Number(basename(readlinkSync("/proc/thread-self")));
    setPriority(thread, Math.min(getPriority(thread) + stepsBehind, constants.priority.PRIORITY_LOW));
  } catch {
    // Without /proc, or where it may not: hashing still leaves the event loop alone.
  }
}
