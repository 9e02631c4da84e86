// A connection to Redis that comes back by itself, tells the log once when it goes and once when it is back.
import { createClient } from "redis";
import type { Logger } from "../ports.ts";

export type RedisConnection = ReturnType<typeof connectRedis>;

export interface RedisConnectionOptions {
  url: string;
  /** What Redis is told that this connection is, and the log. */
  name: string;
  log: Logger;
  failFast?: boolean;
}

/**
 * Starts connecting, and goes on trying until it is closed or destroyed. Commands wait for it up to their time-out, or
 * where nobody should wait (`failFast`) are refused while it is away.
 */
export function connectRedis({ url, name, log, failFast = false }: RedisConnectionOptions) {
  const client = createClient({
    url,
    name,
    disableOfflineQueue: failFast,
    maintNotifications: "disabled",
    // Half-open connections show by silence: a ping is due well within the socket's time-out.
    pingInterval: 5_000,
    commandOptions: { timeout: 3_000 },
    socket: {
      connectTimeout: 3_000,
      socketTimeout: 15_000,
      reconnectStrategy: (retries) => Math.min(2_000, 50 * 2 ** Math.min(retries, 10)),
    },
  });
  let isDown = false;
  client.on("error", (error: Error) => {
    if (!isDown) log.warn({ connection: name, reason: error.message }, "Redis cannot be reached");
    isDown = true;
  });
  client.on("ready", () => {
    if (isDown) log.info({ connection: name }, "Redis is back");
    isDown = false;
  });
  // Rejects only when it is closed before it ever connected.
  client.connect().catch(() => {});
  return client;
}

/** Rejects after `timeoutMs`: the driver's own time-out ends once a command is written, answered or not. */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
