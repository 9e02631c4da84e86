// Everything that stands in a Redis, as text, for tests that look for what should not.
import { createClient } from "redis";

/** By its key, with the key; but for the bare ends of logs that readers are still told of for a minute. */
export async function everyEntry(url: string): Promise<Record<string, string>> {
  const redis = await createClient({ url }).connect();
  const found: Record<string, string> = {};
  for await (const keys of redis.scanIterator()) {
    for (const key of keys) {
      const type = await redis.type(key);
      // It has expired, or was let go of, since it was seen.
      if (type === "none") continue;
      const content = await contentOf(key, type);
      const isBareEnd = content === '[{"event":"","data":""}]' && (await redis.pTTL(key)) <= 60_000;
      if (!isBareEnd) found[key] = key + content;
    }
  }
  redis.destroy();
  return found;

  async function contentOf(key: string, type: string): Promise<string> {
    const readers: Record<string, () => Promise<unknown>> = {
      string: () => redis.get(key),
      hash: () => redis.hGetAll(key),
      list: () => redis.lRange(key, 0, -1),
      set: () => redis.sMembers(key),
      zset: () => redis.zRange(key, 0, -1),
      stream: async () => (await redis.xRange(key, "-", "+"))?.map(({ message }) => ({ ...message })),
    };
    const read = readers[type];
    if (!read) throw new Error(`${key} is a ${type}`);
    return JSON.stringify(await read());
  }
}
