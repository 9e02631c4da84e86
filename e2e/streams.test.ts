// Answers that survive: readers cut off a thousand times, Redis away, processes killed and stopped, and every text is the stored one.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, createClient, isApiError, memoryTokens } from "@pagewise/sdk";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ModelReply, ModelServer } from "../server/adapters/test/model-server.ts";
import { baseUrlOf, startOpenAiServer } from "../server/adapters/test/openai-server.ts";
import { makePdf, prose } from "../server/test/pdf.ts";
import { hasPostgres, type PostgresServer, startPostgres } from "../server/test/postgres-server.ts";
import { hasRedis, type RedisServer, startRedis } from "../server/test/redis.ts";
import { type Running, run } from "./compose.ts";
import { type Place, randomOf, readOnce, readThroughCuts, startNetwork, textOf } from "./cut-readers.ts";
import { freePort, root, temporaryDir, until } from "./product.ts";

/** Of one, two, three and four bytes, some that join, and what a line's end must not be taken for. */
const words = ["pump ", "größe ", "水泵是藍色的 ", "насос ", "👩‍🔧🏽 ", "e\u0301te\u0301 ", "a\nb ", 'μ²·"\\ '];
const textsOf = (count: number) => Array.from({ length: count }, (_, n) => `${n} ${words[n % words.length]}`);
const paced = (count: number, framesPerSecond: number): ModelReply => ({
  kind: "answer",
  texts: textsOf(count),
  framesPerSecond,
});

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const readersOfEach = 26;
const timeout = 120_000;

interface Site {
  running: Running;
  place: Place;
  client: Client;
  model: ModelServer;
}

describe.skipIf(!hasRedis || !hasPostgres).concurrent("streams (needs redis-server and PostgreSQL's programs)", () => {
  let dir: Awaited<ReturnType<typeof temporaryDir>>;
  let postgres: PostgresServer;
  let redis: RedisServer;
  const models: ModelServer[] = [];
  const sites: Site[] = [];
  let alone: Site;
  let stopping: Site;
  let first: Site;
  let second: Site;
  let doomed: Site;
  /** Two on one Redis have gone through their cuts, so that it may go. */
  let redisMayGo: () => void = () => {};
  const cutsOver = new Promise<void>((resolve) => {
    redisMayGo = resolve;
  });
  let doomedMayDie: () => void = () => {};
  const stopsOver = new Promise<void>((resolve) => {
    doomedMayDie = resolve;
  });

  async function startSite(name: string, env: Record<string, string>, args: string[] = [], like?: Site): Promise<Site> {
    const [port, model] = await Promise.all([freePort(), startOpenAiServer()]);
    models.push(model);
    const dataDir = join(dir.path, name);
    await mkdir(dataDir, { recursive: true });
    const running = await run(
      ["node", join(root, "dist/main.js"), ...args],
      {
        ...{ PATH: process.env.PATH ?? "", PORT: String(port), DATA_DIR: dataDir, OPENAI_MODEL: "test" },
        ...{ OPENAI_BASE_URL: baseUrlOf(model), BCRYPT_COST: "4", LOG_LEVEL: "warn", QUESTIONS_PER_MINUTE: "0" },
        ...env,
      },
      /ready at/,
    );
    const url = `http://127.0.0.1:${port}`;
    const token = like?.place.token ?? (await signIn(url));
    const site = { running, model, client: clientAt(url, token), place: { url, token } };
    sites.push(site);
    if (!like) await addDocument(site.client);
    return site;
  }

  async function signIn(baseUrl: string): Promise<string> {
    const tokens = memoryTokens();
    const { users } = createClient({ baseUrl, tokens });
    const credentials = { email: "reader@example.com", password: "correct horse battery" };
    await users.register(credentials);
    await users.login(credentials);
    return tokens.get()?.access_token ?? "";
  }
  const clientAt = (baseUrl: string, token: string) =>
    createClient({ baseUrl, getToken: async () => token, backoffMs: 20 });

  async function addDocument(client: Client): Promise<void> {
    const bytes = new Uint8Array(makePdf([prose("pump"), prose("cellar")]));
    const { document_id } = await client.documents.upload(new Blob([bytes]), { filename: "pump.pdf" });
    await until("the document", async () => (await client.documents.get(document_id)).status === "ready");
  }

  beforeAll(async () => {
    dir = await temporaryDir();
    const together = async () => {
      [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
      const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
      // The first of them makes the tables and reads documents, too.
      first = await startSite("together", env);
      [second, doomed] = await Promise.all(
        [1, 2].map(() => startSite("together", env, ["api"], first)) as [Promise<Site>, Promise<Site>],
      );
    };
    const lone = async () => {
      alone = await startSite("alone", {});
      stopping = await startSite("stopping", {});
    };
    await Promise.all([together(), lone()]);
  }, 120_000);

  afterAll(async () => {
    await Promise.all(sites.map(({ running }) => running.stop("SIGKILL")));
    await Promise.all(models.map((model) => model.close()));
    await Promise.all([postgres?.close(), redis?.close()]);
    await dir?.remove();
  }, 60_000);

  afterEach(({ task }) => {
    if (task.result?.state !== "fail") return;
    for (const { running } of sites) process.stderr.write(`${running.output().slice(-3_000)}\n`);
  });

  /** Asks, and leaves as soon as the answer has an id. */
  async function ask({ place }: Site): Promise<{ id: string; conversation: string }> {
    const body = { message: "What is said of the pump?" };
    const [start] = (await readOnce(place, "/chat", { body, cutAt: 400 })).events;
    if (start?.event !== "start") throw new Error("an answer begins with start");
    return { id: start.data.message_id, conversation: start.data.conversation_id };
  }

  const stored = async ({ client }: Site, { id, conversation }: Awaited<ReturnType<typeof ask>>) => {
    const { data } = await client.conversations.messages(conversation);
    const message = data.find((one) => one.id === id);
    if (!message) throw new Error("the message is not in its conversation");
    return message;
  };
  const finished = (site: Site, asked: Awaited<ReturnType<typeof ask>>) =>
    until("the answer's end", async () => {
      const message = await stored(site, asked);
      return message.status !== "streaming" && message;
    });
  /** Beside each other, but not all at the same moment. */
  async function inTurns<T>(items: T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
    const rest = [...items];
    const turn = async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
    };
    await Promise.all(Array.from({ length: atOnce }, turn));
  }

  /** Answers as they are written, each read by many that are cut off, over raw HTTP and by the SDK. @returns the cuts */
  async function readByMany(sites: Site[], answers: number): Promise<number> {
    const random = randomOf(seed);
    const network = await startNetwork(
      sites.map(({ place }) => place.url),
      { cutAfter: () => 500 + Math.floor(random() * 4_000) },
    );
    let cuts = 0;
    const readOne = async (_: unknown, n: number) => {
      const site = sites[n % sites.length] as Site;
      const asked = await ask(site);
      const places = sites.map(({ place }) => place);
      const raw = Array.from({ length: readersOfEach }, async () => {
        const read = await readThroughCuts(places, asked.id, random);
        cuts += read.cuts;
        return read.text;
      });
      const client = clientAt(network.url, site.place.token);
      const bySdk = [0, 1].map(async () => (await client.chat.resume(asked.id).final()).text);
      const { text, status } = await finished(site, asked);
      expect(status).toBe("complete");
      expect(text.trim()).toBe(textsOf(60).join("").trim());
      for (const seen of await Promise.all([...raw, ...bySdk])) expect(Buffer.from(seen)).toEqual(Buffer.from(text));
    };
    await Promise.all(Array.from({ length: answers }).map(readOne));
    network.close();
    return cuts + network.cuts();
  }

  test(`cut off a thousand times, in one process (seed ${seed})`, { timeout }, async () => {
    alone.model.reply(paced(60, 30));
    expect(await readByMany([alone], 8)).toBeGreaterThan(1_000);
  });

  test(`cut off a thousand times, between two processes (seed ${seed})`, { timeout }, async () => {
    try {
      for (const { model } of [first, second]) model.reply(paced(60, 30));
      expect(await readByMany([first, second], 8)).toBeGreaterThan(1_000);
    } finally {
      redisMayGo();
    }
  });

  test("cut at every byte, the rest is the same to the byte", { timeout }, async () => {
    const asked = await ask(alone);
    const { text } = await finished(alone, asked);
    const path = `/chat/${asked.id}/stream`;
    const whole = await readOnce(alone.place, path);
    expect(textOf(whole.events)).toBe(text);
    // Each kind of word stands in it, and all of them come again and again before.
    const offsets = Array.from({ length: 700 }, (_, index) => whole.bytes - index);
    await inTurns(offsets, 8, async (cutAt) => {
      const { events } = await readOnce(alone.place, path, { cutAt });
      const rest = await readOnce(alone.place, path, { after: events.length });
      const both = textOf([...events, ...rest.events]);
      if (both !== text) expect(both, `cut at ${cutAt}`).toBe(text);
    });
    const byteByByte = await startNetwork([alone.place.url], { bytesPerWrite: 1 });
    expect((await clientAt(byteByByte.url, alone.place.token).chat.resume(asked.id).final()).text).toBe(text);
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
    await stopsOver;
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
    await cutsOver;
    const answers = 3;
    for (const { model } of [first, second]) model.reply(paced(170, 12));
    const asked = await Promise.all(Array.from({ length: answers }, () => ask(first)));
    const texts = asked.flatMap(({ id }) => [
      ...[first, second].map(async ({ client }) => (await client.chat.resume(id).final()).text),
      ...[first, second].map(async ({ place }) => (await readThroughCuts([place], id, randomOf(seed))).text),
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
