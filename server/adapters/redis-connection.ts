// A connection to Redis that comes back by itself, tells the log once when it goes and once when it is back.
import { createClient, RESP_TYPES } from "redis";
import type { Logger } from "../ports.ts";

export type RedisConnection = ReturnType<typeof connectRedis>;

export interface RedisConnectionOptions {
  url: string;
  /** What Redis is told that this connection is, and the log. */
  name: string;
  log: Logger;
  failFast?: boolean;
  /** Set where it subscribes: connecting anew would forget to what. Such a connection sends too little to hide a silence. */
  subscribes?: boolean;
}

/** A ping is due three times as often as this. */
const maxSilenceMs = 15_000;

/**
 * Starts connecting, and goes on trying until it is closed or destroyed. Commands wait for it up to their time-out, or
 * where nobody should wait (`failFast`) are refused while it is away.
 */
export function connectRedis({ url, name, log, failFast = false, subscribes = false }: RedisConnectionOptions) {
  const client = createClient({
    url,
    name,
    disableOfflineQueue: failFast,
    maintNotifications: "disabled",
    pingInterval: maxSilenceMs / 3,
    commandOptions: { timeout: 3_000 },
    socket: {
      connectTimeout: 3_000,
      socketTimeout: maxSilenceMs,
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
  const start = () => void client.connect().catch(() => {});
  start();
  if (subscribes) return client;
  // Half-open connections show by silence alone, and to the socket's own time-out whatever is sent is no silence.
  let heardAt = performance.now();
  const heard = () => {
    heardAt = performance.now();
  };
  client.on("ready", heard).on("ping-interval", heard);
  const watch = setInterval(() => {
    if (!client.isOpen) return clearInterval(watch);
    if (!client.isReady || performance.now() - heardAt < maxSilenceMs) return;
    log.warn({ connection: name }, "Redis is silent: connecting anew");
    isDown = true;
    client.destroy();
    start();
  }, maxSilenceMs / 3).unref();
  return client;
}

/**
 * The same connection, which answers in bytes: what somebody else wrote need not be UTF-8, and read as text it could not
 * be named to Redis any more.
 */
export function inBytes(connection: RedisConnection) {
  return connection.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
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
