// Takes messages from a queue in Redis: a bounded number at once, acknowledged late, in a loop that never ends by itself.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../ports.ts";
import { type TaskHandler, unpackMessage } from "./celery-message.ts";
import { inBytes, type RedisConnection, withTimeout } from "./redis-connection.ts";
import {
  countTasks,
  gatherPriorities,
  processingList,
  putBackAll,
  putBackStrays,
  sayAlive,
  setAside,
  silentWorkers,
} from "./redis-queue.ts";

export interface ConsumerOptions {
  queue: string;
  handle: TaskHandler;
  command: RedisConnection;
  /** For the blocking pop alone. */
  blocking: RedisConnection;
  /** Handlers that run at once. */
  concurrency: number;
  log: Logger;
  leaseMs: number;
}

export interface Consumer {
  stop(): Promise<void>;
}

/** How long a pop waits; after it the other lists are looked at again. */
const popSeconds = 2;
const restMs = 500;
/** How soon a worker is seen again in a Redis that was emptied. */
const maxRenewMs = 5_000;
const stepTimeoutMs = 3_000;

export function startConsumer(options: ConsumerOptions): Consumer {
  const { queue, command, blocking, concurrency, log } = options;
  const worker = randomUUID();
  const processing = processingList(queue, worker);
  /** Messages in hand. */
  const running = new Map<Promise<void>, Buffer>();
  let stopping = false;
  /** Whether the list of what we have taken may hold something that is not in hand. */
  let unsure = false;
  let trouble = "";

  const take = (message: Buffer) => {
    const run: Promise<void> = finish(message, processing, options)
      .catch(async (error: Error) => {
        unsure = true;
        log.warn({ reason: error.message }, "a queue message could not be acknowledged");
        await sleep(restMs);
      })
      .finally(() => running.delete(run));
    running.set(run, message);
  };
  const turn = async () => {
    // A free place first: what is taken here is out of reach for other workers.
    if (running.size >= concurrency) return void (await Promise.race(running.keys()));
    if (unsure) {
      unsure = false;
      await putBackStrays(command, queue, worker, [...running.values()]);
    }
    await gatherPriorities(command, queue);
    const message = await inBytes(blocking).blMove(queue, processing, "RIGHT", "LEFT", popSeconds);
    trouble = "";
    if (message !== null) take(message);
  };
  const consume = async () => {
    while (!stopping) {
      try {
        await turn();
      } catch (error) {
        if (stopping) break;
        const { message } = error as Error;
        // The same trouble is told once; the connection tells of its own.
        if (message !== trouble && blocking.isReady) log.warn({ reason: message }, "the queue gives no messages");
        trouble = message;
        unsure = true;
        await sleep(restMs);
      }
    }
  };
  const presence = keepPresence(worker, options);
  const loop = consume();

  return {
    stop: async () => {
      stopping = true;
      blocking.destroy();
      await loop;
      await Promise.all(running.keys());
      await presence.leave();
    },
  };
}

/** Rejects where the message is still to be acknowledged: it then comes once more, which handlers are safe against. */
async function finish(message: Buffer, processing: string, { queue, handle, command, log }: ConsumerOptions) {
  try {
    await handle(unpackMessage(message.toString()));
  } catch (error) {
    const dead = await withTimeout(setAside(command, queue, message), stepTimeoutMs);
    log.error({ err: error, dead }, "a queue message was set aside");
  }
  await withTimeout(command.lRem(processing, 1, message), stepTimeoutMs);
}

/** Says now and then that this worker lives, and puts back what dead ones had taken. Two workers may do so at once. */
function keepPresence(worker: string, { queue, command, log, leaseMs }: ConsumerOptions): { leave(): Promise<void> } {
  let renewing = false;
  const renew = async () => {
    await sayAlive(command, queue, worker, leaseMs);
    for (const silent of await silentWorkers(command, queue)) {
      const messages = await putBackAll(command, queue, silent);
      if (messages) log.info({ worker: silent, messages }, "messages of a worker that is gone were put back");
    }
    log.debug(await countTasks(command, queue), "the queue's state");
  };
  const tick = async () => {
    if (renewing) return;
    renewing = true;
    // Without Redis there is nobody to tell; the connection says so itself.
    await renew().catch(() => {});
    renewing = false;
  };
  void tick();
  const timer = setInterval(() => void tick(), Math.min(leaseMs / 3, maxRenewMs)).unref();
  return {
    leave: async () => {
      clearInterval(timer);
      await withTimeout(putBackAll(command, queue, worker), stepTimeoutMs).catch(() => {});
    },
  };
}
