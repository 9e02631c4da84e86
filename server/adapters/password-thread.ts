// Entry of the thread that hashes passwords: bcrypt is slow on purpose, and here it holds up nothing else.
import { parentPort } from "node:worker_threads";
import { compareSync, hashSync } from "bcryptjs";

export type PasswordJob =
  | { id: number; do: "hash"; password: string; cost: number }
  | { id: number; do: "compare"; password: string; hash: string };

export type PasswordAnswer = { id: number; value: string | boolean } | { id: number; error: string };

parentPort?.on("message", (job: PasswordJob) => parentPort?.postMessage(answer(job)));

function answer(job: PasswordJob): PasswordAnswer {
  try {
    if (job.do === "hash") return { id: job.id, value: hashSync(job.password, job.cost) };
    return { id: job.id, value: compareSync(job.password, job.hash) };
  } catch (error) {
    return { id: job.id, error: (error as Error).message };
  }
}
