import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { EmbedModel } from "../../models/embed.ts";
import { type Api, type SignedIn, startApi } from "../../test/api.ts";
import { addEmbed, addVisitor, type TestVisitor } from "../../test/visitors.ts";

const listed = "https://app.example.com";
let api: Api;
let now = Date.now();

beforeAll(async () => {
  const env = { CORS_ORIGINS: `${listed},http://localhost:5173` };
  api = await startApi({ env, services: { clock: { now: () => new Date(now) } } });
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

describe("pages with an embed", () => {
  const page = "https://shop.example.com";
  const elsewhere = "https://forum.example.com";
  let embed: EmbedModel;
  let visitor: TestVisitor;
  let owner: SignedIn;

  beforeAll(async () => {
    owner = await api.register();
    embed = await addEmbed(api.services, owner.userId, { allowed_origins: [page] });
    await addEmbed(api.services, owner.userId, { allowed_origins: [elsewhere] });
    visitor = await addVisitor(api.services, embed);
  });
  afterEach(() => change({ allowed_origins: [page], enabled: true }));

  const change = (fields: Partial<EmbedModel>) => EmbedModel.query(api.services.db).findById(embed.id).patch(fields);
  /** Who may read the answer; null: no page. */
  const readable = async (path: string, origin: string, init: { token?: string; method?: string } = {}) => {
    const response = await api.request(path, { ...init, headers: { Origin: origin } });
    await response.body?.cancel();
    expect(response.headers.get("Vary")).toContain("Origin");
    expect(response.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    const allowed = response.headers.get("Access-Control-Allow-Origin");
    expect(response.headers.get("Access-Control-Expose-Headers")).toEqual(
      allowed === null ? null : expect.stringContaining("Retry-After"),
    );
    return [response.status, allowed];
  };
  const preflight = async (origin: string, path = "/chat") => {
    const headers = { Origin: origin, "Access-Control-Request-Method": "POST" };
    const response = await api.request(path, { method: "OPTIONS", headers });
    expect(response.status).toBe(204);
    return response.headers.get("Access-Control-Allow-Origin");
  };

  test("a preflight is answered for every enabled embed's origins, at once also when they change", async () => {
    expect(await preflight(page)).toBe(page);
    expect(await preflight(elsewhere)).toBe(elsewhere);
    for (const origin of ["https://evil.example", `${page}.evil.example`, `${page}:8443`, "null"]) {
      expect(await preflight(origin)).toBeNull();
    }
    await change({ enabled: false });
    expect(await preflight(page)).toBeNull();
    await change({ enabled: true, allowed_origins: ["https://new.example.com"] });
    expect(await preflight(page)).toBeNull();
    expect(await preflight("https://new.example.com")).toBe("https://new.example.com");
  });

  test("what is refused before it is known who calls is told to every such page, and nothing else is", async () => {
    expect(await readable("/conversations", page)).toEqual([401, page]);
    expect(await readable("/conversations", elsewhere, { token: "expired" })).toEqual([401, elsewhere]);
    expect(await readable("/nothing", page)).toEqual([404, page]);
    expect(await readable("/conversations", "https://evil.example")).toEqual([401, null]);
    expect(await readable("/conversations", "null")).toEqual([401, null]);
    // Not a visitor's, and the page is not among those of the settings.
    expect(await readable("/healthz", page)).toEqual([200, null]);
    expect(await readable("/conversations", page, { token: owner.accessToken() })).toEqual([200, null]);
    expect(await readable("/conversations/x", page, { token: owner.accessToken() })).toEqual([404, null]);
    expect(await readable("/conversations", listed, { token: owner.accessToken() })).toEqual([200, listed]);
  });

  test("the answer to a visitor is for the pages of the visitor's own embed", async () => {
    const { token } = visitor;
    expect(await readable("/conversations", page, { token })).toEqual([200, page]);
    expect(await readable("/conversations/x", page, { token })).toEqual([404, page]);
    expect(await readable("/conversations", elsewhere, { token })).toEqual([403, null]);
    // That the settings name a page makes no visitor of it.
    expect(await readable("/conversations", listed, { token })).toEqual([403, null]);
    expect(await readable("/documents", listed, { token })).toEqual([403, null]);
    const here = new URL(api.url).origin;
    const preview = await addVisitor(api.services, embed, { origin: here });
    expect(await readable("/conversations", here, { token: preview.token })).toEqual([200, here]);
  });

  test("that a visit has ended is told like every refusal: where some embed allows the page still", async () => {
    const { token } = visitor;
    await change({ enabled: false });
    expect(await readable("/conversations", page, { token })).toEqual([401, null]);
    await addEmbed(api.services, owner.userId, { allowed_origins: [page] });
    expect(await readable("/conversations", page, { token })).toEqual([401, page]);
  });

  async function withoutDatabase(work: () => Promise<void>): Promise<void> {
    const { client } = api.services.db;
    const acquire = client.acquireConnection;
    const away = Object.assign(new Error("the database is away"), { code: "ECONNREFUSED" });
    try {
      client.acquireConnection = () => Promise.reject(away);
      await work();
    } finally {
      client.acquireConnection = acquire;
    }
  }

  test("a database that cannot be asked keeps no refusal back", async () => {
    await withoutDatabase(async () =>
      expect(await readable("/nothing", "https://never.example.com")).toEqual([404, null]),
    );
  });

  test("that the database is away is told to pages that were allowed lately, and to no others", async () => {
    const { token } = visitor;
    const never = "https://never.example.com";
    const left = "https://left.example.com";
    await change({ allowed_origins: [page, left, never] });
    expect(await preflight(left)).toBe(left);
    expect(await readable("/conversations", page, { token })).toEqual([200, page]);
    // One that the embed has dropped since is forgotten where that is seen.
    await change({ allowed_origins: [page] });
    expect(await preflight(left)).toBeNull();
    await withoutDatabase(async () => {
      expect(await preflight(page)).toBe(page);
      expect(await readable("/conversations", page, { token })).toEqual([503, page]);
      expect(await readable("/conversations", page, { token: "expired" })).toEqual([401, page]);
      const begin = `/embeds/${embed.public_key}/session`;
      for (const [origin, allowed] of [
        [page, page],
        [left, null],
        [never, null],
        ["null", null],
      ] as const) {
        const headers = { Origin: origin };
        const response = await api.request(begin, { method: "POST", headers, body: {} });
        expect([response.status, response.headers.get("Access-Control-Allow-Origin")]).toEqual([503, allowed]);
        expect(await response.json()).toMatchObject({ code: "unavailable" });
        const asking = { ...headers, "Access-Control-Request-Method": "POST" };
        const asked = await api.request(begin, { method: "OPTIONS", headers: asking });
        // What is no origin needs no database.
        const refused = origin === "null" ? 204 : 503;
        expect([asked.status, asked.headers.get("Access-Control-Allow-Origin")]).toEqual([
          allowed ? 204 : refused,
          allowed,
        ]);
      }
      // Nobody's page reads what is a user's, away or not.
      expect(await readable("/conversations", never, { token: owner.accessToken() })).toEqual([503, null]);
      now += 9 * 60_000;
      expect(await readable("/conversations", page, { token })).toEqual([503, page]);
      // What is remembered is not made younger by that.
      now += 60_000;
      expect(await readable("/conversations", page, { token })).toEqual([503, null]);
    });
  });
});

test("the widget's files are everybody's", async () => {
  for (const origin of ["https://evil.example", "null", listed]) {
    const response = await api.request("/widget.js", { headers: { Origin: origin } });
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
  }
});
