// The queue over Redis, readable and writable by any Celery: sending, what is known of it, and what tasks returned.
import { setTimeout as sleep } from "node:timers/promises";
import type { CeleryBackend } from "celery-node/dist/backends/index.js";
import type { Logger } from "../ports.ts";
import { packMessage, type TaskBroker, taskMeta } from "./celery-message.ts";
import { connectRedis, type RedisConnection, withTimeout } from "./redis-connection.ts";
import { type Consumer, startConsumer } from "./redis-consumer.ts";
import { countTasks } from "./redis-queue.ts";

export interface RedisBrokerOptions {
  url: string;
  /** Handlers that run at once. */
  concurrency: number;
  log: Logger;
  /** A worker that has not been heard of for so long is taken for dead, and its messages are put back. */
  leaseMs?: number;
}

const commandTimeoutMs = 3_000;
/** Messages on their way to Redis; beyond so many a send fails at once, so that an outage gathers no memory. */
const maxSending = 1_000;
/** Celery's own are kept for a day; ours say nothing that a row does not say. */
const resultTtlSeconds = 3_600;

/** Takes messages from the right end of the list `<queue>`, as Celery puts them in on the left. */
export function createRedisBroker({ url, concurrency, log, leaseMs = 60_000 }: RedisBrokerOptions): TaskBroker {
  const command = connectRedis({ url, name: "pagewise", log });
  const consumers: Consumer[] = [];
  let sending = 0;

  return {
    isReady: async () => {},
    publish: async (body, _exchange, queue, headers, properties) => {
      if (sending >= maxSending) throw new Error(`${sending} messages wait for Redis already`);
      const text = packMessage(body, queue, headers, properties);
      sending += 1;
      // Counted until it is over for the driver too, which keeps what it has sent until an answer comes.
      const sent = command.lPush(queue, text).finally(() => {
        sending -= 1;
      });
      await withTimeout(sent, commandTimeoutMs);
    },
    subscribe: async (queue, handle) => {
      // A connection of its own: a blocking pop holds up whatever else is sent.
      const blocking = connectRedis({ url, name: "pagewise-queue", log });
      consumers.push(startConsumer({ queue, handle, command, blocking, concurrency, log, leaseMs }));
      // Not for ever: without Redis the program starts all the same, and takes messages when it is there.
      if (!blocking.isReady) {
        await Promise.race([
          new Promise((resolve) => blocking.once("ready", resolve)),
          sleep(commandTimeoutMs, undefined, { ref: false }),
        ]);
      }
    },
    // The other connection stays: `results` are still stored, and it is closed with them.
    disconnect: async () => void (await Promise.all(consumers.map((consumer) => consumer.stop()))),
    state: (queue) => withTimeout(countTasks(command, queue), commandTimeoutMs),
    results: createResults(command, log),
  };
}

function createResults(command: RedisConnection, log: Logger): CeleryBackend {
  return {
    isReady: async () => {},
    disconnect: async () => {
      // `close` waits for answers that may never come.
      await withTimeout(command.close(), 1_000).catch(() => command.destroy());
    },
    storeResult: async (id, result, status) => {
      const key = `celery-task-meta-${id}`;
      try {
        const text = JSON.stringify(taskMeta(id, result, status));
        await withTimeout(command.set(key, text, { EX: resultTtlSeconds }), commandTimeoutMs);
        // Python's `get` listens on a channel of the same name.
        await withTimeout(command.publish(key, text), commandTimeoutMs);
      } catch (error) {
        log.warn({ id, reason: (error as Error).message }, "a task's result could not be stored");
      }
    },
    getTaskMeta: async (id) => {
      // Whatever goes wrong here, celery-node would make of it a rejection that nobody handles.
      try {
        const text = await withTimeout(command.get(`celery-task-meta-${id}`), commandTimeoutMs);
        // celery-node's type leaves out that there may be none yet.
        return (text ? JSON.parse(text) : null) as object;
      } catch {
        return null as unknown as object;
      }
    },
  };
}
