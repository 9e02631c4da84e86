// Answers that survive: readers cut off two thousand times, Redis away, processes killed and stopped, and every text is the stored one.
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isApiError } from "@pagewise/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ModelReply } from "../server/adapters/test/model-server.ts";
import { hasPostgres, type PostgresServer, startPostgres } from "../server/test/postgres-server.ts";
import { hasRedis, type RedisServer, startRedis } from "../server/test/redis.ts";
import { randomOf } from "../server/test/seeded-random.ts";
import { readOnce, readThroughCuts, startNetwork, textOf } from "./cut-readers.ts";
import { temporaryDir, until } from "./product.ts";
import { ask, clientAt, finished, type Site, type SiteOptions, startSite, stored } from "./stream-sites.ts";

/** Of one, two, three and four bytes, some that join, and what a line's end must not be taken for. */
const words = ["pump ", "größe ", "水泵是藍色的 ", "насос ", "👩‍🔧🏽 ", "e\u0301te\u0301 ", "a\nb ", 'μ²·"\\ '];
const textsOf = (count: number) => Array.from({ length: count }, (_, n) => `${n} ${words[n % words.length]}`);
const paced = (count: number, framesPerSecond: number): ModelReply => ({
  kind: "answer",
  texts: textsOf(count),
  framesPerSecond,
});

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const timeout = 300_000;

function gate(): [Promise<void>, () => void] {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, () => open()];
}

describe.skipIf(!hasRedis || !hasPostgres).concurrent("streams (needs redis-server and PostgreSQL's programs)", () => {
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let postgres: PostgresServer;
  let redis: RedisServer;
  const sites: Site[] = [];
  let alone: Site;
  let stopping: Site;
  let first: Site;
  let second: Site;
  let doomed: Site;
  // What waits for another test to be over.
  const [redisIsFree, redisMayGo] = gate();
  const [doomedIsFree, doomedMayDie] = gate();
  const [aloneIsFree, aloneMayGoOn] = gate();

  beforeAll(async () => {
    dir = await temporaryDir();
    const start = async (name: string, options: Omit<SiteOptions, "dataDir"> = {}) => {
      const site = await startSite({ dataDir: join(dir.path, name), ...options });
      sites.push(site);
      return site;
    };
    const together = async () => {
      [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
      const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
      // The first of them makes the tables and reads documents, too.
      first = await start("together", { env });
      const more = () => start("together", { env, args: ["api"], like: first });
      [second, doomed] = await Promise.all([more(), more()]);
    };
    const lone = async () => {
      alone = await start("alone");
      stopping = await start("stopping");
    };
    await Promise.all([together(), lone()]);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(sites.map((site) => site.close()));
    await Promise.all([postgres?.close(), redis?.close()]);
    await dir?.remove();
  }, 60_000);

  afterEach(({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const { running } of sites) process.stderr.write(`${running.output().slice(-3_000)}\n`);
  });

  /** Beside each other, but not all at the same moment. */
  async function inTurns<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
    const rest = [...items];
    const turn = async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
    };
    await Promise.all(Array.from({ length: atOnce }, turn));
  }

  /** Answers as they are written and afterwards, each read by many that are cut off, over raw HTTP and by the SDK. */
  async function readByMany(sites: Site[], wanted: number): Promise<void> {
    const random = randomOf(seed);
    const places = sites.map(({ place }) => place);
    const network = await startNetwork(
      places.map(({ url }) => url),
      { cutAfter: () => 500 + Math.floor(random() * 4_000) },
    );
    for (const { model } of sites) model.reply(paced(60, 30));
    const cuts = { seen: 0, wanted };
    const readAnswer = async (n: number) => {
      const site = sites[n % sites.length] as Site;
      const asked = await ask(site);
      const texts: Promise<string[]>[] = Array.from({ length: 16 }, async () => {
        const seen: string[] = [];
        do seen.push(await readThroughCuts(places, asked.id, { random, cuts }));
        while (cuts.seen < wanted);
        return seen;
      });
      const { chat } = clientAt({ ...site.place, url: network.url });
      for (let sdk = 0; sdk < 2; sdk++)
        texts.push(
          chat
            .resume(asked.id)
            .final()
            .then(({ text }) => [text]),
        );
      const [{ text, status }, ...seen] = await Promise.all([finished(site, asked), ...texts]);
      expect([status, text.trim()]).toEqual(["complete", textsOf(60).join("").trim()]);
      for (const one of seen.flat()) expect(Buffer.from(one)).toEqual(Buffer.from(text));
    };
    await Promise.all([0, 1, 2, 3].map(readAnswer));
    network.close();
    expect(network.cuts()).toBeGreaterThan(0);
  }

  test(`cut off five hundred times, in one process (seed ${seed})`, { timeout }, async () => {
    try {
      await readByMany([alone], 500);
    } finally {
      aloneMayGoOn();
    }
  });

  test(`cut off five hundred times, between two processes (seed ${seed})`, { timeout }, async () => {
    try {
      await readByMany([first, second], 500);
    } finally {
      redisMayGo();
    }
  });

  test("cut at every byte, the rest is the same to the byte", { timeout }, async () => {
    await aloneIsFree;
    const asked = await ask(alone);
    const { text } = await finished(alone, asked);
    const path = `/chat/${asked.id}/stream`;
    const whole = await readOnce(alone.place, path);
    expect(textOf(whole.events)).toBe(text);
    // Each kind of word stands in it, and all of them come again and again before.
    const offsets = Array.from({ length: 700 }, (_, index) => whole.bytes - index);
    const rests = new Map<number, ReturnType<typeof readOnce>>();
    await inTurns(offsets, 8, async (cutAt) => {
      const { events } = await readOnce(alone.place, path, { cutAt });
      const after = events.length;
      const rest = rests.get(after) ?? readOnce(alone.place, path, { after });
      rests.set(after, rest);
      const both = textOf([...events, ...(await rest).events]);
      if (both !== text) expect(both, `cut at ${cutAt}`).toBe(text);
    });
    const byteByByte = await startNetwork([alone.place.url], { bytesPerWrite: 1 });
    expect(
      (
        await clientAt({ ...alone.place, url: byteByByte.url })
          .chat.resume(asked.id)
          .final()
      ).text,
    ).toBe(text);
    byteByByte.close();
  });

  test("stopped at the other process: the text so far is kept, and the model is left", { timeout }, async () => {
    try {
      doomed.model.reply(paced(5_000, 40));
      await inTurns([1, 2, 3, 4, 5, 6, 7, 8], 4, async () => {
        const asked = await ask(doomed);
        const reading = second.client.chat.resume(asked.id);
        for await (const { event, id } of reading) {
          if (event === "delta" && id === 8) await second.client.chat.stop(asked.id);
        }
        const answer = await reading.final();
        expect(answer.done.finish_reason).toBe("stopped");
        expect(await stored(first, asked)).toMatchObject({ status: "stopped", text: answer.text });
      });
      await until("the model to be left", async () => doomed.model.open() === 0);
      expect(doomed.model.aborted()).toBe(8);
    } finally {
      doomedMayDie();
    }
  });

  test("killed in the middle of an answer: its readers are told, and may ask again", { timeout }, async () => {
    await doomedIsFree;
    const asked = await ask(doomed);
    const reading = second.client.chat.resume(asked.id);
    const seen: string[] = [];
    const read = (async () => {
      for await (const event of reading) if (event.event === "delta") seen.push(event.data.text);
    })();
    const early = readOnce(doomed.place, `/chat/${asked.id}/stream`);
    await until("some of it to be saved", async () => (await stored(first, asked)).text.length > 100);
    await doomed.running.stop("SIGKILL");
    expect((await early).ended).toBe(false);
    await read;
    const error = await reading.final().catch((failure: unknown) => failure);
    expect(isApiError(error) && error.code).toBe("unavailable");
    const { status, text } = await stored(first, asked);
    expect(status).toBe("failed");
    expect(text.length).toBeGreaterThan(100);
    expect(isApiError(error) && error.text).toBe(text);
    expect(seen.join("").startsWith(text)).toBe(true);
    second.model.reply(paced(5, 30));
    expect((await second.client.chat.regenerate(asked.id).final()).done.finish_reason).toBe("stop");
  });

  test("a Redis that is away for ten seconds: its readers go on, and so do new ones", { timeout }, async () => {
    await redisIsFree;
    const answers = 3;
    for (const { model } of [first, second]) model.reply(paced(170, 12));
    const asked = await Promise.all(Array.from({ length: answers }, () => ask(first)));
    const texts = asked.flatMap(({ id }) => [
      ...[first, second].map(async ({ client }) => (await client.chat.resume(id).final()).text),
      ...[first, second].map(({ place }) =>
        readThroughCuts([place], id, { random: randomOf(seed), cuts: { seen: 0, wanted: 5 } }),
      ),
    ]);
    await sleep(1_500);
    await redis.stop();
    const away = sleep(10_000);
    await until("to be answered without it", async () => {
      const lone = await ask(second);
      return (await finished(second, lone)).status === "complete";
    });
    await away;
    await redis.start();
    for (const [index, text] of (await Promise.all(texts)).entries()) {
      const { text: kept, status } = await stored(first, asked[Math.floor(index / 4)] as (typeof asked)[number]);
      expect([status, kept]).toEqual(["complete", text]);
    }
    first.model.reply(paced(20, 30));
    const last = await ask(first);
    const [one, other] = await Promise.all([first, second].map(({ client }) => client.chat.resume(last.id).final()));
    expect(one?.text).toBe(other?.text);
  });

  test("told to stop: what it has time for is brought to its end, with its readers", { timeout }, async () => {
    const { model, client, running, place } = stopping;
    model.reply(paced(40, 10));
    const short = await ask(stopping);
    const whole = client.chat.resume(short.id).final();
    await until("the model to be asked", async () => model.open() === 1);
    model.reply(paced(5_000, 20));
    const long = await ask(stopping);
    const cut = readOnce(place, `/chat/${long.id}/stream`);
    const cutToo = client.chat.resume(long.id).final();
    cutToo.catch(() => {});
    await until("both to be read", async () => model.open() === 2);
    await sleep(500);
    const ended = running.stop();
    await until("no more to be taken", async () => (await ask(stopping).catch(() => null)) === null);
    expect((await whole).done.finish_reason).toBe("stop");
    const { events } = await cut;
    expect(events.at(-1)).toMatchObject({
      event: "error",
      data: { code: "unavailable", status: 503, text_length: textOf(events).length },
    });
    await expect(cutToo).rejects.toMatchObject({ code: "unavailable", text: textOf(events) });
    expect(await ended).toBe(0);
    await until("the model to be left", async () => model.open() === 0);
  });
});
