// What sign-ins cost everybody else, and what the time of a refusal tells: fifty at once beside JSON requests, paired with the
// same requests alone; then refusals for accounts that exist, that do not, and whose hash is of a lower cost.
//   [TEST_DATABASE_URL=postgres://...] node bench/logins.mjs [rounds, 3]
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { median, quantile } from "./measured.mjs";
import { freshDatabase, startProduct } from "./product.mjs";

const signInsAtOnce = 50;
/** JSON requests come at this pace, whether or not those before them have been answered. */
const everyMs = 10;
const idleMs = 8_000;
const refusals = 120;
const rounds = Number(process.argv[2] ?? 3);
const password = "a long enough password";
const preload = new URL("delay-preload.mjs", import.meta.url).href;
const agent = new Agent({ keepAlive: true });

/** @returns the status and the milliseconds until the whole answer was there. */
async function ask(url, { method = "GET", headers = {}, body } = {}) {
  const text = body && JSON.stringify(body);
  const begun = performance.now();
  const outgoing = request(url, {
    ...{ agent, method },
    headers: {
      ...headers,
      ...(text && { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    },
  });
  outgoing.end(text);
  const [response] = await once(outgoing, "response");
  response.resume();
  await once(response, "end");
  return { status: response.statusCode, ms: performance.now() - begun };
}

const login = (url, email, given = password) =>
  ask(`${url}/users/login`, { method: "POST", body: { email, password: given } });

async function loopDelay(child) {
  const answer = once(child, "message");
  child.send("delay");
  return (await answer)[0];
}

/** Sends JSON requests until `work` has ended. @returns how late they were answered, and the server's event loop ran. */
async function beside({ url, child, authorization }, work) {
  await loopDelay(child);
  const waits = [];
  const sent = [];
  let working = true;
  const ended = work().finally(() => {
    working = false;
  });
  for (let due = performance.now(); working; due += everyMs) {
    await sleep(Math.max(0, due - performance.now()));
    const headers = { authorization };
    sent.push(ask(`${url}/users/me`, { headers }).then(({ status, ms }) => status === 200 && waits.push(ms)));
  }
  const result = await ended;
  await Promise.all(sent);
  if (waits.length < sent.length) throw new Error(`${sent.length - waits.length} of the JSON requests failed`);
  const { p50, p99, max } = await loopDelay(child);
  return { loop: { p50, p99, max }, json: { p50: median(waits), p99: quantile(waits, 0.99) }, result };
}

async function storm(home, env) {
  const product = await startProduct({ home, env, nodeOptions: ["--import", preload] });
  const account = await product.signIn();
  const email = `${randomUUID()}@example.com`;
  await product.signIn(email);
  const server = { ...product, authorization: account.authorization() };
  const signIns = async () => {
    const begun = performance.now();
    const answers = await Promise.all(Array.from({ length: signInsAtOnce }, () => login(product.url, email)));
    const failed = answers.filter(({ status }) => status !== 200).length;
    if (failed) throw new Error(`${failed} sign-ins failed`);
    return performance.now() - begun;
  };
  await beside(server, () => sleep(5_000));
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    const idle = await beside(server, () => sleep(idleMs));
    const busy = await beside(server, signIns);
    pairs.push({ idle, busy });
    const shown = (of) =>
      `event loop p99 ${of.loop.p99.toFixed(1)} ms (longest ${of.loop.max.toFixed(0)}), JSON p50 ${of.json.p50.toFixed(1)} p99 ${of.json.p99.toFixed(1)} ms`;
    console.log(
      `  alone: ${shown(idle)}\n  beside ${signInsAtOnce} sign-ins (${(busy.result / 1000).toFixed(1)} s): ${shown(busy)}`,
    );
  }
  await product.close();
  const more = median(pairs.map(({ idle, busy }) => busy.loop.p99 - idle.loop.p99));
  const ratio = median(pairs.map(({ idle, busy }) => busy.json.p99 / idle.json.p99));
  console.log(`  event loop, p99: ${more.toFixed(1)} ms above idle (at most 10)`);
  console.log(`  JSON requests, p99: ratio ${ratio.toFixed(2)} (at most 2)`);
}

/** The share of pairs in which one takes longer than the other: a half where the time tells nothing. */
const longer = (ones, others) => {
  let sum = 0;
  for (const one of ones) for (const other of others) sum += one > other ? 1 : one === other ? 0.5 : 0;
  return sum / (ones.length * others.length);
};

async function times(home, env) {
  const old = `${randomUUID()}@example.com`;
  const cheaper = await startProduct({ home, env: { ...env, BCRYPT_COST: "6" } });
  await cheaper.signIn(old);
  await cheaper.close();
  const product = await startProduct({ home, env: { ...env, BCRYPT_COST: "8", LOGIN_ATTEMPTS: "0" } });
  const known = `${randomUUID()}@example.com`;
  await product.signIn(known);
  const emails = { known: () => known, old: () => old, unknown: () => `${randomUUID()}@example.com` };
  const taken = { known: [], old: [], unknown: [] };
  for (let round = -5; round < refusals; round++) {
    // In changing order, so that none always follows the same one.
    const kinds = Object.keys(emails).map((_, index, all) => all[(index + round + 6) % all.length]);
    for (const kind of kinds) {
      const { status, ms } = await login(product.url, emails[kind](), "not the password");
      if (status !== 401) throw new Error(`refused by ${status}`);
      if (round >= 0) taken[kind].push(ms);
    }
  }
  await product.close();
  const shown = (kind) => `${median(taken[kind]).toFixed(1)} ms`;
  console.log(`  no account ${shown("unknown")}, an account ${shown("known")}, one of a lower cost ${shown("old")}`);
  for (const kind of ["known", "old"])
    console.log(
      `  ${kind} takes longer than unknown in ${(100 * longer(taken[kind], taken.unknown)).toFixed(0)} % of pairs (50: nothing is told)`,
    );
}

const serverUrl = process.env.TEST_DATABASE_URL;
for (const [title, databaseUrl] of [["embedded", null], ...(serverUrl ? [["PostgreSQL", serverUrl]] : [])]) {
  const database = databaseUrl ? await freshDatabase(databaseUrl) : null;
  const dataDir = await mkdtemp(join(tmpdir(), "pagewise-bench-"));
  const home = { dataDir, databaseUrl: database?.url };
  const load = () => `load ${loadavg()[0].toFixed(1)}`;
  console.log(`${title}: sign-ins at bcrypt's cost of 11, ${load()}`);
  await storm(home, { BCRYPT_COST: "11" });
  console.log(`${title}: refusals at a cost of 8, ${load()}`);
  await times(home, {});
  await database?.drop();
  await rm(dataDir, { recursive: true });
}
agent.destroy();
