// Wake-ups for any number of readers over one subscription to Redis: they say that something changed, never what.
import type { Logger } from "../ports.ts";
import { connectRedis } from "./redis-connection.ts";

export interface RedisWakeups {
  watch(channel: string): Watch;
  close(): void;
}

export interface Watch {
  /** Settles once nothing that is published from now on can be missed. Rejects where the connection broke meanwhile. */
  ready(): Promise<unknown>;
  /** Settles with the next change: taken before looking at what may have changed, no change falls between. */
  next(): Promise<void>;
  end(): void;
}

interface Channel {
  watchers: number;
  subscribed: Promise<void> | null;
  changed: Promise<void>;
  wake: () => void;
}

export function createRedisWakeups({ url, log }: { url: string; log: Logger }): RedisWakeups {
  const client = connectRedis({ url, name: "pagewise-wakeups", log, subscribes: true });
  const channels = new Map<string, Channel>();
  const onMessage = (_message: string, name: string) => wake(channels.get(name));
  // By then the driver has subscribed again; what was published meanwhile was heard by nobody.
  client.on("ready", () => {
    for (const channel of channels.values()) wake(channel);
  });

  function subscribe(name: string, channel: Channel): Promise<void> {
    channel.subscribed ??= client.subscribe(name, onMessage).catch((error: unknown) => {
      channel.subscribed = null;
      throw error;
    });
    return channel.subscribed;
  }

  async function leave(name: string, channel: Channel): Promise<void> {
    await channel.subscribed?.catch(() => {});
    // A watcher may have come meanwhile.
    if (channel.watchers > 0 || channels.get(name) !== channel) return;
    channels.delete(name);
    if (channel.subscribed) await client.unsubscribe(name, onMessage).catch(() => {});
  }

  return {
    watch(name) {
      const channel = channels.get(name) ?? { watchers: 0, subscribed: null, ...nextChange() };
      channels.set(name, channel);
      channel.watchers += 1;
      return {
        ready: () => subscribe(name, channel),
        next: () => channel.changed,
        end() {
          channel.watchers -= 1;
          if (channel.watchers === 0) void leave(name, channel);
        },
      };
    },
    close() {
      client.destroy();
      for (const channel of channels.values()) wake(channel);
    },
  };
}

function nextChange(): Pick<Channel, "changed" | "wake"> {
  let wake = () => {};
  const changed = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return { changed, wake };
}

function wake(channel: Channel | undefined): void {
  if (!channel) return;
  const { wake } = channel;
  Object.assign(channel, nextChange());
  wake();
}
