import { expect, test } from "vitest";
import { startApi } from "../../test/api.ts";

test("lives and is ready; a part that does not answer is named and no reason to be taken out", async () => {
  let worker = true;
  const queue = {
    processPdf() {},
    async ping() {
      if (!worker) throw new Error("nobody answers");
    },
    async work() {},
    async close() {},
  };
  const api = await startApi({ services: { queue } });
  try {
    expect(await (await api.request("/healthz")).json()).toEqual({ status: "ok" });
    const ready = await api.request("/readyz");
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ database: "ok", queue: "ok", worker: "ok", storage: "ok", model: "ok" }),
    ]);
  } finally {
    await api.close();
  }
  worker = false;
  const without = await startApi({ services: { queue } });
  try {
    const ready = await without.request("/readyz");
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ status: "degraded", database: "ok", worker: "degraded" }),
    ]);
  } finally {
    await without.close();
  }
});

test("says whether the database can hold vectors, and starts either way", async () => {
  const api = await startApi();
  try {
    const available = await api.services.db("pg_available_extensions").where("name", "vector").first();
    const ready = await api.request("/readyz");
    expect([ready.status, await ready.json()]).toEqual([
      200,
      expect.objectContaining({ database: "ok", vectors: available ? "ok" : "degraded" }),
    ]);
  } finally {
    await api.close();
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
