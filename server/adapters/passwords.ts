// Password hashing by bcrypt in a thread of its own, started when first needed and again if it dies.
import { Worker } from "node:worker_threads";
import type { PasswordHasher } from "../password-port.ts";
import { Problem } from "../problem.ts";
import { costOf } from "./password-hash.ts";
import type { PasswordAnswer, PasswordJob } from "./password-thread.ts";

/** At a quarter of a second each, who came last waits under a minute. */
const maxWaiting = 200;

interface Waiting {
  job: PasswordJob;
  /** A job that has outlived one thread may be what killed it. */
  retried: boolean;
  resolve(value: string | boolean): void;
  reject(error: Error): void;
}

/** @param cost bcrypt's: each step doubles the time. Calls throw `unavailable` where too many wait. */
export function createPasswordHasher({ threadEntry, cost }: { threadEntry: URL; cost: number }): PasswordHasher {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | null = null;
  let lastId = 0;
  let closed = false;

  function running(): Worker {
    if (thread) return thread;
    const started = new Worker(threadEntry);
    thread = started;
    started.unref();
    started.on("message", (answer: PasswordAnswer) => settle(answer));
    started.on("error", () => {});
    started.on("exit", () => {
      if (thread === started) thread = null;
      recover();
    });
    return started;
  }

  function settle(answer: PasswordAnswer): void {
    const found = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ("error" in answer) found?.reject(new Error(answer.error));
    else found?.resolve(answer.value);
  }

  /** Gives what the dead thread held to a new one, once. */
  function recover(): void {
    for (const [id, entry] of waiting) {
      if (closed || entry.retried) {
        waiting.delete(id);
        entry.reject(new Problem("unavailable"));
      } else {
        entry.retried = true;
        running().postMessage(entry.job);
      }
    }
  }

  function ask(make: (id: number) => PasswordJob): Promise<string | boolean> {
    if (closed || waiting.size >= maxWaiting)
      return Promise.reject(new Problem("unavailable", undefined, { headers: { "Retry-After": "10" } }));
    lastId += 1;
    const job = make(lastId);
    return new Promise((resolve, reject) => {
      waiting.set(job.id, { job, retried: false, resolve, reject });
      running().postMessage(job);
    });
  }

  return {
    hash: async (password) => String(await ask((id) => ({ id, do: "hash", password, cost }))),
    compare: async (password, hash) => (await ask((id) => ({ id, do: "compare", password, hash, cost }))) === true,
    isOutdated: (hash) => costOf(hash) < cost,
    async close() {
      closed = true;
      await thread?.terminate();
    },
  };
}
