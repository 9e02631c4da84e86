// Redis or PostgreSQL away or emptied under the running product: uploads are answered honestly, nothing acknowledged is lost, no process ends.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { makePdf, prose } from "../server/test/pdf.ts";
import { hasPostgres } from "../server/test/postgres-server.ts";
import { hasRedis } from "../server/test/redis.ts";
import { until } from "./product.ts";
import { type Supervised, startSupervised } from "./supervised.ts";

/** A longer one is asked for by hand. */
const outageMs = Number(process.env.OUTAGE_SECONDS ?? 6) * 1_000;
const timeout = 300_000 + 2 * outageMs;

interface Answer {
  status: number;
  code?: string;
  detail?: string;
  document_id?: string;
}

describe.skipIf(!hasRedis || !hasPostgres)("outages (needs redis-server and PostgreSQL's programs)", () => {
  let product: Supervised;
  let token: string;
  let count = 0;
  const acknowledged: string[] = [];

  beforeAll(async () => {
    product = await startSupervised({ workers: 1, withoutRedis: true });
    const credentials = { email: "reader@example.com", password: "correct horse battery" };
    await post("/users/register", credentials);
    token = ((await (await post("/users/login", credentials)).json()) as { access_token: string }).access_token;
  }, 120_000);
  afterEach(() => {
    expect(product.deaths).toEqual([]);
  });
  afterAll(() => product?.close(), 60_000);

  const post = (path: string, body: object) =>
    fetch(product.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  /** Sends a PDF of its own, and keeps its id when it is acknowledged. */
  async function upload(): Promise<Answer> {
    count += 1;
    const form = new FormData();
    form.set(
      "file",
      new Blob([new Uint8Array(makePdf([prose(`engine number ${count}`), prose("gearbox")]))]),
      `engine ${count}.pdf`,
    );
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${product.url}/upload`, { method: "POST", headers, body: form });
    const answer = { status: response.status, ...((await response.json()) as object) } as Answer;
    if (response.status === 202 && answer.document_id) acknowledged.push(answer.document_id);
    return { ...answer, status: response.status };
  }

  /** Uploads one after another as long as `work` takes. */
  async function uploadDuring(work: Promise<unknown>): Promise<Answer[]> {
    const answers: Answer[] = [];
    let over = false;
    const done = work.finally(() => {
      over = true;
    });
    while (!over) {
      answers.push(await upload());
      await sleep(100);
    }
    await done;
    return answers;
  }

  const get = async (path: string) => {
    const response = await fetch(product.url + path, { headers: { authorization: `Bearer ${token}` } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  /** Every acknowledged document. */
  async function allReady(): Promise<void> {
    await until(
      "every acknowledged document to be ready",
      async () => {
        const documents = await Promise.all(acknowledged.map((id) => get(`/documents/${id}`)));
        for (const { body } of documents) if (body.error) throw new Error(JSON.stringify(body));
        return documents.every(({ body }) => body.status === "ready");
      },
      120_000,
    );
  }

  const queueIs = (state: string) =>
    until(`the queue to be ${state}`, async () => (await get("/readyz")).body.queue === state, 60_000);

  test("Redis is absent at the start: uploads are taken and read all the same, and Redis is used when it comes", {
    timeout,
  }, async () => {
    expect((await upload()).status).toBe(202);
    const ready = await get("/readyz");
    expect(ready).toMatchObject({ status: 200, body: { status: "degraded", database: "ok", queue: "degraded" } });
    await allReady();
    await product.redis.start();
    await until("a worker to be seen", async () => (await get("/readyz")).body.worker === "ok", 60_000);
    expect((await upload()).status).toBe(202);
    await allReady();
  });

  test("Redis is emptied again and again", { timeout }, async () => {
    const answers = await uploadDuring(
      (async () => {
        for (let n = 0; n < 20; n += 1) {
          await product.redis.flush();
          await sleep(100);
        }
      })(),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    await allReady();
    await until("a worker to be seen", async () => (await get("/readyz")).body.worker === "ok", 60_000);
  });

  test("Redis is stopped for a while", { timeout }, async () => {
    await product.redis.stop();
    const answers = await uploadDuring(sleep(outageMs));
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    await queueIs("degraded");
    await product.redis.start();
    await queueIs("ok");
    expect((await upload()).status).toBe(202);
    await allReady();
  });

  test.each([
    ["restarted", undefined, 0],
    ["crashed and recovered", "crash" as const, 0],
    ["stopped for a while", undefined, outageMs],
  ])("PostgreSQL is %s: what is not taken is told so, and what was taken is read", { timeout }, async (_, how, ms) => {
    const events = await openEvents();
    // Documents are being read when it goes.
    for (let n = 0; n < 5; n += 1) await upload();
    const page = await openPage();
    const told: unknown[] = [];
    const restart = async () => {
      await product.postgres.stop(how);
      if (ms > 0) told.push(await page.begin(), await page.preflight());
      await sleep(ms);
      await product.postgres.start();
    };
    const answers = await uploadDuring(restart());
    for (const answer of answers) {
      if (answer.status === 202) continue;
      expect(answer).toMatchObject({ status: 503, code: "unavailable", detail: expect.stringContaining("database") });
    }
    // To the page of an embed it is no dead line.
    if (ms > 0) expect(told).toEqual([{ status: 503, allowed: page.origin, retryAfter: "5" }, page.origin]);
    await until("uploads to be taken again", async () => (await upload()).status === 202, 60_000);
    await allReady();
    // The stream goes on, or has ended so that its reader comes back: it does not hang.
    const before = events.text.length;
    expect((await upload()).status).toBe(202);
    await until(
      "the events to go on or to end",
      async () => events.ended || events.text.slice(before).includes("event: document"),
    );
    await events.close();
    expect((await get("/readyz")).status).toBe(200);
  });

  /** A page of a site with an embed, which has begun a session. */
  async function openPage() {
    const origin = "https://shop.example.com";
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ name: "Help", allowed_origins: [origin] });
    const made = await fetch(`${product.url}/embeds`, { method: "POST", headers, body });
    const { public_key } = (await made.json()) as { public_key: string };
    const path = `${product.url}/embeds/${public_key}/session`;
    const begin = async () => {
      const init = { method: "POST", headers: { origin, "content-type": "application/json" }, body: "{}" };
      const { status, headers } = await fetch(path, init);
      const [allowed, retryAfter] = ["access-control-allow-origin", "retry-after"].map((name) => headers.get(name));
      return { status, allowed, retryAfter };
    };
    const preflight = async () => {
      const asking = { origin, "access-control-request-method": "POST" };
      const { headers } = await fetch(path, { method: "OPTIONS", headers: asking });
      return headers.get("access-control-allow-origin");
    };
    expect(await begin()).toEqual({ status: 200, allowed: origin, retryAfter: null });
    return { origin, begin, preflight };
  }

  async function openEvents() {
    const controller = new AbortController();
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${product.url}/documents/events`, { headers, signal: controller.signal });
    const state = { text: "", ended: false, close: async () => controller.abort() };
    void (async () => {
      try {
        for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) state.text += chunk;
      } catch {
        // Cut off.
      }
      state.ended = true;
    })();
    return state;
  }
});

function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
