// The queue inside the process: the same messages through the same Celery client and worker, without a server.
import type { CeleryBackend } from "celery-node/dist/backends/index.js";
import type { Logger } from "../ports.ts";
import {
  packMessage,
  type TaskBroker,
  type TaskHandler,
  type TaskMeta,
  taskMeta,
  unpackMessage,
} from "./celery-message.ts";

export interface MemoryBrokerOptions {
  /** Handlers that run at once. */
  concurrency: number;
  log: Logger;
}

/** Results that nobody came for are dropped beyond so many. */
const keptResults = 1_000;

/** Messages beyond so many are refused: the rows they point to are found without them. */
const maxWaiting = 10_000;

/** Messages live as long as the process; the rows they point to are what lasts. */
export function createMemoryBroker({ concurrency, log }: MemoryBrokerOptions): TaskBroker {
  const waiting = new Map<string, string[]>();
  const handlers = new Map<string, TaskHandler>();
  const running = new Set<Promise<void>>();
  let dead = 0;
  let closed = false;

  const handle = async (text: string, handler: TaskHandler) => {
    try {
      await handler(unpackMessage(text));
    } catch (error) {
      dead += 1;
      log.error({ err: error, dead }, "a queue message was dropped");
    }
  };

  const pump = (queue: string) => {
    const handler = handlers.get(queue);
    const texts = waiting.get(queue);
    while (!closed && handler && texts?.length && running.size < concurrency) {
      const run: Promise<void> = handle(texts.shift() ?? "", handler).finally(() => {
        running.delete(run);
        for (const name of handlers.keys()) pump(name);
      });
      running.add(run);
    }
  };

  return {
    isReady: async () => {},
    publish: async (body, _exchange, queue, headers, properties) => {
      if (closed) throw new Error("the queue is closed");
      const texts = waiting.get(queue) ?? [];
      if (texts.length >= maxWaiting) throw new Error("the queue is full");
      waiting.set(queue, texts);
      texts.push(packMessage(body, queue, headers, properties));
      // Not in the sender's own turn: it may still hold a transaction open.
      setImmediate(() => pump(queue));
    },
    subscribe: async (queue, handler) => {
      handlers.set(queue, handler);
      pump(queue);
    },
    disconnect: async () => {
      closed = true;
      await Promise.all(running);
    },
    state: async (queue) => ({
      waiting: waiting.get(queue)?.length ?? 0,
      dead,
      workers: !closed && handlers.has(queue) ? 1 : 0,
    }),
    results: createMemoryResults(),
  };
}

function createMemoryResults(): CeleryBackend {
  const results = new Map<string, TaskMeta>();
  return {
    isReady: async () => {},
    disconnect: async () => results.clear(),
    storeResult: async (id, result, status) => {
      results.set(id, taskMeta(id, result, status));
      const [oldest] = results.keys();
      if (results.size > keptResults && oldest !== undefined) results.delete(oldest);
    },
    // celery-node's type leaves out that there may be none yet.
    getTaskMeta: async (id) => results.get(id) as object,
  };
}
