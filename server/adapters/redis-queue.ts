// The lists and keys of a queue in Redis: Celery's own and ours, and what moves between them.
import type { QueueState } from "../ports.ts";
import { inBytes, type RedisConnection } from "./redis-connection.ts";

/** What is kept of messages that nobody understood: so many, and of each so much. */
const keptDead = 1_000;
const keptDeadLength = 64 * 1024;
/** Moved in one go from one of the other lists: the loop has more to do. */
const gatheredAtOnce = 100;

/** Messages with a priority stand in lists of their own, named as kombu names them; priority 0 has the bare name. */
const priorityLists = (queue: string) => [3, 6, 9].map((step) => `${queue}\x06\x16${step}`);
const deadList = (queue: string) => `${queue}:dead`;
/** Every worker that may have messages in hand, also those that have died. */
const workersSet = (queue: string) => `${queue}:workers`;
/** There as long as the worker has been heard of lately. */
const aliveKey = (queue: string, worker: string) => `${queue}:alive:${worker}`;
/** What a worker has taken and not finished. */
export const processingList = (queue: string, worker: string) => `${queue}:processing:${worker}`;

export async function countTasks(redis: RedisConnection, queue: string): Promise<QueueState> {
  const lists = [queue, ...priorityLists(queue)];
  const [lengths, dead, members] = await Promise.all([
    Promise.all(lists.map((list) => redis.lLen(list))),
    redis.lLen(deadList(queue)),
    redis.sMembers(workersSet(queue)),
  ]);
  const workers = members.length ? await redis.exists(members.map((worker) => aliveKey(queue, worker))) : 0;
  return { waiting: lengths.reduce((sum, length) => sum + length, 0), dead, workers };
}

/** Puts what was sent with a priority behind what waits already: a document's turn is decided by its row. */
export async function gatherPriorities(redis: RedisConnection, queue: string): Promise<void> {
  for (const list of priorityLists(queue)) {
    for (let moved = 0; moved < gatheredAtOnce; moved += 1) {
      if ((await redis.lMove(list, queue, "RIGHT", "LEFT")) === null) break;
    }
  }
}

/** @returns how many messages are set aside now. */
export async function setAside(redis: RedisConnection, queue: string, message: Buffer): Promise<number> {
  const list = deadList(queue);
  const length = await redis.lPush(list, message.subarray(0, keptDeadLength));
  await redis.lTrim(list, 0, keptDead - 1);
  return Math.min(length, keptDead);
}

/**
 * Puts messages back that the worker has in its list but not in hand: an answer of Redis was lost, or an
 * acknowledgement. Some may come a second time, which handlers are safe against.
 */
export async function putBackStrays(
  redis: RedisConnection,
  queue: string,
  worker: string,
  inHand: Buffer[],
): Promise<void> {
  const list = processingList(queue, worker);
  const strays = await inBytes(redis).lRange(list, 0, -1);
  for (const message of inHand) {
    const place = strays.findIndex((stray) => stray.equals(message));
    if (place >= 0) strays.splice(place, 1);
  }
  for (const message of strays) {
    await redis.rPush(queue, message);
    await redis.lRem(list, 1, message);
  }
}

/** @returns how many messages of the worker went back into the queue. */
export async function putBackAll(redis: RedisConnection, queue: string, worker: string): Promise<number> {
  let moved = 0;
  while ((await redis.lMove(processingList(queue, worker), queue, "RIGHT", "RIGHT")) !== null) moved += 1;
  await redis.sRem(workersSet(queue), worker);
  await redis.del(aliveKey(queue, worker));
  return moved;
}

/** Says that the worker lives; to be said again within `leaseMs`. */
export async function sayAlive(redis: RedisConnection, queue: string, worker: string, leaseMs: number): Promise<void> {
  // In this order: whoever finds the worker in the set finds it alive.
  await redis.set(aliveKey(queue, worker), "1", { PX: leaseMs });
  await redis.sAdd(workersSet(queue), worker);
}

/** @returns workers that may have messages in hand and have not been heard of. */
export async function silentWorkers(redis: RedisConnection, queue: string): Promise<string[]> {
  const silent: string[] = [];
  for (const worker of await redis.sMembers(workersSet(queue))) {
    if (!(await redis.exists(aliveKey(queue, worker)))) silent.push(worker);
  }
  return silent;
}
