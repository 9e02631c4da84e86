// The way to the Redis that processes count in together: where it does not answer at once, it is not asked for a while.
import type { Logger } from "../ports.ts";
import { connectRedis, type RedisConnection, withTimeout } from "./redis-connection.ts";

export interface RedisLink {
  client: RedisConnection;
  /** @returns null where Redis is away or slow, or answers with an error. */
  ask<T>(question: (client: RedisConnection) => Promise<T>): Promise<T | null>;
  close(): void;
}

/** Every request waits for it: longer than any answer of a Redis that is well. */
const timeoutMs = 500;
/** One that is hung must not make each request wait for the time-out. */
const restMs = 5_000;

export function createRedisLink({ url, log }: { url: string; log: Logger }): RedisLink {
  const client = connectRedis({ url, name: "pagewise-limits", log, failFast: true });
  let restsUntil = 0;
  return {
    client,
    async ask(question) {
      if (!client.isReady || performance.now() < restsUntil) return null;
      try {
        return await withTimeout(question(client), timeoutMs);
      } catch (error) {
        restsUntil = performance.now() + restMs;
        log.warn({ reason: (error as Error).message }, "limits are counted by this process alone for a while");
        return null;
      }
    },
    close: () => client.destroy(),
  };
}
