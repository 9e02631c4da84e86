// What an authenticated JSON request costs the server's processor: the framework's part beside bare node:http, and
// `GET /users/me` as a whole beside a bare server that verifies the same token and runs the same query with pg.
//   TEST_DATABASE_URL=postgres://... node bench/requests.mjs [rounds, 8] [--profile]

import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { buildFramework, root } from "../scripts/build.mjs";
import { median, startBeside, startProgram, told, usagePreload } from "./measured.mjs";
import { freshDatabase, startProduct } from "./product.mjs";
import { hammer, requestBytes, stayAwake } from "./raw-http.mjs";

const roundMs = 700;
const warmUps = 8;
const connections = 16;
const { values, positionals } = parseArgs({ options: { profile: { type: "boolean" } }, allowPositionals: true });
const rounds = Number(positionals[0] ?? 8);
const profiling = values.profile ? ["--cpu-prof", "--cpu-prof-interval=200"] : [];

const request = (url, authorization) =>
  requestBytes(url, { path: "/users/me", headers: { Authorization: authorization } });

/** @returns the product's HTTP face without a database, the bare server beside it, and the query that the face would ask. */
async function startFramework(dataDir) {
  await buildFramework();
  const dist = join(root, "dist/");
  const program = await startProgram(join(dist, "framework-server.js"), [dataDir, pathToFileURL(dist).href], profiling);
  const { url, token, statement } = program.hello;
  const authorization = `Bearer ${token}`;
  const bare = await startBeside("bare.mjs", ["json", await textOf(url, authorization)]);
  const ours = { ...program, url, request: request(url, authorization) };
  return { ours, bare: { ...bare, request: request(bare.url, authorization) }, statement };
}

/** @returns the product on PostgreSQL, and the bare server on the same database. */
async function startAccount(databaseUrl, dataDir, statement) {
  const secret = randomBytes(48).toString("base64url");
  const ours = await startProduct({
    home: { dataDir, databaseUrl },
    env: { JWT_SECRET: secret },
    nodeOptions: ["--import", usagePreload, ...profiling],
  });
  const authorization = (await ours.signIn()).authorization();
  const bare = await startBeside("bare.mjs", ["account", databaseUrl, secret, statement]);
  const both = [ours, bare].map((server) => ({ ...server, request: request(server.url, authorization) }));
  const texts = await Promise.all(both.map(({ url }) => textOf(url, authorization)));
  if (texts[0] !== texts[1]) throw new Error(`the answers differ: ${texts.join(" and ")}`);
  return { ours: both[0], bare: both[1] };
}

async function textOf(url, authorization) {
  const answer = await fetch(`${url}/users/me`, { headers: { authorization } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status} ${text}`);
  return text;
}

/** @returns microseconds of processor time a request. */
async function round({ url, child, request: bytes }) {
  const before = await told(child, "cpu");
  const answered = await hammer(url, bytes, { connections, ms: roundMs });
  const after = await told(child, "cpu");
  return (1000 * (after.ms - before.ms)) / answered;
}

async function compare(title, { ours, bare }) {
  const times = { ours: [], bare: [] };
  for (let number = 0; number < warmUps + rounds; number++) {
    const [mine, theirs] = [await round(ours), await round(bare)];
    if (number < warmUps) continue;
    times.ours.push(mine);
    times.bare.push(theirs);
  }
  const ratio = median(times.ours.map((us, index) => us / times.bare[index]));
  const us = (values) => `${median(values).toFixed(1)} µs`;
  console.log(`${title}: ${us(times.ours)}, bare ${us(times.bare)}: ratio ${ratio.toFixed(2)}`);
}

const serverUrl = process.env.TEST_DATABASE_URL;
if (!serverUrl) throw new Error("TEST_DATABASE_URL names no PostgreSQL");
const folders = await Promise.all([1, 2].map(() => mkdtemp(join(tmpdir(), "pagewise-bench-"))));
const sleep = stayAwake();
const database = await freshDatabase(serverUrl);
const framework = await startFramework(folders[0]);
console.log(`processor time a request, ${connections} connections, ${rounds} rounds`);
await compare("the framework's part", framework);
framework.ours.close();
framework.bare.close();
const account = await startAccount(database.url, folders[1], framework.statement);
await compare("GET /users/me", account);
account.bare.close();
await account.ours.close();
await database.drop();
await Promise.all(folders.map((path) => rm(path, { recursive: true, force: true })));
sleep();
