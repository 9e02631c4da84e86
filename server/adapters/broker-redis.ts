// The queue over Redis, readable and writable by any Celery: late acknowledgement, a dead-letter list, a loop that never ends by itself.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { CeleryBackend } from "celery-node/dist/backends/index.js";
import type { Logger } from "../ports.ts";
import { packMessage, type TaskBroker, type TaskHandler, taskMeta, unpackMessage } from "./celery-message.ts";
import { connectRedis, type RedisConnection, withTimeout } from "./redis-connection.ts";

export interface RedisBrokerOptions {
  url: string;
  /** Handlers that run at once. */
  concurrency: number;
  log: Logger;
  /** A worker that has not been heard of for so long is taken for dead, and its messages are put back. */
  leaseMs?: number;
}

const commandTimeoutMs = 3_000;
const keptDeadLetters = 1_000;
/** Celery's own are kept for a day; ours say nothing that a row does not say, and every ping leaves one. */
const resultTtlSeconds = 3_600;

/** Takes messages from the right end of the list `<queue>`, as Celery puts them in on the left. */
export function createRedisBroker({ url, concurrency, log, leaseMs = 60_000 }: RedisBrokerOptions): TaskBroker {
  const command = connectRedis({ url, name: "pagewise", log });
  const consumers: Consumer[] = [];

  return {
    isReady: async () => {},
    publish: async (body, _exchange, queue, headers, properties) => {
      await withTimeout(command.lPush(queue, packMessage(body, queue, headers, properties)), commandTimeoutMs);
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
      const text = JSON.stringify(taskMeta(id, result, status));
      try {
        await withTimeout(command.set(key, text, { EX: resultTtlSeconds }), commandTimeoutMs);
        // Python's `get` listens on a channel of the same name.
        await withTimeout(command.publish(key, text), commandTimeoutMs);
      } catch (error) {
        log.warn({ id, reason: (error as Error).message }, "a task's result could not be stored");
      }
    },
    getTaskMeta: async (id) => {
      const text = await withTimeout(command.get(`celery-task-meta-${id}`), commandTimeoutMs).catch(() => null);
      // celery-node's type leaves out that there may be none yet.
      return (text ? JSON.parse(text) : null) as object;
    },
  };
}

interface ConsumerOptions {
  queue: string;
  handle: TaskHandler;
  command: RedisConnection;
  blocking: RedisConnection;
  concurrency: number;
  log: Logger;
  leaseMs: number;
}

interface Consumer {
  stop(): Promise<void>;
}

function startConsumer(options: ConsumerOptions): Consumer {
  const { queue, blocking, concurrency } = options;
  const presence = announce(options);
  const running = new Set<Promise<void>>();
  let stopping = false;

  const consume = async () => {
    while (!stopping) {
      try {
        // A free place first: what is taken here is out of reach for other workers.
        if (running.size >= concurrency) await Promise.race(running);
        else {
          const text = await blocking.blMove(queue, presence.processing, "RIGHT", "LEFT", 5);
          if (text === null) continue;
          const run: Promise<void> = finish(text, presence.processing, options).finally(() => running.delete(run));
          running.add(run);
        }
      } catch {
        // The connection tells the log itself, and comes back.
        if (!stopping) await sleep(500);
      }
    }
  };
  const loop = consume();

  return {
    stop: async () => {
      stopping = true;
      blocking.destroy();
      await loop;
      await Promise.all(running);
      await presence.leave();
    },
  };
}

async function finish(text: string, processing: string, { queue, handle, command, log }: ConsumerOptions) {
  try {
    await handle(unpackMessage(text));
  } catch (error) {
    log.error({ err: error }, "a queue message was set aside");
    const dead = `${queue}:dead`;
    const setAside = command
      .multi()
      .lPush(dead, text)
      .lTrim(dead, 0, keptDeadLetters - 1)
      .exec();
    await withTimeout(setAside, commandTimeoutMs).catch(() => {});
  }
  // Acknowledged only now. If this fails, the message comes once more, which handlers are safe against.
  await withTimeout(command.lRem(processing, 1, text), commandTimeoutMs).catch(() => {});
}

interface Presence {
  /** The list of messages that this worker has taken and not finished. */
  processing: string;
  leave(): Promise<void>;
}

/** Says that this worker lives, and puts back what dead ones had taken. Two workers may do so at once. */
function announce({ queue, command, log, leaseMs }: ConsumerOptions): Presence {
  const id = randomUUID();
  const workers = `${queue}:workers`;
  const aliveKey = (worker: string) => `${queue}:alive:${worker}`;
  const processingKey = (worker: string) => `${queue}:processing:${worker}`;

  const putBack = async (worker: string) => {
    let moved = 0;
    while ((await command.lMove(processingKey(worker), queue, "RIGHT", "RIGHT")) !== null) moved += 1;
    await command.sRem(workers, worker);
    if (moved) log.info({ worker, messages: moved }, "messages of a worker that is gone were put back");
  };

  const renew = async () => {
    await command.multi().set(aliveKey(id), "1", { PX: leaseMs }).sAdd(workers, id).exec();
    for (const worker of await command.sMembers(workers)) {
      if (worker !== id && !(await command.exists(aliveKey(worker)))) await putBack(worker);
    }
  };

  const quietly = (work: Promise<void>) => withTimeout(work, commandTimeoutMs).catch(() => {});
  void quietly(renew());
  const timer = setInterval(() => void quietly(renew()), leaseMs / 3).unref();

  return {
    processing: processingKey(id),
    leave: async () => {
      clearInterval(timer);
      await quietly(putBack(id).then(() => command.del(aliveKey(id)).then(() => {})));
    },
  };
}
