// Everything that can be killed is, at random, while documents come in and are read: what was acknowledged ends as it should.
import { readFile, utimes } from "node:fs/promises";
import { request } from "node:http";
import { basename } from "node:path";
import { json } from "node:stream/consumers";
import { createClient, memoryTokens, type TokenStore } from "@pagewise/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { damagedPdf, makePdf, prose } from "../server/test/pdf.ts";
import { hasPostgres } from "../server/test/postgres-server.ts";
import { hasRedis } from "../server/test/redis.ts";
import { corpusPdfs, realPdf, storedFiles, until } from "./product.ts";
import { atRest, checkRows, type OpenDatabase, openDatabaseOf } from "./rows.ts";
import { type Supervised, startSupervised } from "./supervised.ts";

/** A longer run is asked for by hand: KILLS=200. */
const kills = Number(process.env.KILLS ?? 25);
const documents = Math.max(20, Math.ceil(kills * 0.8));
/** The same one makes the same choices. */
const seed = Number(process.env.KILLS_SEED ?? Date.now() % 1_000_000);
const random = generator(seed);
const meanPauseMs = 2_000;
/** Measured in the long form; the short one runs beside other tests, and must not fail for that. */
const settleMs = process.env.KILLS ? 120_000 : 360_000;
const users = 3;
const uploadSteps = 10;
const uploadStepMs = 60;

interface Upload {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  valid: boolean;
}

describe.skipIf(!hasRedis || !hasPostgres)(`${kills} kills (needs redis-server and PostgreSQL's programs)`, () => {
  let product: Supervised;
  let database: OpenDatabase;
  const killed: Record<string, number> = {};
  /** By id, whether it can be read. */
  const acknowledged = new Map<string, boolean>();
  const refusals: string[] = [];
  let done = 0;
  let lastKillAt = 0;

  beforeAll(async () => {
    process.stdout.write(`kills: ${kills}, documents: ${documents}, KILLS_SEED=${seed}\n`);
    product = await startSupervised({ workers: 2 });
    database = await openDatabaseOf({ databaseUrl: product.postgres.url, dataDir: "" });
  }, 120_000);
  afterAll(async () => {
    await database?.close();
    await product?.close();
  }, 60_000);

  /** @returns what was killed, or null where there was nothing of the kind. */
  async function killOne(): Promise<string | null> {
    const share = random();
    if (share < 0.2) return product.kill("api") ? "api" : null;
    if (share < 0.35) {
      await product.redis.stop();
      await product.redis.start();
      return "redis";
    }
    if (share < 0.65) return product.kill(random() < 0.5 ? "worker 1" : "worker 2") ? "worker" : null;
    const extractors = product.extractors();
    const pid = extractors[Math.floor(random() * extractors.length)];
    try {
      return pid && process.kill(pid, "SIGKILL") ? "extractor" : null;
    } catch {
      return null;
    }
  }

  async function killAll(): Promise<void> {
    while (done < kills) {
      await sleep(random() * 2 * meanPauseMs);
      const what = await killOne();
      if (!what) continue;
      done += 1;
      killed[what] = (killed[what] ?? 0) + 1;
      lastKillAt = performance.now();
    }
  }

  async function signIn(): Promise<TokenStore> {
    const tokens = memoryTokens();
    const client = createClient({ baseUrl: product.url, tokens });
    const credentials = { email: `reader-${crypto.randomUUID()}@example.com`, password: "correct horse battery" };
    await client.users.register(credentials);
    await client.users.login(credentials);
    return tokens;
  }

  /** Sends it until it is acknowledged; each failure on the way must be one of the network or an honest refusal. */
  async function deliver(tokens: TokenStore, upload: Upload): Promise<void> {
    const id = await until(
      `${upload.name} to be acknowledged`,
      async () => {
        const answer = await send(product.url, tokens.get()?.access_token ?? "", upload).catch(() => null);
        if (answer?.document_id) return answer.document_id;
        if (answer && answer.code !== "unavailable") refusals.push(JSON.stringify(answer));
        await sleep(200);
        return null;
      },
      180_000,
    );
    acknowledged.set(id, upload.valid);
  }

  async function uploadAll(accounts: TokenStore[]): Promise<void> {
    const makeUpload = await uploads();
    let next = 0;
    const one = async (tokens: TokenStore) => {
      for (let index = next++; index < documents; index = next++) {
        // Spread over all kills.
        while (done < Math.floor((index * kills * 0.97) / documents)) await sleep(50);
        await deliver(tokens, await makeUpload(index));
      }
    };
    await Promise.all(accounts.map(one));
  }

  test("nothing acknowledged is lost, nothing is doubled, nothing is left over", {
    timeout: kills * 3 * meanPauseMs + 600_000,
  }, async () => {
    const { db } = database;
    const accounts = await Promise.all(Array.from({ length: users }, signIn));
    await Promise.all([killAll(), uploadAll(accounts)]);
    const underWay = (await db("documents").whereIn("status", ["queued", "processing"])).length;
    const leftMs = lastKillAt + settleMs - performance.now();
    await until("every document to end, and older runs to be gone", () => atRest(db), leftMs);
    const tookS = Math.round((performance.now() - lastKillAt) / 1_000);
    const [tries] = await db("documents").select(
      db.raw("max(attempts) as attempts, max(lost_leases) as lost_leases, sum(lost_leases) as all_lost"),
    );
    process.stdout.write(
      `killed ${JSON.stringify(killed)}; ${underWay} documents under way then; at rest after ${tookS} s; ${JSON.stringify(tries)}\n`,
    );

    expect(refusals).toEqual([]);
    expect(product.deaths).toEqual([]);
    const rows = await db("documents").select("id", "status", "error_code", "filename").orderBy("id");
    const ends = rows.map(({ id, status, error_code }) => [id, status, error_code]);
    const wanted = [...acknowledged].sort(([one], [other]) => (one < other ? -1 : 1));
    expect(ends).toEqual(wanted.map(([id, valid]) => (valid ? [id, "ready", null] : [id, "failed", "pdf-damaged"])));
    expect(acknowledged.size).toBe(documents);
    for (const [id, valid] of acknowledged) await checkRows(db, id, valid);
    await checkFiles();
  });

  /** Files that a killed process left are removed once they are old, and no others. */
  async function checkFiles(): Promise<void> {
    const list = () => storedFiles(product.dataDir);
    const old = Date.now() / 1_000 - 7_200;
    const before = await list();
    for (const path of before) await utimes(path, old, old);
    // Looks for such files when it starts.
    product.kill("worker 1");
    const rows = [...acknowledged.keys()].map((id) => `${id}.pdf`).sort();
    await until("files without a document to be removed", async () => (await list()).length === rows.length);
    expect((await list()).map((path) => basename(path)).sort()).toEqual(rows);
    process.stdout.write(`${before.length - rows.length} files without a document had been left\n`);
  }
});

interface Answer {
  document_id?: string;
  code?: string;
}

/** Slowly, so that kills meet it half-way. Rejects where the connection breaks. */
function send(url: string, token: string, { name, bytes }: Upload): Promise<Answer> {
  const head = `--cut\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/pdf\r\n\r\n`;
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}/upload`, {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=cut", authorization: `Bearer ${token}` },
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => json(incoming).then((answer) => resolve(answer as Answer), reject));
    void (async () => {
      outgoing.write(head);
      const step = Math.ceil(bytes.length / uploadSteps);
      for (let start = 0; start < bytes.length && !outgoing.destroyed; start += step) {
        outgoing.write(bytes.subarray(start, start + step));
        await sleep(uploadStepMs);
      }
      outgoing.end("\r\n--cut--\r\n");
    })();
  });
}

/** @returns makes the upload of a number: generated ones, real ones where there are any, and a damaged one now and then. */
async function uploads(): Promise<(index: number) => Promise<Upload>> {
  const small = corpusPdfs("ok");
  const large = ["ADOBE_2022_10K.pdf", "ISEP_student_handbook_2020.pdf", "AMCOR_2023_10K.pdf"].flatMap(
    (name) => realPdf(name) ?? [],
  );
  return async (index) => {
    const name = `document ${index}.pdf`;
    // Different bytes each time: a comment behind the end of the file.
    const own = Buffer.from(`\n% ${seed} ${index}\n`);
    const made = (bytes: Uint8Array, valid: boolean) => ({ name, bytes: new Uint8Array([...bytes, ...own]), valid });
    if (index % 15 === 14) return made(damagedPdf, false);
    const real = [large, small, []][index % 3] ?? [];
    const path = real[Math.floor(random() * real.length)];
    if (path) return made(await readFile(path), true);
    const pages = 1 + Math.floor(random() * 500);
    return made(
      makePdf(Array.from({ length: pages }, (_, page) => prose(`engine ${index} on page ${page}`, 30))),
      true,
    );
  };
}

/** Mulberry32, by Tommy Ettinger (public domain): numbers in 0..1 that follow from the seed. */
function generator(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((over) => setTimeout(over, ms));
}
