import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { type Api, startApi } from "../../test/api.ts";

let api: Api;
afterEach(() => api.close());

async function login(email: string, password: string, address?: string): Promise<number> {
  const headers = address ? { "X-Forwarded-For": address } : {};
  const response = await api.request("/users/login", { body: { email, password }, headers });
  await response.arrayBuffer();
  return response.status;
}

test("behind a trusted proxy failures count for the network that it saw, one an account, ten in all", async () => {
  api = await startApi({ env: { LOGIN_ATTEMPTS: "1", TRUST_PROXY: "1" } });
  const { email, password } = await api.register();
  expect(await login(email, "wrong", "203.0.113.1")).toBe(401);
  expect(await login(email, password, "203.0.113.1")).toBe(429);
  // What the caller itself wrote in front does not make it somebody else.
  expect(await login(email, password, "198.51.100.7, 203.0.113.1")).toBe(429);
  expect(await login(email, password, "::ffff:203.0.113.1")).toBe(429);
  expect(await login(email, password, "203.0.113.2")).toBe(200);
  expect(await login(email, "wrong", "2001:db8:0:1::5")).toBe(401);
  expect(await login(email, password, "2001:db8:0:1:ffff:1:2:3")).toBe(429);
  expect(await login(email, password, "2001:db8:0:2::5")).toBe(200);

  const guess = (_: unknown, i: number) => login(`guess-${i}@example.com`, "wrong", "192.0.2.1");
  const guesses = await Promise.all(Array.from({ length: 15 }, guess));
  expect(guesses.filter((status) => status === 401)).toHaveLength(10);
  expect(guesses.filter((status) => status === 429)).toHaveLength(5);
  expect(await login(email, password, "192.0.2.1")).toBe(429);
});

test("without a trusted proxy nobody names an address of their own", async () => {
  api = await startApi({ env: { LOGIN_ATTEMPTS: "1" } });
  const { email, password } = await api.register();
  expect(await login(email, "wrong", "203.0.113.1")).toBe(401);
  expect(await login(email, password, "203.0.113.2")).toBe(429);
});

test("fifty good sign-ins at once all succeed, and others are answered meanwhile", async () => {
  api = await startApi({ env: { LOGIN_ATTEMPTS: "3", BCRYPT_COST: "7" } });
  const { email, password } = await api.register();
  let waiting = true;
  const logins = Promise.all(Array.from({ length: 50 }, () => login(email, password))).finally(() => {
    waiting = false;
  });
  const times: number[] = [];
  while (waiting) {
    const start = performance.now();
    expect((await api.request("/healthz")).status).toBe(200);
    times.push(performance.now() - start);
    await sleep(5);
  }
  expect(new Set(await logins)).toEqual(new Set([200]));
  times.sort((a, b) => a - b);
  const median = times[Math.floor(times.length / 2)] ?? 0;
  process.stdout.write(
    `50 sign-ins at once: /healthz meanwhile ${median.toFixed(1)} ms in the median of ${times.length}\n`,
  );
}, 60_000);

test("no limit where the settings say none", async () => {
  api = await startApi({ env: { LOGIN_ATTEMPTS: "0" } });
  const { email, password } = await api.register();
  for (let i = 0; i < 15; i++) expect(await login(email, "wrong")).toBe(401);
  expect(await login(email, password)).toBe(200);
});
