// For tests: the whole API with its real parts, on a port of its own, over a database (on the server of
// TEST_DATABASE_URL where there is one) and files that go away with it.
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Router from "@koa/router";
import { type Client, createClient, memoryTokens, type TokenStore } from "@pagewise/sdk";
import type Koa from "koa";
import { loadConfig } from "../config.ts";
import { createApp } from "../http/app.ts";
import { createHttpServer } from "../http/server.ts";
import { createServices, type Services } from "../services.ts";
import { createServerDatabase } from "./database.ts";

export interface Api {
  url: string;
  services: Services;
  /** Begins the stop, as a signal to the process would. */
  stop(): void;
  /** A client of a new user, signed in. */
  register(): Promise<SignedIn>;
  /** fetch below the server's root; a body that is not text is sent as JSON. */
  request(
    path: string,
    init?: Omit<RequestInit, "body"> & { body?: unknown; token?: string | undefined },
  ): Promise<Response>;
  close(): Promise<void>;
}

export interface SignedIn {
  client: Client;
  tokens: TokenStore;
  userId: string;
  email: string;
  password: string;
  accessToken(): string;
}

export interface ApiOptions {
  /** Settings by their names in the environment. */
  env?: Record<string, string>;
  services?: Partial<Services>;
  /** Routes beside the app's own, for tests of what surrounds a route. */
  routes?: Router;
}

export async function startApi(options: ApiOptions = {}): Promise<Api> {
  const dataDir = await mkdtemp(join(tmpdir(), "pagewise-api-"));
  const server = process.env.TEST_DATABASE_URL;
  const database = server ? await createServerDatabase(server) : null;
  const config = loadConfig({
    DATA_DIR: dataDir,
    BCRYPT_COST: "4",
    LOG_LEVEL: "silent",
    // All its users come from one address.
    REGISTRATIONS_PER_HOUR: "0",
    ...(database && { DATABASE_URL: database.url }),
    ...options.env,
  });
  const services = await createServices(config, new URL("../../dist/", import.meta.url), options.services);
  const stopping = new AbortController();
  const app = createApp(services, { stopping: stopping.signal });
  if (options.routes) app.middleware.splice(-1, 0, options.routes.routes() as Koa.Middleware);
  const http = createHttpServer(app);
  await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  let users = 0;

  return {
    url,
    services,
    stop: () => stopping.abort(),
    async register() {
      users += 1;
      const credentials = { email: `person-${users}@example.com`, password: `long password ${users}` };
      const tokens = memoryTokens();
      const client = createClient({ baseUrl: url, tokens });
      const user = await client.users.register(credentials);
      await client.users.login(credentials);
      return { client, tokens, userId: user.id, ...credentials, accessToken: () => tokens.get()?.access_token ?? "" };
    },
    request(path, { body, token, headers, ...init } = {}) {
      const all = new Headers(headers);
      if (token) all.set("Authorization", `Bearer ${token}`);
      if (body === undefined) return fetch(url + path, { ...init, headers: all });
      if (!all.has("Content-Type")) all.set("Content-Type", "application/json");
      const sent = typeof body === "string" ? body : JSON.stringify(body);
      return fetch(url + path, { method: "POST", ...init, headers: all, body: sent });
    },
    async close() {
      stopping.abort();
      http.close();
      http.closeAllConnections();
      await services.close();
      await database?.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
