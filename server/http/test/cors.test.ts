import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, startApi } from "../../test/api.ts";

const listed = "https://app.example.com";
let api: Api;

beforeAll(async () => {
  api = await startApi({ env: { CORS_ORIGINS: `${listed},http://localhost:5173` } });
});
afterAll(() => api.close());

test("a listed origin may read answers, problems among them", async () => {
  const ok = await api.request("/healthz", { headers: { Origin: listed } });
  const missing = await api.request("/nothing", { headers: { Origin: listed } });
  const refused = await api.request("/users/me", { headers: { Origin: listed } });
  for (const response of [ok, missing, refused]) {
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe(listed);
    expect(response.headers.get("Access-Control-Expose-Headers")).toContain("x-request-id");
    expect(response.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    expect(response.headers.get("Vary")).toContain("Origin");
  }
});

test("a listed origin's preflight is answered with what is allowed", async () => {
  const response = await api.request("/users/me", {
    method: "OPTIONS",
    headers: {
      Origin: listed,
      "Access-Control-Request-Method": "DELETE",
      "Access-Control-Request-Headers": "authorization",
    },
  });
  expect(response.status).toBe(204);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    "access-control-allow-origin": listed,
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range",
    "access-control-max-age": "600",
    vary: "Origin",
  });
});

test.each([
  "https://evil.example",
  "null",
  "http://app.example.com",
  `${listed}:8443`,
  `${listed}.evil.example`,
  `${listed}/`,
])("the origin %s gets nothing", async (origin) => {
  const plain = await api.request("/healthz", { headers: { Origin: origin } });
  const preflight = await api.request("/users/me", {
    method: "OPTIONS",
    headers: { Origin: origin, "Access-Control-Request-Method": "GET" },
  });
  for (const response of [plain, preflight]) {
    expect([...response.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    expect(response.headers.get("Vary")).toContain("Origin");
  }
});
