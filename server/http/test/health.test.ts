import { expect, test, vi } from "vitest";
import { baseUrlOf, startOpenAiServer } from "../../adapters/test/openai-server.ts";
import { startApi } from "../../test/api.ts";
import { eventually } from "../../test/eventually.ts";

vi.setConfig({ testTimeout: 60_000 });

test("lives, is ready, and names the part that does not answer, which is no reason to be taken out", async () => {
  const api = await startApi();
  try {
    expect(await (await api.request("/healthz")).json()).toEqual({ status: "ok" });
    api.services.queue.processPdf("nobody-takes-it");
    await eventually(async () => expect((await api.services.queue.state()).waiting).toBe(1));
    const alone = await api.request("/readyz");
    expect([alone.status, await alone.json()]).toEqual([
      200,
      expect.objectContaining({
        status: "degraded",
        database: "ok",
        queue: "ok",
        worker: "degraded",
        tasks: { waiting: 1, dead: 0, workers: 0 },
      }),
    ]);
    const available = await api.services.db("pg_available_extensions").where("name", "vector").first();
    await api.services.queue.work({ process_pdf: async () => {} });
    // Answers are kept for a second.
    await eventually(async () => {
      const ready = await api.request("/readyz");
      expect([ready.status, await ready.json()]).toEqual([
        200,
        expect.objectContaining({
          database: "ok",
          queue: "ok",
          worker: "ok",
          storage: "ok",
          model: "ok",
          vectors: available ? "ok" : "degraded",
        }),
      ]);
    });
  } finally {
    await api.close();
  }
});

test.each([
  ["refuses the connection", "redis://127.0.0.1:1"],
  ["is not there", "redis://nowhere.invalid:6379"],
])("a queue that %s is named, and the rest is ready", async (_what, url) => {
  const api = await startApi({ env: { REDIS_URL: url } });
  try {
    const ready = await api.request("/readyz");
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({
        status: "degraded",
        database: "ok",
        queue: "degraded",
        worker: "degraded",
        tasks: null,
      }),
    ]);
  } finally {
    await api.close();
  }
});

test("a language model that would not answer is named, and the rest is ready", async () => {
  const server = await startOpenAiServer();
  server.replyToProbes({ kind: "failure", status: 401, body: { error: { message: "bad key" } } });
  const env = { OPENAI_BASE_URL: baseUrlOf(server), OPENAI_MODEL: "test" };
  const [without, api] = await Promise.all([startApi(), startApi({ env })]);
  try {
    const ready = await api.request("/readyz");
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ status: "degraded", storage: "ok", model: "degraded" }),
    ]);
    expect(await (await without.request("/readyz")).json()).toMatchObject({ model: "ok" });
    expect(server.requests).toEqual([]);
  } finally {
    await Promise.all([api.close(), without.close(), server.close()]);
  }
});

test("is not ready without the database, but lives", async () => {
  const api = await startApi();
  await api.services.db.destroy();
  const response = await api.request("/readyz");
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([503, "unavailable"]);
  expect((await api.request("/healthz")).status).toBe(200);
  await api.close().catch(() => {});
});

test("takes nothing new while it stops, and says so", async () => {
  const api = await startApi();
  try {
    const { accessToken } = await api.register();
    api.stop();
    for (const path of ["/users/me", "/documents", "/readyz"]) {
      const response = await api.request(path, { token: accessToken() });
      expect([response.status, response.headers.get("connection")]).toEqual([503, "close"]);
      expect(await response.json()).toMatchObject({ code: "unavailable" });
    }
    const asked = await api.request("/chat", { body: { message: "Still there?" }, token: accessToken() });
    expect([asked.status, asked.headers.get("retry-after")]).toEqual([503, "5"]);
    expect((await api.request("/healthz")).status).toBe(200);
  } finally {
    await api.close();
  }
});
